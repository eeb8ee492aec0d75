namespace GitOpsBumper.Adapters.Kubernetes.Leases;

/// <summary>
/// Since when somebody else's lease has not been renewed, measured on our own monotonic clock: the times in a lease are those of another
/// machine's clock and say nothing here.
/// </summary>
internal sealed class LeaseSighting(TimeProvider time)
{
    private string? _version;
    private TimeSpan _duration;
    private long _since;

    /// <summary>How long the lease has to be left alone; zero: it may be taken. Zero too while nobody else's has been seen.</summary>
    public TimeSpan Remaining
    {
        get
        {
            var remaining = _version is null ? TimeSpan.Zero : _duration - time.GetElapsedTime(_since);
            return remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;
        }
    }

    /// <summary>After each answer of the server. Any change of the lease counts as a sign of life. No lease is left alone for longer than the longest that may be set.</summary>
    /// <param name="usual">For a lease that does not say how long it lasts.</param>
    public void See(Lease lease, TimeSpan usual)
    {
        if (lease.Version == _version)
            return;
        var duration = lease.Duration ?? usual;
        (_version, _duration, _since) = (lease.Version, duration < LeaderElectionTimes.Longest ? duration : LeaderElectionTimes.Longest, time.GetTimestamp());
    }

    /// <summary>It is nobody's, or ours.</summary>
    public void Forget() => _version = null;
}
