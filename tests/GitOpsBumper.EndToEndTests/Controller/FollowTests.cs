using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;

namespace GitOpsBumper.EndToEndTests.Controller;

/// <summary>What the controller does by itself when people and pipelines do their work: API server, registry and git server are real.</summary>
public sealed class FollowTests(World world)
{
    /// <summary>Only what is said in the cluster begins a cycle.</summary>
    private static readonly string[] OnChange = ["--interval", "0"];

    private static readonly string[] EverySecond = ["--interval", "1s"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_application_is_annotated_and_the_commit_comes_at_once()
    {
        using var stage = await ClusterStage.SetAsync(world);
        var web = await stage.DeployAsync("1.0.0", "1.2.0", "2.0.0");
        await stage.AnnotateAsync("web", "gitopsbumper.io/image-list", null);
        await using var controller = await RunningController.StartAsync(stage, OnChange);
        Assert.Empty(await stage.OurCommitsAsync());

        await stage.AnnotateAsync("web", "gitopsbumper.io/image-list", $"web={web.Image}:~1");

        await controller.DecidesAsync("web", "updated");
        Assert.Equal("1.2.0", await stage.TagAsync(web));
        Assert.Single(await stage.OurCommitsAsync());
    }

    [Fact]
    public async Task An_image_is_pushed_and_the_commit_comes_with_the_next_cycle()
    {
        using var stage = await ClusterStage.SetAsync(world);
        var web = await stage.DeployAsync("1.0.0");
        await using var controller = await RunningController.StartAsync(stage, EverySecond);
        await controller.DecidesAsync("web", "up-to-date");

        await stage.Stage.PushTagsAsync("web", "1.1.0");

        await Eventually.HoldsAsync("the commit", async () => await stage.TagAsync(web) == "1.1.0", () => controller.Log);
        await controller.DecidesAsync("web", "up-to-date");
        Assert.Single(await stage.OurCommitsAsync());
    }

    [Fact]
    public async Task Without_its_annotation_an_application_is_left_alone()
    {
        using var stage = await ClusterStage.SetAsync(world);
        await stage.Stage.PushTagsAsync("shared", "1.0.0");
        var (left, other) = (stage.Prepare("left", "shared"), stage.Prepare("other", "shared"));
        await stage.Stage.PublishAsync();
        await stage.ApplyAsync(left);
        await stage.ApplyAsync(other);
        await using var controller = await RunningController.StartAsync(stage, EverySecond);

        await stage.AnnotateAsync("left", "gitopsbumper.io/image-list", null);
        await controller.SeesAsync("one application less", status => status["applications"]!.AsArray().Count == 1);
        await stage.Stage.PushTagsAsync("shared", "1.1.0");

        await Eventually.HoldsAsync("the other's commit", async () => await stage.TagAsync(other) == "1.1.0", () => controller.Log);
        await controller.DecidesAsync("other", "up-to-date");
        Assert.Equal("1.0.0", await stage.TagAsync(left));
        Assert.Single(await stage.OurCommitsAsync());
    }

    [Fact]
    public async Task A_pin_holds_and_a_commit_that_was_rolled_back_by_hand_stays_as_people_want_it()
    {
        using var stage = await ClusterStage.SetAsync(world);
        var web = await stage.DeployAsync("1.0.0", "1.1.0");
        await using var controller = await RunningController.StartAsync(stage, EverySecond);
        Assert.Equal("1.1.0", await stage.TagAsync(web));

        await stage.AnnotateAsync("web", "gitopsbumper.io/web.pin", "1.0.0");
        await Eventually.HoldsAsync("the pinned version", async () => await stage.TagAsync(web) == "1.0.0", () => controller.Log);
        await stage.Stage.PushTagsAsync("web", "1.2.0");
        await controller.DecidesAsync("web", "pinned");
        Assert.Equal(2, (await stage.OurCommitsAsync()).Count);
    }

    [Fact]
    public async Task Applications_of_other_namespaces_are_followed_when_they_are_asked_for()
    {
        using var stage = await ClusterStage.SetAsync(world);
        await stage.Stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        var team = await stage.Cluster.CreateNamespaceAsync(Token);
        var (web, api) = (stage.Prepare("web", "web"), stage.Stage.Deploy(new Deployment("api", stage.Stage.Image("web")) { Namespace = team }));
        await stage.Stage.PublishAsync();
        await stage.ApplyAsync(web);
        await using var controller = await RunningController.StartAsync(stage, [.. OnChange, "--namespace", $"{stage.Namespace},{team}"]);

        await stage.ApplyAsync(api);

        // What Argo CD would not deploy is not written for: else whoever may write in any namespace could write to any repository.
        await controller.DecidesAsync("api", "failed", "sourceNamespaces");
        await stage.Cluster.MergeAsync(stage.Argo("appprojects/default"), $$"""{"spec":{"sourceNamespaces":["{{team}}"]} }""", Token);

        // Argo CD renders an Application of another namespace with the namespace in the file's name.
        await controller.DecidesAsync("api", "updated");
        Assert.NotNull(await stage.Stage.ReadAsync($"apps/api/.argocd-source-{team}_api.yaml"));
        Assert.Equal(2, (await stage.OurCommitsAsync()).Count);
    }

    [Fact]
    public async Task Only_applications_that_globs_and_labels_choose_are_touched()
    {
        using var stage = await ClusterStage.SetAsync(world);
        await stage.Stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        Deployment[] all = [stage.Prepare("team-a", "web"), stage.Prepare("team-b", "web"), stage.Prepare("other", "web")];
        await stage.Stage.PublishAsync();
        foreach (var deployment in all)
            await stage.ApplyAsync(deployment);
        foreach (var name in (string[])["team-a", "other"])
            await stage.Cluster.MergeAsync(stage.Argo($"applications/{name}"), """{"metadata":{"labels":{"bumper":"yes"} } }""", Token);
        await using var controller = await RunningController.StartAsync(stage, [.. OnChange, "--app", "team-*", "--match-application-label", "bumper=yes"]);
        Assert.Equal("1.1.0", await stage.TagAsync(all[0]));
        Assert.Equal("1.0.0", await stage.TagAsync(all[1]));
        Assert.Equal("1.0.0", await stage.TagAsync(all[2]));

        // A label that is set later is heard of.
        await stage.Cluster.MergeAsync(stage.Argo("applications/team-b"), """{"metadata":{"labels":{"bumper":"yes"} } }""", Token);
        await controller.DecidesAsync("team-b", "updated");
        Assert.Equal(2, (await stage.OurCommitsAsync()).Count);
    }

    [Fact]
    public async Task An_application_that_is_refreshed_all_the_time_costs_no_cycle()
    {
        using var stage = await ClusterStage.SetAsync(world);
        var web = await stage.DeployAsync("1.0.0");
        await RefreshAsync(0);
        await using var controller = await RunningController.StartAsync(stage, OnChange);
        var before = await stage.Stage.CountTagListsAsync("web");

        for (var refresh = 1; refresh < 6; refresh++)
            await RefreshAsync(refresh);

        // What comes after it has been seen, so all that came before it has.
        await stage.AnnotateAsync("web", "gitopsbumper.io/web.allow-tags", "any");
        await Eventually.HoldsAsync("the cycle of a real change", async () => await stage.Stage.CountTagListsAsync("web") > before, () => controller.Log);
        Assert.Equal(before + 1, await stage.Stage.CountTagListsAsync("web"));

        // What Argo CD does to every Application every few minutes.
        Task RefreshAsync(int count) => stage.Cluster.MergeAsync(stage.Argo("applications/web"), $$"""
            {"metadata":{"annotations":{"argocd.argoproj.io/refresh":"{{count}}"} },
             "status":{"reconciledAt":"2026-01-01T00:00:0{{count}}Z","summary":{"images":["{{web.Image}}:1.0.0"]} } }
            """, Token);
    }
}
