using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Servers;
using GitOpsBumper.EndToEndTests.Servers.Kubernetes;

namespace GitOpsBumper.EndToEndTests.Controller;

/// <summary>Others change an Application while it is being patched, or stand in the way. Their changes stay, and ours comes on top or is told to have failed.</summary>
public sealed class ArgoCdRaceTests(World world)
{
    private const string Patch = "PATCH";

    [Fact]
    public async Task A_change_of_the_same_list_before_our_patch_arrives_is_kept()
    {
        await using var stage = await PrepareAsync();
        var proxy = await stage.StandBetweenAsync();
        // The image's parameters move to other places of the list meanwhile.
        proxy.Before = Once(Patch, () => stage.PatchAsync("web", """[{"op":"add","path":"/spec/source/helm/parameters/0","value":{"name":"first","value":"1"}}]"""));

        Assert.Equal("updated", (await stage.RunAsync()).MustExit(0).Image("web").Decision);

        Assert.Equal(2, proxy.CountPatches());
        Assert.Equal(
            [("first", "1"), ("db.password", "hunter2"), ("image.tag", "1.1.0"), ("replicas", "3"), ("image.name", stage.Image)],
            await ParametersAsync(stage));
    }

    [Fact]
    public async Task A_change_elsewhere_in_the_Application_costs_no_second_patch()
    {
        await using var stage = await PrepareAsync();
        var proxy = await stage.StandBetweenAsync();
        proxy.Before = Once(Patch, () => stage.MergeAsync("web", """{"metadata":{"annotations":{"argocd.argoproj.io/refresh":"hard"}},"status":{"health":{"status":"Degraded"}},"operation":null}"""));

        Assert.Equal("updated", (await stage.RunAsync()).MustExit(0).Image("web").Decision);

        Assert.Equal(1, proxy.CountPatches());
        var after = await stage.GetAsync("web");
        Assert.Equal("hard", (string?)after["metadata"]!["annotations"]!["argocd.argoproj.io/refresh"]);
        Assert.Equal("Degraded", (string?)after["status"]!["health"]!["status"]);
        Assert.Null(after["operation"]);
    }

