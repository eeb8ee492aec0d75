using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;

namespace GitOpsBumper.EndToEndTests.Controller.Neighbours;

/// <summary>One repository answers slowly: the others are worked on as if it were not there, and what people say meanwhile counts.</summary>
public sealed class SlowRepositoryTests(World world)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_repository_that_hangs_holds_up_no_cycle_of_the_others()
    {
        using var stage = await ClusterStage.SetAsync(world);
        using var slow = await Stage.SetAsync(world);
        await stage.Stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        var web = await AddAsync(stage, stage.Stage, "web");
        var hanging = await AddAsync(stage, slow, "hanging");
        Hang(slow);
        await using var controller = RunningController.Launch(stage, "--interval", "1s");
        await controller.DecidesAsync("web", "up-to-date");
        Assert.Equal("1.1.0", await stage.TagAsync(web));

        await stage.Stage.PushTagsAsync("web", "1.2.0");
        await Eventually.HoldsAsync("the next version", async () => await stage.TagAsync(web) == "1.2.0", () => controller.Log);
        Assert.False(HasAnswered(slow), "the repository was to hang still");

        Release(slow);
        await controller.DecidesAsync("hanging", "up-to-date");
        Assert.Contains("automatic update of hanging", await slow.Repository.GitAsync(["log", "--format=%s", "main"], Token), StringComparison.Ordinal);
        Assert.NotEmpty((await slow.ReadAsync(hanging.OverrideFile))!);
    }

    [Fact]
    public async Task What_changes_in_a_repository_that_hangs_holds_up_no_change_of_the_others()
    {
        using var stage = await ClusterStage.SetAsync(world);
        using var slow = await Stage.SetAsync(world);
        await stage.Stage.PushTagsAsync("web", "1.0.0");
        var web = await AddAsync(stage, stage.Stage, "web");
        string[] names = ["h1", "h2", "h3", "h4", "h5"];
        foreach (var name in names)
            await AddAsync(stage, slow, name);
        await using var controller = await RunningController.StartAsync(stage, "--interval", "0");
        slow.File("notes.txt", "something to fetch\n");
        await slow.PublishAsync();
        Hang(slow);

        // One after the other, so that none of them shares a cycle with the next.
        foreach (var name in names)
        {
            await stage.AnnotateAsync(name, "gitopsbumper.io/web.allow-tags", "regexp:^1");
            await Task.Delay(TimeSpan.FromMilliseconds(400), TimeProvider.System, Token);
        }

        await stage.Stage.PushTagsAsync("web", "1.1.0");
        await stage.AnnotateAsync("web", "gitopsbumper.io/web.allow-tags", "regexp:^1");
        await Eventually.HoldsAsync("the commit", async () => await stage.TagAsync(web) == "1.1.0", () => controller.Log);
        Assert.False(HasAnswered(slow), "the repository was to hang still");
        Release(slow);
        // The first of them asked the registry before the new tag was there.
        foreach (var name in names.Skip(1))
            await controller.DecidesAsync(name, "updated");
        Assert.False(controller.Ended.IsCompleted);
    }

    [Fact]
    public async Task What_people_say_while_a_cycle_waits_for_its_turn_counts_in_it()
    {
        using var stage = await ClusterStage.SetAsync(world);
        using var slow = await Stage.SetAsync(world);
        await stage.Stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        // Repositories take their turns in the order of their first application.
        await AddAsync(stage, slow, "a-slow");
        var (pinned, silent, gone, moved) = (
            await AddAsync(stage, stage.Stage, "pinned"), await AddAsync(stage, stage.Stage, "silent"), await AddAsync(stage, stage.Stage, "gone"), await AddAsync(stage, stage.Stage, "moved"));
        Hang(slow);
        await using var controller = RunningController.Launch(stage, "--interval", "0", "--max-concurrency", "1");
        await Eventually.HoldsAsync("the slow repository", () => File.Exists(Path.Combine(slow.Repository.Folder, "hanging")), () => controller.Log);

        await stage.AnnotateAsync("pinned", "gitopsbumper.io/web.pin", "1.0.0");
        await stage.AnnotateAsync("silent", "gitopsbumper.io/image-list", null);
        await stage.Cluster.DeleteAsync(stage.Argo("applications/gone"), Token);
        await stage.AnnotateAsync("moved", "gitopsbumper.io/image-list", $"web={moved.Image}:1.0.x");
        // What comes last has been heard, so everything has.
        await stage.ApplyAsync(new Deployment("barrier", moved.Image) { Namespace = stage.Namespace, RepositoryUrl = "https://" });
        await controller.DecidesAsync("barrier", "failed");
        Assert.False(HasAnswered(slow), "the repository was to hang still");
        Release(slow);

        await controller.DecidesAsync("pinned", "pinned");
        await controller.DecidesAsync("moved", "up-to-date");
        await controller.DecidesAsync("a-slow", "updated");
        await controller.SeesAsync("those that are left", status =>
            status["lastCycle"] is not null && status["applications"]!.AsArray().Select(report => (string)report!["name"]!).SequenceEqual(["a-slow", "barrier", "moved", "pinned"], StringComparer.Ordinal));
        Assert.All(await Task.WhenAll(new[] { pinned, silent, gone, moved }.Select(stage.TagAsync)), tag => Assert.Equal("1.0.0", tag));
        Assert.Empty(await stage.OurCommitsAsync());
    }

    [Fact]
    public async Task A_repository_that_a_cycle_went_on_without_is_looked_at_again_when_it_is_free()
    {
        using var stage = await ClusterStage.SetAsync(world);
        using var slow = await Stage.SetAsync(world);
        await stage.Stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        await AddAsync(stage, slow, "hanging");
        Hang(slow);
        await using var controller = RunningController.Launch(stage, "--interval", "0");
        await Eventually.HoldsAsync("the slow repository", () => File.Exists(Path.Combine(slow.Repository.Folder, "hanging")), () => controller.Log);
        await stage.Cluster.MergeAsync(stage.Argo("appprojects/default"), """{"spec":{"sourceRepos":["*", "!https://git.example.com/**"]} }""", Token);
        await controller.SaysAsync("this one goes on without it");
        Release(slow);
        await controller.SaysAsync("Partial cycle");
        await controller.DecidesAsync("hanging", "up-to-date");
    }

    [Fact]
    public async Task A_deleted_application_is_forgotten_at_once()
    {
        using var stage = await ClusterStage.SetAsync(world);
        await stage.Stage.PushTagsAsync("web", "1.0.0");
        await AddAsync(stage, stage.Stage, "web");
        await AddAsync(stage, stage.Stage, "gone");
        await using var controller = await RunningController.StartAsync(stage, "--interval", "0");
        await stage.Cluster.DeleteAsync(stage.Argo("applications/gone"), Token);
        await controller.SeesAsync("one application", status => status["applications"]!.AsArray().Count == 1);
    }

    /// <summary>An application of the cluster that writes to the repository of a stage; its image is that of the cluster's stage.</summary>
    private static async Task<Deployment> AddAsync(ClusterStage cluster, Stage stage, string name)
    {
        var deployment = stage.Deploy(new Deployment(name, cluster.Stage.Image("web")) { Namespace = cluster.Namespace });
        await stage.PublishAsync();
        await cluster.Cluster.ApplyAsync(cluster.Argo($"applications/{name}"), deployment.ToYaml(stage.Repository.Url), Token);
        return deployment;
    }

    /// <summary>The next fetch ends when <see cref="Release"/> is called, or after a minute.</summary>
    private static void Hang(Stage stage) => stage.Repository.Hook(
        "on-fetch", "touch hanging; n=0; while [ ! -e release ] && [ $n -lt 600 ]; do sleep 0.1; n=$((n+1)); done; touch answered");

    private static void Release(Stage stage) => File.WriteAllText(Path.Combine(stage.Repository.Folder, "release"), "");

    private static bool HasAnswered(Stage stage) => File.Exists(Path.Combine(stage.Repository.Folder, "answered"));
}
