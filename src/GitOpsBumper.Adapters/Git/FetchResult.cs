namespace GitOpsBumper.Adapters.Git;

/// <summary>What a fetch found.</summary>
/// <param name="DefaultBranch">What the remote's <c>HEAD</c> names; null when the repository is empty.</param>
/// <param name="Tips">Of the branches asked for; those that do not exist are left out.</param>
public sealed record FetchResult(BranchName? DefaultBranch, IReadOnlyDictionary<BranchName, CommitId> Tips);
