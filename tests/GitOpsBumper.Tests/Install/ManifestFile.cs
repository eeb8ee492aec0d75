using GitOpsBumper.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace GitOpsBumper.Tests.Install;

/// <summary>YAML files of the repository, compared by what they say: comments, order of keys and quotes do not count.</summary>
internal static class ManifestFile
{
    /// <param name="path">From the root of the repository.</param>
    public static IReadOnlyList<YamlMappingNode> Read(string path) => Parse(File.ReadAllText(Path.Combine(SourceTree.Root, path)));

    public static IReadOnlyList<YamlMappingNode> Parse(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(document => (YamlMappingNode)document.RootNode)];
    }

    /// <summary>Kind and name, which tell the objects of a set apart.</summary>
    public static string Key(YamlNode item) => $"{item["kind"]} {item["metadata"]["name"]}";

    /// <summary>The node below; null when some part of the way is not there.</summary>
    public static YamlNode? At(YamlNode? node, params string[] path) =>
        path.Aggregate(node, (at, key) => at is YamlMappingNode map && map.Children.TryGetValue(key, out var below) ? below : null);

    public static IReadOnlyList<YamlNode> List(YamlNode? node) => node is YamlSequenceNode list ? [.. list] : [];

    /// <summary>A comparable text: keys in order, values by what they say.</summary>
    public static string Canonical(YamlNode? node) => node switch
    {
        null => "(none)",
        YamlMappingNode map => $"{{{string.Join(", ", map.OrderBy(entry => entry.Key.ToString(), StringComparer.Ordinal).Select(entry => $"{entry.Key}: {Canonical(entry.Value)}"))}}}",
        YamlSequenceNode list => $"[{string.Join(", ", list.Select(Canonical))}]",
        _ => node.ToString(),
    };
}
