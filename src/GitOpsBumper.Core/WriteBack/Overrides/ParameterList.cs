using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Yaml;

namespace GitOpsBumper.Core.WriteBack.Overrides;

/// <summary>One list of one state of the override file, such as <c>helm.parameters</c>, with the nodes it was read from.</summary>
internal sealed class ParameterList
{
    /// <summary>Marks an entry that the bot carried over; it stands behind the entry's name.</summary>
    public const string CarriedMark = "# carried over from the Application by GitOpsBumper";

    private ParameterList(ListForm form, YamlText yaml, YamlNode.Mapping? root, MappingEntry? section, MappingEntry? list, IReadOnlyList<ParameterEntry> entries)
    {
        Form = form;
        Yaml = yaml;
        Root = root;
        Section = section;
        List = list;
        Entries = entries;
    }

    public ListForm Form { get; }

    public YamlText Yaml { get; }

    /// <summary>Null when the file says nothing.</summary>
    public YamlNode.Mapping? Root { get; }

    /// <summary>The entry <c>helm</c>, or of its like; null when there is none. Its value is a mapping or null.</summary>
    public MappingEntry? Section { get; }

    /// <summary>The entry <c>parameters</c>, or of its like; null when there is none. Its value is a sequence or null.</summary>
    public MappingEntry? List { get; }

    public IReadOnlyList<ParameterEntry> Entries { get; }

    public YamlNode.Mapping? SectionMapping => Section?.Value as YamlNode.Mapping;

    public YamlNode.Sequence? Sequence => List?.Value as YamlNode.Sequence;

    /// <param name="text">Of the file.</param>
    /// <param name="form">Which of its lists.</param>
    /// <param name="list">What it says.</param>
    /// <param name="problem">A sentence with the place.</param>
    public static bool TryRead(string text, ListForm form, [NotNullWhen(true)] out ParameterList? list, [NotNullWhen(false)] out string? problem)
    {
        list = null;
        if (!YamlText.TryParse(text, out var yaml, out problem))
            return false;
        if (!YamlShape.TryMapping(yaml, yaml.Root, "the file", out var root, out problem))
            return false;
        var section = root?.FindEntry(form.Section);
        if (!YamlShape.TryEntry(yaml, section, out problem) || !YamlShape.TryMapping(yaml, section?.Value, form.Section, out var mapping, out problem))
            return false;
        var items = mapping?.FindEntry(form.Field);
        if (!YamlShape.TryEntry(yaml, items, out problem))
            return false;
        if (items?.Value is not (null or YamlNode.Sequence or YamlNode.Scalar { IsNull: true }))
        {
            problem = $"{YamlShape.Place(yaml, items.Value.Start)}: {form.Path} is {YamlShape.Kind(items.Value)}, it has to be a list of {(form.IsOfTexts ? "texts" : "name and value")}";
            return false;
        }

        var entries = new List<ParameterEntry>();
        foreach (var item in (items?.Value as YamlNode.Sequence)?.Items ?? [])
        {
            if (!(form.IsOfTexts ? TryText(yaml, form, item, out var entry, out problem) : TryMapping(yaml, form, item, out entry, out problem)))
                return false;
            entries.Add(entry!);
        }

        list = new ParameterList(form, yaml, root, section, items, entries);
        return true;
    }

    private static bool TryText(YamlText yaml, ListForm form, YamlNode item, out ParameterEntry? entry, [NotNullWhen(false)] out string? problem)
    {
        var text = YamlShape.Text(item);
        problem = text is null or "" ? $"{YamlShape.Place(yaml, item.Start)}: an item of {form.Path} is {(text is null ? YamlShape.Kind(item) : "empty")}, it has to be a text such as web=registry/team/web:1.0" : null;
        entry = problem is null ? new ParameterEntry(item, item, ListForm.NameOfText(text!), text!, IsCarried(yaml, item)) : null;
        return problem is null;
    }

    private static bool TryMapping(YamlText yaml, ListForm form, YamlNode item, out ParameterEntry? entry, [NotNullWhen(false)] out string? problem)
    {
        entry = null;
        if (item is not YamlNode.Mapping mapping || mapping.Find("name") is not YamlNode.Scalar { Value.Length: > 0 } name)
        {
            problem = $"{YamlShape.Place(yaml, item.Start)}: an item of {form.Path} is {(item is YamlNode.Mapping ? "without a name" : YamlShape.Kind(item))}, it has to be a mapping of name and value";
            return false;
        }

        if (!YamlShape.TryMapping(yaml, mapping, $"{form.Noun} '{name.Value}'", out _, out problem))
            return false;
        foreach (var field in mapping.Entries)
        {
            if (!YamlShape.TryEntry(yaml, field, out problem))
                return false;
        }

        var value = mapping.Find("value");
        if (YamlShape.Text(value) is not { } text)
        {
            problem = $"{YamlShape.Place(yaml, value!.Start)}: the value of {form.Noun} '{name.Value}' is {YamlShape.Kind(value)}, it has to be a text";
            return false;
        }

        entry = new ParameterEntry(mapping, name, name.Value, text, IsCarried(yaml, name)) { End = value is null ? EndMark.None : EndMark.Read(yaml.Text, value.End) };
        return true;
    }

    private static bool IsCarried(YamlText yaml, YamlNode name) =>
        YamlEditor.RestOfLine(yaml.Text, name.End).TrimStart() is ['#', ..] comment && comment.Contains(CarriedMark, StringComparison.Ordinal);
}

/// <summary>One item of the list.</summary>
/// <param name="Node">All of it.</param>
/// <param name="NameNode">Behind which the mark stands; of a list of texts, the item itself.</param>
internal sealed record ParameterEntry(YamlNode Node, YamlNode NameNode, string Name, string Value, bool IsCarried)
{
    /// <summary>When what the value holds ends by itself.</summary>
    public EndMark End { get; init; } = EndMark.None;

    /// <summary>Null in a list of texts.</summary>
    public YamlNode.Mapping? Mapping => Node as YamlNode.Mapping;
}
