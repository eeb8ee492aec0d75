using GitOpsBumper.EndToEndTests.Fixtures;

namespace GitOpsBumper.EndToEndTests.Scenarios;

public sealed class UpdateTests(World world)
{
    [Fact]
    public async Task A_new_tag_reaches_the_branch_and_a_second_run_commits_nothing()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.2.0", "1.10.0", "2.0.0", "1.11.0-rc.1", "latest");
        var web = stage.Deploy(new Deployment("web", stage.Image("web")));
        await stage.PublishAsync();

        var first = (await stage.RunAsync()).MustExit(0);
        Assert.Equal(("updated", "1.0.0", "1.10.0"), (first.Image("web").Decision, first.Image("web").Current, first.Image("web").Candidate));
        Assert.Equal(web.OverrideText("1.10.0"), await stage.ReadAsync(web.OverrideFile));
        Assert.Equal(await stage.Repository.TipAsync("main", Stage.Token), (string?)first.Application("web")["commit"]);
        var message = await stage.Repository.GitAsync(["log", "-1", "--format=%B", "main"], Stage.Token);
        Assert.StartsWith("build: automatic update of web\n", message, StringComparison.Ordinal);
        Assert.Contains($"updates image {stage.Image("web")} tag '1.0.0' to '1.10.0'", message, StringComparison.Ordinal);
        Assert.Contains($"Bumper-Update: argocd/web web {stage.Image("web")} 1.0.0 1.10.0", message, StringComparison.Ordinal);

