using System.Text;
using GitOpsBumper.Cli;

namespace GitOpsBumper.EndToEndTests.Kubernetes;

/// <summary>A controller in this process, and what it logs.</summary>
internal sealed class ControllerInProcess : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Log _log = new();
    private readonly Task<int> _run;

    private ControllerInProcess(string[] args) => _run = CommandLine.RunAsync(args, TextWriter.Null, _log, _stop.Token);

    public static ControllerInProcess Start(params string[] args) => new(args);

    /// <summary>Ends when the log has the text; fails when the controller ends without having said it.</summary>
    public async Task HearAsync(string text, CancellationToken token)
    {
        var heard = _log.WaitForAsync(text);
        await Task.WhenAny(heard, _run).WaitAsync(token);
        Assert.True(heard.IsCompleted, $"the controller ended and never said '{text}':\n{_log}");
    }

    /// <summary>Tells it to end, and returns all that it has logged.</summary>
    public async Task<string> StopAsync()
    {
        await _stop.CancelAsync();
        Assert.Equal(0, await _run);
        return _log.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await ((Task)_run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        await _log.DisposeAsync();
    }

    private sealed class Log : TextWriter
    {
        private readonly Lock _gate = new();
        private readonly StringBuilder _text = new();
        private readonly List<KeyValuePair<string, TaskCompletionSource>> _waiting = [];

        public override Encoding Encoding => Encoding.UTF8;

        public override void WriteLine(string? value)
        {
            lock (_gate)
            {
                _text.AppendLine(value);
                foreach (var (wanted, heard) in _waiting.Where(waiting => value?.Contains(waiting.Key, StringComparison.Ordinal) == true))
                    heard.TrySetResult();
            }
        }

        public override Task WriteLineAsync(string? value)
        {
            WriteLine(value);
            return Task.CompletedTask;
        }

        public override void Write(char value) => throw new NotSupportedException("The log is written line by line.");

        public Task WaitForAsync(string text)
        {
            lock (_gate)
            {
                var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                if (_text.ToString().Contains(text, StringComparison.Ordinal))
                    heard.SetResult();
                _waiting.Add(KeyValuePair.Create(text, heard));
                return heard.Task;
            }
        }

        public override string ToString()
        {
            lock (_gate)
                return _text.ToString();
        }
    }
}
