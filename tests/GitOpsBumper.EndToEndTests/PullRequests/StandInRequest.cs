using GitOpsBumper.Core.PullRequests;

namespace GitOpsBumper.EndToEndTests.PullRequests;

/// <summary>A pull or merge request as a stand-in for a forge keeps it.</summary>
internal sealed class StandInRequest
{
    public required int Number { get; init; }

    public required string Title { get; set; }

    public required string Body { get; set; }

    public required string SourceBranch { get; init; }

    public required string TargetBranch { get; init; }

    public StandInState State { get; set; }

    public List<string> Labels { get; } = [];

    public List<string> Reviewers { get; } = [];

    public List<string> Assignees { get; } = [];

    public List<string> Comments { get; } = [];

    public bool IsDraft { get; set; }

    /// <summary>Null: people merge it.</summary>
    public MergeMethod? AutoMerge { get; set; }

    /// <summary>The source branch lies in somebody's fork.</summary>
    public bool IsOfFork { get; init; }

    public required DateTimeOffset Changed { get; set; }

    /// <summary>Counts changes, for forges that want to see it again.</summary>
    public int Version { get; set; }
}

internal enum StandInState
{
    Open,
    Closed,
    Merged,
}
