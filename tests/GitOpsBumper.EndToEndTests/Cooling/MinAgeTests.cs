using System.Text.Json.Nodes;
using GitOpsBumper.EndToEndTests.Controller;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Cooling;

/// <summary><c>min-age</c> with a real registry, whose images say when they were built, or do not.</summary>
public sealed class MinAgeTests(World world)
{
    private static readonly Dictionary<string, string> ThreeDays = new(StringComparer.Ordinal) { ["web.min-age"] = "72h" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_newest_build_that_is_old_enough_is_written()
    {
        using var stage = await SetAsync();
        await PushAsync(stage, "1.1.0", TimeSpan.FromDays(4));
        await PushAsync(stage, "1.2.0", TimeSpan.FromHours(5));

        var image = (await stage.RunAsync()).MustExit(0).Image("web");
        Assert.Equal(("updated", "1.1.0"), (image.Decision, image.Candidate));
        Assert.Contains("1.2.0 was built on", image.Reason, StringComparison.Ordinal);
        image = (await stage.RunAsync()).MustExit(0).Image("web");
        Assert.Equal(("pending", "1.2.0", "1.1.0"), (image.Decision, image.Candidate, image.Current));

        var explained = (await stage.CallAsync("explain", "web")).MustExit(0).Output;
        Assert.Contains("younger than min-age: 1", explained, StringComparison.Ordinal);
        Assert.Matches("1.2.0  was built on [-0-9]{10} [:0-9]{5}Z and is due on", explained);
        Assert.Matches($"requests   .*1 tags.* to {stage.Registry.Host}", explained);
    }

    [Fact]
    public async Task A_version_without_a_date_waits_from_its_first_sighting_also_after_a_restart()
    {
        using var stage = await SetAsync();
        await stage.PushTagsAsync("web", "1.1.0");

        var first = (await stage.RunAsync()).MustExit(0).Image("web");
        Assert.Equal("pending", first.Decision);
        Assert.Contains("1.1.0 was first seen on", first.Reason, StringComparison.Ordinal);
        var file = System.IO.Path.Combine(stage.CacheFolder, "first-seen");
        var line = Assert.Single((await File.ReadAllTextAsync(file, Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith($"{stage.Image("web")}:1.1.0@sha256:", line, StringComparison.Ordinal);

        await File.WriteAllTextAsync(file, $"{line.Split(' ')[0]} {TimeProvider.System.GetUtcNow().AddDays(-3).AddMinutes(-1).ToUnixTimeSeconds()}\n", Token);
        Assert.Equal("updated", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
    }

    [Fact]
    public async Task A_date_of_1970_is_none()
    {
        using var stage = await SetAsync();
        await stage.Registry.Images.PushImageAsync(stage.RepositoryPath("web"), TestImage.Amd64(DateTimeOffset.UnixEpoch), ["1.1.0"], Token);
        Assert.Contains("was first seen on", (await stage.RunAsync()).MustExit(0).Image("web").Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_controller_without_a_cache_folder_goes_on_waiting_where_the_one_before_it_began()
    {
        using var stage = await ClusterStage.SetAsync(world);
        await stage.Stage.PushTagsAsync("web", "1.0.0");
        var web = stage.Prepare("web", "web") with { Annotations = ThreeDays };
        await stage.Stage.PublishAsync();
        await stage.ApplyAsync(web);
        await stage.Cluster.ApplyAsync(Path(stage), "{apiVersion: v1, kind: ConfigMap, metadata: {name: gitops-bumper-first-seen}}", Token);
        await stage.Stage.PushTagsAsync("web", "1.1.0");
        await using (var controller = await RunningController.StartAsync(stage, ["--interval", "1s"]))
        {
            await controller.DecidesAsync("web", "pending");
            await Eventually.HoldsAsync("the sighting", async () => (await SightingsAsync(stage))?.Contains($"{stage.Stage.Image("web")}:1.1.0@", StringComparison.Ordinal) == true, () => controller.Log);
            Assert.Equal(0, await controller.StopAsync());
        }

        var kept = (await SightingsAsync(stage))!.Split(' ')[0];
        await stage.Cluster.MergeAsync(
            Path(stage), $$"""{"data":{"tags":"{{kept}} {{TimeProvider.System.GetUtcNow().AddDays(-4).ToUnixTimeSeconds()}}\n"} }""", Token);
        await using (var controller = await RunningController.StartAsync(stage, ["--interval", "1s"]))
        {
            await controller.DecidesAsync("web", "up-to-date");
            Assert.Equal("1.1.0", await stage.TagAsync(web));
        }
    }

    private static async Task<string?> SightingsAsync(ClusterStage stage) =>
        (string?)JsonNode.Parse(await stage.Cluster.GetAsync(Path(stage), Token))!["data"]?["tags"];

    private static string Path(ClusterStage stage) => $"/api/v1/namespaces/{stage.Namespace}/configmaps/gitops-bumper-first-seen";

    private async Task<Stage> SetAsync()
    {
        var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0");
        stage.Deploy(new Deployment("web", stage.Image("web")) { Annotations = ThreeDays });
        await stage.PublishAsync();
        return stage;
    }

    private static Task PushAsync(Stage stage, string tag, TimeSpan age) =>
        stage.Registry.Images.PushImageAsync(stage.RepositoryPath("web"), TestImage.Amd64(TimeProvider.System.GetUtcNow() - age), [tag], Token);
}
