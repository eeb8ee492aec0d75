using GitOpsBumper.Adapters.Git;

namespace GitOpsBumper.Controller;

/// <summary>All applications of a cycle that write to one git repository with the same credentials.</summary>
/// <param name="Url">Of the repository.</param>
/// <param name="Credential">Null: anonymous.</param>
/// <param name="Applications">Ordered by namespace and name.</param>
internal sealed record RepositoryWork(RepositoryUrl Url, GitCredential? Credential, IReadOnlyList<ApplicationWork> Applications);
