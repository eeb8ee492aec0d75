using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.Schedules;

namespace GitOpsBumper.Tests.Core.Planning.Gates;

/// <summary>What waits for people, and what does not.</summary>
public sealed class ApprovalTests
{
    private const string Repository = "registry.example.com/team/web";
    private const string File = "helm:\n  parameters:\n  - name: image.tag\n    value: 1.4.2\n";

    private static readonly ShutGate Shut = new(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero), "waits for the update window");

    private readonly RegistryWorld _registry = new RegistryWorld().Push("1.4.2").Push("1.5.0");

    [Fact]
    public void An_update_waits_until_its_digest_is_approved_and_is_written_with_who_did()
    {
        var web = Case();
        var pending = Assert.IsType<ImageDecision.Pending>(web.Decide());
        var version = $"1.5.0@{_registry.Digest("1.5.0")}";
        Assert.Equal((version, version), (pending.Asked?.Version.ToString(), pending.Candidate?.ToString()));
        Assert.Equal(File, web.File);
        Annotate(web, "approved", version);
        var update = Assert.IsType<ImageDecision.Update>(web.Decide());
        Assert.Equal(["annotation gitopsbumper.io/web.approved of argocd/web"], update.ApprovedBy);
        // The digest is known, and not written where nobody asked for that.
        Assert.Contains("value: 1.5.0\n", web.File, StringComparison.Ordinal);
        Assert.IsType<ImageDecision.UpToDate>(web.Decide());
    }

    [Fact]
    public void A_tag_that_was_pushed_again_needs_a_new_approval()
    {
        var web = Case();
        Annotate(web, "approved", $"1.5.0@{_registry.Digest("1.5.0")}");
        _registry.Push("1.5.0", content: "another");
        Assert.Equal($"1.5.0@{_registry.Digest("1.5.0")}", Assert.IsType<ImageDecision.Pending>(web.Decide()).Asked?.Version.ToString());
        Assert.Equal(File, web.File);
    }

    [Fact]
    public void Approval_comes_before_the_window()
    {
        var web = Case();
        web.Shut = Shut;
        Assert.NotNull(Assert.IsType<ImageDecision.Pending>(web.Decide()).Asked);
        Annotate(web, "approved", $"1.5.0@{_registry.Digest("1.5.0")}");
        var waits = Assert.IsType<ImageDecision.Pending>(web.Decide());
        Assert.Equal((Shut.Until, true), (waits.Due, waits.Asked is null));
        // So that it can still be rejected, and no other.
        Assert.Equal($"1.5.0@{_registry.Digest("1.5.0")}", waits.Candidate?.ToString());
    }

    [Fact]
    public void A_digest_is_looked_up_only_for_what_would_be_written()
    {
        var web = Case();
        web.File = File.Replace("1.4.2", "1.5.0", StringComparison.Ordinal);
        Assert.IsType<ImageDecision.UpToDate>(web.Decide());
        Assert.DoesNotContain(_registry.Asked, question => question is RegistryQuestion.DigestOf);
    }

    [Fact]
    public void The_annotation_pin_needs_no_approval()
    {
        var web = Case("web.pin=1.5.0");
        Assert.IsType<ImageDecision.Update>(web.Decide());
        Assert.Contains("value: 1.5.0", web.File, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rejected_version_is_never_written_and_the_next_one_is_asked_about()
    {
        var web = Case($"web.rejected=1.5.0@{_registry.Digest("1.5.0")} breaks the checkout");
        Annotate(web, "approved", $"1.5.0@{_registry.Digest("1.5.0")}");
        Assert.Contains("is rejected by the annotation gitopsbumper.io/web.rejected (breaks the checkout)", Assert.IsType<ImageDecision.Rejected>(web.Decide()).Reason, StringComparison.Ordinal);
        _registry.Push("1.5.1");
        Assert.Equal("1.5.1", Assert.IsType<ImageDecision.Pending>(web.Decide()).Asked?.Version.Tag?.Text);
        Assert.Equal(File, web.File);
    }

    [Fact]
    public void What_is_rejected_with_its_digest_is_another_version_once_the_tag_has_moved()
    {
        var web = Case($"web.rejected=1.5.0@{_registry.Digest("1.5.0")} breaks the checkout");
        _registry.Push("1.5.0", content: "mended");
        Assert.IsType<ImageDecision.Pending>(web.Decide());
        web.Annotations["gitopsbumper.io/web.rejected"] = "1.5.0 never";
        Assert.IsType<ImageDecision.Rejected>(web.Decide());
    }

    [Fact]
    public void A_version_can_be_rejected_where_none_need_approval()
    {
        var web = PlanningCase.Of($"web={Repository}:~1", Repository, _registry, File, "web.rejected=1.5.0 no");
        Assert.IsType<ImageDecision.Rejected>(web.Decide());
        Assert.Equal(File, web.File);
    }

    [Fact]
    public void Of_an_Application_that_is_only_told_of_nothing_is_written_at_all()
    {
        var web = PlanningCase.Of($"web={Repository}:~1", Repository, _registry, File, "web.pin=1.5.0");
        web.Shut = ShutGate.OnlyTelling;
        var told = Assert.IsType<ImageDecision.Pending>(web.Decide());
        Assert.Equal("1.5.0 would be written, but the mode of the Application is notify", told.Reason);
        Assert.Equal(("1.5.0", true), (told.Asked?.Version.ToString(), told.Asked?.Policy is null));
        Assert.Equal(File, web.File);
    }

    [Fact]
    public void An_image_without_alias_is_told_what_it_lacks()
    {
        var web = PlanningCase.Of($"{Repository}:~1", Repository, _registry, File, "approval=required");
        Assert.Contains("an image without alias cannot get it", Assert.IsType<ImageDecision.Pending>(web.Decide()).Reason, StringComparison.Ordinal);
    }

    private PlanningCase Case(params string[] more) => PlanningCase.Of($"web={Repository}:~1", Repository, _registry, File, ["web.approval=required", .. more]);

    private static void Annotate(PlanningCase web, string key, string value) => web.Annotations[$"gitopsbumper.io/web.{key}"] = value;
}
