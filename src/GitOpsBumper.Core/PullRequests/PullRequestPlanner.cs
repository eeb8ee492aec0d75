namespace GitOpsBumper.Core.PullRequests;

/// <summary>
/// Turns what is due and what is there into operations. Pure. A second look right after they were done finds nothing to do; no branch with commits of people is ever written to; and what was cut
/// short is taken up where it was left.
/// </summary>
public static class PullRequestPlanner
{
    /// <param name="situations">One for each key of a repository, the most urgent first.</param>
    /// <param name="openElsewhere">Requests of the bot that are open for other keys.</param>
    /// <param name="limits">Beyond them nothing new is opened; what is open is kept up to date.</param>
    public static IReadOnlyList<RequestPlan> Plan(IReadOnlyList<RequestSituation> situations, int openElsewhere, RequestLimits limits)
    {
        var plans = new List<RequestPlan>();
        var open = openElsewhere + situations.Count(situation => situation.Open is not null && situation.Wish is not null);
        var opened = 0;
        foreach (var situation in situations)
        {
            var plan = Plan(situation);
            if (plan.Operations.OfType<RequestOperation.Open>().Any())
            {
                if ((limits.MaxOpen > 0 && open >= limits.MaxOpen) || (limits.MaxNew > 0 && opened >= limits.MaxNew))
                {
                    plans.Add(new RequestPlan(situation, [], RequestStanding.Postponed));
                    continue;
                }

                open++;
                opened++;
            }

            plans.Add(plan);
        }

        return plans;
    }

    private static RequestPlan Plan(RequestSituation situation) => situation.Wish is { } wish ? Propose(situation, wish) : WithoutWish(situation);

    private static RequestPlan WithoutWish(RequestSituation situation)
    {
        if (situation.Open is null || situation.IsPartial)
            return new RequestPlan(situation, [], situation.Open is null ? RequestStanding.None : RequestStanding.Waiting);
        if (situation.Tip is { IsOurs: false })
            return new RequestPlan(situation, [], RequestStanding.LeftToPeople);
        var operations = new List<RequestOperation>();
        if (situation.Mark is not { IsWithdrawn: true })
            operations.Add(new RequestOperation.Withdraw());
        if (situation is { Tip: not null, KeepsBranch: false })
            operations.Add(new RequestOperation.DeleteBranch());
        operations.Add(new RequestOperation.Close());
        return new RequestPlan(situation, operations, RequestStanding.Withdrawn);
    }

    private static RequestPlan Propose(RequestSituation situation, RequestWish wish)
    {
        if (situation.Tip is { IsOurs: false })
            return new RequestPlan(situation, situation is { Open: not null, Mark.IsLeft: not true } ? [new RequestOperation.Leave()] : [], RequestStanding.LeftToPeople);
        // What could not be looked at may stand on the branch already.
        if (situation is { IsPartial: true, Open: not null, Tip: not null })
            return new RequestPlan(situation, [], RequestStanding.Waiting);
        var operations = new List<RequestOperation>();
        if (Push(situation, wish) is { } push)
            operations.Add(push);
        if (situation.Open is null)
            operations.Add(new RequestOperation.Open());
        else if (situation.Mark is not { IsLeft: false, IsWithdrawn: false } mark || mark.Updates != wish.Trailer.Updates || mark.Id != situation.Key.Id)
            operations.Add(new RequestOperation.Describe());
        if (situation.Mark is { IsUnfinished: true })
            operations.Add(new RequestOperation.Finish());
        return new RequestPlan(situation, operations, operations.Exists(operation => operation is RequestOperation.Push or RequestOperation.Open) ? RequestStanding.Proposed : RequestStanding.Waiting);
    }

    /// <summary>Null when the branch is as it has to be.</summary>
    private static RequestOperation.Push? Push(RequestSituation situation, RequestWish wish)
    {
        if (situation.Tip?.Trailer is not { } there || there.Id != situation.Key.Id)
            return new RequestOperation.Push(OnTop: false);
        if (there == wish.Trailer)
            return null;
        if (situation.IsBehind)
            // Nobody is asked to look at it again where the forge can merge it as it is.
            return situation is { Open: not null, HasConflicts: false } ? null : new RequestOperation.Push(OnTop: false);
        // A branch that nobody looks at is begun anew.
        return new RequestOperation.Push(OnTop: wish.Update == RequestUpdate.Append && situation.Open is not null && there.From == wish.Trailer.From);
    }
}
