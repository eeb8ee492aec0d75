using GitOpsBumper.Controller;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Schedules;

namespace GitOpsBumper.Tests.Controller.Reconciling;

/// <summary>Applications that want to be looked at at a certain time.</summary>
public sealed class ReconcileLookTests : ReconcileLoopStage
{
    [Fact(Timeout = Patience)]
    public async Task One_that_is_due_gets_a_small_cycle_of_its_own_between_full_ones()
    {
        Interval = TimeSpan.Zero;
        Start();
        (await NextAsync()).End();
        Old.Add("web");
        Old.Add("api");
        Decide("web", "@every 30s");
        Decide("api", "@every 50s");
        await WaitsAsync(TimeSpan.FromSeconds(30));
        Time.Advance(TimeSpan.FromSeconds(30));
        var first = await NextAsync();
        Assert.Equal(["web"], first.Names);
        first.End();
        await WaitsAsync(TimeSpan.FromSeconds(20));
        Time.Advance(TimeSpan.FromSeconds(20));
        var second = await NextAsync();
        Assert.Equal(["api"], second.Names);
        second.End();
        await IdleAsync();
    }

    private void Decide(string name, string text)
    {
        Assert.True(LookSchedule.TryParse(text, out var schedule, out var problem), problem);
        Looks.Decided(new ApplicationReport
        {
            Name = new NamespacedName("argocd", name),
            Repository = null,
            Branch = null,
            Commit = null,
            Problems = [],
            Changes = [],
            Failure = null,
            Schedule = schedule,
            Images = [],
        });
    }
}
