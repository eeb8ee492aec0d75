namespace GitOpsBumper.Tests.Adapters.Kubernetes.Watching;

/// <summary>
/// A clock on which pauses of up to half a minute are over at once, so that nobody waits for a backoff, and longer waits (timeouts) never,
/// until a test says so.
/// </summary>
internal sealed class HeldTime : TimeProvider
{
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly List<TimeSpan> _pauses = [];
    private readonly List<Timer> _held = [];
    private DateTimeOffset _now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>That somebody made so far.</summary>
    public IReadOnlyList<TimeSpan> Pauses
    {
        get
        {
            lock (_gate)
                return [.. _pauses];
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _now;
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public void Advance(TimeSpan duration)
    {
        lock (_gate)
            _now += duration;
    }

    /// <summary>All timeouts that anybody waits for now run out.</summary>
    /// <returns>How long they were.</returns>
    public IReadOnlyList<TimeSpan> RunOut()
    {
        List<Timer> due;
        lock (_gate)
        {
            due = [.. _held];
            _held.Clear();
            if (due.Count > 0)
                _now += due.Max(timer => timer.Due);
        }

        foreach (var timer in due)
            timer.Fire();
        return [.. due.Select(timer => timer.Due)];
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(HeldTime time, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                time._held.Remove(this);
                Due = dueTime;
                if (dueTime < TimeSpan.Zero)
                    return true;
                if (dueTime > LongestPause)
                {
                    time._held.Add(this);
                    return true;
                }

                time._pauses.Add(dueTime);
                time._now += dueTime;
            }

            Fire();
            return true;
        }

        public void Fire() => ThreadPool.QueueUserWorkItem(_ => callback(state));

        public void Dispose()
        {
            lock (time._gate)
                time._held.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
