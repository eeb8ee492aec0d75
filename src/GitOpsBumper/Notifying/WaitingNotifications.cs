using GitOpsBumper.Core.Notifications;

namespace GitOpsBumper.Notifying;

/// <summary>What a place is still to be told: so many notifications, and of further ones how many there are.</summary>
internal sealed class WaitingNotifications
{
    /// <summary>More than a message shows, and few enough to be kept for every channel that is down.</summary>
    public const int MaxKept = 200;

    private readonly Lock _gate = new();
    private List<Notification> _kept = [];
    private int _more;

    public int Count
    {
        get
        {
            lock (_gate)
                return _kept.Count + _more;
        }
    }

    public void Add(WaitingBatch batch)
    {
        lock (_gate)
        {
            var room = Math.Max(0, MaxKept - _kept.Count);
            _kept.AddRange(batch.Kept.Take(room));
            _more += Math.Max(0, batch.Kept.Count - room) + batch.More;
        }
    }

    /// <summary>Null: nothing waits.</summary>
    public WaitingBatch? Take()
    {
        lock (_gate)
        {
            if (_kept.Count + _more == 0)
                return null;
            var batch = new WaitingBatch(_kept, _more);
            (_kept, _more) = ([], 0);
            return batch;
        }
    }
}

/// <param name="Kept">In the order in which they came.</param>
/// <param name="More">How many there were besides.</param>
internal sealed record WaitingBatch(IReadOnlyList<Notification> Kept, int More)
{
    public int Count => Kept.Count + More;
}
