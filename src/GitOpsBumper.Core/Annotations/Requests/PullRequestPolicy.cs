using GitOpsBumper.Core.PullRequests;

namespace GitOpsBumper.Core.Annotations.Requests;

/// <summary>That changes of an application are proposed in a pull or merge request, and how.</summary>
public sealed record PullRequestPolicy
{
    /// <summary>The forge as the Application or resource names it, in the words of <c>--forge</c>; null: the host of the repository tells.</summary>
    public string? Forge { get; init; }

    /// <summary>Applications of one group share a request; null: it has one of its own.</summary>
    public string? Group { get; init; }

    public RequestUpdate Update { get; init; }

    public PullRequestOptions Options { get; init; } = new();
}
