using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Controller.Triggers;

/// <summary>One trigger on its way: which applications are still to be decided, and what was decided of the others.</summary>
internal sealed class TriggerJob
{
    private readonly Lock _gate = new();
    private readonly Dictionary<NamespacedName, TriggerTarget> _open;
    private readonly SortedDictionary<string, ApplicationReport> _reports = new(StringComparer.Ordinal);
    private readonly List<TriggeredImage> _images = [];
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan? _took;
    private volatile bool _isLost;

    /// <param name="id">Nobody can guess it.</param>
    /// <param name="asker">Who may ask what became of it.</param>
    /// <param name="ask">What is wanted.</param>
    /// <param name="targets">Not empty.</param>
    /// <param name="asked">A timestamp: cycles that began before it do not count.</param>
    public TriggerJob(string id, string asker, TriggerAsk ask, IReadOnlyList<TriggerTarget> targets, long asked)
    {
        (Id, Asker, Ask, Targets, Asked) = (id, asker, ask, targets, asked);
        _open = targets.ToDictionary(target => target.Application);
    }

    public string Id { get; }

    public string Asker { get; }

    public TriggerAsk Ask { get; }

    public IReadOnlyList<TriggerTarget> Targets { get; }

    public long Asked { get; }

    /// <summary>Ends when all are decided, or nobody here decides them any more.</summary>
    public Task Done => _done.Task;

    /// <summary>Whoever waits for it has to ask again.</summary>
    public bool IsLost => _isLost;

    /// <summary>This replica leads no longer.</summary>
    public void Lose()
    {
        _isLost = true;
        _done.TrySetResult();
    }

    /// <summary>As it is now.</summary>
    public TriggerState Read()
    {
        lock (_gate)
            return new TriggerState(_open.Count == 0, _took, [.. _images], [.. _reports.Values]);
    }

    /// <param name="report">Of a cycle that began after the trigger.</param>
    /// <param name="elapsed">Since the trigger.</param>
    public void Decided(ApplicationReport report, TimeSpan elapsed)
    {
        lock (_gate)
        {
            if (!_open.Remove(report.Name, out var target))
                return;
            _images.AddRange(TriggerVerdict.Of(Ask, target, report));
            // The texts of files are large, and git has them.
            _reports[report.Name.ToString()] = report with { Changes = [] };
            EndIfAllAreThere(elapsed);
        }
    }

    /// <summary>Nothing will be decided of it.</summary>
    public void Left(NamespacedName application, TimeSpan elapsed)
    {
        lock (_gate)
        {
            if (!_open.Remove(application, out var target))
                return;
            var reason = $"{application} is gone, or asks for no updates any more";
            _images.AddRange((target.Images ?? (IEnumerable<string>)[""]).Select(image => new TriggeredImage(application, image, TriggerResult.Failed, reason)));
            EndIfAllAreThere(elapsed);
        }
    }

    private void EndIfAllAreThere(TimeSpan elapsed)
    {
        if (_open.Count > 0)
            return;
        _took = elapsed;
        _done.TrySetResult();
    }
}

/// <param name="IsDone">All are decided.</param>
/// <param name="Took">From the trigger to its end; null before.</param>
/// <param name="Images">Those that are decided.</param>
/// <param name="Applications">Likewise, ordered by namespace and name.</param>
internal sealed record TriggerState(bool IsDone, TimeSpan? Took, IReadOnlyList<TriggeredImage> Images, IReadOnlyList<ApplicationReport> Applications)
{
    /// <summary>The worst; null before the end.</summary>
    public TriggerResult? Result => IsDone && Images.Count > 0 ? Images.Max(image => image.Result) : null;
}
