using System.Security.Cryptography;
using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Adapters.Kubernetes.Objects.Json;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Adapters.Kubernetes.Watching;

/// <summary>
/// Knows the objects of one collection: lists them once, then watches for changes, and goes on from where it was after whatever goes wrong.
/// </summary>
/// <param name="connection">To the API server.</param>
/// <param name="kind">Of the objects.</param>
/// <param name="query">Where they are.</param>
/// <param name="forgets">Whether objects are no longer known when the API server refuses to list them.</param>
/// <param name="queue">Gets the changes.</param>
/// <param name="time">For timeouts and pauses.</param>
/// <param name="logger">Hears of trouble, and of its end.</param>
/// <seealso href="https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes"/>
internal sealed class ObjectWatcher<T>(KubernetesConnection connection, ObjectKind<T> kind, ObjectQuery query, bool forgets, ChangeQueue queue, TimeProvider time, ILogger logger)
{
    /// <summary>Beyond what the server promised; then its connection is dead.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private const int MinWatchSeconds = 240;
    private const int MaxWatchSeconds = 300;

    /// <summary>After so many failures in a row the version itself may be what is wrong, as when the cluster was restored from a backup.</summary>
    private const int FailuresUntilRelist = 5;

    private static readonly TimeSpan Hasty = TimeSpan.FromSeconds(1);

    private readonly ObjectStore<T> _store = new(kind, queue);
    private readonly ObjectLister<T> _lister = new(connection, kind, query, time);
    private readonly Backoff _backoff = new(time);
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile WatchTrouble? _trouble;
    private string? _version;
    private bool _wasGone;
    private bool _wasRefused;
    private long _heard = time.GetTimestamp();

    public ObjectStore<T> Store => _store;

    /// <inheritdoc cref="ObjectScope.IsOptional"/>
    public bool IsOptional { get; init; }

    /// <summary>Ends with the first attempt to list, be it a failure.</summary>
    public Task Answered => _answered.Task;

    /// <summary>Ends with the first complete list.</summary>
    public Task Synced => _synced.Task;

    /// <summary>Null while all is well.</summary>
    public WatchTrouble? Trouble => _trouble is { } trouble ? trouble with { Silence = time.GetElapsedTime(Interlocked.Read(ref _heard)) } : null;

