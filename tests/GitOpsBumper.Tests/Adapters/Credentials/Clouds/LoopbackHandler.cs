using System.Collections.Concurrent;

namespace GitOpsBumper.Tests.Adapters.Credentials.Clouds;

/// <summary>Lets requests to this machine through, and answers the others by the test's own words: no real metadata server or cloud is ever asked.</summary>
internal sealed class LoopbackHandler(Func<HttpRequestMessage, string?>? elsewhere = null) : DelegatingHandler(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
{
    private readonly ConcurrentQueue<string> _asked = new();

    /// <summary>Method and URL of every request.</summary>
    public IReadOnlyList<string> Asked => [.. _asked];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _asked.Enqueue($"{request.Method} {request.RequestUri}");
        if (request.RequestUri!.IsLoopback)
            return await base.SendAsync(request, cancellationToken);
        return elsewhere?.Invoke(request) is { } text
            ? new HttpResponseMessage { Content = new StringContent(text, System.Text.Encoding.UTF8, "application/json") }
            : throw new HttpRequestException("nobody is there");
    }
}

/// <summary>A clock that a test moves, and that ends no wait.</summary>
internal sealed class StillTime : TimeProvider
{
    private DateTimeOffset _now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan duration) => _now += duration;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Silent();

    private sealed class Silent : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
