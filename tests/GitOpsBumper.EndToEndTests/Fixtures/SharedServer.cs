namespace GitOpsBumper.EndToEndTests.Fixtures;

/// <summary>Starts a server once, when somebody wants it, and remembers that it could not be started.</summary>
internal sealed class SharedServer<T>(Func<CancellationToken, Task<T>> start) : IAsyncDisposable
    where T : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private Task<T>? _started;

    /// <summary>The start belongs to everybody who waits: one test that gives up does not stop it.</summary>
    public Task<T> GetAsync(CancellationToken token)
    {
        lock (_gate)
            _started ??= start(CancellationToken.None);
        return _started.WaitAsync(token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_started is { IsCompletedSuccessfully: true })
            await (await _started).DisposeAsync();
    }
}