    /// <summary>Ends by the token alone.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TimeSpan? asked = null;
            try
            {
                if (_version is null)
                    await ListAsync(cancellationToken);
                if (await WatchAsync(_version!, cancellationToken))
                    continue;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (KubernetesException failure) when (failure.IsGone)
            {
                if (Gone(failure.Message))
                    continue;
            }
            catch (Exception failure)
            {
                // Whatever it is: a watcher that gives up would leave the bot blind.
                Fail(failure);
                asked = (failure as KubernetesException)?.RetryAfter;
            }

            await _backoff.WaitAsync(asked, cancellationToken);
        }
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        var list = _store.Begin();
        _version = await _lister.ListAsync(() => list = _store.Begin(), reading => list.Add(reading), cancellationToken);
        list.Complete();
        WatchLog.Listed(logger, _store.Objects.Count, kind.Plural, query.Collection);
        Hear();
        _answered.TrySetResult();
        _synced.TrySetResult();
    }

    /// <returns>Whether the next watch may begin at once.</returns>
    private async Task<bool> WatchAsync(string version, CancellationToken cancellationToken)
    {
        var seconds = RandomNumberGenerator.GetInt32(MinWatchSeconds, MaxWatchSeconds + 1);
        var patience = TimeSpan.FromSeconds(seconds) + Grace;
        using var silence = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        var began = time.GetTimestamp();
        try
        {
            var call = new KubernetesCall(HttpMethod.Get, query.Watch(version, seconds)) { Timeout = Timeout.InfiniteTimeSpan };
            await using var reply = await connection.SendAsync(call, either.Token);
            Recover();
            Hear();
            await foreach (var told in new WatchEventReader<T>(kind, _lister.Strings).ReadAsync(reply.Body, either.Token))
            {
                silence.CancelAfter(patience);
                Hear();
                if (told is WatchEvent<T>.Error { Code: 410 } gone)
                    return Gone(gone.Message);
                Apply(told);
            }
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw MalformedAnswer.Because($"the watch of {kind.Plural} was silent for {patience.TotalSeconds:0} s and did not end when it should have", isTransient: true);
        }

        Hear();
        // A server that ends every watch at once would be asked without a pause.
        return time.GetElapsedTime(began) >= Hasty;
    }

    private void Apply(WatchEvent<T> told)
    {
        switch (told)
        {
            case WatchEvent<T>.Seen(var reading):
                _store.Put(reading);
                _version = Version(reading);
                break;
            case WatchEvent<T>.Deleted(var reading):
                _store.Remove(reading is ObjectReading<T>.Bad bad ? bad.Unreadable.Name : ((ObjectReading<T>.Good)reading).Watched.Name);
                _version = Version(reading);
                break;
            case WatchEvent<T>.Bookmark(var version):
                _version = version;
                break;
            case WatchEvent<T>.Error(var code, var message):
                throw MalformedAnswer.Because($"the API server ended the watch of {kind.Plural} with an error: {message} ({code})", isTransient: true);
        }

        _wasGone = false;
        _backoff.Reset();
    }

    private static string Version(ObjectReading<T> reading) => reading switch
    {
        ObjectReading<T>.Good(var watched) => watched.ResourceVersion,
        ObjectReading<T>.Bad(_, var version) => version,
        _ => throw new InvalidOperationException("A reading is good or bad."),
    };

    /// <returns>Whether the list may be asked for at once: the first time, not again and again.</returns>
    private bool Gone(string reason)
    {
        _version = null;
        WatchLog.Gone(logger, query.Collection);
        if (!_wasGone)
            return _wasGone = true;
        Note(reason);
        return false;
    }

    private void Fail(Exception failure)
    {
        if (IsOptional && failure is KubernetesException { IsNotFound: true })
        {
            Miss();
            return;
        }

        if (failure is not KubernetesException)
            WatchLog.Unexpected(logger, query.Collection, failure);
        Note(failure.Message);
        if (forgets && failure is KubernetesException and ({ IsForbidden: true } or { IsNotFound: true }))
            Refused();
        if (_trouble!.Failures % FailuresUntilRelist == 0)
            _version = null;
        _answered.TrySetResult();
        if (IsOptional && failure is KubernetesException { IsForbidden: true })
            _synced.TrySetResult();
    }

    /// <summary>The kind is not there, or no longer, and so is no object of it.</summary>
    private void Miss()
    {
        Recover();
        _store.Begin().Complete();
        _version = null;
        Hear();
        _answered.TrySetResult();
        _synced.TrySetResult();
    }

    /// <summary>
    /// What may not be listed any more is as good as gone: nobody would tell when it is. A watch that is refused says less, but the list is
    /// asked for at once.
    /// </summary>
    private void Refused()
    {
        if (_version is null)
            _store.Begin().Complete();
        else if (!_wasRefused)
            _version = null;
        _wasRefused = true;
    }

    private void Hear() => Interlocked.Exchange(ref _heard, time.GetTimestamp());

    private void Note(string reason)
    {
        if (_trouble is not { } before)
        {
            WatchLog.Failed(logger, query.Collection, reason);
            _trouble = new WatchTrouble(reason, time.GetUtcNow(), 1);
        }
        else
        {
            WatchLog.StillFailing(logger, query.Collection, reason);
            _trouble = before with { Message = reason, Failures = before.Failures + 1 };
        }
    }

    private void Recover()
    {
        _wasRefused = false;
        if (_trouble is not { } before)
            return;
        WatchLog.Recovered(logger, query.Collection, before.Failures);
        _trouble = null;
    }
}
