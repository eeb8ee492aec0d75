using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Cluster;

/// <summary>An Event that waits to be written.</summary>
/// <param name="Event">What it says.</param>
/// <param name="Holds">Whether it is still so: what has waited may be over.</param>
internal sealed record WaitingEvent(ObjectEvent Event, Func<bool> Holds)
{
    public NamespacedName Application => Event.About.Name;
}

/// <param name="Waiting">It waits no longer.</param>
/// <param name="LeftOut">How many about the same application were left out because it had too many; known when the last of its Events is taken, and zero before.</param>
internal sealed record TakenEvent(WaitingEvent Waiting, long LeftOut);

/// <summary>Events that wait, in a line for each application; the lines take turns. One application that has a lot to say keeps nobody else's Events from being written.</summary>
internal sealed class EventQueue
{
    /// <summary>As many as one cycle may say about one application; beyond it the oldest is left out.</summary>
    public const int MaxOfOne = 64;

    /// <summary>Of all applications; beyond it the oldest of the longest line is left out.</summary>
    public const int MaxWaiting = 4096;

    private readonly Lock _gate = new();
    private readonly Dictionary<NamespacedName, Line> _lines = [];
    private readonly LinkedList<Line> _turns = new();
    private TaskCompletionSource _news = NewSignal();
    private int _count;
    private long _crowdedOut;

    public int Count
    {
        get
        {
            lock (_gate)
                return _count;
        }
    }

    /// <summary>Ends when something is added after this was asked for.</summary>
    public Task News
    {
        get
        {
            lock (_gate)
            {
                if (_news.Task.IsCompleted)
                    _news = NewSignal();
                return _news.Task;
            }
        }
    }

    public void Add(WaitingEvent waiting)
    {
        lock (_gate)
        {
            var line = LineOf(waiting.Application);
            if (line.Events.Count == MaxOfOne)
            {
                line.Events.Dequeue();
                line.LeftOut++;
                _count--;
            }

            Enqueue(line, waiting);
            _news.TrySetResult();
        }
    }

    /// <summary>It could not be written: it waits behind the others of its application, or is left out when these are many by now.</summary>
    public void PutBack(TakenEvent taken)
    {
        lock (_gate)
        {
            var line = LineOf(taken.Waiting.Application);
            line.LeftOut += taken.LeftOut;
            if (line.Events.Count == MaxOfOne)
                line.LeftOut++;
            else
                Enqueue(line, taken.Waiting);
        }
    }

    /// <summary>The next one of those namespaces that may be written to; null when there is none.</summary>
    public TakenEvent? Take(Func<string, bool> isFree)
    {
        lock (_gate)
        {
            for (var turns = _turns.Count; turns > 0; turns--)
            {
                var line = _turns.First!.Value;
                _turns.RemoveFirst();
                _turns.AddLast(line.Turn);
                if (!isFree(line.Application.Namespace))
                    continue;
                var waiting = line.Events.Dequeue();
                _count--;
                if (line.Events.Count > 0)
                    return new TakenEvent(waiting, 0);
                Remove(line);
                return new TakenEvent(waiting, line.LeftOut);
            }

            return null;
        }
    }

    /// <summary>Whether anything waits that is about an application of the namespace.</summary>
    public bool Waits(string space)
    {
        lock (_gate)
            return _lines.Keys.Any(name => name.Namespace == space);
    }

    /// <summary>How many were left out, since this was last asked, because all applications together had too many.</summary>
    public long TakeCrowdedOut()
    {
        lock (_gate)
        {
            var count = _crowdedOut;
            _crowdedOut = 0;
            return count;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Line LineOf(NamespacedName application)
    {
        if (_lines.TryGetValue(application, out var line))
            return line;
        line = new Line(application);
        _lines[application] = line;
        _turns.AddLast(line.Turn);
        return line;
    }

    private void Enqueue(Line line, WaitingEvent waiting)
    {
        line.Events.Enqueue(waiting);
        if (++_count <= MaxWaiting)
            return;
        var longest = _lines.Values.MaxBy(other => other.Events.Count)!;
        longest.Events.Dequeue();
        _count--;
        _crowdedOut++;
        if (longest.Events.Count > 0)
            return;
        _crowdedOut += longest.LeftOut;
        Remove(longest);
    }

    private void Remove(Line line)
    {
        _lines.Remove(line.Application);
        _turns.Remove(line.Turn);
    }

    private sealed class Line
    {
        public Line(NamespacedName application)
        {
            Application = application;
            Turn = new LinkedListNode<Line>(this);
        }

        public NamespacedName Application { get; }

        public LinkedListNode<Line> Turn { get; }

        public Queue<WaitingEvent> Events { get; } = new();

        public long LeftOut { get; set; }
    }
}
