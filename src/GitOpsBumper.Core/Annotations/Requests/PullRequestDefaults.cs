using GitOpsBumper.Core.PullRequests;

namespace GitOpsBumper.Core.Annotations.Requests;

/// <summary>What holds for requests where annotations are silent.</summary>
public sealed record PullRequestDefaults
{
    /// <summary>Whether changes are proposed, and not written to the branch itself.</summary>
    public bool Proposes { get; init; }

    public RequestUpdate Update { get; init; }

    public IReadOnlyList<string> Labels { get; init; } = [];
}
