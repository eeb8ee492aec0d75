using GitOpsBumper.EndToEndTests.Controller;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;

namespace GitOpsBumper.EndToEndTests.Kubernetes;

/// <summary>The commands of the guides, typed by a person while the controller runs.</summary>
public sealed class KubectlTests(World world)
{
    private const string ImageList = "gitopsbumper.io/image-list";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_application_is_applied_annotated_followed_and_let_go()
    {
        using var stage = await KubectlStage.SetAsync(world);
        await stage.Cluster.Stage.PushTagsAsync("web", "1.4.0", "1.4.1", "1.5.0");
        var (web, other) = (Prepare(stage, "web"), Prepare(stage, "other"));
        await stage.Cluster.Stage.PublishAsync();
        await using var controller = await RunningController.StartAsync(stage.Cluster, "--interval", "1s");

        // The example asks for 1.4.x.
        Assert.Equal("application.argoproj.io/web created", await stage.RunAsync($"apply -f {Example(stage, "web")}"));
        await CommitsAsync(web, "1.4.1");

        await stage.RunAsync($"annotate application web --overwrite {ImageList}=web={web.Image}:~1");
        await CommitsAsync(web, "1.5.0");

        await stage.Cluster.Stage.PushTagsAsync("web", "1.6.0");
        await CommitsAsync(web, "1.6.0");

        await stage.RunAsync($"annotate application web {ImageList}-");
        await controller.SeesAsync("no application", status => status["applications"]!.AsArray().Count == 0);
        await stage.Cluster.Stage.PushTagsAsync("web", "1.7.0");
        // A neighbour that gets it shows that it could be had.
        await stage.RunAsync($"apply -f {Example(stage, "other")}");
        await stage.RunAsync($"annotate application other --overwrite {ImageList}=web={web.Image}:~1");
        await CommitsAsync(other, "1.7.0");
        Assert.Equal("1.6.0", await stage.Cluster.TagAsync(web));

        Task CommitsAsync(Deployment deployment, string tag) =>
            Eventually.HoldsAsync($"{tag} of {deployment.Name}", async () => await stage.Cluster.TagAsync(deployment) == tag, () => controller.Log);
    }

    [Fact]
    public async Task Events_and_a_description_tell_what_was_done()
    {
        using var stage = await KubectlStage.SetAsync(world);
        await stage.Cluster.Stage.PushTagsAsync("web", "1.4.0", "1.4.1");
        Prepare(stage, "web");
        await stage.Cluster.Stage.PublishAsync();
        await stage.RunAsync($"apply -f {Example(stage, "web")}");
        await stage.RunAsync("annotate application web gitopsbumper.io/web.pinn=1");
        await using var controller = await RunningController.StartAsync(stage.Cluster, "--interval", "0");
        await controller.DecidesAsync("web", "updated");
        await EventAsync("AnnotationProblem");
        await EventAsync("ImageUpdated");
        var commit = (await stage.Cluster.Stage.Repository.TipAsync("main", Token))[..10];

        var events = (await stage.RunAsync("get events --field-selector involvedObject.name=web")).Split('\n');
        Assert.Equal(3, events.Length);
        Assert.Matches(@"^\S+ +Normal +ImageUpdated +application/web +web .*1\.4\.1 with commit " + commit, Line(events, "ImageUpdated"));
        Assert.Matches(@"^\S+ +Warning +AnnotationProblem +application/web +gitopsbumper\.io/web\.pinn: ", Line(events, "AnnotationProblem"));

        var description = await stage.RunAsync("describe application web");
        var told = description[description.IndexOf("\nEvents:", StringComparison.Ordinal)..].Split('\n');
        Assert.Matches(@"^ +Normal +ImageUpdated +\S+ +gitopsbumper +web .* with commit " + commit, Line(told, "ImageUpdated"));
        Assert.Matches(@"^ +Warning +AnnotationProblem +\S+ +gitopsbumper +gitopsbumper\.io/web\.pinn: ", Line(told, "AnnotationProblem"));

        Task EventAsync(string reason) => Eventually.HoldsAsync(
            $"the event {reason}", async () => (await stage.Cluster.EventsAsync("web")).Any(told => (string?)told["reason"] == reason), () => controller.Log);
    }

    private static string Line(IEnumerable<string> lines, string reason) => Assert.Single(lines, line => line.Contains($" {reason} ", StringComparison.Ordinal));

    /// <summary>The chart that the example means, in the stage's repository.</summary>
    private static Deployment Prepare(KubectlStage stage, string name)
    {
        var deployment = new Deployment(name, stage.Cluster.Stage.Image("web")) { Path = $"charts/{name}" };
        stage.Cluster.Stage.File($"{deployment.Folder}/Chart.yaml", $"apiVersion: v2\nname: {name}\nversion: 0.1.0\n");
        return deployment;
    }

    /// <summary>The Application of examples/applications, with the addresses of the stage.</summary>
    private static string Example(KubectlStage stage, string name) => stage.Adapt(
        "applications/web.yaml",
        ("name: web\n  namespace: argocd", $"name: {name}\n  namespace: {stage.Cluster.Namespace}"),
        ("registry.example.com/team/web", stage.Cluster.Stage.Image("web")),
        ("https://git.example.com/team/apps.git", stage.Cluster.Stage.Repository.Url),
        ("charts/web", $"charts/{name}"));
}
