using System.Text.Json.Nodes;
using GitOpsBumper.EndToEndTests.Controller;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.ImageUpdaters;

/// <summary>What <c>kubectl get imageupdaters</c> shows: API server and its definition of the resource are real.</summary>
public sealed class StatusTests(World world)
{
    private const string User = "user-14";

    private static readonly string[] EverySecond = ["--interval", "1s"];

    /// <summary>Longer than a cycle takes on a busy machine: one that takes longer than the interval is followed by a small one over what had to wait.</summary>
    private static readonly string[] AtLeisure = ["--interval", "5s"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_status_tells_how_many_and_what_was_updated_and_is_left_alone_while_nothing_is_new()
    {
        using var stage = await SetAsync("web", "api");
        await ApplyAsync(stage, "'*'");
        string version;
        await using (var controller = await RunningController.StartAsync(stage, AtLeisure))
        {
            await HasAsync(stage, controller, "two updated Applications", status => (int?)status["recentUpdates"]?[0]?["applicationsUpdated"] == 2);
            version = await VersionAsync(stage);
            var resource = await ReadAsync(stage);
            var status = resource["status"]!;
            Assert.Equal((2, 2), ((int)status["applicationsMatched"]!, (int)status["imagesManaged"]!));
            Assert.Equal((long)resource["metadata"]!["generation"]!, (long)status["observedGeneration"]!);
            Assert.NotNull(status["lastCheckedAt"]);
            var update = Assert.Single(status["recentUpdates"]!.AsArray())!;
            Assert.Equal(("web", stage.Stage.Image("web"), "1.2.0"), ((string)update["alias"]!, (string)update["image"]!, (string)update["newVersion"]!));
            Assert.Equal((string?)update["updatedAt"], (string?)status["lastUpdatedAt"]);
            Assert.Contains("from 1.0.0 to 1.2.0 with commit", (string)update["message"]!, StringComparison.Ordinal);
            Assert.Equal(("True", "Checked"), Condition(status, "Ready"));
            Assert.Equal("False", Condition(status, "Error").Status);
            Assert.Equal("False", Condition(status, "Reconciling").Status);

            await CyclesAsync(controller, 2);
            var after = await ReadAsync(stage);
            Assert.True(JsonNode.DeepEquals(resource, after), $"{resource}\n{after}\n{controller.Log}");
            Assert.False(controller.Log.Contains("Partial cycle over", StringComparison.Ordinal), controller.Log);
            Assert.Equal(0, await controller.StopAsync());
        }

        // Another process finds that nothing is new.
        await using var next = await RunningController.StartAsync(stage, AtLeisure);
        await CyclesAsync(next, 2);
        Assert.Equal(version, await VersionAsync(stage));
    }

    [Fact]
    public async Task The_status_names_a_mistake_until_it_is_mended_and_a_new_resource_gets_its_own()
    {
        using var stage = await SetAsync("web");
        await ApplyAsync(stage, "'[web'");
        await using var controller = await RunningController.StartAsync(stage, EverySecond);
        await HasAsync(stage, controller, "the mistake", status => Condition(status, "Ready") == ("False", "InvalidSpec") && (int?)status["applicationsMatched"] == 0);

        await ApplyAsync(stage, "web");
        await HasAsync(stage, controller, "the mended one", status => Condition(status, "Ready") == ("True", "Checked") && (long?)status["observedGeneration"] == 2 && (int?)status["applicationsMatched"] == 1);

        await stage.Stage.PushTagsAsync("web", "1.3.0");
        await HasAsync(stage, controller, "the next version", status => (string?)status["recentUpdates"]?[0]?["newVersion"] == "1.3.0");

        await stage.Cluster.DeleteAsync(Path(stage), Token);
        await controller.SeesAsync("no application", status => status["applications"]!.AsArray().Count == 0);
        await ApplyAsync(stage, "nobody");
        await HasAsync(stage, controller, "the new one", status => (int?)status["applicationsMatched"] == 0 && (long?)status["observedGeneration"] == 1 && status["recentUpdates"] is null);
    }

    [Fact]
    public async Task Without_the_right_that_is_said_once_and_images_are_updated_and_with_it_the_status_is_written()
    {
        using var stage = await SetAsync("web");
        await ApplyAsync(stage, "web");
        using var folder = new ScratchFolder("gob-status-");
        stage.Kubeconfig = stage.Cluster.WriteKubeConfig(folder, User, stage.Namespace);
        await stage.Cluster.AllowAsync(
            User,
            "[{apiGroups: [''], resources: [configmaps, secrets, events], verbs: [get, list, watch, create, patch]}, {apiGroups: [argoproj.io], resources: [applications, appprojects], verbs: [list, watch]}, {apiGroups: [argocd-image-updater.argoproj.io], resources: [imageupdaters], verbs: [list, watch]}]",
            stage.Namespace,
            Token);
        await using var controller = RunningController.Launch(stage, EverySecond);
        await controller.DecidesAsync("web", "up-to-date");
        await controller.SaysAsync("cannot patch resource \"imageupdaters/status\"");
        await CyclesAsync(controller, 4);
        Assert.Equal(2, controller.Log.Split("imageupdaters/status").Length);
        Assert.Null((await ReadAsync(stage))["status"]);

        await stage.Cluster.AllowAsync(User, "[{apiGroups: [argocd-image-updater.argoproj.io], resources: [imageupdaters/status], verbs: [patch]}]", stage.Namespace, Token);
        await HasAsync(stage, controller, "the update of before", status => (string?)status["recentUpdates"]?[0]?["newVersion"] == "1.2.0");
    }

    private async Task<ClusterStage> SetAsync(params string[] applications)
    {
        var stage = await ClusterStage.SetAsync(world);
        await stage.Stage.PushTagsAsync("web", "1.0.0", "1.2.0");
        var deployments = applications.Select(name => stage.Prepare(name, "web")).ToList();
        await stage.Stage.PublishAsync();
        foreach (var deployment in deployments)
        {
            var yaml = deployment.ToYaml(stage.Stage.Repository.Url).Replace("gitopsbumper.io/image-list", "example.com/nothing", StringComparison.Ordinal);
            await stage.Cluster.ApplyAsync(stage.Argo($"applications/{deployment.Name}"), yaml, Token);
        }

        return stage;
    }

    private static Task<string> ApplyAsync(ClusterStage stage, string pattern) => stage.Cluster.ApplyAsync(Path(stage), stage.Yaml(
        "argocd-image-updater.argoproj.io/v1alpha1", "ImageUpdater", "all",
        $"spec: {{applicationRefs: [{{namePattern: {pattern}, images: [{{alias: web, imageName: '{stage.Stage.Image("web")}:~1'}}]}}]}}"), Token);

    private static async Task<JsonNode> ReadAsync(ClusterStage stage) => JsonNode.Parse(await stage.Cluster.GetAsync(Path(stage), Token))!;

    private static async Task<string> VersionAsync(ClusterStage stage) => (string)(await ReadAsync(stage))["metadata"]!["resourceVersion"]!;

    private static Task HasAsync(ClusterStage stage, RunningController controller, string what, Func<JsonNode, bool> holds) =>
        Eventually.HoldsAsync(what, async () => (await ReadAsync(stage))["status"] is { } status && holds(status), () => controller.Log);

    private static (string? Status, string? Reason) Condition(JsonNode status, string type)
    {
        var condition = status["conditions"]?.AsArray().FirstOrDefault(condition => (string?)condition!["type"] == type);
        return ((string?)condition?["status"], (string?)condition?["reason"]);
    }

    /// <summary>Waits for so many more cycles over everything.</summary>
    private static Task CyclesAsync(RunningController controller, int more)
    {
        var until = Count() + more;
        return Eventually.HoldsAsync($"{more} cycles", () => Count() >= until, () => controller.Log);

        int Count() => controller.Log.Split("Full cycle over").Length;
    }

    private static string Path(ClusterStage stage) => $"/apis/argocd-image-updater.argoproj.io/v1alpha1/namespaces/{stage.Namespace}/imageupdaters/all";
}
