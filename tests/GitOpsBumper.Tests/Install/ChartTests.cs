using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using GitOpsBumper.Configuration;
using GitOpsBumper.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace GitOpsBumper.Tests.Install;

/// <summary>
/// The chart gives the same rights and the same limits as examples/install. Helm itself is not needed here, so what its templates render is
/// not looked at: what counts most stands in plain files that templates only include.
/// </summary>
public sealed partial class ChartTests
{
    private const string Chart = "charts/gitops-bumper";

    private static YamlMappingNode Values => ManifestFile.Read($"{Chart}/values.yaml").Single();

    private static IReadOnlyList<string> Templates => [.. Directory.EnumerateFiles(Path.Combine(SourceTree.Root, Chart, "templates")).Select(File.ReadAllText)];

    [Theory]
    [InlineData("argocd", "base/role.yaml")]
    [InlineData("applications", "namespaced/role.yaml")]
    [InlineData("applications", "cluster-wide/cluster-role.yaml")]
    [InlineData("write-back", "components/write-back-argocd/role.yaml")]
    [InlineData("write-back", "components/write-back-argocd-cluster-wide/cluster-role.yaml")]
    [InlineData("triggers", "components/triggers/cluster-role.yaml")]
    public void The_rights_are_those_of_the_install_manifests(string rules, string role) => Assert.Equal(
        ManifestFile.Canonical(ManifestFile.Read($"examples/install/{role}").Single()["rules"]),
        ManifestFile.Canonical(ManifestFile.Parse("rules:\n" + Read($"rbac/{rules}.yaml")).Single()["rules"]));

    [Fact]
    public void Templates_include_every_file_of_rights_and_no_other() => Assert.Equal(
        Directory.EnumerateFiles(Path.Combine(SourceTree.Root, Chart, "rbac")).Select(file => $"rbac/{Path.GetFileName(file)}").Order(StringComparer.Ordinal),
        Templates.SelectMany(text => IncludedFile().Matches(text)).Select(match => match.Groups["name"].Value).Distinct().Order(StringComparer.Ordinal));

    /// <summary>The rule is found by its text.</summary>
    [Fact]
    public void The_lease_that_may_be_written_is_the_one_that_is_named()
    {
        var replaced = ReplacedText().Match(Read("templates/rbac-argocd.yaml")).Groups["text"].Value;
        Assert.Equal($"resourceNames: [{Values["leaseName"]}]", replaced);
        Assert.Equal(2, Read("rbac/argocd.yaml").Split(replaced).Length);
        Assert.Equal(new ControllerSection().LeaseName, Values["leaseName"].ToString());
    }

    [Fact]
    public void The_pod_has_the_limits_of_the_install_manifests()
    {
        var pod = ManifestFile.Read("examples/install/base/deployment.yaml").Single()["spec"]["template"]["spec"];
        var container = ManifestFile.List(pod["containers"]).Single();
        Assert.Equal(ManifestFile.Canonical(pod["securityContext"]), ManifestFile.Canonical(Values["podSecurityContext"]));
        Assert.Equal(ManifestFile.Canonical(container["securityContext"]), ManifestFile.Canonical(Values["securityContext"]));
        Assert.Equal(ManifestFile.Canonical(container["resources"]), ManifestFile.Canonical(Values["resources"]));
        Assert.Equal($"{Values["image"]["repository"]}:{ManifestFile.Read($"{Chart}/Chart.yaml").Single()["appVersion"]}", container["image"].ToString());
    }

    [Fact]
    public void Chart_and_program_are_of_one_version()
    {
        var version = XDocument.Load(Path.Combine(SourceTree.Root, "Directory.Build.props")).Descendants("Version").Single().Value;
        var chart = ManifestFile.Read($"{Chart}/Chart.yaml").Single();
        Assert.Equal([version, version], [chart["version"].ToString(), chart["appVersion"].ToString()]);
    }

    [Fact]
    public void The_schema_knows_every_value_and_no_other()
    {
        var schema = JsonNode.Parse(Read("values.schema.json"))!;
        Assert.Equal(
            Paths(Values, path => Known(schema, path)).Order(StringComparer.Ordinal),
            Properties(schema).Where(path => path != "global").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Templates_use_values_that_there_are_and_every_one_of_them()
    {
        var used = Templates.SelectMany(text => UsedValue().Matches(text)).Select(match => match.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
        Assert.All(used, path => Assert.NotNull(ManifestFile.At(Values, path.Split('.'))));
        var schema = JsonNode.Parse(Read("values.schema.json"))!;
        var leaves = Paths(Values, path => Known(schema, path)).Where(path => Known(schema, path)?["properties"] is null);
        Assert.All(leaves, path => Assert.Contains(path, used));
    }

    [Fact]
    public void Every_block_of_a_template_has_its_end() => Assert.All(Templates, text =>
    {
        Assert.Equal(text.Split("{{").Length, text.Split("}}").Length);
        Assert.Equal(BlockStart().Count(text), BlockEnd().Count(text));
    });

    private static string Read(string file) => File.ReadAllText(Path.Combine(SourceTree.Root, Chart, file));

    /// <summary>What the schema says of a value; null when it says nothing.</summary>
    private static JsonNode? Known(JsonNode schema, string path) => path.Split('.').Aggregate((JsonNode?)schema, (at, key) => at?["properties"]?[key]);

    /// <summary>Of all properties that the schema names, with those below.</summary>
    private static IEnumerable<string> Properties(JsonNode schema) => schema["properties"]?.AsObject()
        .SelectMany(property => Properties(property.Value!).Select(below => $"{property.Key}.{below}").Prepend(property.Key)) ?? [];

    /// <summary>Of all values, not going into those whose inside the schema leaves open.</summary>
    private static IEnumerable<string> Paths(YamlMappingNode map, Func<string, JsonNode?> schema, string above = "") => map.SelectMany(entry =>
    {
        var path = above + entry.Key;
        return entry.Value is YamlMappingNode below && schema(path)?["properties"] is not null ? Paths(below, schema, path + ".").Prepend(path) : [path];
    });

    [GeneratedRegex("""\.Files\.Get "(?<name>[^"]+)""", RegexOptions.NonBacktracking)]
    private static partial Regex IncludedFile();

    [GeneratedRegex("""\| replace "(?<text>[^"]+)""", RegexOptions.NonBacktracking)]
    private static partial Regex ReplacedText();

    [GeneratedRegex("""\.Values\.(?<name>[A-Za-z.]+)""", RegexOptions.NonBacktracking)]
    private static partial Regex UsedValue();

    [GeneratedRegex("""\{\{-?\s*(?:if|with|range|define)\b""", RegexOptions.NonBacktracking)]
    private static partial Regex BlockStart();

    [GeneratedRegex("""\{\{-?\s*end\b""", RegexOptions.NonBacktracking)]
    private static partial Regex BlockEnd();
}
