using GitOpsBumper.Core.Messages;
using GitOpsBumper.Core.PullRequests;
using GitOpsBumper.Core.WriteBack;

namespace GitOpsBumper.Controller.Requests;

/// <summary>The applications whose changes one request proposes.</summary>
/// <param name="Key">Of the request.</param>
/// <param name="Group">Null: it is for one application.</param>
/// <param name="Applications">That write to one base branch, in the order of the cycle.</param>
internal sealed record RequestShare(RequestKey Key, string? Group, IReadOnlyList<ApplicationWork> Applications);

/// <summary>What is due for a share.</summary>
/// <param name="Share">Whose it is.</param>
/// <param name="Commit">Null: nothing is.</param>
/// <param name="Parts">What the commit says of each application.</param>
/// <param name="Before">What the files that it changes say on the base; null where there is none.</param>
internal sealed record ShareChanges(RequestShare Share, PlannedCommit? Commit, IReadOnlyList<CommitMessageData> Parts, IReadOnlyList<KeyValuePair<RepositoryPath, string?>> Before);
