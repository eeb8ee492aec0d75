using FsCheck;
using FsCheck.Fluent;
using GitOpsBumper.Core.PullRequests;

namespace GitOpsBumper.Tests.Core.PullRequests;

/// <summary>What holds of the planner whatever is due, whatever is there, and wherever a cycle is cut short.</summary>
public sealed class PlannerLawTests
{
    private const int Keys = 3;

    private static readonly Config Laws = Config.QuickThrowOnFailure.WithMaxTest(3_000);

    private static readonly RequestLimits NoLimits = new(0, 0);

    [Fact]
    public void A_second_look_finds_nothing_to_do() => Check.One(Laws, Prop.ForAll(Worlds, world =>
    {
        var after = world.Do(PullRequestPlanner.Plan(world.Situations, 0, NoLimits));
        return PullRequestPlanner.Plan(after.Situations, 0, NoLimits).All(plan => plan.Operations.Count == 0);
    }));

    [Fact]
    public void What_is_due_is_proposed_once_and_what_is_not_due_is_not() => Check.One(Laws, Prop.ForAll(Worlds, world =>
    {
        // Whoever opens a second request for a key, or one without a branch, throws.
        var after = world.Do(PullRequestPlanner.Plan(world.Situations, 0, NoLimits));
        return after.Situations.Zip(world.Situations).All(pair =>
        {
            var (now, before) = pair;
            if (before.Tip is { IsOurs: false } || before is { IsPartial: true, Open: not null, Tip: not null })
                return true;
            if (before.Wish is null)
                return now.Open is null || before.IsPartial;
            return now is { Open: not null, Tip: { IsOurs: true, Trailer: { } trailer } } && trailer.Updates == before.Wish.Trailer.Updates && now.Mark!.Updates == trailer.Updates;
        });
    }));

    [Fact]
    public void A_branch_with_commits_of_people_is_never_touched() => Check.One(Laws, Prop.ForAll(Worlds, world =>
        PullRequestPlanner.Plan(world.Situations, 0, NoLimits).Where(plan => plan.Situation.Tip is { IsOurs: false })
            .All(plan => plan.Operations.All(operation => operation is RequestOperation.Leave) && (plan.Situation.Wish is null || plan.Standing == RequestStanding.LeftToPeople))));

    [Fact]
    public void A_cycle_that_is_cut_short_anywhere_is_finished_by_the_next() => Check.One(Laws, Prop.ForAll(WholeWorlds, Gen.Choose(0, 20).ToArbitrary(), (world, cut) =>
    {
        var whole = world.Do(PullRequestPlanner.Plan(world.Situations, 0, NoLimits));
        var partly = world.Do(PullRequestPlanner.Plan(world.Situations, 0, NoLimits), cut);
        var finished = partly.Do(PullRequestPlanner.Plan(partly.Situations, 0, NoLimits));
        return finished.Requests.Zip(whole.Requests).All(pair => (pair.First.Tip, pair.First.Mark, pair.First.Closed) == (pair.Second.Tip, pair.Second.Mark, pair.Second.Closed));
    }));

    [Fact]
    public void Every_operation_is_needed() => Check.One(Laws, Prop.ForAll(WholeWorlds, Gen.Choose(0, 20).ToArbitrary(), (world, left) =>
    {
        var plans = PullRequestPlanner.Plan(world.Situations, 0, NoLimits);
        var count = plans.Sum(plan => plan.Operations.Count);
        if (count == 0)
            return true;
        var which = left % count;
        var after = world.Do(plans, int.MaxValue, which);
        var again = PullRequestPlanner.Plan(after.Situations, 0, NoLimits);
        // It is done then, or it is missed for ever: a branch that nobody deletes, a request that seems to be turned down.
        return again.Sum(plan => plan.Operations.Count) > 0 || !after.Requests.SequenceEqual(world.Do(plans).Requests);
    }));

    [Fact]
    public void No_more_are_opened_than_the_limits_say_and_what_is_open_is_kept_up_to_date() => Check.One(Laws, Prop.ForAll(Worlds, Gen.Choose(0, 4).ToArbitrary(), Gen.Choose(0, 3).ToArbitrary(), (world, most, fresh) =>
    {
        var plans = PullRequestPlanner.Plan(world.Situations, 1, new RequestLimits(most, fresh));
        var opened = plans.Count(plan => plan.Operations.OfType<RequestOperation.Open>().Any());
        var open = world.Situations.Count(situation => situation is { Open: not null, Wish: not null });
        var unlimited = PullRequestPlanner.Plan(world.Situations, 1, NoLimits);
        return (fresh == 0 || opened <= fresh) && (most == 0 || opened == 0 || open + opened + 1 <= most)
            && plans.Zip(unlimited).All(pair => pair.First.Standing == RequestStanding.Postponed
                ? pair.First.Operations.Count == 0 && pair.Second.Operations.OfType<RequestOperation.Open>().Any()
                : pair.First.Operations.SequenceEqual(pair.Second.Operations));
    }));

    private static Arbitrary<ModelForge> Worlds => Gen.ArrayOf(OneKey, Keys).Select(keys => new ModelForge([.. keys.Select((key, index) => key with { Key = RequestKey.OfGroup($"g{index}", "main") })])).ToArbitrary();

    /// <summary>All could be looked at.</summary>
    private static Arbitrary<ModelForge> WholeWorlds => Worlds.Generator.Select(world => new ModelForge([.. world.Requests.Select(request => request with { IsPartial = false })])).ToArbitrary();

    private static Gen<ModelRequest> OneKey =>
        from wish in Gen.Elements(0, 1, 2, 3)
        from update in Gen.Elements(RequestUpdate.Append, RequestUpdate.Replace)
        from tip in Gen.Elements(0, 1, 2, 3, 4, 5)
        from open in Gen.Elements(0, 1, 2, 3, 4, 5, 6)
        from conflicts in Gen.Elements(true, false)
        from partial in Gen.Elements(false, false, false, true)
        from unfinished in Gen.Elements(false, true)
        select new ModelRequest(RequestKey.OfGroup("g", "main"))
        {
            Wish = wish == 0 ? null : new RequestWish(Trailer("u1", wish == 3 ? "f2" : "f1", $"c{wish}"), update),
            Tip = tip switch
            {
                0 => null,
                1 => new ModelTip(1, true, new ModelTrailer("u1", "f1", "c1")),
                2 => new ModelTip(2, true, new ModelTrailer("u1", "f1", "c9")),
                3 => new ModelTip(3, true, new ModelTrailer("u0", "f1", "c0")),
                4 => new ModelTip(4, true, null),
                _ => new ModelTip(5, false, new ModelTrailer("u1", "f1", "c1")),
            },
            Mark = open switch
            {
                0 or 1 => null,
                2 => new ModelMark("u1", IsUnfinished: unfinished),
                3 => new ModelMark("u0", IsUnfinished: unfinished),
                4 => new ModelMark("u1", IsWithdrawn: true),
                5 => new ModelMark("u1", IsLeft: true),
                _ => new ModelMark(null),
            },
            HasConflicts = conflicts,
            IsPartial = partial,
        };

    private static RequestTrailer Trailer(string updates, string from, string content) => new("", updates, from, content);
}
