using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.Planning.Checks;
using GitOpsBumper.Core.Schedules;

namespace GitOpsBumper.Tests.Core.Planning.Gates;

/// <summary>What waits while an update window is shut, and what does not.</summary>
public sealed class GateTests
{
    private const string Repository = "registry.example.com/team/web";
    private const string File = "helm:\n  parameters:\n  - name: image.tag\n    value: 1.4.2\n";

    private static readonly ShutGate Shut = new(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero), "waits for the update window: opens Mon 2026-11-23 09:00 Europe/Paris");

    [Fact]
    public void An_update_waits_with_its_candidate_and_the_time_and_is_written_when_the_window_opens()
    {
        var web = Case(File);
        web.Shut = Shut;
        var pending = Assert.IsType<ImageDecision.Pending>(web.Decide());
        Assert.Equal((Shut.Until, "1.5.0", "1.5.0 waits for the update window: opens Mon 2026-11-23 09:00 Europe/Paris"), (pending.Due, pending.Candidate?.ToString(), pending.Reason));
        Assert.Equal(File, web.File);
        web.Shut = null;
        Assert.IsType<ImageDecision.Update>(web.Decide());
        web.Shut = Shut;
        Assert.IsType<ImageDecision.UpToDate>(web.Decide());
    }

    [Fact]
    public void What_somebody_called_urgent_passes_and_says_so()
    {
        var web = Case(File);
        web.Shut = Shut with { IsPassed = true };
        Assert.Equal(
            "1.5.0 is newer than 1.4.2; passed as urgent, otherwise it waits for the update window: opens Mon 2026-11-23 09:00 Europe/Paris", Assert.IsType<ImageDecision.Update>(web.Decide()).Reason);
        Assert.Contains("value: 1.5.0", web.File, StringComparison.Ordinal);
    }

    [Fact]
    public void The_annotation_pin_passes()
    {
        var web = Case(File, "web.pin=1.5.0");
        web.Shut = Shut;
        Assert.IsType<ImageDecision.Update>(web.Decide());
        Assert.Contains("value: 1.5.0", web.File, StringComparison.Ordinal);
    }

    [Fact]
    public void Parameters_that_follow_the_Application_wait_as_well()
    {
        var web = Case(File);
        web.Parameters.Add(new HelmParameter("replicas", "2", ForceString: false));
        Assert.NotEmpty(web.Cycle().Changes);
        web.Parameters[0] = new HelmParameter("replicas", "3", ForceString: false);
        web.Shut = Shut;
        Assert.Empty(web.Cycle().Changes);
        web.Shut = null;
        Assert.NotEmpty(web.Cycle().Changes);
    }

    [Fact]
    public void The_end_of_an_override_waits_because_it_brings_another_version_to_light()
    {
        var web = Case(File);
        var image = web.Policy.Images[0];
        var over = new ImageState
        {
            Deployed = true,
            Current = [],
            CurrentText = "1.4.2",
            IsWritten = true,
            ExpiredOverride = new GitOpsBumper.Core.WriteBack.Targets.OverridePin("1.4.0", "image.overrideTag", IsInApplication: false),
        };
        var waiting = GateCheck.Wait(new PlannedImage(image, over, new ImageDecision.UpToDate("1.5.0 is the newest allowed tag")), Shut);
        Assert.Equal(
            "the end of the pin to 1.4.0 has come, and waits for the update window: opens Mon 2026-11-23 09:00 Europe/Paris", Assert.IsType<ImageDecision.Pending>(waiting.Decision).Reason);
        Assert.Equal((null, "1.4.0"), (waiting.State.ExpiredOverride, waiting.State.Override?.Value));
        Assert.False(GateCheck.IsWritten(waiting));
    }

    [Fact]
    public void What_nobody_would_write_does_not_wait()
    {
        var web = Case(File, "web.allow-tags=regexp:^2");
        web.Shut = Shut;
        Assert.IsType<ImageDecision.NoCandidate>(web.Decide());
    }

    private static PlanningCase Case(string file, params string[] annotations) =>
        PlanningCase.Of($"web={Repository}", Repository, new RegistryWorld().Push("1.4.2", day: 1).Push("1.5.0", day: 2), file, annotations);
}
