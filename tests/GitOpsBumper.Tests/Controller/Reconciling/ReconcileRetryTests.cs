using GitOpsBumper.Adapters.Kubernetes.Watching;
using GitOpsBumper.Controller.Reconciling;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Tests.Controller.Reconciling;

/// <summary>What comes to nothing by an error of ours.</summary>
public sealed class ReconcileRetryTests : ReconcileLoopStage
{
    [Fact(Timeout = Patience)]
    public async Task A_small_cycle_that_failed_is_tried_again_after_longer_and_longer_pauses()
    {
        Interval = TimeSpan.Zero;
        Start();
        (await NextAsync()).End();
        Change("web");
        Change("api");
        var cycle = await AfterGatheringAsync();
        foreach (var pause in (double[])[1.5, 3, 6, 12, 24, 48, 96, 192, 225, 225])
        {
            cycle.End(CycleEnd.Failed);
            await WaitsAsync(TimeSpan.FromSeconds(pause));
            Time.Advance(TimeSpan.FromSeconds(pause));
            cycle = await NextAsync();
            Assert.Equal(["api", "web"], cycle.Names);
        }

        // What went well is not tried again, and fails for the first time the next time.
        cycle.End();
        await IdleAsync();
        Change("web");
        (await AfterGatheringAsync()).End(CycleEnd.Failed);
        await WaitsAsync(TimeSpan.FromSeconds(1.5));
    }

    [Fact(Timeout = Patience)]
    public async Task What_changes_or_goes_after_a_failure_is_not_held_up_by_the_pause_and_not_repeated_by_it()
    {
        Interval = TimeSpan.Zero;
        Start();
        (await NextAsync()).End();
        Change("web");
        Change("gone");
        (await AfterGatheringAsync()).End(CycleEnd.Failed);
        await WaitsAsync(TimeSpan.FromSeconds(1.5));
        Changes.Add(new ObjectChange("Application", new NamespacedName("argocd", "gone"), ChangeKind.Removed));
        Change("web");
        var second = await AfterGatheringAsync();
        Assert.Equal(["web"], second.Names);
        second.End();
        await IdleAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task Without_an_interval_a_full_cycle_that_failed_is_tried_again()
    {
        Interval = TimeSpan.Zero;
        Start();
        foreach (var pause in (double[])[1.5, 3])
        {
            (await NextAsync()).End(CycleEnd.Failed);
            await WaitsAsync(TimeSpan.FromSeconds(pause));
            Time.Advance(TimeSpan.FromSeconds(pause));
        }

        (await NextAsync()).End();
        await IdleAsync();
    }
}
