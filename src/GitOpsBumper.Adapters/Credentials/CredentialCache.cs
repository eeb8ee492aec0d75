using GitOpsBumper.Core.Credentials;

namespace GitOpsBumper.Adapters.Credentials;

/// <summary>
/// Credentials that are costly to get and last longer than a cycle: programs print them, clouds give them. Lives as long as the process. Whoever
/// asks for one that is being fetched waits for that; a failure is told to those who wait and is not kept.
/// </summary>
public sealed class CredentialCache(TimeProvider time) : IDisposable
{
    private const int MaxEntries = 1000;
    private const int MaxFetches = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _end = new();
    private readonly Dictionary<CredentialKey, Task<FetchedCredential>> _entries = [];
    private readonly SemaphoreSlim _turns = new(MaxFetches);
    private readonly Lock _gate = new();

    /// <summary>The credential that is kept, while it has not expired; else a new one.</summary>
    /// <param name="key">What is asked for.</param>
    /// <param name="fetch">Gets it; its token ends with the process, not with one who waits.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="CredentialException">By <paramref name="fetch"/>.</exception>
    public async Task<UserCredential> GetAsync(CredentialKey key, Func<CancellationToken, Task<FetchedCredential>> fetch, CancellationToken cancellationToken)
    {
        Task<FetchedCredential>? fetched;
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out fetched) || !IsOfUse(fetched))
            {
                MakeRoom();
                _entries[key] = fetched = Task.Run(() => FetchAsync(key, fetch), _end.Token);
            }
        }

        return (await fetched.WaitAsync(cancellationToken)).Credential;
    }

    /// <summary>It was refused: the next one who asks gets a new one, unless there is one already.</summary>
    public void Invalidate(CredentialKey key, UserCredential refused)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var fetched) && fetched.IsCompleted && (!fetched.IsCompletedSuccessfully || fetched.Result.Credential == refused))
                _entries.Remove(key);
        }
    }

    /// <summary>Programs that are running are ended, and waited for.</summary>
    public void Dispose()
    {
        if (_end.IsCancellationRequested)
            return;
        _end.Cancel();
        List<Task> open;
        lock (_gate)
            open = [.. _entries.Values];
        if (Task.WaitAny([Task.WhenAll(open), Task.Delay(Patience, time)]) > 0)
            return;
        // Nobody holds them any more.
        _end.Dispose();
        _turns.Dispose();
    }

    private async Task<FetchedCredential> FetchAsync(CredentialKey key, Func<CancellationToken, Task<FetchedCredential>> fetch)
    {
        var isKept = false;
        try
        {
            await _turns.WaitAsync(_end.Token);
            try
            {
                var fetched = await fetch(_end.Token);
                isKept = fetched.Expires > time.GetUtcNow();
                return fetched;
            }
            finally
            {
                _turns.Release();
            }
        }
        finally
        {
            if (!isKept)
            {
                // What counts for one cycle alone, or is no credential, is no longer remembered here.
                lock (_gate)
                    _entries.Remove(key);
            }
        }
    }

    private bool IsOfUse(Task<FetchedCredential> fetched) =>
        !fetched.IsCompleted || (fetched.IsCompletedSuccessfully && fetched.Result.Expires > time.GetUtcNow());

    private void MakeRoom()
    {
        if (_entries.Count < MaxEntries)
            return;
        foreach (var (key, _) in _entries.Where(entry => !IsOfUse(entry.Value)).ToList())
            _entries.Remove(key);
        if (_entries.Count >= MaxEntries && _entries.Where(entry => entry.Value.IsCompleted).Select(entry => entry.Key).FirstOrDefault() is { } any)
            _entries.Remove(any);
    }
}

/// <param name="Reference">Where it comes from.</param>
/// <param name="Endpoint">The registry that it is for; a source may give each another one, and each may have its own <c>credsexpire</c>.</param>
public sealed record CredentialKey(CredentialReference Reference, string Endpoint);

/// <param name="Credential">As it was given.</param>
/// <param name="Expires">When it has to be fetched again; null: it counts for this cycle.</param>
public sealed record FetchedCredential(UserCredential Credential, DateTimeOffset? Expires);
