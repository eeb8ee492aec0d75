using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Tests.Support;

/// <summary>What is logged.</summary>
internal sealed class LogLines<T> : ILogger<T>
{
    private readonly Lock _gate = new();
    private readonly List<string> _all = [];

    public bool Has(string words) => Count(words) > 0;

    public int Count(string words)
    {
        lock (_gate)
            return _all.Count(line => line.Contains(words, StringComparison.Ordinal));
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_gate)
            _all.Add(formatter(state, exception));
    }

    public override string ToString()
    {
        lock (_gate)
            return string.Join('\n', _all);
    }
}
