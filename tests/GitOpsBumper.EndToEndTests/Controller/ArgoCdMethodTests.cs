using System.Text.Json.Nodes;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;

namespace GitOpsBumper.EndToEndTests.Controller;

/// <summary>Write-back method argocd: what comes to stand in the Application, and that nothing else of it changes.</summary>
public sealed class ArgoCdMethodTests(World world)
{
    [Fact]
    public async Task Helm_parameters_are_patched_and_nothing_else()
    {
        await using var stage = await ApplicationStage.SetAsync(world, "1.0.0", "1.1.0");
        var before = await stage.ApplyAsync("web", stage.Everything());

        var outcome = (await stage.RunAsync()).MustExit(0);

        Assert.Equal(("updated", "1.0.0", "1.1.0"), (outcome.Image("web").Decision, outcome.Image("web").Current, outcome.Image("web").Candidate));
        Assert.Equal([$"{stage.Namespace}/web/spec.source.helm.parameters"], outcome.Application("web")["changes"]!.AsArray().Select(change => (string)change!));
        Assert.Null(outcome.Application("web")["repository"]);
        Assert.Null(outcome.Application("web")["commit"]);
        var after = await stage.GetAsync("web");
        var parameters = after["spec"]!["source"]!["helm"]!["parameters"]!.AsArray();
        Assert.Equal($$"""{"forceString":true,"name":"image.tag","value":"1.1.0"}""", parameters[1]!.ToJsonString());
        Assert.Equal($$"""{"forceString":true,"name":"image.name","value":"{{stage.Image}}"}""", parameters[3]!.ToJsonString());
        parameters[1]!["value"] = "1.0.0";
        parameters.RemoveAt(3);
        MustBeSame(before, after);
    }

    [Fact]
    public async Task Kustomize_images_are_patched_and_nothing_else()
    {
        await using var stage = await ApplicationStage.SetAsync(world, "1.0.0", "1.1.0");
        var before = await stage.ApplyAsync("web", ApplicationStage.Source($$"""
            kustomize: {
              namePrefix: a-, images: ["redis:7", "web={{stage.Image}}:1.0.0", "nginx=mirror.example.com/nginx:1.27"],
              patches: [{target: {kind: Deployment}, patch: "- op: remove\n  path: /a<b"}] }
            """));

        Assert.Equal("updated", (await stage.RunAsync()).MustExit(0).Image("web").Decision);

        var after = await stage.GetAsync("web");
        var images = after["spec"]!["source"]!["kustomize"]!["images"]!.AsArray();
        Assert.Equal($"web={stage.Image}:1.1.0", (string?)images[1]);
        images[1] = $"web={stage.Image}:1.0.0";
        MustBeSame(before, after);
    }

    [Theory]
    [InlineData("helm: {}")]
    [InlineData("helm: {releaseName: w}")]
    [InlineData("helm: {parameters: []}")]
    [InlineData("kustomize: {}")]
    [InlineData("kustomize: {namePrefix: a-}")]
    [InlineData("")]
    public async Task What_is_not_there_yet_is_made(string renderer)
    {
        await using var stage = await ApplicationStage.SetAsync(world, "1.0.0", "1.1.0");
        await stage.ApplyAsync("web", ApplicationStage.Source(renderer));
        await stage.MergeAsync("web", Running(stage, "1.0.0"));

        Assert.Equal("updated", (await stage.RunAsync()).MustExit(0).Image("web").Decision);

        var source = (await stage.GetAsync("web"))["spec"]!["source"]!;
        if (renderer.StartsWith("kustomize", StringComparison.Ordinal))
            Assert.Equal([$"{stage.Image}:1.1.0"], source["kustomize"]!["images"]!.AsArray().Select(image => (string?)image));
        else
            Assert.Equal([("image.name", stage.Image), ("image.tag", "1.1.0")], Parameters(source));
        await MustBeQuietAsync(stage, "web");
    }

