namespace GitOpsBumper.Adapters.Http;

/// <summary>
/// Everything that spares one host: so many requests at once, so many a second, none while it asked to be left alone, and none for a
/// while when it answers nothing but failures.
/// </summary>
public sealed class HostGate : IDisposable
{
    /// <summary>Calls in a row, each with all its retries.</summary>
    public const int FailuresUntilClosed = 5;

    /// <summary>A host that was left alone may be asked at once what could have been asked in so many seconds.</summary>
    public const int BurstSeconds = 5;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _places;
    private readonly TimeProvider _time;
    private readonly TimeSpan _interval;
    private readonly TimeSpan _burst;
    private DateTimeOffset _nextTurn;
    private DateTimeOffset _pausedUntil;
    private DateTimeOffset _closedUntil;
    private string _closedBecause = "";
    private int _failuresInARow;

    public HostGate(HostLimits limits, TimeProvider time)
    {
        _places = new SemaphoreSlim(limits.Concurrency);
        _time = time;
        _interval = TimeSpan.FromSeconds(1) / limits.RequestsPerSecond;
        _burst = _interval * (limits.RequestsPerSecond * BurstSeconds - 1);
        Holds = new RateLimitHolds(time);
    }

    /// <summary>Limits of the host that are used up.</summary>
    public RateLimitHolds Holds { get; }

    /// <summary>How long the host still wants to be left alone; zero or less when it does not.</summary>
    public TimeSpan PausedFor
    {
        get
        {
            lock (_lock)
                return _pausedUntil - _time.GetUtcNow();
        }
    }

    /// <summary>Waits for a place and a turn; the place is free again when what is returned is disposed.</summary>
    public async ValueTask<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            // While one waits for its turn, the answer to another may say that the host wants a pause.
            for (var wait = TakeTurn(); wait > TimeSpan.Zero; wait = PausedFor)
                await Task.Delay(wait, _time, cancellationToken);
            return new Place(_places);
        }
        catch
        {
            _places.Release();
            throw;
        }
    }

    public void Pause(TimeSpan duration)
    {
        lock (_lock)
        {
            var until = _time.GetUtcNow() + duration;
            if (until > _pausedUntil)
                _pausedUntil = until;
        }
    }

    public void Succeeded()
    {
        lock (_lock)
            _failuresInARow = 0;
    }

    public void Failed(string reason, TimeSpan closeFor)
    {
        lock (_lock)
        {
            if (++_failuresInARow < FailuresUntilClosed)
                return;
            _failuresInARow = 0;
            _closedUntil = _time.GetUtcNow() + closeFor;
            _closedBecause = reason;
        }
    }

    /// <summary>Why the host is not asked at the moment; null when it may be.</summary>
    public string? ClosedBecause()
    {
        lock (_lock)
            return _time.GetUtcNow() < _closedUntil ? _closedBecause : null;
    }

    public void Dispose() => _places.Dispose();

    /// <summary>Turns lie one interval apart; unused ones are kept up to the burst.</summary>
    private TimeSpan TakeTurn()
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            var turn = _nextTurn > now - _burst ? _nextTurn : now - _burst;
            _nextTurn = turn + _interval;
            return turn - now > TimeSpan.Zero ? turn - now : _pausedUntil - now;
        }
    }

    private sealed class Place(SemaphoreSlim places) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
                places.Release();
        }
    }
}

/// <summary>What one host is asked at most.</summary>
/// <param name="Concurrency">Requests under way at once.</param>
/// <param name="RequestsPerSecond">In the long run; see <see cref="HostGate.BurstSeconds"/>.</param>
public sealed record HostLimits(int Concurrency, int RequestsPerSecond);