    [Fact]
    public async Task What_the_watch_tells_of_before_the_patch_is_answered_is_announced_all_the_same()
    {
        using var cluster = await ClusterStage.SetAsync(world);
        using var folder = new ScratchFolder("gob-race-");
        await using var proxy = await KubernetesProxy.StartAsync(cluster.Cluster, ApplicationStage.Token);
        proxy.After = (method, path) => method == Patch && path.EndsWith("/applications/web", StringComparison.Ordinal) ? Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, ApplicationStage.Token) : Task.CompletedTask;
        cluster.Kubeconfig = proxy.WriteKubeConfig(folder);
        await cluster.DeployAsync(
            it => it with
            {
                Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["write-back-method"] = "argocd" },
                Parameters = new Dictionary<string, string>(StringComparer.Ordinal) { ["image.name"] = it.Image, ["image.tag"] = "1.0.0" },
            },
            "1.0.0",
            "1.1.0");

        await using var controller = await RunningController.StartAsync(cluster, "--interval", "0");
        await controller.DecidesAsync("web", "up-to-date");
        Assert.Contains("/web: updated web (", controller.Log, StringComparison.Ordinal);
        await Eventually.HoldsAsync("the Event", async () => (await cluster.EventsAsync("web")).Any(told => ((string)told["message"]!).Contains("from 1.0.0 to 1.1.0", StringComparison.Ordinal)), () => controller.Log);
    }

    [Fact]
    public async Task A_pin_that_is_set_before_our_patch_arrives_is_respected()
    {
        await using var stage = await PrepareAsync();
        var proxy = await stage.StandBetweenAsync();
        proxy.Before = Once(Patch, () => stage.PatchAsync("web", """[{"op":"add","path":"/spec/source/helm/parameters/-","value":{"name":"image.overrideTag","value":"1.0.0"}}]"""));

        Assert.Equal("pinned", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        Assert.Contains(("image.tag", "1.0.0"), await ParametersAsync(stage));
    }

    [Fact]
    public async Task What_somebody_else_wrote_meanwhile_is_not_claimed()
    {
        await using var stage = await PrepareAsync();
        var proxy = await stage.StandBetweenAsync();
        proxy.Before = Once(Patch, () => stage.PatchAsync("web", """[{"op":"replace","path":"/spec/source/helm/parameters/1/value","value":"1.1.0"}]"""));

        Assert.Equal("up-to-date", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
    }

    [Fact]
    public async Task What_somebody_else_wrote_meanwhile_is_not_replaced_by_what_was_decided_before()
    {
        await using var stage = await PrepareAsync();
        var proxy = await stage.StandBetweenAsync();
        proxy.Before = Once(Patch, () => stage.PatchAsync("web", """[{"op":"replace","path":"/spec/source/helm/parameters/1/value","value":"1.0.5"}]"""));

        var outcome = (await stage.RunAsync()).MustExit(1);
        Assert.Equal("failed", outcome.Image("web").Decision);
        Assert.Contains("somebody wrote another version of web meanwhile", outcome.Output, StringComparison.Ordinal);
        Assert.Contains(("image.tag", "1.0.5"), await ParametersAsync(stage));
        // The next one starts from it.
        Assert.Equal(("updated", "1.0.5"), ((await stage.RunAsync()).MustExit(0).Image("web") is var web ? (web.Decision, web.Current) : default));
    }

    [Fact]
    public async Task Of_many_changes_by_others_at_the_same_time_none_is_lost()
    {
        const int Rounds = 4;
        const int Edits = 25;
        await using var stage = await PrepareAsync();
        for (var round = 0; round < Rounds; round++)
        {
            await stage.PushTagsAsync($"1.{round + 2}.0");
            var run = stage.RunAsync();
            // Appending makes every edit count; each names itself.
            for (var edit = 0; edit < Edits; edit++)
                await stage.PatchAsync("web", $$"""[{"op":"add","path":"/spec/source/helm/parameters/{{(edit % 2 == 0 ? "-" : "0")}}","value":{"name":"p{{round}}-{{edit}}","value":"{{edit}}"} }]""");
            await run;
        }

        // Whatever the last run came to, the next one is alone.
        (await stage.RunAsync()).MustExit(0);
        var parameters = await ParametersAsync(stage);
        Assert.Equal(Rounds * Edits, parameters.Count(parameter => parameter.Name!.StartsWith('p')));
        Assert.Equal(Rounds * Edits + 4, parameters.Distinct().Count());
        Assert.Equal([("image.tag", $"1.{Rounds + 1}.0")], parameters.Where(parameter => parameter.Name == "image.tag"));
        Assert.Contains(("db.password", "hunter2"), parameters);
    }

    [Fact]
    public async Task A_run_that_always_loses_gives_up_and_says_so()
    {
        await using var stage = await PrepareAsync();
        var proxy = await stage.StandBetweenAsync();
        var edits = 0;
        proxy.Before = async (method, _) =>
        {
            if (method == Patch)
                await stage.PatchAsync("web", $$"""[{"op":"add","path":"/spec/source/helm/parameters/-","value":{"name":"p{{++edits}}","value":"x"} }]""");
        };

        var image = (await stage.RunAsync()).MustExit(1).Image("web");

        Assert.Equal("failed", image.Decision);
        Assert.Contains("others changed the Application first, 5 times in a row", image.Reason, StringComparison.Ordinal);
        Assert.Equal(5, edits);
        Assert.Equal(3 + 5, (await ParametersAsync(stage)).Count);
        Assert.Contains(("image.tag", "1.0.0"), await ParametersAsync(stage));
    }

    [Fact]
    public async Task A_patch_whose_answer_is_lost_is_made_once_and_told_as_made()
    {
        await using var stage = await PrepareAsync();
        var proxy = await stage.StandBetweenAsync();
        proxy.LosesAnswer = method => method == Patch && proxy.CountPatches() == 1;

        var outcome = (await stage.RunAsync()).MustExit(0);

        Assert.Equal(("updated", "1.0.0", "1.1.0"), (outcome.Image("web").Decision, outcome.Image("web").Current, outcome.Image("web").Candidate));
        Assert.Single(outcome.Application("web")["changes"]!.AsArray());
        Assert.Equal(1, proxy.CountPatches());
        Assert.Single(await ParametersAsync(stage), parameter => parameter.Name == "image.name");
    }

    [Fact]
    public async Task A_patch_that_never_arrives_is_made_again()
    {
        await using var stage = await PrepareAsync();
        var proxy = await stage.StandBetweenAsync();
        proxy.Before = Once(Patch, () => throw new InvalidOperationException("the API server is away"));

        Assert.Equal("updated", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        Assert.Equal(2, proxy.CountPatches());
        Assert.Contains(("image.tag", "1.1.0"), await ParametersAsync(stage));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData(Patch)]
    public async Task An_Application_that_is_deleted_meanwhile_is_told_as_that(string method)
    {
        await using var stage = await PrepareAsync();
        var proxy = await stage.StandBetweenAsync();
        proxy.Before = Once(method, () => stage.DeleteAsync("web"));

        Assert.Equal("somebody deleted the Application meanwhile", (string?)(await stage.RunAsync()).MustExit(1).Application("web")["failure"]);
    }

    [Fact]
    public async Task One_that_was_made_anew_meanwhile_is_read_before_it_is_written()
    {
        await using var stage = await PrepareAsync();
        var proxy = await stage.StandBetweenAsync();
        proxy.Before = Once(Patch, async () =>
        {
            await stage.DeleteAsync("web");
            await stage.ApplyAsync("web", stage.Everything(), "web.pin: 1.0.0");
        });

        Assert.Equal("pinned", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        Assert.Contains(("image.tag", "1.0.0"), await ParametersAsync(stage));
    }

    [Fact]
    public async Task An_Application_that_asks_for_git_meanwhile_is_left_to_the_next_cycle()
    {
        await using var stage = await PrepareAsync();
        var proxy = await stage.StandBetweenAsync();
        proxy.Before = Once("GET", () => stage.MergeAsync("web", """{"metadata":{"annotations":{"gitopsbumper.io/write-back-method":"git"}}}"""));

        Assert.Contains("somebody changed the annotations", (await stage.RunAsync()).MustExit(1).Image("web").Reason, StringComparison.Ordinal);
        Assert.Equal(0, proxy.CountPatches());
    }

    [Fact]
    public async Task A_missing_right_is_named_and_not_tried_again()
    {
        await using var stage = await PrepareAsync();
        const string User = "user-15";
        await stage.AllowAsync(User, "get", "list");

        var outcome = (await stage.CallAsAsync(User, "run", "--once", "--output", "json")).MustExit(1);

        Assert.Equal("failed", outcome.Image("web").Decision);
        Assert.Contains($"User \"{User}\" cannot patch resource \"applications\" in API group \"argoproj.io\" in the namespace \"{stage.Namespace}\"", outcome.Image("web").Reason, StringComparison.Ordinal);
        await stage.AllowAsync(User, "patch");
        Assert.Equal("updated", (await stage.CallAsAsync(User, "run", "--once", "--output", "json")).MustExit(0).Image("web").Decision);
    }

    [Fact]
    public async Task What_the_API_server_finds_invalid_is_told_in_its_words()
    {
        await using var stage = await PrepareAsync();
        var proxy = await stage.StandBetweenAsync();
        proxy.Rewrite = body => body.Replace("\"1.1.0\"", "110", StringComparison.Ordinal);

        var image = (await stage.RunAsync()).MustExit(1).Image("web");

        Assert.Contains("the change is not valid: ", image.Reason, StringComparison.Ordinal);
        Assert.Contains("spec.source.helm.parameters.value", image.Reason, StringComparison.Ordinal);
        // The Application was read again, and is still what the patch was made for: it is not sent twice.
        Assert.Equal(1, proxy.CountPatches());
    }

    private async Task<ApplicationStage> PrepareAsync()
    {
        var stage = await ApplicationStage.SetAsync(world, "1.0.0", "1.1.0");
        await stage.ApplyAsync("web", stage.Everything());
        return stage;
    }

    /// <summary>Before the first request of a method for one Application.</summary>
    private static Func<string, string, Task> Once(string method, Func<Task> action)
    {
        var done = 0;
        return (asked, path) => asked == method && path.EndsWith("/applications/web", StringComparison.Ordinal) && Interlocked.Exchange(ref done, 1) == 0 ? action() : Task.CompletedTask;
    }

    private static async Task<IReadOnlyList<(string? Name, string? Value)>> ParametersAsync(ApplicationStage stage) =>
        [.. (await stage.GetAsync("web"))["spec"]!["source"]!["helm"]!["parameters"]!.AsArray().Select(parameter => ((string?)parameter!["name"], (string?)parameter["value"]))];
}