    [Fact]
    public async Task Of_several_sources_the_one_that_is_rendered_is_patched()
    {
        await using var stage = await ApplicationStage.SetAsync(world, "1.0.0", "1.1.0");
        var before = await stage.ApplyAsync("web", ApplicationStage.Spec("""
            sources: [
              {repoURL: "https://git.example.com/values", targetRevision: main, ref: values},
              {repoURL: "https://charts.example.com", chart: web, targetRevision: 1.2.3, helm: {valueFiles: [$values/web.yaml], parameters: [{name: image.tag, value: 1.0.0}]}},
              {repoURL: "https://charts.example.com", chart: other, targetRevision: 1.2.3, helm: {parameters: [{name: image.tag, value: 1.0.0}]}} ]
            """));

        Assert.Equal("updated", (await stage.RunAsync()).MustExit(0).Image("web").Decision);

        var after = await stage.GetAsync("web");
        Assert.Equal([("image.tag", "1.1.0"), ("image.name", stage.Image)], Parameters(after["spec"]!["sources"]![1]!));
        after["spec"]!["sources"]![1]!["helm"]!["parameters"] = before["spec"]!["sources"]![1]!["helm"]!["parameters"]!.DeepClone();
        MustBeSame(before, after);
        await MustBeQuietAsync(stage, "web");
    }

    [Fact]
    public async Task The_second_run_writes_nothing()
    {
        await using var stage = await ApplicationStage.SetAsync(world, "1.0.0", "1.1.0");
        await stage.ApplyAsync("helm", stage.Everything());
        await stage.ApplyAsync("kustomize", ApplicationStage.Source($"kustomize: {{images: [\"{stage.Image}\"]}}"), "web.pin-digest: 'true'");
        (await stage.RunAsync()).MustExit(0);
        await MustBeQuietAsync(stage, "helm", "kustomize");
    }

