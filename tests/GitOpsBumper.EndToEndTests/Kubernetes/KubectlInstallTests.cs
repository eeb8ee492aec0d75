using GitOpsBumper.EndToEndTests.Fixtures;

namespace GitOpsBumper.EndToEndTests.Kubernetes;

/// <summary>The install commands of the guide, typed by a person.</summary>
public sealed class KubectlInstallTests(World world)
{
    private static readonly string[] Objects =
    [
        "configmap/gitops-bumper-config", "configmap/gitops-bumper-first-seen", "deployment.apps/gitops-bumper", "role.rbac.authorization.k8s.io/gitops-bumper", "rolebinding.rbac.authorization.k8s.io/gitops-bumper",
        "service/gitops-bumper-metrics", "serviceaccount/gitops-bumper",
    ];

    private static readonly string[] Namespaced = ["role.rbac.authorization.k8s.io/gitops-bumper-applications", "rolebinding.rbac.authorization.k8s.io/gitops-bumper-applications"];

    private static readonly string[] ClusterWide =
        ["clusterrole.rbac.authorization.k8s.io/gitops-bumper-applications", "clusterrolebinding.rbac.authorization.k8s.io/gitops-bumper-applications"];

    [Theory]
    [InlineData("-f install/install-namespaced.yaml")]
    [InlineData("-k install/namespaced")]
    [InlineData("-f install/install.yaml")]
    [InlineData("-k install/cluster-wide")]
    public async Task A_variant_is_applied_and_a_second_time_it_changes_nothing_not_even_settings_of_others(string what)
    {
        using var stage = await KubectlStage.SetAsync(world);
        var apply = $"apply --namespace {stage.Cluster.Namespace} {what} --output name";
        if (what.StartsWith("-k", StringComparison.Ordinal) && !await stage.KnowsKustomizeAsync())
        {
            Assert.NotEqual(0, (await stage.TryAsync(apply)).ExitCode);
            Assert.Empty(await stage.RunAsync("get deployments --output name"));
            return;
        }

        string[] expected = [.. Objects, .. what.Contains("namespaced", StringComparison.Ordinal) ? Namespaced : ClusterWide];
        Assert.Equal(expected.Order(StringComparer.Ordinal), (await stage.RunAsync(apply)).Split('\n').Order(StringComparer.Ordinal));
        await stage.RunAsync($"patch configmap gitops-bumper-first-seen --namespace {stage.Cluster.Namespace} --type merge -p {{\"data\":{{\"tags\":\"ours\"}}}}");
        await stage.RunAsync($"patch configmap gitops-bumper-config --namespace {stage.Cluster.Namespace} --type merge -p {{\"data\":{{\"interval\":\"5m\"}}}}");
        var again = await stage.RunAsync($"apply --namespace {stage.Cluster.Namespace} {what}");
        Assert.All(again.Split('\n'), line => Assert.EndsWith(" unchanged", line, StringComparison.Ordinal));
        Assert.Equal("ours", await stage.RunAsync($"get configmap gitops-bumper-first-seen --namespace {stage.Cluster.Namespace} --output jsonpath={{.data.tags}}"));
        Assert.Equal("5m", await stage.RunAsync($"get configmap gitops-bumper-config --namespace {stage.Cluster.Namespace} --output jsonpath={{.data.interval}}"));
    }
}
