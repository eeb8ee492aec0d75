using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Yaml;

namespace GitOpsBumper.Core.WriteBack;

/// <summary>What a file to be edited has to look like; what looks otherwise is told with its line.</summary>
internal static class YamlShape
{
    /// <summary>For messages: the line of an offset.</summary>
    public static string Place(YamlText yaml, int offset) => $"line {Line(yaml.Text, offset)}";

    /// <summary>From one on.</summary>
    public static int Line(string text, int offset) => text.AsSpan(0, offset).Count('\n') + 1;

    /// <summary>A mapping, or nothing at all (then null).</summary>
    public static bool TryMapping(YamlText yaml, YamlNode? node, string what, out YamlNode.Mapping? mapping, [NotNullWhen(false)] out string? problem)
    {
        mapping = node as YamlNode.Mapping;
        problem = node is null or YamlNode.Mapping or YamlNode.Scalar { IsNull: true }
            ? null
            : $"{Place(yaml, node.Start)}: {what} is {Kind(node)}, it has to be a mapping";
        // What a merge key brings in stands elsewhere, and may be the very entry that is looked for.
        if (mapping?.FindEntry("<<") is { Key: YamlNode.Scalar { Form: ScalarForm.Plain } merge })
            problem = $"{Place(yaml, merge.Start)}: {what} takes over keys from elsewhere with '<<', which cannot be edited safely; write them out";
        return problem is null;
    }

    /// <summary>Whether a key is written so that something can be put behind it.</summary>
    public static bool TryEntry(YamlText yaml, MappingEntry? entry, [NotNullWhen(false)] out string? problem)
    {
        problem = entry is { Colon: null }
            ? $"{Place(yaml, entry.Key.Start)}: a key stands without a colon on its line, which cannot be edited safely; write 'key: value'"
            : null;
        return problem is null;
    }

    /// <summary>What a value says; null when it is no text.</summary>
    public static string? Text(YamlNode? value) => value switch
    {
        null or YamlNode.Scalar { IsNull: true } or YamlNode.Alias { Target.IsNull: true } => "",
        YamlNode.Scalar scalar => scalar.Value,
        YamlNode.Alias { Target: { } scalar } => scalar.Value,
        _ => null,
    };

    /// <summary>Whether a change of the node would change others too, as some alias refers to it.</summary>
    public static bool IsShared(YamlText yaml, YamlNode? node) => node?.Anchor is { } anchor && yaml.AliasedAnchors.Contains(anchor);

    /// <summary>For messages.</summary>
    public static string Kind(YamlNode node) => node switch
    {
        YamlNode.Alias alias => $"the alias *{alias.Name}",
        YamlNode.Mapping => "a mapping",
        YamlNode.Sequence => "a list",
        YamlNode.Scalar { Value.Length: <= 40 } scalar => $"'{scalar.Value}'",
        _ => "a text",
    };
}
