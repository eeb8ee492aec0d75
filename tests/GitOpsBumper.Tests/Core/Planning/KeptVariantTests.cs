using GitOpsBumper.Core.Planning;

namespace GitOpsBumper.Tests.Core.Planning;

public sealed class KeptVariantTests
{
    private const string Real = "1.27.2 1.27.3 1.27.2-alpine 1.27.3-alpine 1.27.3-alpine3.20 1.28.0 1.28.0-alpine 1.28.0-alpine3.20 1.28.0-alpine-slim 1.28.1-rc1-alpine 1.28.1-bookworm latest alpine";

    [Theory]
    [InlineData("1.27.3-alpine", "1.28.0-alpine")]
    [InlineData("1.27.3-alpine3.20", "1.28.0-alpine3.20")]
    [InlineData("1.27.3", "1.28.0")]
    [InlineData("1.27.2-alpine-slim", "1.28.0-alpine-slim")]
    [InlineData("v1.27-bookworm", "1.28.1-bookworm")]
    public void What_is_written_is_followed_within_its_variant(string written, string expected)
    {
        var world = World(Written(written), "web.variant=keep");
        Assert.Equal(expected, Assert.IsType<ImageDecision.Update>(world.Decide()).Value.ToString());
        Assert.IsType<ImageDecision.UpToDate>(world.Decide());
    }

    [Fact]
    public void A_variant_that_ends_is_told_with_what_there_is()
    {
        var decision = Assert.IsType<ImageDecision.NoCandidate>(World(Written("1.27.3-alpine3.19"), "web.variant=keep").Decide());
        Assert.Equal("13 tags, 2 not versions, 11 of another variant", decision.Reason);
    }

    [Fact]
    public void While_nothing_is_written_the_variant_of_what_runs_counts()
    {
        var world = World(null, "web.variant=keep");
        world.Running = ["team/web:1.27.3-alpine", "team/web:1.27.2-alpine", $"team/web@{RegistryWorld.DigestOf("x")}"];
        Assert.Equal("1.28.0-alpine", Assert.IsType<ImageDecision.Update>(world.Decide()).Value.ToString());
    }

    [Fact]
    public void Where_nothing_is_known_tags_without_variant_are_taken() =>
        Assert.Equal("1.28.0", Assert.IsType<ImageDecision.Update>(World(null, "web.variant=keep").Decide()).Value.ToString());

    [Fact]
    public void Two_variants_that_run_leave_no_choice()
    {
        var world = World(null, "web.variant=keep");
        world.Running = ["team/web:1.27.3-alpine", "team/web:1.27.3"];
        var decision = Assert.IsType<ImageDecision.Failed>(world.Decide());
        Assert.Contains("would have to choose between -alpine and none", decision.Reason, StringComparison.Ordinal);
        Assert.Null(world.File);
    }

    [Theory]
    [InlineData("latest")]
    [InlineData("stable-alpine")]
    [InlineData("not a tag")]
    public void A_written_value_without_version_stays_until_the_variant_is_named(string written)
    {
        var decision = Assert.IsType<ImageDecision.Failed>(World(Written(written), "web.variant=keep").Decide());
        Assert.Contains($"'{written}' has no version in front", decision.Reason, StringComparison.Ordinal);
        Assert.Equal("1.28.0-alpine", Assert.IsType<ImageDecision.Update>(World(Written(written), "web.variant=alpine").Decide()).Value.ToString());
    }

    [Theory]
    [InlineData("alpine", "1.27.3", "1.28.0-alpine")]
    [InlineData("alpine", "1.28.0", "1.28.0-alpine")]
    [InlineData("none", "1.28.0-alpine", "1.28.0")]
    [InlineData("none", "1.27.3-alpine", "1.28.0")]
    public void A_named_variant_is_moved_to(string variant, string written, string expected)
    {
        var world = World(Written(written), $"web.variant={variant}");
        Assert.Equal(expected, Assert.IsType<ImageDecision.Update>(world.Decide()).Value.ToString());
        Assert.IsType<ImageDecision.UpToDate>(world.Decide());
    }

    [Fact]
    public void A_named_variant_that_lags_behind_is_not_gone_down_to()
    {
        Assert.IsType<ImageDecision.UpToDate>(World(Written("1.28.1-bookworm"), "web.variant=alpine").Decide());
        Assert.Equal("1.28.0-alpine", Assert.IsType<ImageDecision.Update>(World(Written("1.28.1-bookworm"), "web.variant=alpine", "web.allow-downgrade=true").Decide()).Value.ToString());
    }

    [Fact]
    public void A_move_to_another_variant_says_that_it_is_one() =>
        Assert.Equal("1.28.0-alpine is the newest allowed tag, 1.28.0 is another variant", World(Written("1.28.0"), "web.variant=alpine").Decide().Reason);

    [Fact]
    public void A_commit_of_digits_is_doubted_and_strict_semver_leaves_it_out()
    {
        var doubted = World(Written("1.27.3"));
        doubted.Registries["docker.io/team/web"].Push("1234567");
        Assert.Equal(
            "1234567 is newer than 1.27.3; 1234567 may be a commit or a date rather than a version: strict-semver: \"true\" leaves such tags out",
            Assert.IsType<ImageDecision.Update>(doubted.Decide()).Reason);

        // The commit is written by now, and is to go.
        doubted.Annotations["gitopsbumper.io/web.strict-semver"] = "true";
        Assert.Equal("1.28.0", Assert.IsType<ImageDecision.Update>(doubted.Decide()).Value.ToString());
        Assert.IsType<ImageDecision.UpToDate>(doubted.Decide());
    }

    private static string Written(string tag) => $"helm:\n  parameters:\n  - name: image.name\n    value: team/web\n  - name: image.tag\n    value: \"{tag}\"\n";

    private static PlanningCase World(string? file, params string[] annotations)
    {
        var registry = new RegistryWorld();
        foreach (var tag in Real.Split(' '))
            registry.Push(tag);
        return PlanningCase.Of("web=team/web", "docker.io/team/web", registry, file, annotations);
    }
}
