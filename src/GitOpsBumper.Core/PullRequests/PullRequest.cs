namespace GitOpsBumper.Core.PullRequests;

/// <summary>A pull or merge request as its forge shows it, open or closed.</summary>
public sealed record PullRequest
{
    /// <summary>By which people call it and the API finds it, without a sign before it.</summary>
    public required string Number { get; init; }

    /// <summary>For people.</summary>
    public required string Url { get; init; }

    public required string Title { get; init; }

    /// <summary>Empty when there is none. A forge may cut it in lists, at its end.</summary>
    public required string Body { get; init; }

    /// <summary>Without <c>refs/heads/</c>.</summary>
    public required string SourceBranch { get; init; }

    /// <summary>Likewise.</summary>
    public required string TargetBranch { get; init; }

    /// <summary>The source branch lies in the repository itself, and not in a fork that anybody may have made.</summary>
    public required bool IsOfRepository { get; init; }

    /// <summary>When it was changed last, be it by a comment; of a closed one that is when it was closed, or later.</summary>
    public required DateTimeOffset Changed { get; init; }

    /// <summary>When it was closed; null where it is open, or the forge does not say.</summary>
    public DateTimeOffset? Closed { get; init; }

    /// <summary>What its forge wants to see again beside the number, such as a version or an id of another API; null where it wants nothing.</summary>
    public string? Handle { get; init; }
}

/// <param name="Title">One line.</param>
/// <param name="Body">Markdown.</param>
public sealed record PullRequestText(string Title, string Body);

/// <param name="TitleCharacters">A longer title is refused.</param>
/// <param name="BodyCharacters">Likewise.</param>
public sealed record PullRequestLimits(int TitleCharacters, int BodyCharacters);
