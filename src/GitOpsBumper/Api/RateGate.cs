namespace GitOpsBumper.Api;

/// <summary>Lets so many through a second on average, and as many at once as come in some seconds.</summary>
internal sealed class RateGate(TimeProvider time)
{
    /// <summary>Seconds' worth that may come at once.</summary>
    private const int Burst = 5;

    private readonly Lock _gate = new();
    private double _used;
    private long _last = time.GetTimestamp();

    /// <param name="perSecond">As it is now; zero: any number.</param>
    public bool TryPass(int perSecond)
    {
        if (perSecond == 0)
            return true;
        lock (_gate)
        {
            if (IsUsedUp(perSecond))
                return false;
            _used++;
            return true;
        }
    }

    /// <summary>Whether nothing would pass at this moment.</summary>
    public bool IsFull(int perSecond)
    {
        lock (_gate)
            return IsUsedUp(perSecond);
    }

    private bool IsUsedUp(int perSecond)
    {
        var now = time.GetTimestamp();
        _used = Math.Max(0, _used - (time.GetElapsedTime(_last, now).TotalSeconds * perSecond));
        _last = now;
        return _used >= perSecond * Burst;
    }
}
