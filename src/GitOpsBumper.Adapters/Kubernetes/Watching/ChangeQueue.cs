using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Adapters.Kubernetes.Watching;

public enum ChangeKind
{
    Added,
    Changed,
    Removed,
}

/// <summary>What has become of an object since the queue was emptied.</summary>
/// <param name="ObjectKind">Such as <c>Application</c>.</param>
public sealed record ObjectChange(string ObjectKind, NamespacedName Name, ChangeKind Change);

/// <summary>
/// Changes that wait for somebody to look at them: of each object one, however often it changed. So it never holds more entries than
/// there are objects. Several watchers may write to one queue; any number of readers.
/// </summary>
/// <param name="time">Measures how long changes wait; null: as time passes.</param>
public sealed class ChangeQueue(TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Lock _gate = new();
    private readonly Dictionary<Subject, Entry> _entries = [];
    private TaskCompletionSource _filled = NewSignal();
    private long _order;

    public int Count
    {
        get
        {
            lock (_gate)
                return _entries.Count;
        }
    }

    /// <summary>Since the oldest change that nobody has taken; zero when there is none.</summary>
    public TimeSpan OldestWait
    {
        get
        {
            lock (_gate)
                return _entries.Count == 0 ? TimeSpan.Zero : _time.GetElapsedTime(_entries.Values.Min(entry => entry.Since));
        }
    }

    /// <summary>Ends when there is something to take; at once when there is already.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
            return _filled.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Everything that has changed, in the order of each object's first change; the queue is empty afterwards.</summary>
    public IReadOnlyList<ObjectChange> TakeAll()
    {
        lock (_gate)
        {
            var taken = _entries.OrderBy(entry => entry.Value.Order).Select(entry => new ObjectChange(entry.Key.ObjectKind, entry.Key.Name, entry.Value.Change)).ToList();
            _entries.Clear();
            Settle();
            return taken;
        }
    }

    internal void Add(ObjectChange change)
    {
        var subject = new Subject(change.ObjectKind, change.Name);
        lock (_gate)
        {
            if (!_entries.TryGetValue(subject, out var before))
                _entries[subject] = new Entry(change.Change, _order++, _time.GetTimestamp());
            else if (Both(before.Change, change.Change) is { } together)
                _entries[subject] = before with { Change = together };
            else
                _entries.Remove(subject);
            Settle();
        }
    }

    /// <summary>What two changes come to; null when nobody has to know, because the object came and went unseen.</summary>
    private static ChangeKind? Both(ChangeKind first, ChangeKind second) => (first, second) switch
    {
        (ChangeKind.Added, ChangeKind.Removed) => null,
        (ChangeKind.Added, _) => ChangeKind.Added,
        (_, ChangeKind.Removed) => ChangeKind.Removed,
        _ => ChangeKind.Changed,
    };

    private void Settle()
    {
        if (_entries.Count > 0)
            _filled.TrySetResult();
        else if (_filled.Task.IsCompleted)
            _filled = NewSignal();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed record Subject(string ObjectKind, NamespacedName Name);

    private sealed record Entry(ChangeKind Change, long Order, long Since);
}