    [Fact]
    public async Task A_plan_shows_what_would_be_written_and_writes_nothing()
    {
        await using var stage = await ApplicationStage.SetAsync(world, "1.0.0", "1.1.0");
        var before = await stage.ApplyAsync("web", stage.Everything());

        var outcome = (await stage.CallAsync("plan")).MustExit(0);

        Assert.Contains("would-update", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("spec.source.helm.parameters", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("value: 1.1.0", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", outcome.Output, StringComparison.Ordinal);
        Assert.Equal("would-update", (await stage.RunAsync("--dry-run")).MustExit(0).Image("web").Decision);
        Assert.Equal(before.ToJsonString(), (await stage.GetAsync("web")).ToJsonString());
    }

    [Fact]
    public async Task Manifests_from_files_have_no_Application_that_could_be_changed()
    {
        await using var stage = await ApplicationStage.SetAsync(world, "1.0.0", "1.1.0");
        var manifest = $$"""
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: web, annotations: {gitopsbumper.io/image-list: "web={{stage.Image}}", gitopsbumper.io/write-back-method: argocd} }
            {{ApplicationStage.Source("helm: {}")}}
            """;

        var outcome = (await stage.CallWithManifestAsync(manifest, "run", "--once", "--output", "json")).MustExit(1);

        Assert.Equal("failed", outcome.Image("web").Decision);
        Assert.Contains("needs a cluster", (string?)outcome.Application("web")["failure"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_works_beside_git_in_one_cycle_and_can_be_the_default()
    {
        using var git = await Stage.SetAsync(world);
        git.File("apps/git/Chart.yaml", "apiVersion: v2\nname: git\nversion: 0.1.0\n");
        await git.PublishAsync();
        await using var stage = await ApplicationStage.SetAsync(world, "1.0.0", "1.1.0");
        var source = $"source: {{repoURL: \"{git.Repository.Url}\", path: apps/git, targetRevision: main, helm: {{parameters: [{{name: image.tag, value: 1.0.0}}]}}}}";
        await stage.ApplyAsync("git", ApplicationStage.Spec(source), "write-back-method: git");
        await stage.ApplyAsync("direct", ApplicationStage.Spec(source), "write-back-method: ''");

        var outcome = (await stage.RunAsync("--default-write-back-method", "argocd")).MustExit(0);

        Assert.Equal(("updated", "updated"), (outcome.Image("git").Decision, outcome.Image("direct").Decision));
        Assert.NotNull((string?)outcome.Application("git")["commit"]);
        Assert.Contains("value: 1.1.0", await git.ReadAsync("apps/git/.argocd-source-git.yaml"), StringComparison.Ordinal);
        Assert.Null(await git.ReadAsync("apps/git/.argocd-source-direct.yaml"));
        Assert.Equal([("image.tag", "1.0.0")], Parameters((await stage.GetAsync("git"))["spec"]!["source"]!));
        Assert.Equal([("image.tag", "1.1.0"), ("image.name", stage.Image)], Parameters((await stage.GetAsync("direct"))["spec"]!["source"]!));
    }

    [Fact]
    public async Task What_people_hold_is_held_and_a_rollback_in_Argo_CD_is_left_alone()
    {
        await using var stage = await ApplicationStage.SetAsync(world, "1.0.0", "1.1.0");
        await stage.ApplyAsync("web", stage.Everything());
        (await stage.RunAsync()).MustExit(0);

        // 'argocd app rollback' deploys what was deployed before, and leaves the source as it is.
        await stage.MergeAsync("web", Running(stage, "1.0.0"));
        Assert.Equal("up-to-date", (await stage.RunAsync()).MustExit(0).Image("web").Decision);

        await stage.PatchAsync("web", """[{"op":"add","path":"/spec/source/helm/parameters/-","value":{"name":"image.overrideTag","value":"1.0.0"}}]""");
        await stage.PushTagsAsync("1.2.0");
        var pinned = (await stage.RunAsync()).MustExit(0).Image("web");
        Assert.Equal("pinned", pinned.Decision);
        Assert.Contains("1.2.0 would be chosen", pinned.Reason, StringComparison.Ordinal);
        await stage.PatchAsync("web", """[{"op":"remove","path":"/spec/source/helm/parameters/4"}]""");

        await stage.MergeAsync("web", """{"metadata":{"annotations":{"gitopsbumper.io/web.pin":"1.0.0"}}}""");
        Assert.Equal("updated", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        Assert.Equal("pinned", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        Assert.Contains(("image.tag", "1.0.0"), Parameters((await stage.GetAsync("web"))["spec"]!["source"]!));
        await stage.MergeAsync("web", """{"metadata":{"annotations":{"gitopsbumper.io/web.pin":null}}}""");
        Assert.Equal("updated", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        Assert.Contains(("image.tag", "1.2.0"), Parameters((await stage.GetAsync("web"))["spec"]!["source"]!));
    }

    private static string Running(ApplicationStage stage, string tag) => $$"""{"status":{"sourceType":"Helm","summary":{"images":["{{stage.Image}}:{{tag}}"]} } }""";

    private static IEnumerable<(string?, string?)> Parameters(JsonNode source) =>
        source["helm"]!["parameters"]!.AsArray().Select(parameter => ((string?)parameter!["name"], (string?)parameter["value"]));

    /// <summary>One more run finds nothing to do and leaves every version as it is.</summary>
    private static async Task MustBeQuietAsync(ApplicationStage stage, params string[] names)
    {
        var before = await Task.WhenAll(names.Select(stage.GetAsync));
        var outcome = (await stage.RunAsync()).MustExit(0);
        Assert.All(names, name => Assert.Equal("up-to-date", outcome.Image(name).Decision));
        Assert.Equal(before.Select(application => application.ToJsonString()), (await Task.WhenAll(names.Select(stage.GetAsync))).Select(application => application.ToJsonString()));
    }

    /// <summary>Letter by letter, but for what the API server keeps for itself.</summary>
    private static void MustBeSame(JsonObject before, JsonObject after) => Assert.Equal(WithoutBooks(before), WithoutBooks(after));

    private static string WithoutBooks(JsonObject application)
    {
        var copy = application.DeepClone().AsObject();
        foreach (var field in new[] { "resourceVersion", "generation", "managedFields" })
            copy["metadata"]!.AsObject().Remove(field);
        return copy.ToJsonString();
    }
}
