namespace GitOpsBumper.Adapters.Git.History;

/// <summary>The commit at the tip of a branch.</summary>
/// <param name="Author">The e-mail address of who made it first.</param>
/// <param name="Committer">The e-mail address of who committed it.</param>
/// <param name="Message">All of it.</param>
public sealed record TipCommit(string Author, string Committer, string Message);
