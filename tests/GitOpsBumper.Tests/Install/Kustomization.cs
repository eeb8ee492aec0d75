using GitOpsBumper.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace GitOpsBumper.Tests.Install;

/// <summary>As much of Kustomize as examples/install uses: resources, and patches that add to maps. Anything else is refused.</summary>
internal static class Kustomization
{
    private static readonly string[] Understood = ["apiVersion", "kind", "resources", "patches"];

    /// <param name="folder">From the root of the repository.</param>
    public static IReadOnlyList<YamlMappingNode> Build(string folder)
    {
        var kustomization = ManifestFile.Read(Path.Combine(folder, "kustomization.yaml")).Single();
        Assert.Empty(kustomization.Select(entry => entry.Key.ToString()).Except(Understood));
        var objects = Resources(kustomization).SelectMany(path => Resource(Path.Combine(folder, path))).ToList();
        foreach (var patch in ManifestFile.List(ManifestFile.At(kustomization, "patches")).Select(patch => patch["path"].ToString()))
        {
            var change = ManifestFile.Read(Path.Combine(folder, patch)).Single();
            Merge(objects.Single(item => ManifestFile.Key(item) == ManifestFile.Key(change)), change);
        }

        return objects;
    }

    /// <summary>Files and folders that a kustomization names.</summary>
    public static IEnumerable<string> Resources(YamlMappingNode kustomization) => ManifestFile.List(ManifestFile.At(kustomization, "resources")).Select(path => path.ToString());

    private static IReadOnlyList<YamlMappingNode> Resource(string path) => Directory.Exists(Path.Combine(SourceTree.Root, path)) ? Build(path) : ManifestFile.Read(path);

    private static void Merge(YamlMappingNode into, YamlMappingNode change)
    {
        foreach (var (key, value) in change)
        {
            if (!into.Children.TryGetValue(key, out var present))
                into.Add(key, value);
            else if (present is YamlMappingNode map)
                Merge(map, Assert.IsType<YamlMappingNode>(value));
            else
                into.Children[key] = Assert.IsType<YamlScalarNode>(value);
        }
    }
}
