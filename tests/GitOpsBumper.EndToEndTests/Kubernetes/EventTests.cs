using System.Text.Json.Nodes;
using GitOpsBumper.EndToEndTests.Controller;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;

namespace GitOpsBumper.EndToEndTests.Kubernetes;

/// <summary>What <c>kubectl describe application</c> shows of the bot.</summary>
public sealed class EventTests(World world)
{
    private static readonly string[] OnChange = ["--interval", "0"];

    [Fact]
    public async Task A_restart_says_nothing_of_what_lasts_a_second_time()
    {
        using var stage = await ClusterStage.SetAsync(world);
        var web = await PrepareAsync(stage, ("web.pin", "1.0.0"), ("web.pinn", "1"));
        IReadOnlyList<JsonNode> first;
        await using (var controller = await RunningController.StartAsync(stage, OnChange))
        {
            await SeesAsync(stage, controller, "ImagePinned", "AnnotationProblem");
            Assert.Equal(0, await controller.StopAsync());
            first = await stage.EventsAsync("web");
        }

        await using (var controller = await RunningController.StartAsync(stage, OnChange))
        {
            // What is said last comes behind everything that it says again at its start.
            await stage.ApplyAsync(web with { Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["web.pin"] = "1.0.0", ["web.pinn"] = "1", ["web.pinnn"] = "1" } });
            await Eventually.HoldsAsync("the new problem", async () => (await stage.EventsAsync("web")).Count == 3, () => controller.Log);
            Assert.Equal(0, await controller.StopAsync());
        }

        var events = await stage.EventsAsync("web");
        Assert.Single(events, told => (string?)told["reason"] == "ImagePinned");
        Assert.Equal(2, events.Count(told => (string?)told["reason"] == "AnnotationProblem"));
        Assert.Equal(first.Select(Version).Order(StringComparer.Ordinal), events.Select(Version).Intersect(first.Select(Version)).Order(StringComparer.Ordinal));
    }

    private static string Version(JsonNode told) => $"{told["metadata"]!["name"]} {told["metadata"]!["resourceVersion"]}";

    private static async Task<Deployment> PrepareAsync(ClusterStage stage, params (string Key, string Value)[] annotations)
    {
        await stage.Stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        var web = stage.Prepare("web", "web") with { Annotations = annotations.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal) };
        await stage.Stage.PublishAsync();
        await stage.ApplyAsync(web);
        return web;
    }

    private static Task SeesAsync(ClusterStage stage, RunningController controller, params string[] reasons) => Eventually.HoldsAsync(
        $"the events {string.Join(", ", reasons)}",
        async () => reasons.Except((await stage.EventsAsync("web")).Select(told => (string)told["reason"]!)).Any() is false,
        () => controller.Log);
}
