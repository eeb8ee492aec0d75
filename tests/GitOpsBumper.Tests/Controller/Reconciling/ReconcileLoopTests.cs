using GitOpsBumper.Adapters.Kubernetes.Watching;
using GitOpsBumper.Controller.Reconciling;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Tests.Controller.Reconciling;

public sealed class ReconcileLoopTests : ReconcileLoopStage
{
    [Fact(Timeout = Patience)]
    public async Task The_first_cycle_is_over_everything_and_begins_at_once()
    {
        Change("early");
        Start();
        var first = await NextAsync();
        Assert.Equal(CycleKind.Full, first.Order.Kind);
        Assert.Null(first.Order.Applications);
        // What had changed before is looked at in it, and not again.
        Assert.Equal(0, Changes.Count);
    }

    [Fact(Timeout = Patience)]
    public async Task Full_cycles_begin_at_each_interval_counted_from_beginning_to_beginning()
    {
        Start();
        var first = await NextAsync();
        Time.Advance(TimeSpan.FromSeconds(50));
        first.End();
        await WaitsAsync(TimeSpan.FromSeconds(70));
        Time.Advance(TimeSpan.FromSeconds(69));
        Assert.False(HasBegun());
        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(CycleKind.Full, (await NextAsync()).Order.Kind);
    }

    [Fact(Timeout = Patience)]
    public async Task A_cycle_that_overruns_is_followed_by_one_and_not_by_all_that_were_missed()
    {
        Start();
        var first = await NextAsync();
        Time.Advance(TimeSpan.FromMinutes(11));
        Assert.False(HasBegun());
        first.End();
        var second = await NextAsync();
        second.End();
        await WaitsAsync(TimeSpan.FromMinutes(2));
        Assert.False(HasBegun());
    }

    [Fact(Timeout = Patience)]
    public async Task Without_an_interval_only_changes_count()
    {
        Interval = TimeSpan.Zero;
        Start();
        (await NextAsync()).End();
        Time.Advance(TimeSpan.FromDays(1));
        Change("web");
        var partial = await AfterGatheringAsync();
        Assert.Equal(CycleKind.Partial, partial.Order.Kind);
    }

    [Fact(Timeout = Patience)]
    public async Task What_changes_in_one_breath_is_looked_at_in_one_cycle_while_a_full_one_is_under_way()
    {
        Start();
        var full = await NextAsync();
        Change("web");
        await WaitsAsync(ReconcileLoop.Gathering);
        Change("api");
        var partial = await AfterGatheringAsync();
        Assert.Equal(CycleKind.Partial, partial.Order.Kind);
        Assert.Equal(["api", "web"], partial.Names);
        full.End();
    }

    [Fact(Timeout = Patience)]
    public async Task An_application_is_in_one_small_cycle_at_a_time_and_what_changes_meanwhile_comes_after_it()
    {
        Start();
        await NextAsync();
        Change("web");
        var first = await AfterGatheringAsync();
        Change("web");
        Change("api");
        var second = await AfterGatheringAsync();
        Assert.Equal(["api"], second.Names);
        Assert.False(HasBegun());
        first.End();
        Assert.Equal(["web"], (await NextAsync()).Names);
    }

    [Fact(Timeout = Patience)]
    public async Task What_changes_where_a_small_cycle_is_at_work_waits_for_that_place_and_not_for_the_whole_cycle()
    {
        Places["web"] = Places["api"] = "one";
        Start();
        await NextAsync();
        Change("web");
        Change("other");
        var first = await AfterGatheringAsync();
        Assert.Equal(["other", "web"], first.Names);
        Change("api");
        Change("third");
        var second = await AfterGatheringAsync();
        // The place of "web" is in work, so "api" has to wait.
        Assert.Equal(["third"], second.Names);
        first.Order.Done(new NamespacedName("argocd", "web"));
        Assert.Equal(["api"], (await NextAsync()).Names);
    }

    [Fact(Timeout = Patience)]
    public async Task What_is_no_news_begins_no_cycle()
    {
        Start();
        await NextAsync();
        Old.Add("web");
        Change("web");
        Change("api");
        Assert.Equal(["api"], (await AfterGatheringAsync()).Names);
    }

    [Fact(Timeout = Patience)]
    public async Task A_removed_application_begins_no_cycle()
    {
        Start();
        await NextAsync();
        Changes.Add(new ObjectChange("Application", new NamespacedName("argocd", "gone"), ChangeKind.Removed));
        Change("api");
        Assert.Equal(["api"], (await AfterGatheringAsync()).Names);
        Assert.Equal(["gone"], Removed);
    }

    [Fact(Timeout = Patience)]
    public async Task A_changed_secret_asks_for_a_full_cycle_and_not_for_two_at_a_time()
    {
        Start();
        var first = await NextAsync();
        Changes.Add(new ObjectChange("Secret", new NamespacedName("argocd", "repo"), ChangeKind.Changed));
        await WaitsAsync(ReconcileLoop.Gathering);
        Time.Advance(ReconcileLoop.Gathering);
        await EmptyAsync();
        Assert.False(HasBegun());
        first.End();
        await WaitsAsync(ReconcileLoop.LongGathering);
        Time.Advance(ReconcileLoop.LongGathering);
        Assert.Equal(CycleKind.Full, (await NextAsync()).Order.Kind);
    }

    [Fact(Timeout = Patience)]
    public async Task It_ends_when_the_cycles_under_way_have_ended()
    {
        Start();
        var full = await NextAsync();
        Change("web");
        var partial = await AfterGatheringAsync();
        await StopAsync();
        Assert.False(Loop!.IsCompleted);
        full.End();
        partial.End();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Loop);
    }

    [Fact(Timeout = Patience)]
    public async Task What_concerns_some_applications_alone_begins_a_small_cycle_over_those_for_which_it_is_news()
    {
        Start();
        await NextAsync();
        Concerned.AddRange([new NamespacedName("argocd", "web"), new NamespacedName("argocd", "other")]);
        Old.Add("other");
        Changes.Add(new ObjectChange("ImageUpdater", new NamespacedName("argocd", "all"), ChangeKind.Removed));
        var small = await AfterGatheringAsync();
        Assert.Equal(CycleKind.Partial, small.Order.Kind);
        Assert.Equal("argocd/web", Assert.Single(small.Order.Applications!).ToString());
        Assert.Empty(Removed);
    }
}
