using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Yaml;

namespace GitOpsBumper.Core.WriteBack.Kustomizations;

/// <summary>The list <c>images</c> of one state of a kustomization, with the nodes it was read from.</summary>
internal sealed class ImagesList
{
    public const string Images = "images";
    public const string NewName = "newName";
    public const string NewTag = "newTag";
    public const string Digest = "digest";

    private ImagesList(YamlText yaml, YamlNode.Mapping? root, MappingEntry? list, IReadOnlyList<YamlNode.Mapping> nodes, IReadOnlyList<KustomizationEntry> entries)
    {
        Yaml = yaml;
        Root = root;
        List = list;
        Nodes = nodes;
        Entries = entries;
    }

    public YamlText Yaml { get; }

    /// <summary>Null when the file says nothing.</summary>
    public YamlNode.Mapping? Root { get; }

    /// <summary>The entry <c>images</c>; null when there is none. Its value is a sequence or null.</summary>
    public MappingEntry? List { get; }

    public YamlNode.Sequence? Sequence => List?.Value as YamlNode.Sequence;

    /// <summary>Of the entries, in the same order.</summary>
    public IReadOnlyList<YamlNode.Mapping> Nodes { get; }

    public IReadOnlyList<KustomizationEntry> Entries { get; }

    /// <param name="text">Of the file.</param>
    /// <param name="list">What it says.</param>
    /// <param name="problem">A sentence with the place.</param>
    public static bool TryRead(string text, [NotNullWhen(true)] out ImagesList? list, [NotNullWhen(false)] out string? problem)
    {
        list = null;
        if (!YamlText.TryParse(text, out var yaml, out problem) || !YamlShape.TryMapping(yaml, yaml.Root, "the kustomization", out var root, out problem) || !TryKind(yaml, root, out problem))
            return false;
        if (root?.FindEntry("imageTags") is { } legacy)
        {
            problem = $"{YamlShape.Place(yaml, legacy.Key.Start)}: the field imageTags is the old form of images, and is not edited; 'kustomize edit fix' turns it into images";
            return false;
        }

        var images = root?.FindEntry(Images);
        if (!YamlShape.TryEntry(yaml, images, out problem))
            return false;
        if (images?.Value is not (null or YamlNode.Sequence or YamlNode.Scalar { IsNull: true }))
        {
            problem = $"{YamlShape.Place(yaml, images.Value.Start)}: images is {YamlShape.Kind(images.Value)}, it has to be a list of name, newName, newTag and digest";
            return false;
        }

        var nodes = new List<YamlNode.Mapping>();
        var entries = new List<KustomizationEntry>();
        var (line, counted) = (1, 0);
        foreach (var item in (images?.Value as YamlNode.Sequence)?.Items ?? [])
        {
            if (!TryItem(yaml, item, out var node, out var entry, out problem))
                return false;
            line += text.AsSpan(counted, item.Start - counted).Count('\n');
            counted = item.Start;
            nodes.Add(node);
            entries.Add(entry with { Line = line });
        }

        list = new ImagesList(yaml, root, images, nodes, entries);
        return true;
    }

    /// <summary>Another kind is a file that was named by mistake; Kustomize takes a missing one for a Kustomization.</summary>
    private static bool TryKind(YamlText yaml, YamlNode.Mapping? root, [NotNullWhen(false)] out string? problem)
    {
        var kind = root?.Find("kind");
        problem = kind is null || YamlShape.Text(kind) is "" or "Kustomization" or "Component"
            ? null
            : $"{YamlShape.Place(yaml, kind.Start)}: kind is {YamlShape.Kind(kind)}, of a kustomization it has to be Kustomization or Component";
        return problem is null;
    }

    private static bool TryItem(
        YamlText yaml, YamlNode item, [NotNullWhen(true)] out YamlNode.Mapping? node, [NotNullWhen(true)] out KustomizationEntry? entry, [NotNullWhen(false)] out string? problem)
    {
        entry = null;
        node = item as YamlNode.Mapping;
        if (node is null)
        {
            problem = $"{YamlShape.Place(yaml, item.Start)}: an item of images is {YamlShape.Kind(item)}, it has to be a mapping of name, newName, newTag and digest";
            return false;
        }

        if (!YamlShape.TryMapping(yaml, node, "an item of images", out _, out problem))
            return false;
        foreach (var field in node.Entries)
        {
            if (!YamlShape.TryEntry(yaml, field, out problem))
                return false;
        }

        if (!TryText(yaml, node, "name", out var name, out problem) || !TryText(yaml, node, NewName, out var newName, out problem)
            || !TryText(yaml, node, NewTag, out var newTag, out problem) || !TryText(yaml, node, Digest, out var digest, out problem))
        {
            return false;
        }

        if (name is null)
        {
            problem = $"{YamlShape.Place(yaml, item.Start)}: an item of images is without a name, by which Kustomize finds the image";
            return false;
        }

        entry = new KustomizationEntry(name, newName, newTag, digest, Line: 0);
        return true;
    }

    /// <summary>What is written as nothing, and an empty text, counts as none: so does Kustomize.</summary>
    private static bool TryText(YamlText yaml, YamlNode.Mapping node, string field, out string? text, [NotNullWhen(false)] out string? problem)
    {
        var value = node.Find(field);
        text = YamlShape.Text(value);
        problem = text is null ? $"{YamlShape.Place(yaml, value!.Start)}: {field} of an image is {YamlShape.Kind(value)}, it has to be a text" : null;
        text = text is "" ? null : text;
        return problem is null;
    }
}
