using System.Collections.Concurrent;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Controller.Reconciling;

/// <summary>The latest report of every application, and how the last cycles went.</summary>
internal sealed class StatusBoard
{
    private readonly ConcurrentDictionary<NamespacedName, ApplicationReport> _applications = new();
    private volatile CycleOutcome? _full;

    /// <summary>The last cycle over everything; null before the first has ended.</summary>
    public CycleOutcome? LastFull => _full;

    /// <summary>Ordered by namespace and name.</summary>
    public IReadOnlyList<ApplicationReport> Applications =>
        [.. _applications.Values.OrderBy(application => application.Name.ToString(), StringComparer.Ordinal)];

    /// <param name="order">What was asked for.</param>
    /// <param name="report">What came of it.</param>
    /// <param name="ended">When.</param>
    public void Put(CycleOrder order, CycleReport report, DateTimeOffset ended)
    {
        var seen = new HashSet<NamespacedName>();
        foreach (var application in report.Applications)
        {
            seen.Add(application.Name);
            // The texts of files are large, and git has them.
            _applications[application.Name] = application with { Changes = [] };
        }

        // What was looked at and is not in the report no longer asks for updates, or is gone.
        foreach (var name in _applications.Keys.Where(name => !seen.Contains(name) && order.Applications?.Contains(name) != false))
            _applications.TryRemove(name, out _);
        if (order.Kind == CycleKind.Full)
            _full = new CycleOutcome(ended, report.Duration, report.Requests, null);
    }

    /// <summary>A cycle over everything came to nothing as a whole.</summary>
    public void Fail(string reason, DateTimeOffset ended, TimeSpan duration) => _full = new CycleOutcome(ended, duration, new RequestCounts(0, 0, 0, 0), reason);
}

/// <param name="Failure">Why it came to nothing; null when it did not.</param>
internal sealed record CycleOutcome(DateTimeOffset Ended, TimeSpan Duration, RequestCounts Requests, string? Failure);
