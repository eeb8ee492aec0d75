using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Core.Applications;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Adapters.Kubernetes.Watching;

/// <summary>All objects of a kind within a scope, kept up to date by one watch per namespace, or by one for the whole cluster.</summary>
public sealed class ObjectSet<T>
{
    private readonly IReadOnlyList<ObjectWatcher<T>> _watchers;
    private volatile Union? _union;

    /// <param name="queue">Gets the changes; several sets may share one.</param>
    public ObjectSet(KubernetesConnection connection, ObjectKind<T> kind, ObjectScope scope, ChangeQueue queue, TimeProvider time, ILogger<ObjectSet<T>> logger)
    {
        ArgumentNullException.ThrowIfNull(scope);
        Kind = kind;
        _watchers = [.. scope.Paths(kind).Select(path => new ObjectWatcher<T>(connection, kind, new ObjectQuery(path, scope.LabelSelector, scope.FieldSelector), scope.ForgetsWhatIsRefused, queue, time, logger) { IsOptional = scope.IsOptional })];
    }

    public ObjectKind<T> Kind { get; }

    /// <summary>Every watcher has had a complete list: what is missing from <see cref="Objects"/> did not exist then.</summary>
    public bool HasSynced => _watchers.All(watcher => watcher.Synced.IsCompleted);

    /// <summary>Every watcher has had an answer, be it a refusal, and one of them a complete list.</summary>
    public bool HasSyncedInPart => _watchers.All(watcher => watcher.Answered.IsCompleted) && _watchers.Any(watcher => watcher.Synced.IsCompleted);

    /// <summary>No watcher has had a good answer for so long.</summary>
    public bool IsSilentFor(TimeSpan duration) => _watchers.All(watcher => watcher.Trouble?.Silence >= duration);

    /// <summary>Of the watchers that do not hear of changes at the moment; empty while all is well.</summary>
    public IReadOnlyList<WatchTrouble> Troubles => [.. _watchers.Select(watcher => watcher.Trouble).OfType<WatchTrouble>()];

    /// <summary>As they are known now; later changes do not show in what was returned. As long as nothing changes it is the same dictionary.</summary>
    public IReadOnlyDictionary<NamespacedName, Watched<T>> Objects =>
        _watchers is [var single] ? single.Store.Objects : Unite();

    /// <summary>Objects that are there and cannot be read; they are not among <see cref="Objects"/>.</summary>
    public IReadOnlyList<UnreadableObject> Unreadable => [.. _watchers.SelectMany(watcher => watcher.Store.Unreadable.Values)];

    /// <summary>Ends when <see cref="HasSynced"/> is true.</summary>
    public Task WaitForSyncAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_watchers.Select(watcher => watcher.Synced)).WaitAsync(cancellationToken);

    /// <summary>Ends when <see cref="HasSyncedInPart"/> is true.</summary>
    public async Task WaitForPartAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_watchers.Select(watcher => watcher.Answered)).WaitAsync(cancellationToken);
        await Task.WhenAny(_watchers.Select(watcher => watcher.Synced)).WaitAsync(cancellationToken);
    }

    /// <summary>Watches until the token ends it; to be called once.</summary>
    /// <exception cref="OperationCanceledException">The token ended it.</exception>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(_watchers.Select(watcher => watcher.RunAsync(cancellationToken)));

    private Dictionary<NamespacedName, Watched<T>> Unite()
    {
        var parts = _watchers.Select(watcher => watcher.Store.Objects).ToList();
        if (_union is { } before && before.Parts.SequenceEqual(parts, ReferenceEqualityComparer.Instance))
            return before.All;
        var all = parts.SelectMany(part => part).ToDictionary();
        _union = new Union(parts, all);
        return all;
    }

    private sealed record Union(IReadOnlyList<object> Parts, Dictionary<NamespacedName, Watched<T>> All);
}