        var second = (await stage.RunAsync()).MustExit(0);
        Assert.Equal("up-to-date", second.Image("web").Decision);
        Assert.Equal(2, await stage.CountCommitsAsync());
        Assert.Equal(1, await stage.Repository.CountPushesAsync(Stage.Token));
    }

    [Fact]
    public async Task Applications_in_one_repository_cost_one_push_and_one_commit_each()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        await stage.PushTagsAsync("api", "1.0.0", "1.3.0");
        var web = stage.Deploy(new Deployment("web", stage.Image("web")));
        var api = stage.Deploy(new Deployment("api", stage.Image("api")));
        await stage.PublishAsync();

        (await stage.RunAsync()).MustExit(0);
        Assert.Equal(web.OverrideText("1.1.0"), await stage.ReadAsync(web.OverrideFile));
        Assert.Equal(api.OverrideText("1.3.0"), await stage.ReadAsync(api.OverrideFile));
        Assert.Equal(1, await stage.Repository.CountPushesAsync(Stage.Token));
        Assert.Equal(3, await stage.CountCommitsAsync());
    }

    [Fact]
    public async Task Applications_on_two_branches_of_one_repository_cost_one_push()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        var production = stage.Deploy(new Deployment("production", stage.Image("web")));
        var staging = stage.Deploy(new Deployment("staging", stage.Image("web")) { TargetRevision = "next" });
        await stage.PublishAsync();
        await stage.Ada.PushAsync(Stage.Token, "next");

        (await stage.RunAsync()).MustExit(0);
        Assert.Equal(production.OverrideText("1.1.0"), await stage.ReadAsync(production.OverrideFile));
        Assert.Equal(staging.OverrideText("1.1.0"), await stage.Repository.ReadAsync("next", staging.OverrideFile, Stage.Token));
        Assert.Equal(staging.OverrideText("1.0.0"), await stage.ReadAsync(staging.OverrideFile));
        Assert.Equal(1, await stage.Repository.CountPushesAsync(Stage.Token));
    }

    [Fact]
    public async Task Applications_that_share_an_image_ask_for_one_tag_list()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0", "2.1.0");
        for (var i = 0; i < 5; i++)
            stage.Deploy(new Deployment($"web-{i}", stage.Image("web")) { Constraint = i == 0 ? ":~2" : ":~1" });
        await stage.PublishAsync();

        var outcome = (await stage.RunAsync()).MustExit(0);
        Assert.Equal("2.1.0", outcome.Image("web-0").Candidate);
        Assert.Equal("1.1.0", outcome.Image("web-4").Candidate);
        Assert.Equal(1, await stage.CountTagListsAsync("web"));
    }

    [Fact]
    public async Task When_nothing_is_due_git_is_asked_three_times_at_most()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        stage.Deploy(new Deployment("web", stage.Image("web")));
        await stage.PublishAsync();

        (await stage.RunAsync()).MustExit(0);
        var cold = await stage.Repository.RequestsAsync(Stage.Token);
        Assert.InRange(cold.Count, 1, 10);
        (await stage.RunAsync()).MustExit(0);
        var quiet = (await stage.Repository.RequestsAsync(Stage.Token)).Skip(cold.Count).ToList();
        Assert.InRange(quiet.Count, 1, 3);
        Assert.DoesNotContain(quiet, request => request.Path.EndsWith("git-receive-pack", StringComparison.Ordinal) || request.Query.Contains("receive-pack", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_edit_leaves_every_other_byte_alone()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        var web = stage.Deploy(new Deployment("web", stage.Image("web")) { Tag = null });
        var text = $"# why: asked for by Grace\r\n\r\nhelm:\r\n    parameters:\r\n    -   name: 'replicas'   # three\r\n        value: \"3\"\r\n"
            + $"    - {{name: image.tag, value: '1.0.0', forcestring: true}}  # flow\r\n    - name: image.name\r\n      value: {stage.Image("web")}\r\n      forcestring: true\r\nother: &a [1,2]\r\n";
        stage.File(web.OverrideFile, text);
        await stage.PublishAsync();

        (await stage.RunAsync()).MustExit(0);
        Assert.Equal(text.Replace("1.0.0", "1.1.0", StringComparison.Ordinal), await stage.ReadAsync(web.OverrideFile));
        Assert.Equal(web.OverrideFile, await stage.Repository.GitAsync(["diff", "--name-only", "main~1", "main"], Stage.Token));
    }

    [Fact]
    public async Task A_server_that_refuses_filters_and_single_objects_is_served_too()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.Repository.ConfigureAsync("uploadpack.allowFilter", "false", Stage.Token);
        await stage.Repository.ConfigureAsync("uploadpack.allowAnySHA1InWant", "false", Stage.Token);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        var web = stage.Deploy(new Deployment("web", stage.Image("web")));
        await stage.PublishAsync();

        (await stage.RunAsync()).MustExit(0);
        Assert.Equal(web.OverrideText("1.1.0"), await stage.ReadAsync(web.OverrideFile));
    }

    [Fact]
    public async Task A_repository_on_this_machine_is_served_too()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        var web = stage.Deploy(new Deployment("web", stage.Image("web")) { RepositoryUrl = stage.Repository.Folder });
        await stage.PublishAsync();

        var refused = (await stage.RunAsync()).MustExit(1);
        Assert.Contains("--allow-local-repositories", refused.Image("web").Reason, StringComparison.Ordinal);

        (await stage.RunAsync("--allow-local-repositories")).MustExit(0);
        Assert.Equal(web.OverrideText("1.1.0"), await stage.ReadAsync(web.OverrideFile));
        Assert.Empty(await stage.Repository.RequestsAsync(Stage.Token));
    }

    [Fact]
    public async Task Of_several_sources_the_Helm_one_from_git_is_written_to()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        var web = stage.Deploy(new Deployment("web", stage.Image("web")));
        stage.Manifest("argocd-web.yaml", $$"""
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata:
              name: web
              namespace: argocd
              annotations:
                argocd-image-updater.argoproj.io/image-list: web={{stage.Image("web")}}:~1
                argocd-image-updater.argoproj.io/write-back-method: git
            spec:
              sources:
              - repoURL: https://charts.example.com
                chart: redis
                targetRevision: 18.0.0
              - repoURL: {{stage.Repository.Url}}
                path: apps/web
                targetRevision: main
                helm:
                  releaseName: web

            """);
        await stage.PublishAsync();

        (await stage.RunAsync()).MustExit(0);
        Assert.Equal(web.OverrideText("1.1.0"), await stage.ReadAsync(web.OverrideFile));
    }
}
