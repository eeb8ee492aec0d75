using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Controller.Reconciling;

/// <summary>
/// When applications want to be looked at next: those with a schedule, which cycles over everything leave out until then, and those with something that waits for a certain time. Nothing of it is kept:
/// after a start everything is looked at.
/// </summary>
/// <param name="time">Whose wall clock counts.</param>
/// <param name="due">Hears of each application whose time has come.</param>
internal sealed class LookTimes(TimeProvider time, Action<NamespacedName> due)
{
    /// <summary>Clocks are put right meanwhile.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<NamespacedName, LookTime> _times = [];
    private readonly SortedSet<LookTime> _sorted = new(Comparer<LookTime>.Create(static (left, right) => left.At.CompareTo(right.At) is var order and not 0
        ? order : string.CompareOrdinal(left.Name.ToString(), right.Name.ToString())));

    private TaskCompletionSource _sooner = NewSignal();

    /// <summary>Ends when the first time of all has become another one.</summary>
    public Task Sooner
    {
        get
        {
            lock (_gate)
                return _sooner.Task;
        }
    }

    /// <summary>Until the first of them is due; <see cref="Timeout.InfiniteTimeSpan"/> when there is none.</summary>
    public TimeSpan Pause
    {
        get
        {
            lock (_gate)
            {
                if (_sorted.Min is not { } first)
                    return Timeout.InfiniteTimeSpan;
                var left = first.At - time.GetUtcNow();
                return left <= TimeSpan.Zero ? TimeSpan.Zero : left < LongestPause ? left : LongestPause;
            }
        }
    }

    /// <summary>It has been decided: from that follows when it is looked at next. What failed is looked at in the next cycle.</summary>
    public void Decided(ApplicationReport report)
    {
        var now = time.GetUtcNow();
        var waits = report.Images.Select(image => image.Due).Min();
        // Its time came while it was being decided.
        if (waits < now)
            waits = now;
        var scheduled = report.AnyFailed ? null : report.Schedule?.Next(now);
        Set(report.Name, scheduled is null || waits < scheduled ? waits : scheduled, scheduled is not null);
    }

    /// <summary>Those that cycles over everything look at now; they are no longer waited for.</summary>
    public IReadOnlyList<ApplicationSnapshot> Take(CycleOrder order, IReadOnlyList<ApplicationSnapshot> applications, Func<NamespacedName, bool> isNews)
    {
        var now = time.GetUtcNow();
        var taken = new List<ApplicationSnapshot>(applications.Count);
        foreach (var application in applications)
        {
            if (order.Kind == CycleKind.Full && IsLeftOut(application.Name, now) && !isNews(application.Name))
                continue;
            Remove(application.Name);
            taken.Add(application);
        }

        return taken;
    }

    /// <summary>Those whose time has come; they are no longer waited for.</summary>
    public IReadOnlyList<NamespacedName> TakeDue()
    {
        var taken = new List<NamespacedName>();
        lock (_gate)
        {
            var now = time.GetUtcNow();
            while (_sorted.Min is { } first && first.At <= now)
            {
                _sorted.Remove(first);
                _times.Remove(first.Name);
                taken.Add(first.Name);
            }
        }

        taken.ForEach(due);
        return taken;
    }

    public void Remove(NamespacedName name) => Set(name, null, isLeftOut: false);

    public void Clear()
    {
        lock (_gate)
        {
            _times.Clear();
            _sorted.Clear();
        }
    }

    /// <summary>What was computed by a clock that was ahead counts no longer when it has been put right.</summary>
    private bool IsLeftOut(NamespacedName name, DateTimeOffset now)
    {
        lock (_gate)
            return _times.TryGetValue(name, out var next) && next.IsLeftOut && next.At > now && now >= next.Set;
    }

    private void Set(NamespacedName name, DateTimeOffset? at, bool isLeftOut)
    {
        TaskCompletionSource? sooner = null;
        lock (_gate)
        {
            if (_times.Remove(name, out var old))
                _sorted.Remove(old);
            if (at is not { } next)
                return;
            var look = new LookTime(next, name, isLeftOut, time.GetUtcNow());
            _times[name] = look;
            _sorted.Add(look);
            if (_sorted.Min == look)
                (sooner, _sooner) = (_sooner, NewSignal());
        }

        sooner?.TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="IsLeftOut">Of cycles over everything, until then.</param>
    /// <param name="Set">When that was computed.</param>
    private sealed record LookTime(DateTimeOffset At, NamespacedName Name, bool IsLeftOut, DateTimeOffset Set);
}
