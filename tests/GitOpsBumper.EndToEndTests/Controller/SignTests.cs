using System.Text.Json.Nodes;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Controller;

/// <summary>How people see what the controller does: Events, probes, the status document and its words when it may not do its work.</summary>
public sealed class SignTests(World world)
{
    private static readonly string[] OnChange = ["--interval", "0"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_tell_each_thing_once_and_where_it_went()
    {
        using var stage = await ClusterStage.SetAsync(world);
        var web = await stage.DeployAsync(it => it with { Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["web.pinn"] = "1" } }, "1.0.0", "1.1.0");
        await using var controller = await RunningController.StartAsync(stage, "--interval", "1s");
        await EventAsync("ImageUpdated");
        await EventAsync("AnnotationProblem");
        await stage.Stage.Repository.GitAsync(["rev-parse", "main"], Token);
        var commit = (await stage.Stage.Repository.TipAsync("main", Token))[..10];

        await stage.AnnotateAsync("web", "gitopsbumper.io/web.pin", "1.1.0");
        await EventAsync("ImagePinned");
        await stage.AnnotateAsync("web", "gitopsbumper.io/web.pin", null);
        await stage.AnnotateAsync("web", "gitopsbumper.io/image-list", $"web={stage.Stage.Image("nowhere")}:~1");
        await EventAsync("UpdateFailed");

        // The next cycles say nothing new.
        for (var cycle = 0; cycle < 2; cycle++)
        {
            var last = (string?)(await controller.StatusAsync())!["lastCycle"]!["ended"];
            await controller.SeesAsync("one more cycle", status => (string?)status["lastCycle"]!["ended"] != last);
        }

        var events = await stage.EventsAsync("web");
        Assert.Equal(
            ["AnnotationProblem", "ImagePinned", "ImageUpdated", "UpdateFailed"],
            events.Select(told => (string)told["reason"]!).Order(StringComparer.Ordinal));
        Assert.All(events, told => Assert.Equal("Application", (string?)told["involvedObject"]!["kind"]));
        var updated = events.Single(told => (string?)told["reason"] == "ImageUpdated");
        Assert.Equal("Normal", (string?)updated["type"]);
        Assert.Contains(commit, (string?)updated["message"], StringComparison.Ordinal);
        Assert.Contains("1.0.0 to 1.1.0", (string?)updated["message"], StringComparison.Ordinal);
        Assert.Equal("Warning", (string?)events.Single(told => (string?)told["reason"] == "AnnotationProblem")["type"]);

        Task EventAsync(string reason) => Eventually.HoldsAsync(
            $"the event {reason}", async () => (await stage.EventsAsync("web")).Any(told => (string?)told["reason"] == reason), () => controller.Log);
    }

    [Fact]
    public async Task Without_events_none_are_written()
    {
        using var stage = await ClusterStage.SetAsync(world);
        var web = await stage.DeployAsync("1.0.0", "1.1.0");
        await using (await RunningController.StartAsync(stage, [.. OnChange, "--disable-kube-events"]))
            Assert.Equal("1.1.0", await stage.TagAsync(web));
        Assert.Empty(await stage.EventsAsync("web"));
    }

    [Fact]
    public async Task It_is_ready_when_everything_is_listed_and_the_status_has_the_last_report()
    {
        using var stage = await ClusterStage.SetAsync(world);
        await stage.DeployAsync("1.0.0", "1.1.0");
        await using var controller = await RunningController.StartAsync(stage, OnChange);

        Assert.Equal((200, "ok"), await controller.GetAsync("/healthz"));
        Assert.Equal((200, "ok"), await controller.GetAsync("/readyz"));
        Assert.Equal(404, (await controller.GetAsync("/")).Status);
        var status = (await controller.StatusAsync())!;
        Assert.True((bool)status["leader"]!);
        Assert.Empty(status["problems"]!.AsArray());
        Assert.Null((string?)status["lastCycle"]!["failure"]);
        var report = Assert.Single(status["applications"]!.AsArray())!;
        Assert.Equal(stage.Namespace, (string?)report["namespace"]);
        Assert.Equal("1.1.0", (string?)report["images"]![0]!["candidate"]);
        Assert.Equal(await stage.Stage.Repository.TipAsync("main", Token), (string?)report["commit"]);
        Assert.Equal(0, await controller.StopAsync());
    }

    [Fact]
    public async Task A_missing_right_is_named_and_given_later_it_is_used()
    {
        using var stage = await ClusterStage.SetAsync(world);
        var web = await stage.DeployAsync("1.0.0", "1.1.0");
        using var folder = new ScratchFolder("gob-rights-");
        stage.Kubeconfig = stage.Cluster.WriteKubeConfig(folder, "user-11", stage.Namespace);
        await stage.Cluster.AllowAsync("user-11", "[{apiGroups: [''], resources: [configmaps], verbs: [list, watch]}, {apiGroups: [''], resources: [secrets], verbs: [get, list, watch]}]", stage.Namespace, Token);
        await using var controller = RunningController.Launch(stage, OnChange);

        await controller.SeesAsync("the missing right", status => status["problems"]!.ToJsonString().Contains("applications", StringComparison.Ordinal));
        var (code, reasons) = await controller.GetAsync("/readyz");
        Assert.Equal(503, code);
        Assert.Contains("list", reasons, StringComparison.Ordinal);
        Assert.Contains("applications", reasons, StringComparison.Ordinal);
        Assert.Equal((200, "ok"), await controller.GetAsync("/healthz"));

        await stage.Cluster.AllowAsync("user-11", "[{apiGroups: [argoproj.io], resources: [applications, appprojects], verbs: [list, watch]}]", stage.Namespace, Token);
        await controller.DecidesAsync("web", "updated");
        // Events are not allowed still, which is said and stops nothing.
        await controller.SaysAsync("Events are not written");
        Assert.Equal((200, "ok"), await controller.GetAsync("/readyz"));
        Assert.Equal("1.1.0", await stage.TagAsync(web));
    }

    [Fact]
    public async Task Logs_are_JSON_where_that_is_asked_for()
    {
        using var stage = await ClusterStage.SetAsync(world);
        await stage.DeployAsync("1.0.0", "1.1.0");
        await using var controller = await RunningController.StartAsync(stage, [.. OnChange, "--log-format", "json"]);
        Assert.Equal(0, await controller.StopAsync());
        var lines = controller.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Contains(lines, line => ((string?)line["message"] ?? "").Contains("updated", StringComparison.Ordinal) && (string?)line["application"] == $"{stage.Namespace}/web");
    }
}
