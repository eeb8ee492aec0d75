using GitOpsBumper.Core.Yaml;

namespace GitOpsBumper.Core.WriteBack.Values;

/// <summary>Writes the value, and keys above it, into the text, in the form of what stands around. What cannot be written is null.</summary>
internal sealed class ValuesInsertion(YamlText yaml, string value, bool isJson)
{
    private const int UsualIndent = 2;
    private const int WidestIndent = 8;

    private string Text => yaml.Text;

    /// <summary>Puts the value in the place of a scalar or an alias; its anchor stays, its comment too.</summary>
    public string? Replace(ValuesHop hop)
    {
        var node = hop.Child;
        var isFlow = IsFlow(hop.Owner);
        if (node is not YamlNode.Scalar scalar)
            return YamlEditor.Splice(Text, node.Start, node.End, Written(ScalarForm.Plain, isFlow));
        var content = ValuesContent.Of(Text, scalar);
        var written = Written(scalar.Form, isFlow);
        if (scalar.Form == ScalarForm.Block && YamlEditor.RestOfLine(Text, content.Start) is var header && header.IndexOf('#', StringComparison.Ordinal) is var comment and > 0)
            written += header[comment - 1] + header[comment..];
        if (content.HasOtherTag)
            return YamlEditor.Splice(Text, scalar.Start, scalar.End, content.Anchors + written);
        return content.IsEmpty ? InsertAt(hop, content.Start, written) : YamlEditor.Splice(Text, content.Start, content.End, written);
    }

    /// <summary>Adds keys behind the last entry of a mapping that has some.</summary>
    public string? AddTo(YamlNode.Mapping mapping, IReadOnlyList<string> keys)
    {
        var last = mapping.Entries[^1];
        return mapping.IsFlow ? AddInFlow(mapping, last, Inline(keys)) : YamlEditor.InsertLines(yaml, EndOf(last), Lines(ColumnOf(mapping), keys));
    }

    /// <summary>Makes a mapping of what is empty.</summary>
    /// <param name="hop">That leads to it; null for the root.</param>
    /// <param name="node">A null or an empty mapping; null for a document that says nothing.</param>
    /// <param name="keys">That it is to have.</param>
    public string? Fill(ValuesHop? hop, YamlNode? node, IReadOnlyList<string> keys)
    {
        if (node is null)
            return YamlEditor.AppendLines(yaml, Lines(0, keys));
        var content = ValuesContent.Of(Text, node);
        if (node is YamlNode.Mapping && !string.IsNullOrWhiteSpace(Text[(content.Start + 1)..(content.End - 1)]))
            return YamlEditor.Splice(Text, content.Start + 1, content.Start + 1, Inline(keys));
        var column = YamlEditor.Column(Text, content.Start);
        var ownsLine = !content.IsEmpty && string.IsNullOrWhiteSpace(Text[YamlEditor.LineStart(Text, content.Start)..content.Start]);
        switch (hop)
        {
            case { Owner: var owner } when IsFlow(owner):
                return content.IsEmpty ? InsertAt(hop, content.Start, $"{{{Inline(keys)}}}") : YamlEditor.Splice(Text, content.Start, content.End, $"{{{Inline(keys)}}}");
            case { Entry: null } when content.IsEmpty:
                return Below(InsertAt(hop, content.Start, Lines(0, keys)[0]), content.Start, Lines(column + (Text[content.Start - 1] == '-' ? 1 : 0), keys).Skip(1));
            case { Entry: null }:
            case { } when ownsLine:
            case null when ownsLine:
                return Below(YamlEditor.Splice(Text, content.Start, content.End, Lines(0, keys)[0]), content.Start, Lines(column, keys).Skip(1));
            case null:
                return YamlEditor.Splice(Text, content.Start, content.End, $"{{{Inline(keys)}}}");
            default:
                return FillBelow(hop, content, Lines(ColumnOf((YamlNode.Mapping)hop.Owner) + Indent(), keys));
        }
    }

    /// <summary>Makes a mapping of an alias: all that it stands for, and one more key.</summary>
    public string? Expand(ValuesHop hop, YamlNode.Alias alias, string key)
    {
        var merge = $"<<: {Text[alias.Start..alias.End]}";
        if (IsFlow(hop.Owner))
            return YamlEditor.Splice(Text, alias.Start, alias.End, $"{{{merge}, {Inline([key])}}}");
        var column = YamlEditor.Column(Text, alias.Start);
        if (hop.Entry is null || string.IsNullOrWhiteSpace(Text[YamlEditor.LineStart(Text, alias.Start)..alias.Start]))
            return Below(YamlEditor.Splice(Text, alias.Start, alias.End, merge), alias.Start, Lines(column, [key]));
        column = ColumnOf((YamlNode.Mapping)hop.Owner) + Indent();
        return FillBelow(hop, ValuesContent.Of(Text, alias), [new string(' ', column) + merge, .. Lines(column, [key])]);
    }

    private string? FillBelow(ValuesHop hop, ValuesContent content, IReadOnlyList<string> lines)
    {
        if (hop.Entry?.Colon is not { } colon)
            return null;
        var text = content.IsEmpty ? Text : YamlEditor.Splice(Text, YamlEditor.TrimBack(Text, content.Start, colon + 1), content.End, "");
        return YamlEditor.InsertAfterLine(text, content.IsEmpty ? colon : Math.Min(content.Start, YamlEditor.TrimBack(Text, content.Start, colon + 1)), yaml.NewLine, lines);
    }

