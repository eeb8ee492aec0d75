using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Controller;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.ImageUpdaters;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Cluster;

/// <summary>
/// Writes into ImageUpdater resources how they fare, one after the other, beside the cycles: nobody waits for it, and nothing depends on it. A resource of which
/// nothing is new is left alone, but for the time of the last look once in a while.
/// </summary>
internal sealed partial class StatusKeeper
{
    /// <summary>As long as that a resource need not be told that it was looked at again.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    /// <summary>Requests after one cycle. Those that have waited longest come first, so everyone has its turn.</summary>
    public const int MaxRequests = 200;

    /// <summary>Between two attempts where the right is missing.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private readonly ImageUpdaterStatusClient _client;
    private readonly ILogger _logger;
    private readonly EventPauses _pauses;
    private readonly UpdateNotes _notes = new();
    private readonly Dictionary<NamespacedName, Known> _known = [];
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private Task _running = Task.CompletedTask;
    private long _turn;
    private int _left;

    /// <param name="connection">To the API server.</param>
    /// <param name="time">For pauses.</param>
    /// <param name="logger">Hears of what could not be written.</param>
    public StatusKeeper(KubernetesConnection connection, TimeProvider time, ILogger<StatusKeeper> logger)
    {
        _client = new ImageUpdaterStatusClient(connection);
        _logger = logger;
        _pauses = new EventPauses(time, LongestPause);
    }

    /// <summary>Nothing is being written any more.</summary>
    public Task Ended
    {
        get
        {
            lock (_gate)
                return _running;
        }
    }

    /// <summary>Others may have written since. To be called while nothing is being written.</summary>
    public void Forget() => _known.Clear();

    /// <param name="title">Of the resource that governs the Application; null: none does.</param>
    /// <param name="report">What came of it.</param>
    /// <param name="at">When.</param>
    public void Updated(string? title, ApplicationReport report, DateTimeOffset at)
    {
        if (title is not null)
            _notes.Add(title, report, at);
    }

    /// <summary>Begins to write what is new; while that of an earlier cycle is still being written, it is left to a later one.</summary>
    /// <param name="picture">Of the cycle that has ended.</param>
    /// <param name="barrier">Asked before each write: null when it may begin.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public void Write(StatusPicture picture, Func<string?> barrier, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_running.IsCompleted && (picture.Resources.Count > 0 || _known.Count > 0))
                _running = Task.Run(() => WriteAllAsync(picture, barrier, cancellationToken), CancellationToken.None);
        }
    }

    private async Task WriteAllAsync(StatusPicture picture, Func<string?> barrier, CancellationToken cancellationToken)
    {
        try
        {
            Clean(picture);
            _left = MaxRequests;
            foreach (var (resource, status) in picture.Statuses().OrderBy(pair => _known.GetValueOrDefault(pair.Resource.Name)?.Turn ?? 0))
            {
                if (_left <= 0 || cancellationToken.IsCancellationRequested || barrier() is not null)
                    return;
                if (_pauses.IsFree(resource.Name.Namespace))
                    await TryAsync(resource, status, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Whoever leads next writes it.
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            Log.Unexpected(_logger, failure);
        }
    }

    private async Task TryAsync(ImageUpdaterResource resource, ImageUpdaterStatus status, CancellationToken cancellationToken)
    {
        var space = resource.Name.Namespace;
        try
        {
            if (!await KeepAsync(resource, status, cancellationToken))
                return;
            _pauses.End(space);
            _told.Remove(space);
            _told.Remove(EventPauses.Everywhere);
        }
        catch (KubernetesException failure) when (failure.IsNotFound || failure.IsConflict)
        {
            // Gone, or made anew, which the watch is about to tell; or a definition of long ago, without a status.
            _known[resource.Name] = new Known(resource.Uid, null, ++_turn);
        }
        catch (KubernetesException failure)
        {
            var where = failure.IsTransient ? EventPauses.Everywhere : space;
            _known[resource.Name] = new Known(resource.Uid, null, ++_turn);
            _pauses.Begin(where, failure.RetryAfter);
            if (_told.Add(where))
                Log.NotWritten(_logger, resource.Title, failure.Message);
        }
    }

    /// <returns>Whether the API server was asked.</returns>
    private async Task<bool> KeepAsync(ImageUpdaterResource resource, ImageUpdaterStatus status, CancellationToken cancellationToken)
    {
        var known = _known.GetValueOrDefault(resource.Name);
        var isRead = false;
        if (known?.Status is not { } before || known.Uid != resource.Uid)
        {
            _left--;
            before = await _client.ReadAsync(resource, cancellationToken);
            isRead = true;
            _known[resource.Name] = new Known(resource.Uid, before, ++_turn);
        }

        var updates = _notes.Of(resource.Title);
        if (updates.Count == 0 && status.SaysTheSame(before) && status.LastCheckedAt - before.LastCheckedAt < Fresh)
            return isRead;
        _left--;
        var now = status.After(before);
        await _client.WriteAsync(resource, now, updates, cancellationToken);
        _notes.Told(resource.Title, updates);
        _known[resource.Name] = new Known(resource.Uid, now, ++_turn);
        return true;
    }

    /// <summary>Resources that are gone, and namespaces in which there are none any more.</summary>
    private void Clean(StatusPicture picture)
    {
        var (names, spaces) = (picture.Resources.Select(resource => resource.Name).ToHashSet(), picture.Resources.Select(resource => resource.Name.Namespace).ToHashSet(StringComparer.Ordinal));
        foreach (var name in _known.Keys.Where(name => !names.Contains(name)).ToList())
            _known.Remove(name);
        _told.RemoveWhere(space => space != EventPauses.Everywhere && !spaces.Contains(space));
        _pauses.Forget(spaces.Contains);
        var titles = picture.Resources.Select(resource => resource.Title).ToHashSet(StringComparer.Ordinal);
        _notes.Forget(titles.Contains, picture.At - picture.Duration);
    }

    /// <param name="Uid">Of the resource.</param>
    /// <param name="Status">As it was read or written last; null: it has to be read.</param>
    /// <param name="Turn">Grows with every attempt.</param>
    private sealed record Known(string Uid, ImageUpdaterStatus? Status, long Turn);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The status of {Resource} was not written, and perhaps that of others: {Reason}; it is tried again after longer and longer pauses, and nothing else depends on it")]
        public static partial void NotWritten(ILogger logger, string resource, string reason);

        [LoggerMessage(LogLevel.Error, "An internal error while the status of ImageUpdater resources was written.")]
        public static partial void Unexpected(ILogger logger, Exception exception);
    }
}
