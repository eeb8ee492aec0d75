using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.PullRequests;
using GitOpsBumper.Core.Schedules;

namespace GitOpsBumper.Tests.Core.Annotations;

/// <summary>The annotations <c>schedule</c> and <c>update-window</c>.</summary>
public sealed class TimesTests
{
    private const string List = "image-list: web=nginx";

    [Fact]
    public void Schedule_and_windows_are_read()
    {
        var policy = Reading.Of(List, "schedule: 0 9 * * 1-5 Europe/Paris", "update-window: Mon-Fri 09:00-16:00 Europe/Paris");
        Assert.Empty(policy.AllProblems);
        Assert.Equal(("0 9 * * 1-5 Europe/Paris", "Mon-Fri 09:00-16:00 Europe/Paris"), (policy.Schedule?.Text, policy.Windows?.Text));
    }

    [Fact]
    public void A_wrong_schedule_stops_nothing()
    {
        var policy = Reading.Of(List, "schedule: 5m");
        Assert.Null(policy.Schedule);
        Assert.NotNull(policy.WriteBack);
        var problem = Assert.Single(policy.AllProblems);
        Assert.Equal(
            ("gitopsbumper.io/schedule", "'5m' has 1 fields, cron has five: minute, hour, day of month, month, day of week; until that is mended, the Application is looked at in every cycle"),
            (problem.Key, problem.Message));
    }

    [Fact]
    public void With_a_wrong_window_nothing_is_written()
    {
        var policy = Reading.Of(List, "update-window: Mon 09:00-12:00; !Mon");
        Assert.Null(policy.WriteBack);
        var problem = Assert.Single(policy.AllProblems);
        Assert.Equal(
            ("gitopsbumper.io/update-window", "'Mon 09:00-12:00; !Mon' never opens: its freezes leave nothing of its windows; until that is mended, nothing is written"), (problem.Key, problem.Message));
    }

    [Fact]
    public void Windows_of_the_operator_hold_where_an_Application_is_silent_and_it_can_lift_them()
    {
        Assert.True(UpdateWindows.TryParse("Mon", out var monday, out _));
        var defaults = new AnnotationDefaults { UpdateWindows = monday };
        Assert.Same(monday, AnnotationReader.Read(Reading.App([Reading.HelmSource], List), defaults)!.Windows);
        Assert.Null(AnnotationReader.Read(Reading.App([Reading.HelmSource], List, "update-window: any"), defaults)!.Windows);
        Assert.Equal("Tue", AnnotationReader.Read(Reading.App([Reading.HelmSource], List, "update-window: Tue"), defaults)!.Windows!.Text);
    }

    [Fact]
    public void Nothing_is_merged_by_itself_outside_of_a_window()
    {
        string[] lines = [List, "pull-request: github", "request-auto-merge: squash"];
        Assert.Equal(MergeMethod.Squash, Reading.Of(lines).WriteBack!.Proposal!.Options.AutoMerge);

        var policy = Reading.Of([.. lines, "update-window: Mon"]);
        Assert.Null(policy.WriteBack!.Proposal!.Options.AutoMerge);
        var problem = Assert.Single(policy.AllProblems);
        Assert.Equal(
            ("gitopsbumper.io/request-auto-merge", "'squash' has no effect beside update windows (Mon): the forge would merge outside of them as well; allowed is one of the two"), (problem.Key, problem.Message));
    }
}
