using System.Text;

namespace GitOpsBumper.Core.Yaml;

/// <summary>
/// Small changes of a YAML text. Each takes a parsed text and returns a new text in which only the bytes of the change differ; comments,
/// quotes, indentation, line ends and blank lines around it stay. Entries that are filled or emptied need a <see cref="MappingEntry.Colon"/>.
/// </summary>
public static class YamlEditor
{
    /// <summary>Replaces a scalar (or an alias) by a string, in the form of quotes it had where that can hold the value.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="entry">The entry whose value is replaced; an empty value is filled in behind the colon.</param>
    /// <param name="value">To be read back.</param>
    public static string SetValue(YamlText yaml, MappingEntry entry, string value)
    {
        var node = entry.Value;
        var form = node is YamlNode.Scalar { IsTagged: false } scalar ? scalar.Form : ScalarForm.Plain;
        return SetRaw(yaml, entry, YamlQuoting.Write(value, form));
    }

    /// <summary>As <see cref="SetValue"/>, with the text as it is to stand there.</summary>
    public static string SetRaw(YamlText yaml, MappingEntry entry, string written)
    {
        if (entry.Value is YamlNode.Scalar { IsEmpty: true })
        {
            var colon = Colon(entry);
            return Splice(yaml.Text, colon + 1, colon + 1, " " + written);
        }

        return Splice(yaml.Text, entry.Value.Start, entry.Value.End, written);
    }

    /// <summary>Adds an entry behind the last one of a mapping, indented (or separated) as its siblings are.</summary>
    public static string AddEntry(YamlText yaml, YamlNode.Mapping mapping, string key, string writtenValue)
    {
        if (mapping.IsFlow)
            return AddFlow(yaml.Text, mapping.Start, mapping.End, mapping.Entries.Count == 0 ? null : LastEnd(mapping), '{', $"{key}: {writtenValue}");
        var indent = new string(' ', Column(yaml.Text, mapping.Entries[0].Key.Start));
        return InsertLines(yaml, LastEnd(mapping), [$"{indent}{key}: {writtenValue}"]);
    }

    /// <summary>Adds an item behind the last one of a sequence.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="sequence">A block sequence with items, or a flow sequence.</param>
    /// <param name="lines">The item without dash and indentation; one line for a flow sequence.</param>
    public static string AddItem(YamlText yaml, YamlNode.Sequence sequence, IReadOnlyList<string> lines)
    {
        if (sequence.IsFlow)
            return AddFlow(yaml.Text, sequence.Start, sequence.End, sequence.Items.Count == 0 ? null : sequence.Items[^1].End, '[', lines[0]);
        var indent = new string(' ', Column(yaml.Text, DashOf(yaml.Text, sequence)));
        return InsertLines(yaml, sequence.End, Item(indent, lines));
    }

    /// <summary>Takes one item out of a block sequence, with its comment; the last one leaves <c>[]</c>.</summary>
    public static string RemoveItem(YamlText yaml, MappingEntry owner, YamlNode.Sequence sequence, int index)
    {
        var text = yaml.Text;
        var from = LineStart(text, DashBefore(text, sequence.Items[index].Start));
        var to = LineEnd(text, sequence.Items[index].End);
        var without = text[..from] + text[to..];
        return sequence.Items.Count > 1 ? without : Splice(without, Colon(owner) + 1, Colon(owner) + 1, " []");
    }

    /// <summary>Gives a key that has no value, or an empty collection, lines of its own below it.</summary>
    public static string FillWithLines(YamlText yaml, MappingEntry entry, IReadOnlyList<string> lines)
    {
        var colon = Colon(entry);
        var text = entry.Value.Start == entry.Value.End ? yaml.Text : Splice(yaml.Text, TrimBack(yaml.Text, entry.Value.Start, colon + 1), entry.Value.End, "");
        return InsertAfterLine(text, colon, yaml.NewLine, lines);
    }

    /// <summary>Adds lines behind everything that the document says.</summary>
    public static string AppendLines(YamlText yaml, IReadOnlyList<string> lines)
    {
        var text = yaml.Text;
        var at = yaml.ContentEnd;
        var needsBreak = at > 0 && text[at - 1] is not ('\n' or '\r' or '\uFEFF');
        return text[..at] + (needsBreak ? yaml.NewLine : "") + Join(lines, yaml.NewLine) + text[at..];
    }

