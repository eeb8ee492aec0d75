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

    /// <returns>Whether it is the first of the application since everything was forgotten.</returns>
    public bool Put(ApplicationReport application)
    {
        // The texts of files are large, and git has them.
        var kept = application with { Changes = [] };
        if (_applications.TryAdd(application.Name, kept))
            return true;
        _applications[application.Name] = kept;
        return false;
    }

    /// <summary>Of an application that is gone, or asks for updates no longer.</summary>
    public void Remove(NamespacedName name) => _applications.TryRemove(name, out _);

    /// <summary>Somebody else may have worked since: what this replica knew is no longer so.</summary>
    public void Clear()
    {
        _applications.Clear();
        _full = null;
    }

    /// <summary>A cycle over everything has ended.</summary>
    public void End(CycleOutcome outcome) => _full = outcome;
}

/// <param name="Ended">When.</param>
/// <param name="Duration">From its beginning.</param>
/// <param name="Requests">What it cost; zero when that is not known.</param>
/// <param name="Failure">Why it came to nothing; null when it did not.</param>
internal sealed record CycleOutcome(DateTimeOffset Ended, TimeSpan Duration, RequestCounts Requests, string? Failure);
