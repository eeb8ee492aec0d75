using GitOpsBumper.Controller.Targets;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Controller;

/// <summary>Keeps a cycle in step with a world that goes on meanwhile. The default is for a world that stands still, of which the report at the end is enough.</summary>
internal sealed record CycleWitness
{
    /// <summary>An application as it is now; null when it is gone, or no longer looked at.</summary>
    public Func<ApplicationSnapshot, ApplicationSnapshot?> Current { get; init; } = static application => application;

    /// <summary>An application that was just read from the cluster, with what governs it there.</summary>
    public Func<ApplicationSnapshot, ApplicationSnapshot> Govern { get; init; } = static application => application;

    /// <summary>Whether this cycle may work on a repository, or leaves it to one that has it still.</summary>
    public Func<RepositoryWork, bool> MayBegin { get; init; } = static _ => true;

    /// <summary>Hears that all that is left of the cycle are repositories.</summary>
    public Action Settled { get; init; } = static () => { };

    /// <summary>Hears that nothing more is done on a repository in this cycle.</summary>
    public Action<RepositoryWork> Ended { get; init; } = static _ => { };

    /// <summary>Hears what came of applications, as soon as it is known. Of those that write to a repository while it is still held, so that nobody's later word comes first.</summary>
    public Action<IReadOnlyList<DecidedApplication>> Decided { get; init; } = static _ => { };

    /// <summary>Whether an application says something else by now. One that is gone says nothing.</summary>
    public bool HasChanged(ApplicationSnapshot application) => Current(application) is { } now && ApplicationNews.IsNews(application, now);

    /// <summary>Whether an application has changed since, in what decisions are made from, or is gone.</summary>
    public bool HasLeft(ApplicationSnapshot application) => Current(application) is not { } now || ApplicationNews.IsNews(application, now);
}

/// <param name="Application">As it was decided from.</param>
/// <param name="Report">What came of it.</param>
internal sealed record DecidedApplication(ApplicationSnapshot Application, ApplicationReport Report);
