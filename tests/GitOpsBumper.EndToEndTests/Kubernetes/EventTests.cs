using System.Text.Json.Nodes;
using GitOpsBumper.EndToEndTests.Controller;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Kubernetes;

/// <summary>What <c>kubectl describe application</c> shows of the bot.</summary>
public sealed class EventTests(World world)
{
    private static readonly string[] OnChange = ["--interval", "0"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

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

    [Fact]
    public async Task Rights_that_are_given_later_bring_the_events()
    {
        using var stage = await ClusterStage.SetAsync(world);
        await PrepareAsync(stage, ("web.pinn", "1"));
        using var folder = new ScratchFolder("gob-events-");
        stage.Kubeconfig = stage.Cluster.WriteKubeConfig(folder, "user-12", stage.Namespace);
        await stage.Cluster.AllowAsync(
            "user-12",
            "[{apiGroups: [''], resources: [configmaps, secrets], verbs: [get, list, watch]}, {apiGroups: [argoproj.io], resources: [applications, appprojects], verbs: [list, watch]}]",
            stage.Namespace,
            Token);
        await using var controller = RunningController.Launch(stage, OnChange);
        await controller.DecidesAsync("web", "updated");
        await controller.SaysAsync("Events are not written to Applications");
        Assert.Empty(await stage.EventsAsync("web"));

        await stage.Cluster.AllowAsync("user-12", "[{apiGroups: [''], resources: [events], verbs: [create, patch]}]", stage.Namespace, Token);
        await SeesAsync(stage, controller, "ImageUpdated", "AnnotationProblem");
        await controller.SaysAsync("Events are written to Applications again.");
        Assert.Equal(2, (await stage.EventsAsync("web")).Count);
        Assert.Equal(2, controller.Log.Split("Events are ").Length - 1);
    }

    [Fact]
    public async Task Thousands_of_mistakes_in_one_application_displace_no_other()
    {
        using var stage = await ClusterStage.SetAsync(world);
        await stage.Stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        var annotations = Enumerable.Range(0, 3000).ToDictionary(number => $"key-{number}", _ => "1", StringComparer.Ordinal);
        annotations["web.allow-tags"] = new string('x', 50_000);
        var loud = stage.Prepare("a-loud", "web") with { Annotations = annotations };
        var web = stage.Prepare("web", "web");
        await stage.Stage.PublishAsync();
        await stage.ApplyAsync(loud);
        await stage.ApplyAsync(web);

        await using var controller = await RunningController.StartAsync(stage, OnChange);
        await SeesAsync(stage, controller, "ImageUpdated");
        Assert.Equal(0, await controller.StopAsync());
        Assert.Equal(11, (await stage.EventsAsync("a-loud")).Count(told => (string?)told["reason"] == "AnnotationProblem"));
        var lines = controller.Log.Split('\n');
        Assert.InRange(lines.Count(line => line.Contains("/a-loud: ", StringComparison.Ordinal)), 11, 13);
        Assert.InRange(lines.Max(line => line.Length), 0, 1500);
    }

    [Fact]
    public async Task A_reverted_version_is_told_once()
    {
        using var stage = await ClusterStage.SetAsync(world);
        await PrepareAsync(stage);
        await using var controller = await RunningController.StartAsync(stage, ["--interval", "1s"]);
        await controller.DecidesAsync("web", "up-to-date");

        await stage.Stage.Ada.PullAsync(Token);
        await stage.Stage.Ada.GitAsync(["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "revert", "--no-edit", "HEAD"], Token);
        await stage.Stage.Ada.PushAsync(Token, "main");

        await controller.DecidesAsync("web", "rejected");
        await SeesAsync(stage, controller, "VersionRejected");
        // A second change tells that cycles went on meanwhile.
        await stage.Stage.PushTagsAsync("web", "1.2.0");
        await Eventually.HoldsAsync("the next version", async () => (await stage.EventsAsync("web")).Count(told => (string?)told["reason"] == "ImageUpdated") == 2, () => controller.Log);
        var rejected = Assert.Single(await stage.EventsAsync("web"), told => (string?)told["reason"] == "VersionRejected");
        Assert.Contains("1.1.0 was written on", (string)rejected["message"]!, StringComparison.Ordinal);
        Assert.Equal("Normal", (string?)rejected["type"]);
    }

    private static string Version(JsonNode told) => $"{told["metadata"]!["name"]} {told["metadata"]!["resourceVersion"]}";

    private static Task<Deployment> PrepareAsync(ClusterStage stage, params (string Key, string Value)[] annotations) => stage.DeployAsync(
        web => web with { Annotations = annotations.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal) }, "1.0.0", "1.1.0");

    private static Task SeesAsync(ClusterStage stage, RunningController controller, params string[] reasons) => Eventually.HoldsAsync(
        $"the events {string.Join(", ", reasons)}",
        async () => reasons.Except((await stage.EventsAsync("web")).Select(told => (string)told["reason"]!)).Any() is false,
        () => controller.Log);
}
