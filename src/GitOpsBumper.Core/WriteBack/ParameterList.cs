using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Yaml;

namespace GitOpsBumper.Core.WriteBack;

/// <summary>The list <c>helm.parameters</c> of one state of the override file, with the nodes it was read from.</summary>
internal sealed class ParameterList
{
    /// <summary>Marks an entry that the bot carried over; it stands behind the entry's name.</summary>
    public const string CarriedMark = "# carried over from the Application by GitOpsBumper";

    private ParameterList(YamlText yaml, YamlNode.Mapping? root, MappingEntry? helm, MappingEntry? list, IReadOnlyList<ParameterEntry> entries)
    {
        Yaml = yaml;
        Root = root;
        Helm = helm;
        List = list;
        Entries = entries;
    }

    public YamlText Yaml { get; }

    /// <summary>Null when the file says nothing.</summary>
    public YamlNode.Mapping? Root { get; }

    /// <summary>The entry <c>helm</c>; null when there is none. Its value is a mapping or null.</summary>
    public MappingEntry? Helm { get; }

    /// <summary>The entry <c>parameters</c>; null when there is none. Its value is a sequence or null.</summary>
    public MappingEntry? List { get; }

    public IReadOnlyList<ParameterEntry> Entries { get; }

    public YamlNode.Mapping? HelmMapping => Helm?.Value as YamlNode.Mapping;

    public YamlNode.Sequence? Sequence => List?.Value as YamlNode.Sequence;

    /// <param name="text">Of the file.</param>
    /// <param name="list">What it says.</param>
    /// <param name="problem">A sentence with the place.</param>
    public static bool TryRead(string text, [NotNullWhen(true)] out ParameterList? list, [NotNullWhen(false)] out string? problem)
    {
        list = null;
        if (!YamlText.TryParse(text, out var yaml, out problem))
            return false;
        if (!TryMapping(yaml, yaml.Root, "the file", out var root, out problem))
            return false;
        var helm = root?.FindEntry("helm");
        if (!TryEntry(yaml, helm, out problem) || !TryMapping(yaml, helm?.Value, "helm", out var mapping, out problem))
            return false;
        var parameters = mapping?.FindEntry("parameters");
        if (!TryEntry(yaml, parameters, out problem))
            return false;
        if (parameters?.Value is not (null or YamlNode.Sequence or YamlNode.Scalar { IsNull: true }))
        {
            problem = $"{Place(yaml, parameters.Value.Start)}: helm.parameters is {Kind(parameters.Value)}, it has to be a list of name and value";
            return false;
        }

        var entries = new List<ParameterEntry>();
        foreach (var item in (parameters?.Value as YamlNode.Sequence)?.Items ?? [])
        {
            if (!TryItem(yaml, item, out var entry, out problem))
                return false;
            entries.Add(entry);
        }

        list = new ParameterList(yaml, root, helm, parameters, entries);
        return true;
    }

    private static bool TryItem(YamlText yaml, YamlNode item, [NotNullWhen(true)] out ParameterEntry? entry, [NotNullWhen(false)] out string? problem)
    {
        entry = null;
        if (item is not YamlNode.Mapping mapping || mapping.Find("name") is not YamlNode.Scalar { Value.Length: > 0 } name)
        {
            problem = $"{Place(yaml, item.Start)}: an item of helm.parameters is {(item is YamlNode.Mapping ? "without a name" : Kind(item))}, it has to be a mapping of name and value";
            return false;
        }

        if (!TryMapping(yaml, mapping, $"parameter '{name.Value}'", out _, out problem))
            return false;
        foreach (var field in mapping.Entries)
        {
            if (!TryEntry(yaml, field, out problem))
                return false;
        }

        var value = mapping.Find("value");
        if (Text(value) is not { } text)
        {
            problem = $"{Place(yaml, value!.Start)}: the value of parameter '{name.Value}' is {Kind(value)}, it has to be a text";
            return false;
        }

        var carried = YamlEditor.RestOfLine(yaml.Text, name.End).TrimStart() is ['#', ..] comment && comment.Contains(CarriedMark, StringComparison.Ordinal);
        entry = new ParameterEntry(mapping, name.Value, text, carried);
        return true;
    }

    /// <summary>What a value says; null when it is no text.</summary>
    private static string? Text(YamlNode? value) => value switch
    {
        null or YamlNode.Scalar { IsNull: true } or YamlNode.Alias { Target.IsNull: true } => "",
        YamlNode.Scalar scalar => scalar.Value,
        YamlNode.Alias { Target: { } scalar } => scalar.Value,
        _ => null,
    };

    /// <summary>Whether a key is written so that something can be put behind it.</summary>
    private static bool TryEntry(YamlText yaml, MappingEntry? entry, [NotNullWhen(false)] out string? problem)
    {
        problem = entry is { Colon: null }
            ? $"{Place(yaml, entry.Key.Start)}: a key stands without a colon on its line, which cannot be edited safely; write 'key: value'"
            : null;
        return problem is null;
    }

    /// <summary>For messages: line and column of an offset.</summary>
    public static string Place(YamlText yaml, int offset) => $"line {yaml.Text.AsSpan(0, offset).Count('\n') + 1}";

    private static bool TryMapping(YamlText yaml, YamlNode? node, string what, out YamlNode.Mapping? mapping, [NotNullWhen(false)] out string? problem)
    {
        mapping = node as YamlNode.Mapping;
        problem = node is null or YamlNode.Mapping or YamlNode.Scalar { IsNull: true }
            ? null
            : $"{Place(yaml, node.Start)}: {what} is {Kind(node)}, it has to be a mapping";
        // What a merge key brings in stands elsewhere, and may be the very parameter that is looked for.
        if (mapping?.FindEntry("<<") is { Key: YamlNode.Scalar { Form: ScalarForm.Plain } merge })
            problem = $"{Place(yaml, merge.Start)}: {what} takes over keys from elsewhere with '<<', which cannot be edited safely; write them out";
        return problem is null;
    }

    private static string Kind(YamlNode node) => node switch
    {
        YamlNode.Alias alias => $"the alias *{alias.Name}",
        YamlNode.Mapping => "a mapping",
        YamlNode.Sequence => "a list",
        YamlNode.Scalar { Value.Length: <= 40 } scalar => $"'{scalar.Value}'",
        _ => "a text",
    };
}

/// <summary>One item of the list.</summary>
internal sealed record ParameterEntry(YamlNode.Mapping Node, string Name, string Value, bool IsCarried);
