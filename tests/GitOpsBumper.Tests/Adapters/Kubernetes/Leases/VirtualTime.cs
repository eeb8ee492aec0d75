namespace GitOpsBumper.Tests.Adapters.Kubernetes.Leases;

/// <summary>
/// The time of a small world in which one thing happens after the other, on the thread that runs it: whatever is due happens at its moment, and
/// nothing waits for real.
/// </summary>
internal sealed class VirtualTime
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<Action, (long Due, long Order)> _events = new();
    private long _order;

    /// <summary>Ticks since the world began.</summary>
    public long Now { get; private set; }

    public void After(TimeSpan pause, Action what)
    {
        lock (_gate)
            _events.Enqueue(what, (Now + Math.Max(pause.Ticks, 0), _order++));
    }

    /// <param name="afterEach">Runs after whatever happened.</param>
    public void Run(TimeSpan duration, Action? afterEach = null)
    {
        var end = Now + duration.Ticks;
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            while (Next(end) is { } what)
            {
                what();
                afterEach?.Invoke();
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }

        Now = end;
    }

    private Action? Next(long end)
    {
        lock (_gate)
        {
            if (!_events.TryPeek(out var what, out var at) || at.Due > end)
                return null;
            _events.Dequeue();
            Now = at.Due;
            return what;
        }
    }
}
