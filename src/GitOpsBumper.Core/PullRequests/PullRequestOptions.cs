namespace GitOpsBumper.Core.PullRequests;

/// <summary>What a request gets besides its text.</summary>
public sealed record PullRequestOptions
{
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>As the forge calls them: user names, of teams <c>organisation/team</c> (GitHub, Gitea), of Azure DevOps ids or e-mail addresses.</summary>
    public IReadOnlyList<string> Reviewers { get; init; } = [];

    /// <summary>User names.</summary>
    public IReadOnlyList<string> Assignees { get; init; } = [];

    public bool IsDraft { get; init; }

    /// <summary>Merged by the forge as soon as all that it wants is there; null: by people.</summary>
    public MergeMethod? AutoMerge { get; init; }

    public bool IsEmpty => Labels.Count == 0 && Reviewers.Count == 0 && Assignees.Count == 0 && AutoMerge is null;
}

/// <summary>How a forge puts commits onto the target branch.</summary>
public enum MergeMethod
{
    Merge,
    Squash,
    Rebase,
}