    /// <summary>Fills in what stands nowhere: behind a colon or a dash, or behind the anchor in its place.</summary>
    private string? InsertAt(ValuesHop hop, int properties, string written)
    {
        var at = properties;
        if (hop.Child is YamlNode.Scalar { IsEmpty: true } && hop.Entry is { } entry)
        {
            if (entry.Colon is { } colon)
                at = colon + 1;
            else
                return null;
        }

        // A blank that ends the line is the one before the value.
        return YamlEditor.RestOfLine(Text, at) is [' ', ..] rest && string.IsNullOrWhiteSpace(rest)
            ? YamlEditor.Splice(Text, at + 1, at + 1, written)
            : YamlEditor.Splice(Text, at, at, at > 0 && Text[at - 1] == ' ' ? written : $" {written}");
    }

    private string AddInFlow(YamlNode.Mapping mapping, MappingEntry last, string written)
    {
        var end = Math.Max(last.Key.End, last.Value.End);
        if (last is { Value: YamlNode.Scalar { IsEmpty: true }, Colon: { } colon })
            end = colon + 1;
        var lineStart = YamlEditor.LineStart(Text, last.Key.Start);
        var rest = YamlEditor.RestOfLine(Text, end).TrimStart();
        var hasComma = rest is [',', ..];
        var behind = hasComma ? rest[1..].TrimStart() : rest;
        // One entry per line: the new one gets a line too, and comments stay with the entries that they stand behind.
        if (!string.IsNullOrWhiteSpace(Text[lineStart..last.Key.Start]) || behind is not ([] or ['#', ..]) || mapping.End <= YamlEditor.LineEnd(Text, end))
            return YamlEditor.Splice(Text, end, end, $", {written}");
        var text = hasComma ? Text : YamlEditor.Splice(Text, end, end, ",");
        return YamlEditor.InsertAfterLine(text, end, yaml.NewLine, [$"{Text[lineStart..last.Key.Start]}{written}{(hasComma ? "," : "")}"]);
    }

    private string? Below(string? text, int offset, IEnumerable<string> lines) =>
        text is null || lines.ToList() is not { Count: > 0 } added ? text : YamlEditor.InsertAfterLine(text, offset, yaml.NewLine, added);

    private IReadOnlyList<string> Lines(int column, IReadOnlyList<string> keys)
    {
        var indent = Indent();
        return [.. keys.Select((key, index) => $"{new string(' ', column + index * indent)}{YamlKey(key)}:{(index == keys.Count - 1 ? $" {Written(ScalarForm.Plain, isFlow: false)}" : "")}")];
    }

    /// <summary>Without the outermost braces.</summary>
    private string Inline(IReadOnlyList<string> keys) =>
        string.Join(": {", keys.Select(YamlKey)) + ": " + Written(ScalarForm.Plain, isFlow: true) + new string('}', keys.Count - 1);

    private string YamlKey(string key) => isJson || !key.All(IsHarmless) ? YamlQuoting.Write(key, ScalarForm.DoubleQuoted) : YamlQuoting.Write(key);

    /// <summary>Within brackets and braces their characters would end a plain text, and a colon is not taken by every parser.</summary>
    private string Written(ScalarForm form, bool isFlow) => form switch
    {
        ScalarForm.SingleQuoted or ScalarForm.DoubleQuoted => YamlQuoting.Write(value, form),
        _ when isJson || (isFlow && !value.All(IsHarmless)) => YamlQuoting.Write(value, ScalarForm.DoubleQuoted),
        _ => YamlQuoting.Write(value),
    };

    private static bool IsHarmless(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/' or '+';

    private static bool IsFlow(YamlNode owner) => owner is YamlNode.Mapping { IsFlow: true } or YamlNode.Sequence { IsFlow: true };

    private static int EndOf(MappingEntry entry) =>
        entry is { Value: YamlNode.Scalar { IsEmpty: true }, Colon: { } colon } ? colon + 1 : Math.Max(entry.Key.End, entry.Value.End);

    /// <summary>In which its keys stand; that of the question mark where they have one.</summary>
    private int ColumnOf(YamlNode.Mapping mapping)
    {
        var key = mapping.Entries[0].Key.Start;
        var before = YamlEditor.TrimBack(Text, key, 0);
        return YamlEditor.Column(Text, before > 0 && Text[before - 1] == '?' ? before - 1 : key);
    }

    /// <summary>As the file indents the first mapping within its root.</summary>
    private int Indent()
    {
        if (yaml.Root is not YamlNode.Mapping { IsFlow: false, Entries.Count: > 0 } root)
            return UsualIndent;
        var inner = root.Entries.Select(entry => entry.Value).OfType<YamlNode.Mapping>().FirstOrDefault(mapping => mapping is { IsFlow: false, Entries.Count: > 0 });
        return inner is null ? UsualIndent : Math.Clamp(ColumnOf(inner) - ColumnOf(root), 1, WidestIndent);
    }
}
