using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.Planning;

namespace GitOpsBumper.Tests.Core.Planning;

/// <summary>What was taken back stays away in every spelling, and nothing older takes its place.</summary>
public sealed class RejectionTests
{
    private const string Repository = "registry.example.com/team/web";

    private readonly RegistryWorld _registry = new RegistryWorld().Push("1.4.0", day: 1).Push("1.4.9", day: 2).Push("1.5.0", day: 3);

    [Fact]
    public void An_equal_version_in_another_spelling_is_the_same()
    {
        var web = TakenBack();
        _registry.Push("v1.5.0", day: 3);
        Assert.Contains("v1.5.0 is not newer than 1.5.0, which was written on", Assert.IsType<ImageDecision.Rejected>(web.Decide()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_older_is_written_when_the_bad_version_is_deleted()
    {
        var web = TakenBack();
        _registry.Delete("1.5.0");
        Assert.Contains("1.4.9 is not newer than 1.5.0", Assert.IsType<ImageDecision.Rejected>(web.Decide()).Reason, StringComparison.Ordinal);
        _registry.Push("1.5.1");
        Assert.Equal("1.5.1", Assert.IsType<ImageDecision.Update>(web.Decide()).Value.ToString());
    }

    [Fact]
    public void Whoever_narrows_the_constraint_wants_what_is_left()
    {
        var web = TakenBack();
        web.Annotations["gitopsbumper.io/image-list"] = $"web={Repository}:~1.4";
        Assert.Equal("1.4.9", Assert.IsType<ImageDecision.Update>(web.Decide()).Value.ToString());
    }

    [Theory]
    [InlineData("digest", "none")]
    [InlineData("none", "digest")]
    [InlineData("digest", "tag@digest")]
    public void Another_form_of_writing_is_no_other_version(string before, string after)
    {
        var web = Case();
        Write(web, before);
        var old = web.File;
        Assert.IsType<ImageDecision.Update>(web.Decide());
        web.File = old;
        Write(web, after);
        var decision = web.Decide();
        // The digest of the version that stays may be written, or left out.
        Assert.True(decision is not ImageDecision.Update update || update.Chosen?.Text == "1.4.0", decision.ToString());
    }

    [Fact]
    public void A_tag_that_was_pushed_again_is_another_image_where_digests_are_written()
    {
        var web = Case();
        Write(web, "tag@digest");
        var old = web.File;
        web.Decide();
        web.File = old;
        Assert.False(web.Decide() is ImageDecision.Update { Chosen.Text: "1.5.0" });
        _registry.Push("1.5.0", day: 4);
        Assert.Equal("1.5.0", Assert.IsType<ImageDecision.Update>(web.Decide()).Value.Tag!.Text);
    }

    [Fact]
    public void Who_goes_back_further_is_held_still()
    {
        var web = TakenBack();
        web.Annotations["gitopsbumper.io/web.on-rollback"] = "hold";
        _registry.Push("1.5.1", day: 4);
        Assert.Contains("on-rollback is hold", Assert.IsType<ImageDecision.Rejected>(web.Decide()).Reason, StringComparison.Ordinal);
        // A commit that sees where the person went, such as one about an override, is no leave to go on from somewhere else.
        web.Commits!.Add(UpdateCommit.Read("abc", default, $"Bumper-Pin: argocd/web web {Repository} 1.4.0 1.3.0 override"));
        web.File = web.File!.Replace("1.4.0", "1.3.9", StringComparison.Ordinal);
        Assert.IsType<ImageDecision.Rejected>(web.Decide());
        web.File = web.File.Replace("1.3.9", "1.5.0", StringComparison.Ordinal);
        Assert.Equal("1.5.1", Assert.IsType<ImageDecision.Update>(web.Decide()).Value.ToString());
    }

    /// <summary>1.5.0 was written upon 1.4.0, and somebody went back.</summary>
    private PlanningCase TakenBack()
    {
        var web = Case();
        var old = web.File;
        Assert.IsType<ImageDecision.Update>(web.Decide());
        web.File = old;
        Assert.IsType<ImageDecision.Rejected>(web.Decide());
        return web;
    }

    private PlanningCase Case()
    {
        var web = PlanningCase.Of($"web={Repository}:~1", Repository, _registry, "helm:\n  parameters:\n  - name: image.tag\n    value: 1.4.0\n");
        web.Commits = [];
        return web;
    }

    private static void Write(PlanningCase web, string format)
    {
        web.Annotations["gitopsbumper.io/web.pin-digest"] = format == "none" ? "false" : "true";
        if (format == "none")
            web.Annotations.Remove("gitopsbumper.io/web.digest-format");
        else
            web.Annotations["gitopsbumper.io/web.digest-format"] = format;
    }
}
