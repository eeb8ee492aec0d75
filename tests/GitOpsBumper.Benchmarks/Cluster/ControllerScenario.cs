using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using GitOpsBumper.Benchmarks.Scale;
using GitOpsBumper.EndToEndTests.Servers;
using GitOpsBumper.EndToEndTests.Servers.Kubernetes;

namespace GitOpsBumper.Benchmarks.Cluster;

/// <summary>The controller in a cluster with N fat Applications in a real API server, every one of them due at the start.</summary>
internal static class ControllerScenario
{
    public const int DefaultApplications = 10_000;
    private const string Space = "argocd";
    private const string Secret = "known-to-the-registry-and-to-the-bot";
    private const int Samples = 5;

    /// <param name="applications">At least five.</param>
    /// <param name="bumper">The published executable; null publishes it.</param>
    /// <param name="token">Ends it.</param>
    public static async Task<int> RunAsync(int applications, string? bumper, CancellationToken token)
    {
        using var published = new ScratchFolder("gob-publish-");
        bumper ??= await PublishedBumper.MakeAsync(published.Path, token);
        var port = Startup.FreePort();
        var told = new RegistryNotification(new Uri($"http://127.0.0.1:{port}/webhook?type=distribution"), $"Bearer {Secret}");
        await using var world = await ScaleWorld.BuildAsync(applications, ScaleShape.Default, null, token, told);
        await using var cluster = await KubernetesServer.StartAsync(TimeProvider.System, token);
        var started = Stopwatch.GetTimestamp();
        await FillAsync(world, cluster, token);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{applications} Applications, created in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s"));

        await using var controller = ControllerProcess.Start(bumper, world, cluster.WriteKubeConfig(published), port);
        var listed = await controller.WaitAsync("Watching ", token);
        Say("listed and watched", listed, controller);
        var cold = await controller.WaitAsync("Full cycle", token);
        Say("first cycle, all due, from the start", cold, controller);
        var head = await world.Repository.GitAsync(["rev-list", "--count", "--author=GitOpsBumper", "main"], token);

        started = Stopwatch.GetTimestamp();
        await ConfigureAsync(world, cluster, "again", token);
        await controller.WaitAsync("Full cycle", token);
        Say("next cycle, nothing due, asked for by a config map", Stopwatch.GetElapsedTime(started), controller);

        var reactions = new List<TimeSpan>();
        for (var sample = 0; sample < Samples; sample++)
        {
            started = Stopwatch.GetTimestamp();
            await cluster.MergeAsync(
                $"/apis/argoproj.io/v1alpha1/namespaces/{Space}/applications/{ScaleWorld.Name(sample)}", """{"metadata":{"annotations":{"gitopsbumper.io/web.pin":"1.8.0"} } }""", token);
            await controller.WaitAsync("Pushed 1 commits", token);
            reactions.Add(Stopwatch.GetElapsedTime(started));
        }

        Say($"from an annotation to its commit, median of {Samples}", reactions.Order().ElementAt(Samples / 2), controller);
        Say("a trigger to its commit", await TriggerSamples.AskAsync(world, cluster, controller, token), controller);
        Say("a push to its commit", await TriggerSamples.PushAsync(world, controller, token), controller);
        var (answered, committed) = await TriggerSamples.FloodAsync(world, controller, Secret, token);
        Say($"{TriggerSamples.Flood} webhooks in a burst, until the last is answered", answered, controller);
        Say("  until what is new is committed", committed, controller);
        var busy = controller.ProcessorTime;
        await Task.Delay(TimeSpan.FromSeconds(20), TimeProvider.System, token);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"processor time of 20 s at rest",-55} {(controller.ProcessorTime - busy).TotalMilliseconds:0} ms"));
        return head == $"{applications}" ? 0 : 1;
    }

    private static void Say(string what, TimeSpan took, ControllerProcess controller) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{what,-55} {took.TotalSeconds:0.00} s, memory {controller.Resident / 1e6:0} MB, peak {controller.PeakMemory / 1e6:0} MB"));

    private static void Say(string what, IReadOnlyList<TimeSpan> samples, ControllerProcess controller)
    {
        Say($"from {what}, median of {samples.Count}", samples[samples.Count / 2], controller);
        Say("  p95", samples[samples.Count * 95 / 100], controller);
    }

    private static async Task FillAsync(ScaleWorld world, KubernetesServer cluster, CancellationToken token)
    {
        await cluster.SendAsync(HttpMethod.Post, "/api/v1/namespaces", $$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{Space}}"} }""", token);
        await ConfigureAsync(world, cluster, "first", token);
        await cluster.ApplyAsync(
            $"/api/v1/namespaces/{Space}/secrets/gitops-bumper-secret",
            $"{{apiVersion: v1, kind: Secret, metadata: {{name: gitops-bumper-secret}}, stringData: {{webhook.distribution-secret: {Secret}, webhook.generic-secret: {Secret}}}}}",
            token);
        await cluster.ApplyAsync(
            $"/apis/argoproj.io/v1alpha1/namespaces/{Space}/appprojects/default",
            "{apiVersion: argoproj.io/v1alpha1, kind: AppProject, metadata: {name: default}, spec: {sourceRepos: ['*']}}",
            token);
        await Parallel.ForEachAsync(Enumerable.Range(0, world.Applications), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = token }, async (number, cancel) =>
        {
            var yaml = $"{world.Specification(number)}\nstatus: {FatApplication.Status($"{world.Image(number)}:{ScaleWorld.OldTag}")}\n";
            await cluster.SendAsync(HttpMethod.Post, $"/apis/argoproj.io/v1alpha1/namespaces/{Space}/applications", yaml, cancel, "application/yaml");
        });
    }

    private static Task ConfigureAsync(ScaleWorld world, KubernetesServer cluster, string user, CancellationToken token)
    {
        var data = new JsonObject { ["registries.conf"] = File.ReadAllText(world.RegistriesConf), ["git.user"] = $"GitOpsBumper {user}", ["kube.events"] = "false" };
        return cluster.ApplyAsync(
            $"/api/v1/namespaces/{Space}/configmaps/gitops-bumper-config",
            $"{{apiVersion: v1, kind: ConfigMap, metadata: {{name: gitops-bumper-config}}, data: {data.ToJsonString()}}}",
            token);
    }
}
