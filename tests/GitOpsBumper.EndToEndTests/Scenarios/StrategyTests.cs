using GitOpsBumper.Core.Images;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Scenarios;

/// <summary>Each strategy against a real registry; whatever it chose, the next run leaves it.</summary>
public sealed class StrategyTests(World world)
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Digest_costs_one_HEAD_and_no_tag_list()
    {
        using var stage = await Stage.SetAsync(world);
        var digest = await stage.Registry.Images.PushImageAsync(stage.RepositoryPath("web"), TestImage.Amd64(Monday), ["stable", "other"], Stage.Token);
        var web = stage.Deploy(new Deployment("web", stage.Image("web"))
        {
            Constraint = ":stable",
            Tag = "stable",
            Annotations = Say(("web.update-strategy", "digest")),
        });
        await stage.PublishAsync();
        var before = (await stage.Registry.RequestsAsync(stage.RepositoryPath("web"), Stage.Token)).Count;

        var outcome = (await stage.RunAsync()).MustExit(0);
        Assert.Equal("updated", outcome.Image("web").Decision);
        Assert.Contains($"value: stable@{digest}", await stage.ReadAsync(web.OverrideFile), StringComparison.Ordinal);
        var requests = (await stage.Registry.RequestsAsync(stage.RepositoryPath("web"), Stage.Token)).Skip(before).ToList();
        Assert.Equal([$"HEAD /v2/{stage.RepositoryPath("web")}/manifests/stable"], requests.Select(request => $"{request.Method} {request.Path}"));

        await MustBeQuietAsync(stage);
    }

    [Fact]
    public async Task A_tag_that_moves_is_followed_by_its_digest()
    {
        using var stage = await Stage.SetAsync(world);
        var path = stage.RepositoryPath("web");
        await stage.Registry.Images.PushImageAsync(path, TestImage.Amd64(Monday), ["stable"], Stage.Token);
        var web = stage.Deploy(new Deployment("web", stage.Image("web"))
        {
            Constraint = ":stable",
            Tag = null,
            Annotations = Say(("web.update-strategy", "digest"), ("web.helm.image-tag", "image.shasum")),
        });
        await stage.PublishAsync();
        (await stage.RunAsync()).MustExit(0);

        var moved = await stage.Registry.Images.PushImageAsync(path, TestImage.Amd64(Monday.AddDays(1)), ["stable"], Stage.Token);
        (await stage.RunAsync()).MustExit(0);
        Assert.Contains($"value: {moved}\n", await stage.ReadAsync(web.OverrideFile), StringComparison.Ordinal);
        await MustBeQuietAsync(stage);
    }

    [Fact]
    public async Task Newest_build_takes_the_image_that_was_built_last()
    {
        using var stage = await Stage.SetAsync(world);
        var path = stage.RepositoryPath("web");
        await stage.Registry.Images.PushImageAsync(path, TestImage.Amd64(Monday.AddDays(2)), ["main-a", "debug-b"], Stage.Token);
        await stage.Registry.Images.PushImageAsync(path, TestImage.Amd64(Monday.AddDays(1)), ["main-z"], Stage.Token);
        await stage.Registry.Images.PushImageAsync(path, TestImage.Amd64(Monday.AddDays(9)), ["feature-c"], Stage.Token);
        var web = stage.Deploy(new Deployment("web", stage.Image("web"))
        {
            Constraint = "",
            Tag = "main-z",
            Annotations = Say(("web.update-strategy", "newest-build"), ("web.allow-tags", "regexp:^main-")),
        });
        await stage.PublishAsync();

        (await stage.RunAsync()).MustExit(0);
        Assert.Equal(web.OverrideText("main-a"), await stage.ReadAsync(web.OverrideFile));
        await MustBeQuietAsync(stage);
    }

    [Fact]
    public async Task Newest_build_looks_only_at_the_platforms_that_are_asked_for()
    {
        using var stage = await Stage.SetAsync(world);
        var path = stage.RepositoryPath("web");
        var arm = new Platform("linux", "arm64", null);
        await stage.Registry.Images.PushIndexAsync(
            path, [TestImage.Amd64(Monday), new TestImage(Monday.AddDays(9), arm)], ["a"], Stage.Token, withAttestations: true);
        await stage.Registry.Images.PushIndexAsync(
            path, [TestImage.Amd64(Monday.AddDays(1)), new TestImage(Monday.AddDays(1), arm)], ["b"], Stage.Token, withAttestations: true);
        await stage.Registry.Images.PushIndexAsync(path, [new TestImage(Monday.AddDays(20), arm)], ["c"], Stage.Token);
        var web = stage.Deploy(new Deployment("web", stage.Image("web"))
        {
            Constraint = "",
            Tag = "a",
            Annotations = Say(("web.update-strategy", "newest-build"), ("web.platforms", "linux/amd64")),
        });
        await stage.PublishAsync();

        (await stage.RunAsync()).MustExit(0);
        Assert.Equal(web.OverrideText("b"), await stage.ReadAsync(web.OverrideFile));
        await MustBeQuietAsync(stage);
    }

    [Theory]
    [InlineData("alphabetical", "r10", "r9", "r1")]
    [InlineData("numerical", "20240101123456789", "20240101123456790", "9")]
    [InlineData("semver", "1.20", "1.20.1", "1.20.0")]
    public async Task The_best_tag_in_the_order_of_the_strategy_is_written(string strategy, string current, string best, string other)
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", current, best, other);
        stage.Deploy(new Deployment("web", stage.Image("web")) { Constraint = "", Tag = $"'{current}'", Annotations = Say(("web.update-strategy", strategy)) });
        await stage.PublishAsync();

        var outcome = (await stage.RunAsync()).MustExit(0);
        Assert.Equal(("updated", current, best), (outcome.Image("web").Decision, outcome.Image("web").Current, outcome.Image("web").Candidate));
        await MustBeQuietAsync(stage);
    }

    [Theory]
    [InlineData("1.20")]
    [InlineData("1.20.0")]
    public async Task Equal_versions_are_left_as_they_are_written(string current)
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.20", "1.20.0", "v1.20.0");
        stage.Deploy(new Deployment("web", stage.Image("web")) { Tag = current });
        await stage.PublishAsync();

        (await stage.RunAsync()).MustExit(0);
        Assert.Equal(1, await stage.CountCommitsAsync());
    }

    [Fact]
    public async Task Two_images_of_one_application_are_written_in_one_commit_and_then_left()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        await stage.PushTagsAsync("side", "1.0.0", "1.5.0");
        var web = stage.Deploy(new Deployment("web", stage.Image("web"))
        {
            Constraint = $":~1, side={stage.Image("side")}:~1",
            Annotations = Say(("side.helm.image-name", "side.name"), ("side.helm.image-tag", "side.tag")),
        });
        await stage.PublishAsync();

        (await stage.RunAsync()).MustExit(0);
        var text = await stage.ReadAsync(web.OverrideFile);
        Assert.Contains("value: 1.1.0", text, StringComparison.Ordinal);
        Assert.Contains("value: 1.5.0", text, StringComparison.Ordinal);
        Assert.Equal(2, await stage.CountCommitsAsync());
        await MustBeQuietAsync(stage);
    }

    [Fact]
    public async Task A_version_is_never_taken_back_by_itself()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        stage.Deploy(new Deployment("web", stage.Image("web")) { Tag = "1.4.0" });
        await stage.PublishAsync();

        var outcome = (await stage.RunAsync()).MustExit(0);
        Assert.Equal("up-to-date", outcome.Image("web").Decision);
        Assert.Equal(1, await stage.CountCommitsAsync());
    }

    [Fact]
    public async Task A_tag_that_YAML_would_read_as_a_number_is_quoted()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0", "1.10");
        var web = stage.Deploy(new Deployment("web", stage.Image("web")) { Tag = "'1.0'" });
        await stage.PublishAsync();

        (await stage.RunAsync()).MustExit(0);
        Assert.Equal(web.OverrideText("'1.10'"), await stage.ReadAsync(web.OverrideFile));
        await MustBeQuietAsync(stage);
    }

    private static Dictionary<string, string> Say(params (string Key, string Value)[] annotations) =>
        annotations.ToDictionary(annotation => annotation.Key, annotation => annotation.Value, StringComparer.Ordinal);

    /// <summary>Nobody did anything since the last run, so neither does the next one, with or without what it remembers.</summary>
    private static async Task MustBeQuietAsync(Stage stage)
    {
        var commits = await stage.CountCommitsAsync();
        (await stage.RunAsync()).MustExit(0);
        Directory.Delete(stage.CacheFolder, recursive: true);
        (await stage.RunAsync()).MustExit(0);
        Assert.Equal(commits, await stage.CountCommitsAsync());
    }
}
