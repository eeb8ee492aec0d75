using GitOpsBumper.Core.Planning;

namespace GitOpsBumper.Tests.Core.Planning;

public sealed class ImagePlannerTests
{
    private const string Repository = "registry.example.com/team/web";

    [Fact]
    public void The_newest_allowed_tag_is_written()
    {
        var web = Semver("~1", Tags("1.4.2", "1.5.0", "2.0.0"), Written("1.4.2"));
        var update = Assert.IsType<ImageDecision.Update>(web.Decide());
        Assert.Equal("1.5.0", update.Value.ToString());
        Assert.Contains("1.5.0 is newer than 1.4.2", update.Reason, StringComparison.Ordinal);
        Assert.Contains("1.5.0", web.File, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.20")]
    [InlineData("1.20.0")]
    [InlineData("v1.20.0")]
    public void Equal_versions_stay_as_they_are_written(string written)
    {
        var web = Semver("", Tags("1.20", "1.20.0", "v1.20.0", "1.19.3"), Written(written));
        Assert.IsType<ImageDecision.UpToDate>(web.Decide());
    }

    [Fact]
    public void Semver_does_not_go_down_and_says_so()
    {
        var web = Semver("~1", Tags("1.4.2", "1.5.0", "2.0.0"), Written("2.0.0"));
        var kept = Assert.IsType<ImageDecision.UpToDate>(web.Decide());
        Assert.Contains("allow-downgrade", kept.Reason, StringComparison.Ordinal);
        Assert.Equal("1.5.0", kept.Candidate?.ToString());
    }

    [Fact]
    public void Semver_goes_down_where_the_user_allows_it()
    {
        var web = Semver("~1", Tags("1.4.2", "1.5.0", "2.0.0"), Written("2.0.0"), "web.allow-downgrade=true");
        Assert.Equal("1.5.0", Assert.IsType<ImageDecision.Update>(web.Decide()).Value.ToString());
        Assert.IsType<ImageDecision.UpToDate>(web.Decide());
    }

    [Fact]
    public void Nothing_is_decided_on_half_a_tag_list()
    {
        var tags = Tags("1.4.2", "1.5.0");
        tags.BrokenList = true;
        var web = Semver("~1", tags, Written("1.4.2"));
        var failed = Assert.IsType<ImageDecision.Failed>(web.Decide());
        Assert.Contains("page 2", failed.Reason, StringComparison.Ordinal);
        Assert.Equal(Written("1.4.2"), web.File);
    }

    [Fact]
    public void A_manifest_that_cannot_be_read_fails_newest_build()
    {
        var tags = Tags("a", "b", "c");
        tags.BrokenTag = "b";
        var web = PlanningCase.Of($"web={Repository}", Repository, tags, null, "web.update-strategy=newest-build");
        Assert.Contains("b could not be read", Assert.IsType<ImageDecision.Failed>(web.Decide()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Newest_build_takes_the_newest_date_of_the_wanted_platform()
    {
        var tags = new RegistryWorld().Push("a", day: 1).Push("b", day: 3).Push("c", day: 5, platform: "linux/arm64");
        var web = PlanningCase.Of($"web={Repository}", Repository, tags, Written("a"), "web.update-strategy=newest-build", "web.platforms=linux/amd64");
        Assert.Equal("b", Assert.IsType<ImageDecision.Update>(web.Decide()).Value.ToString());
        Assert.IsType<ImageDecision.UpToDate>(web.Decide());
    }

    [Fact]
    public void Digest_costs_one_head_and_no_tag_list()
    {
        var tags = Tags("stable");
        var web = PlanningCase.Of($"web={Repository}:stable", Repository, tags, null, "web.update-strategy=digest");
        var update = Assert.IsType<ImageDecision.Update>(web.Decide());
        Assert.Equal($"stable@{tags.Digest("stable")}", update.Value.ToString());
        Assert.Equal(["DigestOf"], tags.Asked.Select(question => question.GetType().Name));
        Assert.IsType<ImageDecision.UpToDate>(web.Decide());
        tags.Push("stable", day: 9);
        Assert.Equal($"stable@{tags.Digest("stable")}", Assert.IsType<ImageDecision.Update>(web.Decide()).Value.ToString());
    }

    [Fact]
    public void No_manifest_is_read_for_a_platform_while_nothing_is_newer()
    {
        var tags = Tags("1.4.2", "1.5.0");
        var web = Semver("~1", tags, Written("1.5.0"), "web.platforms=linux/arm64");
        Assert.IsType<ImageDecision.UpToDate>(web.Decide());
        Assert.Equal(["TagList"], tags.Asked.Select(question => question.GetType().Name));
    }

    [Fact]
    public void A_tag_for_the_wrong_platform_gives_way_to_the_next_one()
    {
        var tags = new RegistryWorld().Push("1.4.0").Push("1.5.0", platform: "linux/arm64").Push("1.6.0", platform: "windows/amd64");
        var web = Semver("~1", tags, Written("1.4.0"), "web.platforms=linux/arm64");
        Assert.Equal("1.5.0", Assert.IsType<ImageDecision.Update>(web.Decide()).Value.ToString());
    }

    [Fact]
    public void An_image_that_does_not_run_is_skipped_unless_forced()
    {
        var web = Semver("~1", Tags("1.5.0"), Written("1.4.2"));
        web.Running = ["registry.example.com/team/other:1"];
        Assert.IsType<ImageDecision.Skipped>(web.Decide());
        web.Annotations["gitopsbumper.io/web.force-update"] = "true";
        Assert.IsType<ImageDecision.Update>(web.Decide());
    }

    [Fact]
    public void An_override_tag_pins_the_alias_and_says_what_would_be_chosen()
    {
        var pinned = "helm:\n  parameters:\n  - name: image.tag\n    value: 1.5.0\n  - name: image.overrideTag\n    value: 1.4.2\n";
        var web = Semver("~1", Tags("1.4.2", "1.5.0", "1.6.0"), pinned);
        var held = Assert.IsType<ImageDecision.Pinned>(web.Decide());
        Assert.Equal("1.4.2", held.Pin);
        Assert.Contains("1.6.0 would be chosen", held.Reason, StringComparison.Ordinal);
        Assert.Equal(pinned, web.File);
    }

    [Fact]
    public void A_pin_annotation_is_written_once_and_held()
    {
        var web = Semver("~1", Tags("1.4.2", "1.5.0"), Written("1.5.0"), "web.pin=1.4.2");
        Assert.Equal("1.4.2", Assert.IsType<ImageDecision.Update>(web.Decide()).Value.ToString());
        Assert.IsType<ImageDecision.Pinned>(web.Decide());
        web.Annotations["gitopsbumper.io/web.pin"] = "1.9.9";
        Assert.Contains("1.9.9", Assert.IsType<ImageDecision.Failed>(web.Decide()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Pin_digest_adds_the_digest_and_follows_a_tag_that_was_pushed_again()
    {
        var tags = Tags("1.5.0");
        var web = Semver("~1", tags, Written("1.5.0"), "web.pin-digest=true");
        Assert.Equal($"1.5.0@{tags.Digest("1.5.0")}", Assert.IsType<ImageDecision.Update>(web.Decide()).Value.ToString());
        Assert.IsType<ImageDecision.UpToDate>(web.Decide());
        tags.Push("1.5.0", day: 7);
        Assert.IsType<ImageDecision.Update>(web.Decide());
        Assert.IsType<ImageDecision.UpToDate>(web.Decide());
    }

    [Fact]
    public void What_runs_counts_only_while_nothing_is_written()
    {
        var web = Semver("~1", Tags("1.4.2", "1.5.0"), null);
        web.Running = [$"{Repository}:1.5.0"];
        Assert.IsType<ImageDecision.UpToDate>(web.Decide());
        web.Running = [$"{Repository}:1.4.2", $"{Repository}:1.5.0"];
        Assert.IsType<ImageDecision.Update>(web.Decide());
        Assert.IsType<ImageDecision.UpToDate>(web.Decide());
    }

    private static PlanningCase Semver(string constraint, RegistryWorld registry, string? file, params string[] annotations) =>
        PlanningCase.Of($"web={Repository}{(constraint.Length == 0 ? "" : ":" + constraint)}", Repository, registry, file, annotations);

    private static RegistryWorld Tags(params string[] tags)
    {
        var world = new RegistryWorld();
        foreach (var tag in tags)
            world.Push(tag);
        return world;
    }

    private static string Written(string tag) =>
        $"helm:\n  parameters:\n  - name: image.name\n    value: {Repository}\n    forcestring: true\n  - name: image.tag\n    value: \"{tag}\"\n    forcestring: true\n";
}
