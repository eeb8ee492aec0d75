namespace GitOpsBumper.Core.PullRequests;

/// <summary>One thing to be done about a request. They are done in the order of the plan; what was done is seen in the next cycle, so that one that is cut short is finished then.</summary>
public abstract record RequestOperation
{
    private RequestOperation()
    {
    }

    /// <summary>The branch is made, or moved under the lease of the tip that is known.</summary>
    /// <param name="OnTop">One commit more on the tip; else one commit on the base, which takes the place of all there was.</param>
    public sealed record Push(bool OnTop) : RequestOperation;

    public sealed record Open : RequestOperation;

    /// <summary>Title and body are written again.</summary>
    public sealed record Describe : RequestOperation;

    /// <summary>Labels, reviewers and the like are given, and the mark that they are to come is taken away.</summary>
    public sealed record Finish : RequestOperation;

    /// <summary>People who commit to the branch are told, once, that the bot leaves it to them.</summary>
    public sealed record Leave : RequestOperation;

    /// <summary>It is told that nothing of it is due any more, and marked so: some forges close a request whose branch is deleted, and nobody is to think that a person did.</summary>
    public sealed record Withdraw : RequestOperation;

    /// <summary>Under the lease of the tip that is known.</summary>
    public sealed record DeleteBranch : RequestOperation;

    /// <summary>Without being merged.</summary>
    public sealed record Close : RequestOperation;
}

/// <summary>How a key stands once its operations are done.</summary>
public enum RequestStanding
{
    /// <summary>Nothing is proposed, and nothing was.</summary>
    None,

    /// <summary>There is a request, or a newer version in it, since now.</summary>
    Proposed,

    /// <summary>The request is as it was.</summary>
    Waiting,

    /// <summary>People's commits lie on the branch.</summary>
    LeftToPeople,

    /// <summary>There are as many requests as there may be.</summary>
    Postponed,

    /// <summary>The request is closed, as nothing of it is due.</summary>
    Withdrawn,
}

/// <param name="Situation">As it was.</param>
/// <param name="Operations">In order; empty when nothing is to be done.</param>
/// <param name="Standing">Afterwards.</param>
public sealed record RequestPlan(RequestSituation Situation, IReadOnlyList<RequestOperation> Operations, RequestStanding Standing);

/// <param name="MaxOpen">Requests of the bot in a repository; 0: any number.</param>
/// <param name="MaxNew">Of a cycle; 0: any number.</param>
public sealed record RequestLimits(int MaxOpen, int MaxNew);
