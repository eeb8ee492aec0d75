namespace GitOpsBumper.Tests.Adapters.Kubernetes.Leases;

/// <summary>The clocks of one machine, and whether it runs: while it is frozen nothing happens on it, and afterwards everything that is overdue.</summary>
/// <param name="rate">How fast its monotonic clock goes, 1 being right.</param>
internal sealed class Machine(VirtualTime world, double rate = 1) : TimeProvider
{
    private static readonly DateTimeOffset Beginning = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private long _frozenUntil;
    private bool _isDead;

    /// <summary>How wrong its wall clock is.</summary>
    public TimeSpan WallClockError { get; set; }

    public bool IsDead => _isDead;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Beginning + TimeSpan.FromTicks(world.Now) + WallClockError;

    public override long GetTimestamp() => (long)(world.Now * rate);

    public void Freeze(TimeSpan duration) => _frozenUntil = world.Now + duration.Ticks;

    /// <summary>As <c>kill -9</c> does.</summary>
    public void Kill() => _isDead = true;

    /// <summary>Something that comes from outside, or a timer: when the machine runs, or as soon as it does again.</summary>
    public void Happen(Action what)
    {
        if (_isDead)
            return;
        if (world.Now < _frozenUntil)
            world.After(TimeSpan.FromTicks(_frozenUntil - world.Now), () => Happen(what));
        else
            what();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, world, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(Machine machine, VirtualTime world, Action callback) : ITimer
    {
        private int _setting;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Assert.Equal(Timeout.InfiniteTimeSpan, period);
            var setting = ++_setting;
            if (dueTime >= TimeSpan.Zero)
                world.After(machine.Real(dueTime), () => machine.Happen(() => Fire(setting)));
            return true;
        }

        public void Dispose() => _setting++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Fire(int setting)
        {
            if (setting == _setting)
                callback();
        }
    }

    /// <summary>Rounded up: a timer is never early on its own clock.</summary>
    private TimeSpan Real(TimeSpan own) => TimeSpan.FromTicks((long)Math.Ceiling(own.Ticks / rate) + (rate == 1 ? 0 : 1));
}
