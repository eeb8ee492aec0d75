using GitOpsBumper.Core.PullRequests;

namespace GitOpsBumper.Tests.Core.PullRequests;

/// <summary>A repository and its forge, as far as requests of the bot go.</summary>
public sealed record ModelForge(IReadOnlyList<ModelRequest> Requests)
{
    public IReadOnlyList<RequestSituation> Situations => [.. Requests.Select(request => request.Situation)];

    /// <summary>Does operations in the order of the bot: what is over is marked, then branches move, then the rest.</summary>
    /// <param name="plans">One for each key.</param>
    /// <param name="most">So many operations are done, then the process ends.</param>
    /// <param name="without">This one is not; below zero: all are.</param>
    public ModelForge Do(IReadOnlyList<RequestPlan> plans, int most = int.MaxValue, int without = -1)
    {
        var requests = Requests.ToArray();
        var numbers = plans.SelectMany(plan => plan.Operations).ToList();
        var steps = plans.SelectMany((plan, index) => plan.Operations.Select((operation, at) => (Index: index, Operation: operation, Number: plans.Take(index).Sum(before => before.Operations.Count) + at)))
            .OrderBy(step => step.Operation switch { RequestOperation.Withdraw => 0, RequestOperation.Push or RequestOperation.DeleteBranch => 1, _ => 2 }).ToList();
        Assert.Equal(numbers.Count, steps.Count);
        foreach (var step in steps.Take(most).Where(step => step.Number != without))
            requests[step.Index] = requests[step.Index].Do(step.Operation, isForced: without >= 0);
        return new ModelForge(requests);
    }
}

/// <summary>One key.</summary>
public sealed record ModelRequest(RequestKey Key)
{
    public RequestWish? Wish { get; init; }

    public ModelTip? Tip { get; init; }

    /// <summary>Of the open request; null: there is none.</summary>
    public ModelMark? Mark { get; init; }

    /// <summary>Of the request that was closed; null: none was.</summary>
    public ModelMark? Closed { get; init; }

    public bool HasConflicts { get; init; }

    public bool IsPartial { get; init; }

    public RequestSituation Situation => new()
    {
        Key = Key,
        Branch = Key.BranchPart,
        Wish = Wish is null ? null : Wish with { Trailer = Wish.Trailer with { Id = Key.Id } },
        Open = Mark is null ? null : new PullRequest
        {
            Number = "1",
            Url = "https://forge.example.com/1",
            Title = "t",
            Body = Mark.Updates is null ? "somebody has written something else" : new RequestMark(Key.Id, Mark.Updates) { IsUnfinished = Mark.IsUnfinished, IsWithdrawn = Mark.IsWithdrawn, IsLeft = Mark.IsLeft } + "\n\nbody",
            SourceBranch = Key.BranchPart,
            TargetBranch = "main",
            IsOfRepository = true,
            Changed = DateTimeOffset.UnixEpoch,
        },
        Tip = Tip is null ? null : new BranchTip($"{Tip.Commit}", Tip.IsOurs, Tip.Trailer is { } trailer ? new RequestTrailer(Key.Id, trailer.Updates, trailer.From, trailer.Content) : null),
        HasConflicts = HasConflicts,
        IsPartial = IsPartial,
    };

    public ModelRequest Do(RequestOperation operation, bool isForced)
    {
        switch (operation)
        {
            case RequestOperation.Push push:
                Assert.True(Tip is null or { IsOurs: true }, "a branch of people was pushed to");
                Assert.True(!push.OnTop || Tip is not null, "a commit on top of nothing");
                var trailer = Wish!.Trailer;
                // Made again it conflicts with nothing.
                return this with { Tip = new ModelTip(Tip is null ? 100 : 101, true, new ModelTrailer(trailer.Updates, trailer.From, trailer.Content)), HasConflicts = push.OnTop ? HasConflicts : false };
            case RequestOperation.Open:
                Assert.True(Mark is null, "a second request for one key");
                if (Tip is null && isForced)
                    return this;
                Assert.True(Tip is not null, "a request without a branch");
                return this with { Mark = new ModelMark(Wish!.Trailer.Updates) };
            case RequestOperation.Describe:
                return this with { Mark = new ModelMark(Wish!.Trailer.Updates, Mark!.IsUnfinished) };
            case RequestOperation.Finish:
                return this with { Mark = Mark! with { IsUnfinished = false } };
            case RequestOperation.Leave:
                return this with { Mark = new ModelMark(Mark!.Updates ?? "-", Mark.IsUnfinished, Mark.IsWithdrawn, IsLeft: true) };
            case RequestOperation.Withdraw:
                return this with { Mark = new ModelMark(Mark!.Updates ?? "-", Mark.IsUnfinished, IsWithdrawn: true, Mark.IsLeft) };
            case RequestOperation.DeleteBranch:
                Assert.True(Tip is { IsOurs: true }, "a branch of people was deleted");
                return this with { Tip = null };
            case RequestOperation.Close:
                return this with { Mark = null, Closed = Mark };
            default:
                throw new ArgumentException($"{operation} is not known", nameof(operation));
        }
    }
}

public sealed record ModelTip(int Commit, bool IsOurs, ModelTrailer? Trailer);

public sealed record ModelTrailer(string Updates, string From, string Content);

/// <param name="Updates">Null: somebody took the mark out.</param>
public sealed record ModelMark(string? Updates, bool IsUnfinished = false, bool IsWithdrawn = false, bool IsLeft = false);
