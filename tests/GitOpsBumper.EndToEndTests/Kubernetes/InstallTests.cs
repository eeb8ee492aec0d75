using System.Text.Json.Nodes;
using GitOpsBumper.EndToEndTests.Fixtures;

namespace GitOpsBumper.EndToEndTests.Kubernetes;

/// <summary>What examples/install holds is what an API server takes.</summary>
public sealed class InstallTests(World world)
{
    private const string Deployment = "base/deployment.yaml";
    private const string Replicas = "components/high-availability/deployment.yaml";

    private const string Triggers = "components/triggers/deployment.yaml";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>All that is an object by itself: no kustomization, and no patch that is half of one.</summary>
    public static TheoryData<string> Files { get; } =
    [
        .. Directory.EnumerateFiles(InstallObject.Folder, "*.yaml", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(InstallObject.Folder, file))
            .Where(file => Path.GetFileName(file) != "kustomization.yaml" && file is not (Replicas or Triggers)).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Every_object_is_accepted(string file)
    {
        var server = await world.KubernetesAsync();
        var space = await server.CreateNamespaceAsync(Token);
        var objects = InstallObject.Read(file);
        Assert.NotEmpty(objects);
        foreach (var item in objects)
        {
            if (item.Kind == "PodMonitor")
            {
                // The Prometheus Operator defines it, which this server does not have.
                Assert.Equal("components/pod-monitor/pod-monitor.yaml", file);
                continue;
            }

            // Servers before 1.21 have what is said here under its older name.
            if (item.Kind == "PodDisruptionBudget" && !(await server.GetAsync("/apis/policy", Token)).Contains("\"policy/v1\"", StringComparison.Ordinal))
                item.Json["apiVersion"] = "policy/v1beta1";
            await server.SendAsync(
                HttpMethod.Patch, $"{item.Path(space)}?dryRun=All&fieldManager=test&fieldValidation=Strict", item.Json.ToJsonString(), Token, "application/apply-patch+yaml");
        }
    }

    [Fact]
    public async Task A_second_replica_is_a_patch_of_the_deployment()
    {
        var server = await world.KubernetesAsync();
        var space = await server.CreateNamespaceAsync(Token);
        var deployment = InstallObject.Read(Deployment).Single();
        await server.ApplyAsync(deployment.Path(space), deployment.Json.ToJsonString(), Token);
        var patch = InstallObject.Read(Replicas).Single();
        Assert.Equal(deployment.Path(space), patch.Path(space));

        var patched = JsonNode.Parse(await server.SendAsync(
            HttpMethod.Patch, $"{patch.Path(space)}?dryRun=All&fieldValidation=Strict", patch.Json.ToJsonString(), Token, "application/strategic-merge-patch+json"))!;
        Assert.Equal(2, (int)patched["spec"]!["replicas"]!);
        Assert.NotNull(patched["spec"]!["template"]!["spec"]!["affinity"]!["podAntiAffinity"]);
    }

    [Fact]
    public async Task Triggers_are_a_patch_of_the_deployment()
    {
        var server = await world.KubernetesAsync();
        var space = await server.CreateNamespaceAsync(Token);
        var deployment = InstallObject.Read(Deployment).Single();
        await server.ApplyAsync(deployment.Path(space), deployment.Json.ToJsonString(), Token);
        var patch = InstallObject.Read(Triggers).Single();
        var patched = JsonNode.Parse(await server.SendAsync(
            HttpMethod.Patch, $"{patch.Path(space)}?dryRun=All&fieldValidation=Strict", patch.Json.ToJsonString(), Token, "application/strategic-merge-patch+json"))!;
        var pod = patched["spec"]!["template"]!["spec"]!;
        Assert.Equal(["webhook", "http", "metrics"], pod["containers"]![0]!["ports"]!.AsArray().Select(port => (string?)port!["name"]));
        Assert.Equal("gitops-bumper-tls", (string?)pod["volumes"]!.AsArray().Single(volume => (string?)volume!["name"] == "tls")!["secret"]!["secretName"]);
    }
}
