using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Controller.Reconciling;

/// <summary>What waits to be looked at.</summary>
/// <param name="OldestWait">Zero when nothing waits.</param>
internal sealed record Backlog(int Length, TimeSpan OldestWait)
{
    public static Backlog Empty { get; } = new(0, TimeSpan.Zero);

    public Backlog And(Backlog other) => new(Length + other.Length, OldestWait > other.OldestWait ? OldestWait : other.OldestWait);
}

/// <summary>Applications that have changed and that no cycle looks at yet, each with the time at which that was first seen.</summary>
internal sealed class WaitingApplications
{
    private readonly Lock _gate = new();
    private readonly Dictionary<NamespacedName, long> _seen = [];
    private TaskCompletionSource _asked = NewSignal();

    /// <summary>Ends when somebody asks next.</summary>
    public Task Asked
    {
        get
        {
            lock (_gate)
                return _asked.Task;
        }
    }

    public Backlog Measure(TimeProvider time)
    {
        lock (_gate)
            return _seen.Count == 0 ? Backlog.Empty : new Backlog(_seen.Count, time.GetElapsedTime(_seen.Values.Min()));
    }

    /// <param name="name">Keeps its place when it waits already.</param>
    /// <param name="seen">A timestamp.</param>
    public void Add(NamespacedName name, long seen)
    {
        lock (_gate)
            _seen.TryAdd(name, seen);
    }

    /// <summary>As <see cref="Add"/>, from outside of the loop that looks after what waits.</summary>
    public void Ask(IEnumerable<NamespacedName> names, long seen)
    {
        TaskCompletionSource asked;
        lock (_gate)
        {
            foreach (var name in names)
                _seen.TryAdd(name, seen);
            asked = _asked;
            _asked = NewSignal();
        }

        asked.TrySetResult();
    }

    public void Remove(NamespacedName name)
    {
        lock (_gate)
            _seen.Remove(name);
    }

    public void Clear()
    {
        lock (_gate)
            _seen.Clear();
    }

    /// <summary>Those that need not wait any longer; they are no longer among those that do.</summary>
    public IReadOnlyList<NamespacedName> Take(Func<NamespacedName, bool> isFree)
    {
        lock (_gate)
        {
            var taken = _seen.Keys.Where(isFree).ToList();
            foreach (var name in taken)
                _seen.Remove(name);
            return taken;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
