namespace GitOpsBumper.Core.Yaml;

/// <summary>Replaces a node, or takes an entry out, and leaves every other byte as it is; <see cref="YamlEditor"/> adds.</summary>
public static class YamlSplice
{
    /// <summary>Replaces a scalar or an alias that is written, with its tag and anchor.</summary>
    public static string Replace(YamlText yaml, YamlNode node, string written) => Replace(yaml.Text, node.Start, node.End, written);

    public static string Replace(string text, int from, int to, string written) => string.Concat(text.AsSpan(0, from), written, text.AsSpan(to));

    /// <summary>
    /// Takes an entry out of a mapping that has others, with the comment on its line. Null where a comment between flow entries would be lost.
    /// </summary>
    public static string? RemoveEntry(YamlText yaml, YamlNode.Mapping mapping, MappingEntry entry)
    {
        var index = mapping.Entries.TakeWhile(other => other != entry).Count();
        return mapping.IsFlow ? RemoveFlow(yaml.Text, mapping, index) : RemoveLines(yaml.Text, mapping, index);
    }

    private static string RemoveLines(string text, YamlNode.Mapping mapping, int index)
    {
        var from = mapping.Entries[index].Key.Start;
        var lineEnd = EndOfLine(text, End(mapping.Entries[index]));
        var lineStart = from - YamlEditor.Column(text, from);
        if (text.AsSpan(lineStart, from - lineStart).Trim(' ').Length == 0)
            return RemoveWholeLines(text, lineStart, lineEnd);

        // A dash stands before it, which the next entry needs; comments between them stay below the dash.
        var next = mapping.Entries[index + 1].Key.Start;
        if (text.AsSpan(lineEnd, next - lineEnd).Trim().Length == 0)
            return Replace(text, from, next, "");
        while (text[from - 1] == ' ')
            from--;
        return Replace(text, from, lineEnd, "");
    }

    /// <summary>A file without final line end gets none.</summary>
    private static string RemoveWholeLines(string text, int lineStart, int lineEnd)
    {
        if (lineEnd == text.Length && lineStart > 0)
            lineStart -= lineStart > 1 && text[lineStart - 2] == '\r' ? 2 : 1;
        else if (lineEnd < text.Length)
            lineEnd += text[lineEnd] == '\r' && lineEnd + 1 < text.Length && text[lineEnd + 1] == '\n' ? 2 : 1;
        return Replace(text, lineStart, lineEnd, "");
    }

    private static string? RemoveFlow(string text, YamlNode.Mapping mapping, int index)
    {
        var (from, to) = index == 0
            ? (mapping.Entries[0].Key.Start, mapping.Entries[1].Key.Start)
            : (End(mapping.Entries[index - 1]), End(mapping.Entries[index]));
        var entry = mapping.Entries[index];
        var between = index == 0 ? text[End(entry)..to] : text[from..entry.Key.Start];
        return between.Contains('#', StringComparison.Ordinal) ? null : Replace(text, from, to, "");
    }

    private static int End(MappingEntry entry) => Math.Max(entry.Key.End, entry.Value.End);

    private static int EndOfLine(string text, int offset) => offset + YamlEditor.RestOfLine(text, offset).Length;
}
