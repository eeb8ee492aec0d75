using System.Text.Json.Nodes;
using GitOpsBumper.EndToEndTests.Controller;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Rollback.Pins;

/// <summary>Where versions are held from, and where they are held: in a cluster, on write branches, in shared files.</summary>
public sealed class PinPlaceTests(World world)
{
    [Fact]
    public async Task A_laptop_with_a_kubeconfig_pins_rolls_back_tells_and_lets_go()
    {
        using var stage = await ClusterStage.SetAsync(world);
        await stage.DeployAsync("1.0.0", "1.1.0", "1.2.0");
        (await CallAsync(stage, "run", "--once")).MustExit(0);
        Assert.StartsWith($"{stage.Namespace}/web web: pinned to 1.0.0 by image.overrideTag\n", (await CallAsync(stage, "rollback", "web", "--by", "Ada")).MustExit(0).Output, StringComparison.Ordinal);
        Assert.Equal("pinned", (await CallAsync(stage, "run", "--once", "--output", "json")).MustExit(0).Image("web").Decision);
        (await CallAsync(stage, "pin", "web", "web", "1.1.0", "--by", "Ada")).MustExit(0);
        var history = JsonNode.Parse((await CallAsync(stage, "history", "web", "--output", "json")).MustExit(0).Output)!["images"]![0]!;
        Assert.Equal(("1.1.0", 3), ((string?)history["pinned"], history["history"]!.AsArray().Count));
        (await CallAsync(stage, "unpin", "web", "web", "--by", "Ada")).MustExit(0);
        Assert.Equal("up-to-date", (await CallAsync(stage, "run", "--once", "--output", "json")).MustExit(0).Image("web").Decision);
    }

    [Theory]
    [InlineData("override")]
    [InlineData("value")]
    public async Task On_a_write_branch_a_pin_counts_once_it_is_merged(string way)
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.2.0");
        stage.Deploy(new Deployment("web", stage.Image("web")) { Tag = "1.2.0", Annotations = Of(("git-branch", "main:bump/{{ .AppName }}")) });
        await stage.PublishAsync();
        var pinned = JsonNode.Parse((await stage.CallAsync("pin", "web", "web", "1.0.0", "--with", way, "--by", "Ada", "--output", "json")).MustExit(0).Output)!;
        Assert.Equal("bump/web", (string?)pinned["branch"]);
        await stage.PushTagsAsync("web", "1.3.0");

        await stage.Ada.PullAsync(Stage.Token);
        await stage.Ada.GitAsync(["fetch", "--quiet", "origin", "bump/web"], Stage.Token);
        await stage.Ada.GitAsync(["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "merge", "--quiet", "--no-ff", "-m", "Take it", "FETCH_HEAD"], Stage.Token);
        await stage.Ada.PushAsync(Stage.Token, "main");
        await stage.Ada.GitAsync(["push", "--quiet", "origin", ":bump/web"], Stage.Token);
        Assert.Equal("pinned", (await stage.RunAsync()).MustExit(0).Image("web").Decision);

        (await stage.CallAsync("unpin", "web", "--by", "Ada")).MustExit(0);
        Assert.True(await stage.Repository.ExistsAsync("bump/web", Stage.Token));
    }

    [Theory]
    [InlineData("override")]
    [InlineData("value")]
    public async Task A_pin_in_a_file_of_several_applications_holds_for_all_that_write_there(string way)
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.2.0");
        foreach (var name in new[] { "api", "web" })
        {
            stage.Announce(new Deployment(name, stage.Image("web")) { Path = "apps", Annotations = Of(("write-back-target", "helmvalues:/shared.yaml"), ("web.helm.image-name", "image.repository"), ("web.helm.image-tag", "image.tag")) });
        }

        stage.File("shared.yaml", $"image:\n  repository: {stage.Image("web")}\n  tag: 1.0.0\n");
        stage.File("apps/Chart.yaml", "apiVersion: v2\nname: apps\nversion: 0.1.0\n");
        await stage.PublishAsync();
        (await stage.RunAsync()).MustExit(0);
        (await stage.CallAsync("pin", "web", "web", "1.0.0", "--with", way, "--by", "Ada")).MustExit(0);
        await stage.PushTagsAsync("web", "1.3.0");
        var outcome = (await stage.RunAsync()).MustExit(0);
        Assert.Equal(("pinned", "pinned"), (outcome.Image("api").Decision, outcome.Image("web").Decision));
        // The other one may let go as well.
        (await stage.CallAsync("unpin", way == "override" ? "api" : "web", "--by", "Ada")).MustExit(0);
        outcome = (await stage.RunAsync()).MustExit(0);
        Assert.Contains("tag: 1.3.0\n", await stage.ReadAsync("shared.yaml"), StringComparison.Ordinal);
        Assert.DoesNotContain("pinned", new[] { outcome.Image("api").Decision, outcome.Image("web").Decision });
    }

