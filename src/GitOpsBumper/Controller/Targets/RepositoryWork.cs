using GitOpsBumper.Adapters.Git;

namespace GitOpsBumper.Controller.Targets;

/// <summary>All applications of a cycle that write to one git repository with the same credentials.</summary>
/// <param name="Remote">Where the repository is, and how to get at it.</param>
/// <param name="Applications">Ordered by namespace and name.</param>
internal sealed record RepositoryWork(GitRemote Remote, IReadOnlyList<ApplicationWork> Applications)
{
    public RepositoryUrl Url => Remote.Url;
}