    /// <summary>Adds lines below the line on which <paramref name="offset"/> stands.</summary>
    public static string InsertLines(YamlText yaml, int offset, IReadOnlyList<string> lines) => InsertAfterLine(yaml.Text, offset, yaml.NewLine, lines);

    /// <summary>An item of a block sequence: a dash before its first line, the others aligned with it.</summary>
    public static IReadOnlyList<string> Item(string indent, IReadOnlyList<string> lines) => [.. lines.Select((line, index) => $"{indent}{(index == 0 ? "- " : "  ")}{line}")];

    /// <summary>The number of characters between the beginning of the line and the offset.</summary>
    public static int Column(string text, int offset) => offset - LineStart(text, offset);

    /// <summary>What stands on the rest of the line, from an offset on.</summary>
    public static string RestOfLine(string text, int offset)
    {
        var end = offset;
        while (end < text.Length && text[end] is not ('\n' or '\r'))
            end++;
        return text[offset..end];
    }

    /// <summary>The dash of the first item of a block sequence.</summary>
    public static int DashOf(string text, YamlNode.Sequence sequence) => DashBefore(text, sequence.Items[0].Start);

    /// <summary>Adds lines below the line on which <paramref name="offset"/> stands, in a text that is no longer the parsed one.</summary>
    internal static string InsertAfterLine(string text, int offset, string newLine, IReadOnlyList<string> lines)
    {
        var at = LineEnd(text, offset);
        var open = at > 0 && text[at - 1] is not ('\n' or '\r');
        var added = Join(lines, newLine);
        return open ? text + newLine + added[..^newLine.Length] : text[..at] + added + text[at..];
    }

    private static string AddFlow(string text, int start, int end, int? lastItem, char open, string written)
    {
        if (lastItem is { } last)
            return Splice(text, last, last, ", " + written);
        var bracket = text.IndexOf(open, start, end - start);
        return Splice(text, bracket + 1, bracket + 1, written);
    }

    private static int LastEnd(YamlNode.Mapping mapping) => Math.Max(mapping.Entries[^1].Key.End, mapping.Entries[^1].Value.End);

    /// <summary>Comments may stand between the dash and what it begins, and hold dashes of their own.</summary>
    private static int DashBefore(string text, int start)
    {
        for (var at = start; ; at--)
        {
            var line = LineStart(text, at);
            var comment = text.IndexOf('#', line, at - line);
            var dash = text.AsSpan(line, (comment < 0 ? at : comment) - line).LastIndexOf('-');
            if (dash >= 0)
                return line + dash;
            at = line;
            if (at == 0)
                return 0;
        }
    }

    private static int Colon(MappingEntry entry) => entry.Colon ?? throw new ArgumentException("an entry without a colon on its key's line cannot be edited", nameof(entry));

    /// <summary>Before the spaces that stand before an offset.</summary>
    internal static int TrimBack(string text, int from, int least)
    {
        while (from > least && text[from - 1] == ' ')
            from--;
        return from;
    }

    internal static int LineStart(string text, int offset)
    {
        while (offset > 0 && text[offset - 1] is not ('\n' or '\r' or '\uFEFF'))
            offset--;
        return offset;
    }

    /// <summary>Behind the line end of the line on which the offset stands.</summary>
    internal static int LineEnd(string text, int offset)
    {
        while (offset < text.Length && text[offset] is not ('\n' or '\r'))
            offset++;
        if (offset < text.Length && text[offset] == '\r')
            offset++;
        if (offset < text.Length && text[offset] == '\n')
            offset++;
        return offset;
    }

    private static string Join(IReadOnlyList<string> lines, string newLine)
    {
        var text = new StringBuilder();
        foreach (var line in lines)
            text.Append(line).Append(newLine);
        return text.ToString();
    }

    /// <summary>Puts another text in the place of the characters between two offsets.</summary>
    internal static string Splice(string text, int from, int to, string with) => string.Concat(text.AsSpan(0, from), with, text.AsSpan(to));
}
