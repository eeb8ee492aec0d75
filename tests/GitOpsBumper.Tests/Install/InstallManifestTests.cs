using System.Xml.Linq;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Cluster;
using GitOpsBumper.Configuration;
using GitOpsBumper.Configuration.Hooks;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Hosting;
using GitOpsBumper.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace GitOpsBumper.Tests.Install;

/// <summary>examples/install says one thing, in Kustomize and in flat files, and says what the program does.</summary>
public sealed class InstallManifestTests
{
    private const string Folder = "examples/install";
    private const string Image = "ghcr.io/gitops-bumper/gitops-bumper";

    /// <summary>Of the restricted pod security standard: all but what reaches into the node.</summary>
    private static readonly string[] RestrictedVolumes = ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"];

    [Theory]
    [InlineData("install.yaml", "cluster-wide")]
    [InlineData("install-namespaced.yaml", "namespaced")]
    public void A_flat_file_holds_what_its_kustomization_builds(string file, string overlay) => Assert.Equal(
        Kustomization.Build($"{Folder}/{overlay}").Select(ManifestFile.Canonical).Order(StringComparer.Ordinal),
        ManifestFile.Read($"{Folder}/{file}").Select(ManifestFile.Canonical).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_object_has_a_place_in_some_kustomization()
    {
        var root = Path.Combine(SourceTree.Root, Folder);
        var used = Directory.EnumerateFiles(root, "kustomization.yaml", SearchOption.AllDirectories).SelectMany(file =>
        {
            var kustomization = ManifestFile.Read(file).Single();
            var patches = ManifestFile.List(ManifestFile.At(kustomization, "patches")).Select(patch => patch["path"].ToString());
            return Kustomization.Resources(kustomization).Concat(patches).Select(path => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, path)));
        }).ToHashSet(StringComparer.Ordinal);
        Assert.All(used, path => Assert.True(Path.Exists(path), $"{path} does not exist"));
        Assert.All(
            Directory.EnumerateDirectories(root).SelectMany(folder => Directory.EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories)).Where(file => Path.GetFileName(file) != "kustomization.yaml"),
            file => Assert.Contains(file, used));
    }

    [Theory]
    [InlineData("base/deployment.yaml")]
    [InlineData("install.yaml")]
    [InlineData("install-namespaced.yaml")]
    public void The_image_is_that_of_this_version(string file) =>
        Assert.Equal([$"{Image}:{Version}"], ManifestFile.Read($"{Folder}/{file}").Where(item => ManifestFile.At(item, "kind")?.ToString() == "Deployment").Select(item => Container(item)["image"].ToString()));

    [Fact]
    public void The_config_maps_that_may_be_read_are_those_that_are_read() => Assert.Equal(
        ClusterScopes.ConfigMapNames.Order(StringComparer.Ordinal),
        ManifestFile.List(Rules("base/role.yaml").Single(rule => Words(rule, "resources") == "configmaps" && Words(rule, "verbs").Contains("list", StringComparison.Ordinal))["resourceNames"]).Select(name => name.ToString()).Order(StringComparer.Ordinal));

    [Fact]
    public void The_lease_that_may_be_written_is_the_one_that_is_written() => Assert.Equal(
        new ControllerSection().LeaseName,
        Words(Rules("base/role.yaml").Single(rule => Words(rule, "resources") == "leases" && ManifestFile.At(rule, "resourceNames") is not null), "resourceNames"));

    /// <summary>A star would give rights that nobody has thought of.</summary>
    [Fact]
    public void No_rule_has_a_wildcard() => Assert.DoesNotContain(
        Directory.EnumerateFiles(Path.Combine(SourceTree.Root, Folder), "*role.yaml", SearchOption.AllDirectories).SelectMany(Rules),
        rule => rule is YamlMappingNode map && map.Any(entry => ManifestFile.List(entry.Value).Any(word => word.ToString() == "*")));

    [Fact]
    public void The_pod_keeps_to_the_restricted_security_standard()
    {
        var pod = ManifestFile.Read($"{Folder}/base/deployment.yaml").Single()["spec"]["template"]["spec"];
        Assert.Equal("true", pod["securityContext"]["runAsNonRoot"].ToString());
        Assert.Equal("1654", pod["securityContext"]["runAsUser"].ToString());
        Assert.Equal("RuntimeDefault", pod["securityContext"]["seccompProfile"]["type"].ToString());
        Assert.All(ManifestFile.List(pod["volumes"]).Cast<YamlMappingNode>(), volume => Assert.Single(volume, entry => RestrictedVolumes.Contains(entry.Key.ToString())));
        foreach (var shared in new[] { "hostNetwork", "hostPID", "hostIPC", "initContainers" })
            Assert.Null(ManifestFile.At(pod, shared));

        var context = (YamlMappingNode)ManifestFile.List(pod["containers"]).Single()["securityContext"];
        Assert.Equal("{allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, readOnlyRootFilesystem: true}", ManifestFile.Canonical(context));
        Assert.All(ManifestFile.List(ManifestFile.List(pod["containers"]).Single()["ports"]), port => Assert.Null(ManifestFile.At(port, "hostPort")));
    }

    [Fact]
    public void What_the_pod_writes_to_is_bounded()
    {
        var pod = ManifestFile.Read($"{Folder}/base/deployment.yaml").Single()["spec"]["template"]["spec"];
        Assert.All(ManifestFile.List(pod["volumes"]), volume => Assert.NotNull(ManifestFile.At(volume, "emptyDir", "sizeLimit")));
        Assert.Equal(["/tmp", "/var/cache/bumper"], ManifestFile.List(ManifestFile.List(pod["containers"]).Single()["volumeMounts"]).Select(mount => mount["mountPath"].ToString()).Order(StringComparer.Ordinal));
    }

    /// <summary>A replica that stands by hands requests to the one that leads.</summary>
    [Fact]
    public void Replicas_reach_each_other_in_spite_of_the_network_policy()
    {
        var rules = ManifestFile.Read($"{Folder}/components/network-policy/network-policy.yaml").Single()["spec"];
        var pods = ManifestFile.Read($"{Folder}/base/deployment.yaml").Single()["spec"]["selector"];
        var port = $"[{{port: {new HookSection().Port}, protocol: TCP}}]";
        var toPods = Assert.Single(ManifestFile.List(rules["egress"]), rule => ManifestFile.At(rule, "to") is not null);
        Assert.Equal($"{{ports: {port}, to: [{{podSelector: {ManifestFile.Canonical(pods)}}}]}}", ManifestFile.Canonical(toPods));
        Assert.Contains(ManifestFile.List(rules["ingress"]).SelectMany(rule => ManifestFile.List(rule["ports"])), open => $"[{ManifestFile.Canonical(open)}]" == port);
    }

    [Theory]
    [InlineData("gitops-bumper-config.yaml")]
    [InlineData("cluster-wide/config.yaml")]
    public void Every_key_of_the_configuration_is_a_setting(string file)
    {
        var map = ManifestFile.Read($"{Folder}/{file}").Single();
        var data = ((YamlMappingNode)map["data"]).ToDictionary(entry => entry.Key.ToString(), entry => entry.Value.ToString(), StringComparer.Ordinal);
        var layer = ConfigMapLayer.Read([new KubernetesConfigMap(new NamespacedName("argocd", map["metadata"]["name"].ToString()), data)], "argocd");
        Assert.Empty(layer.Notes);
        var settings = new SettingsLoader(new System.CommandLine.RootCommand().Parse([]), _ => null).Load(layer, "argocd", out var problems);
        Assert.Empty(problems);
        Assert.True(CycleTexts.TryRead(settings, out _, out problems), string.Join('\n', problems ?? []));
    }

    private static string Version =>
        XDocument.Load(Path.Combine(SourceTree.Root, "Directory.Build.props")).Descendants("Version").Single().Value;

    private static YamlNode Container(YamlMappingNode deployment) => ManifestFile.List(deployment["spec"]["template"]["spec"]["containers"]).Single();

    private static IReadOnlyList<YamlNode> Rules(string file) => ManifestFile.List(ManifestFile.Read(Path.Combine(Folder, file)).Single()["rules"]);

    private static string Words(YamlNode rule, string key) => string.Join(',', ManifestFile.List(rule[key]));
}
