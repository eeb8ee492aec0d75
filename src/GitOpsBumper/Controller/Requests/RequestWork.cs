using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Core.PullRequests;

namespace GitOpsBumper.Controller.Requests;

/// <summary>One request on its way through a cycle.</summary>
/// <param name="Plan">What is to be done about it.</param>
/// <param name="Branch">Where it is proposed from.</param>
/// <param name="Base">Where its changes are to go.</param>
/// <param name="BaseTip">As it was read.</param>
/// <param name="Changes">Null: its applications are not part of the cycle's base branches any more.</param>
internal sealed record RequestWork(RequestPlan Plan, BranchName Branch, BranchName Base, CommitId BaseTip, ShareChanges? Changes)
{
    public RequestSituation Situation => Plan.Situation;

    public IReadOnlyList<ApplicationWork> Applications => Changes?.Share.Applications ?? [];

    /// <summary>Those that have something in it.</summary>
    public IReadOnlyList<ApplicationWork> Due => Changes?.Commit?.Applications ?? [];

    public bool Has<T>()
        where T : RequestOperation => Plan.Operations.OfType<T>().Any();

    /// <summary>The commit, which ends with trailers of images, with what the bot reads again in the next cycle.</summary>
    public NewCommit Commit
    {
        get
        {
            var commit = Changes!.Commit!.Commit;
            return commit with { Message = $"{commit.Message.TrimEnd('\n')}\n{Situation.Wish!.Trailer}\n" };
        }
    }

    public CommitId? Tip => Situation.Tip is { } tip ? CommitId.Parse(tip.Commit) : null;
}
