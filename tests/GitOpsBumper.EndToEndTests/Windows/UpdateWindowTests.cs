using System.Globalization;
using System.Text.Json.Nodes;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.PullRequests.Lives;
using GitOpsBumper.EndToEndTests.Scenarios;

namespace GitOpsBumper.EndToEndTests.Windows;

/// <summary>Nothing is written at a time at which nothing may be.</summary>
public sealed class UpdateWindowTests(World world)
{
    private static readonly DateTimeOffset Tomorrow = new(TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(1), TimeSpan.Zero);

    private static string Freeze => $"!2020-01-01..{Tomorrow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}";

    [Fact]
    public async Task A_version_waits_for_the_window_and_is_written_when_it_is_open()
    {
        using var stage = await SetAsync();
        var web = stage.Deploy(new Deployment("web", stage.Image("web")) { Annotations = Window(Freeze) });
        await stage.PublishAsync();
        var outcome = (await stage.RunAsync()).MustExit(0);
        Assert.Equal(("pending", "1.1.0"), (outcome.Image("web").Decision, outcome.Image("web").Candidate));
        var due = Tomorrow.AddDays(1);
        Assert.Equal($"1.1.0 waits for the update window: opens {due.ToString("ddd yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC", outcome.Image("web").Reason);
        Assert.Equal(due.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), (string?)((JsonArray)outcome.Application("web")["images"]!)[0]!["due"]);
        Assert.Equal(1, await stage.CountCommitsAsync());

        // The operator's windows hold for those that are silent alone.
        stage.Announce(web with { Annotations = Window("any") });
        Assert.Equal("updated", (await stage.RunAsync("--update-window", Freeze)).MustExit(0).Image("web").Decision);
        await stage.PushTagsAsync("web", "1.2.0");
        stage.Announce(web with { Annotations = new Dictionary<string, string>(StringComparer.Ordinal) });
        Assert.Equal("pending", (await stage.RunAsync("--update-window", Freeze)).MustExit(0).Image("web").Decision);
        Assert.Equal("updated", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
    }

    [Fact]
    public async Task What_a_project_denies_is_not_written_where_the_operator_wants_that()
    {
        using var stage = await SetAsync();
        stage.Deploy(new Deployment("web", stage.Image("web")));
        stage.Manifest("project.yaml", """
            apiVersion: argoproj.io/v1alpha1
            kind: AppProject
            metadata: {name: default, namespace: argocd}
            spec:
              sourceRepos: ["*"]
              syncWindows:
              - {kind: deny, schedule: "0 0 1 1 *", duration: 9000h, applications: ["w*"]}
            """);
        await stage.PublishAsync();
        var image = (await stage.RunAsync("--respect-sync-windows")).MustExit(0).Image("web");
        Assert.Equal("pending", image.Decision);
        Assert.StartsWith("1.1.0 waits for the end of a deny window of project 'default' (0 0 1 1 * for 9000h)", image.Reason, StringComparison.Ordinal);
        Assert.Equal("updated", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
    }

    [Fact]
    public async Task An_open_request_stays_as_it_is_while_the_window_is_shut()
    {
        await using var play = await RequestStage.SetAsync(world, "github");
        await play.DeployAsync("web", ["1.1.0"]);
        await play.Stage.PublishAsync();
        Assert.Equal("web 1.1.0 updated #1", await play.DecideAsync());
        var request = Assert.Single(play.Forge.Open);
        var (head, changed) = (await play.Forge.HeadAsync(request, Stage.Token), request.Changed);

        await play.Stage.PushTagsAsync("web", "1.2.0");
        Assert.StartsWith("web 1.2.0 pending", await play.DecideAsync("--update-window", Freeze), StringComparison.Ordinal);
        request = Assert.Single(play.Forge.Open);
        Assert.Equal((head, changed), (await play.Forge.HeadAsync(request, Stage.Token), request.Changed));
        Assert.Equal("web 1.2.0 updated #1", await play.DecideAsync());
    }

    private async Task<Stage> SetAsync()
    {
        var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        return stage;
    }

    private static Dictionary<string, string> Window(string text) => new(StringComparer.Ordinal) { ["update-window"] = text };
}
