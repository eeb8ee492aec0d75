using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Controller;

/// <summary>Keeps a cycle in step with a world that goes on meanwhile. The default is for a world that stands still, of which the report at the end is enough.</summary>
internal sealed record CycleWitness
{
    /// <summary>An application as it is now; null when it is gone, or no longer looked at.</summary>
    public Func<ApplicationSnapshot, ApplicationSnapshot?> Current { get; init; } = static application => application;

    /// <summary>Whether this cycle may work on a repository, or leaves it to one that has it still.</summary>
    public Func<GitRemote, bool> MayBegin { get; init; } = static _ => true;

    /// <summary>Hears that nothing more is done on a repository in this cycle.</summary>
    public Action<GitRemote> Ended { get; init; } = static _ => { };

    /// <summary>Hears what came of applications, as soon as it is known. Of those that write to a repository while it is still held, so that nobody's later word comes first.</summary>
    public Action<IReadOnlyList<ApplicationReport>> Decided { get; init; } = static _ => { };
}
