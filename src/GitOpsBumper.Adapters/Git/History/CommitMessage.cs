namespace GitOpsBumper.Adapters.Git.History;

/// <summary>What a commit says of itself.</summary>
/// <param name="Id">Of the commit.</param>
/// <param name="When">When it was committed, as its committer's clock said.</param>
/// <param name="Committer">The name of who committed it.</param>
/// <param name="Text">The whole message.</param>
public sealed record CommitMessage(CommitId Id, DateTimeOffset When, string Committer, string Text)
{
    /// <summary>When it was made first, as its author's clock said: a rebase leaves that as it is.</summary>
    public DateTimeOffset Authored { get; init; } = When;
}
