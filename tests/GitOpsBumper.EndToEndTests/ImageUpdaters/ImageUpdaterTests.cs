using GitOpsBumper.EndToEndTests.Controller;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;

namespace GitOpsBumper.EndToEndTests.ImageUpdaters;

/// <summary>Applications without any annotation, and resources of Image Updater that select them: API server, its definition of the resource, registry and git server are real.</summary>
public sealed class ImageUpdaterTests(World world)
{
    /// <summary>Only what is said in the cluster begins a cycle.</summary>
    private static readonly string[] OnChange = ["--interval", "0"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_resource_is_created_changed_and_deleted_and_each_takes_effect_at_once()
    {
        using var stage = await ClusterStage.SetAsync(world);
        await stage.Stage.PushTagsAsync("web", "1.0.0", "1.2.0", "2.0.0", "2.1.0");
        var web = await AddAsync(stage, "web");
        await using var controller = await RunningController.StartAsync(stage, OnChange);
        Assert.Empty(await stage.OurCommitsAsync());

        await ApplyAsync(stage, "all", $"applicationRefs: [{{namePattern: 'w*', images: [{{alias: web, imageName: '{web.Image}:~1'}}]}}]");
        await controller.DecidesAsync("web", "updated");
        Assert.Equal("1.2.0", await stage.TagAsync(web));

        await ApplyAsync(stage, "all", $"applicationRefs: [{{namePattern: 'w*', images: [{{alias: web, imageName: '{web.Image}:~2.0'}}]}}]");
        await Eventually.HoldsAsync("the second commit", async () => await stage.TagAsync(web) == "2.0.0", () => controller.Log);

        await ApplyAsync(stage, "web-alone", $"applicationRefs: [{{namePattern: web, images: [{{alias: web, imageName: '{web.Image}:~2', commonUpdateSettings: {{updateStrategy: semvr}}}}]}}]");
        await controller.DecidesAsync("web", "failed", "strategy 'semvr' is not known");
        await stage.Cluster.DeleteAsync(Path(stage, "web-alone"), Token);
        await controller.DecidesAsync("web", "up-to-date");

        await stage.Cluster.DeleteAsync(Path(stage, "all"), Token);
        await controller.SeesAsync("no application", status => status["applications"]!.AsArray().Count == 0);
        Assert.Equal(2, (await stage.OurCommitsAsync()).Count);
    }

    [Fact]
    public async Task The_Application_itself_is_patched_where_the_resource_says_so_and_a_pin_of_ours_holds()
    {
        using var stage = await ClusterStage.SetAsync(world);
        await stage.Stage.PushTagsAsync("web", "1.0.0", "1.2.0");
        var web = await AddAsync(stage, "web");
        await ApplyAsync(stage, "all", string.Join("\n  ",
            "writeBackConfig: {method: argocd}",
            "commonUpdateSettings: {forceUpdate: true}",
            "applicationRefs:",
            "- namePattern: '*'",
            "  labelSelectors: {matchExpressions: [{key: nobody, operator: DoesNotExist}]}",
            $"  images: [{{alias: web, imageName: '{web.Image}:~1'}}]"));
        await using var controller = await RunningController.StartAsync(stage, OnChange);
        await HasTagAsync("1.2.0");
        // Its own patch is news to it, and there is nothing more to do.
        await controller.DecidesAsync("web", "up-to-date");
        Assert.Empty(await stage.OurCommitsAsync());

        await stage.AnnotateAsync("web", "gitopsbumper.io/web.pin", "1.0.0");
        await HasTagAsync("1.0.0");

        Task HasTagAsync(string tag) => Eventually.HoldsAsync(
            $"tag {tag}", async () => (await stage.Cluster.GetAsync(stage.Argo("applications/web"), Token)).Contains($"\"value\":\"{tag}\"", StringComparison.Ordinal), () => controller.Log);
    }

    [Fact]
    public async Task One_cycle_reads_resources_from_the_cluster_and_from_files_alike()
    {
        using var stage = await ClusterStage.SetAsync(world);
        await stage.Stage.PushTagsAsync("web", "1.0.0", "1.2.0", "1.3.0");
        var web = await AddAsync(stage, "web");
        await ApplyAsync(stage, "all", Spec(web, "~1.2.0"));
        (await Stage.ExecuteAsync("run", "--once", "--output", "json", "--kubeconfig", stage.Kubeconfig, "--argocd-namespace", stage.Namespace)).MustExit(0);
        Assert.Equal("1.2.0", await stage.TagAsync(web));

        stage.Stage.Manifest($"{stage.Namespace}-web.yaml", WithoutAnnotations(stage, web));
        stage.Stage.Manifest("all.yaml", Resource(stage, "all", Spec(web, "~1")));
        var outcome = (await stage.Stage.RunAsync("--argocd-namespace", stage.Namespace)).MustExit(0);
        Assert.Equal("updated", outcome.Image("web").Decision);
        Assert.Equal("1.3.0", await stage.TagAsync(web));
    }

    private static string Spec(Deployment web, string constraint) => $"applicationRefs: [{{namePattern: web, images: [{{alias: web, imageName: '{web.Image}:{constraint}', commonUpdateSettings: {{forceUpdate: true}}}}]}}]";

    private static async Task<Deployment> AddAsync(ClusterStage stage, string name)
    {
        var deployment = stage.Prepare(name, name);
        await stage.Stage.PublishAsync();
        await stage.Cluster.ApplyAsync(stage.Argo($"applications/{name}"), WithoutAnnotations(stage, deployment), Token);
        return deployment;
    }

    private static string WithoutAnnotations(ClusterStage stage, Deployment deployment) =>
        deployment.ToYaml(stage.Stage.Repository.Url).Replace("gitopsbumper.io/image-list", "example.com/nothing", StringComparison.Ordinal);

    private static Task<string> ApplyAsync(ClusterStage stage, string name, string spec) => stage.Cluster.ApplyAsync(Path(stage, name), Resource(stage, name, spec), Token);

    private static string Resource(ClusterStage stage, string name, string spec) => stage.Yaml("argocd-image-updater.argoproj.io/v1alpha1", "ImageUpdater", name, $"spec:\n  {spec}");

    private static string Path(ClusterStage stage, string name) => $"/apis/argocd-image-updater.argoproj.io/v1alpha1/namespaces/{stage.Namespace}/imageupdaters/{name}";
}