    [Theory]
    [InlineData("kustomization", "kustomize: {}", "kustomization.yaml", "resources: []\nimages:\n- name: IMAGE\n  newTag: 1.2.0\n")]
    [InlineData("helmvalues", null, "values.yaml", "image:\n  name: IMAGE\n  tag: 1.2.0\n")]
    public async Task The_annotation_pin_is_written_and_held_where_there_is_no_override(string target, string? renderedBy, string file, string text)
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.2.0", "1.3.0");
        var web = new Deployment("web", stage.Image("web")) { RenderedBy = renderedBy, Annotations = Of(("write-back-target", target), ("web.pin", "1.0.0")) };
        stage.Announce(web);
        stage.File($"apps/web/{file}", text.Replace("IMAGE", stage.Image("web"), StringComparison.Ordinal));
        await stage.PublishAsync();
        Assert.Equal("updated", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        Assert.Contains("ag: 1.0.0\n", await stage.ReadAsync($"apps/web/{file}"), StringComparison.Ordinal);
        Assert.Equal("pinned", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        stage.Announce(web with { Annotations = Of(("write-back-target", target)) });
        Assert.Equal("updated", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        Assert.Contains("ag: 1.3.0\n", await stage.ReadAsync($"apps/web/{file}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("digest", ":latest")]
    [InlineData("semver", ":~1")]
    public async Task Digests_are_rolled_back_too(string strategy, string constraint)
    {
        using var stage = await Stage.SetAsync(world);
        await PushAsync(stage, 1, "1.0.0", "latest");
        stage.Deploy(new Deployment("web", stage.Image("web")) { Constraint = constraint, Tag = null, Annotations = Of(("update-strategy", strategy), ("pin-digest", "true")) });
        await stage.PublishAsync();
        (await stage.RunAsync()).MustExit(0);
        var first = await ValueAsync(stage);
        await PushAsync(stage, 2, strategy == "digest" ? "latest" : "1.1.0");
        (await stage.RunAsync()).MustExit(0);
        Assert.NotEqual(first, await ValueAsync(stage));

        (await stage.CallAsync("rollback", "web", "--with", "value", "--by", "Ada")).MustExit(0);
        Assert.Equal(first, await ValueAsync(stage));
        Assert.Equal("pinned", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        (await stage.CallAsync("unpin", "web", "--by", "Ada")).MustExit(0);
        Assert.Equal("updated", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
    }

    private static Task<Outcome> CallAsync(ClusterStage stage, params string[] words) =>
        Stage.ExecuteAsync([.. words, "--kubeconfig", stage.Kubeconfig, "--argocd-namespace", stage.Namespace, "--cache-dir", stage.Stage.CacheFolder, "--docker-config", "none"]);

    private static Dictionary<string, string> Of(params (string Key, string Value)[] annotations) => annotations.ToDictionary(one => one.Key, one => one.Value, StringComparer.Ordinal);

    private static Task PushAsync(Stage stage, int day, params string[] tags) =>
        stage.Registry.Images.PushImageAsync(stage.RepositoryPath("web"), TestImage.Amd64(new DateTimeOffset(2026, 1, day, 0, 0, 0, TimeSpan.Zero)), tags, Stage.Token);

    private static async Task<string> ValueAsync(Stage stage) =>
        (await stage.ReadAsync("apps/web/.argocd-source-web.yaml"))!.Split('\n').SkipWhile(line => !line.Contains("image.tag", StringComparison.Ordinal)).Skip(1).First();
}
