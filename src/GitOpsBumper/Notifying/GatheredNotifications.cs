using GitOpsBumper.Core.Notifications;

namespace GitOpsBumper.Notifying;

/// <summary>What cycles bring, until it is time to tell it: at the end of the cycle, but not long after it came when the cycle goes on.</summary>
internal sealed class GatheredNotifications(TimeProvider time)
{
    /// <summary>After the end of the last cycle, for what the next one brings at once.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>While a cycle runs that brings nothing more.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    /// <summary>While a cycle brings more and more.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>Further ones are counted.</summary>
    public const int MaxGathered = 5_000;

    private readonly Lock _gate = new();
    private List<Notification> _all = [];
    private int _more;
    private int _cycles;
    private long _first;
    private long _last;
    private long? _ended;

    /// <summary>How long until they are to be told; zero: now. Null: there are none.</summary>
    public TimeSpan? Due
    {
        get
        {
            lock (_gate)
            {
                if (_all.Count == 0)
                    return null;
                // A cycle that begins meanwhile and brings nothing holds nothing up.
                var quiet = _ended is { } ended ? Pause - time.GetElapsedTime(ended) : (_cycles == 0 ? Pause : Silence) - time.GetElapsedTime(_last);
                var late = Longest - time.GetElapsedTime(_first);
                var due = quiet < late ? quiet : late;
                return due > TimeSpan.Zero ? due : TimeSpan.Zero;
            }
        }
    }

    public void Add(IReadOnlyList<Notification> notifications)
    {
        lock (_gate)
        {
            _last = time.GetTimestamp();
            _ended = null;
            if (_all.Count == 0)
                _first = _last;
            foreach (var notification in notifications)
            {
                if (_all.Count < MaxGathered)
                    _all.Add(notification);
                else
                    _more++;
            }
        }
    }

    public void BeginCycle()
    {
        lock (_gate)
            _cycles++;
    }

    public void EndCycle()
    {
        lock (_gate)
        {
            if (--_cycles == 0)
                _ended ??= time.GetTimestamp();
        }
    }

    public WaitingBatch Take()
    {
        lock (_gate)
        {
            var batch = new WaitingBatch(_all, _more);
            (_all, _more) = ([], 0);
            _ended = null;
            return batch;
        }
    }
}
