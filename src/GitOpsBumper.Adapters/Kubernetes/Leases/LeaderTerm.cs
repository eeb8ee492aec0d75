namespace GitOpsBumper.Adapters.Kubernetes.Leases;

/// <summary>
/// One unbroken time as leader. It lasts until a deadline after the moment before the last successful renewal was sent, on the monotonic
/// clock: whoever sees the renewal sees it later than that, and waits longer. A term that is over never comes back; the next one is another.
/// </summary>
#pragma warning disable CA1001 // The source is not disposed of, as nobody knows who listens still; without a timer of its own it has nothing to free.
public sealed class LeaderTerm
#pragma warning restore CA1001
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _deadline;
    private readonly Action<string> _ended;
    private readonly CancellationTokenSource _lost = new();
    private readonly ITimer _timer;
    private long _renewed;

    /// <param name="time">Its monotonic clock alone.</param>
    /// <param name="deadline">How long a renewal lasts.</param>
    /// <param name="renewed">The timestamp from before the request that began the term.</param>
    /// <param name="ended">Called once, with the reason.</param>
    internal LeaderTerm(TimeProvider time, TimeSpan deadline, long renewed, Action<string> ended)
    {
        (_time, _deadline, _renewed, _ended) = (time, deadline, renewed, ended);
        _timer = time.CreateTimer(_ => Check(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Check();
    }

    /// <summary>Cancelled when the term is over, whether or not the API server answers.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>
    /// To be asked right before anything that only the leader may do: unlike <see cref="Lost"/> it waits for no timer, so it is right also in a
    /// process that was frozen until a moment ago.
    /// </summary>
    public bool IsLeader => !_lost.IsCancellationRequested && Remaining > TimeSpan.Zero;

    private TimeSpan Remaining => _deadline - _time.GetElapsedTime(Interlocked.Read(ref _renewed));

    /// <param name="renewed">The timestamp from before the request.</param>
    /// <returns>False when the term was over before the answer came.</returns>
    internal bool TryRenew(long renewed)
    {
        bool inTime;
        lock (_gate)
        {
            inTime = IsLeader;
            if (inTime)
                Interlocked.Exchange(ref _renewed, renewed);
        }

        Check();
        return inTime && IsLeader;
    }

    internal void End(string reason)
    {
        lock (_gate)
        {
            if (_lost.IsCancellationRequested)
                return;
            // What others do about it is done on their own time, not while the election waits.
            _ = _lost.CancelAsync();
            _timer.Dispose();
        }

        _ended(reason);
    }

    /// <summary>A timer may be early, or be of the renewal before.</summary>
    private void Check()
    {
        lock (_gate)
        {
            if (_lost.IsCancellationRequested)
                return;
            if (Remaining is var remaining && remaining > TimeSpan.Zero)
            {
                _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(remaining.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
                return;
            }
        }

        End($"the lease could not be renewed for {_deadline.TotalSeconds:0.###} s");
    }
}
