using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Yaml;

namespace GitOpsBumper.Core.WriteBack.Overrides;

/// <summary>Edits one list of the override file step by step; each step is read back, so that the next one sees what is there.</summary>
internal sealed class ParameterEditor(ParameterList list)
{
    private const string ForceString = "forcestring";

    public ParameterList List { get; private set; } = list;

    private ListForm Form => List.Form;

    /// <summary>Sets the value of an entry, which then is a string for Helm too.</summary>
    /// <param name="index">Of the entry in the list; it stays where it is.</param>
    /// <param name="value">To be read back.</param>
    /// <param name="forceString">Whether Helm is told to take it for a string; otherwise what is there stays.</param>
    /// <param name="problem">Why it cannot be done.</param>
    public bool TrySet(int index, string value, bool forceString, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        var needsField = List.Entries[index].Mapping is { } node && node.Find("value") is null;
        if ((List.Entries[index].Value != value || needsField) && !TryWriteValue(List.Entries[index], value, out problem))
            return false;
        if (!forceString || List.Entries[index].Mapping is not { } mapping)
            return true;
        var forced = mapping.FindEntry(ForceString, StringComparison.OrdinalIgnoreCase);
        if (forced?.Value is YamlNode.Scalar { Value: "true" or "True" or "TRUE" })
            return true;
        return forced is null
            ? TryReplace(YamlEditor.AddEntry(List.Yaml, mapping, ForceString, "true"), out problem, mapping)
            : TryReplace(YamlEditor.SetRaw(List.Yaml, forced, "true"), out problem, mapping);
    }

    /// <summary>Makes an entry that was carried over say what the Application says.</summary>
    public bool TryFollow(int index, ListItem source, [NotNullWhen(false)] out string? problem)
    {
        if (!TrySet(index, source.Value, source.ForceString, out problem))
            return false;
        var entry = List.Entries[index];
        var forced = entry.Mapping?.FindEntry(ForceString, StringComparison.OrdinalIgnoreCase);
        return source.ForceString || forced?.Value is not YamlNode.Scalar { Value: "true" or "True" or "TRUE" } || TryReplace(YamlEditor.SetRaw(List.Yaml, forced, "false"), out problem, entry.Node);
    }

    /// <summary>Takes the mark off an entry that was carried over: from now on the bot writes it for an image, and it follows the Application no more.</summary>
    public bool TryOwn(int index, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        var entry = List.Entries[index];
        if (!entry.IsCarried)
            return true;
        var text = List.Yaml.Text;
        var mark = text.IndexOf(ParameterList.CarriedMark, entry.NameNode.End, StringComparison.Ordinal);
        var from = mark;
        while (text[from - 1] == ' ')
            from--;
        return TryReplace(text.Remove(from, mark + ParameterList.CarriedMark.Length - from), out problem);
    }

    /// <summary>Adds an entry behind the others, making the list where there is none.</summary>
    public bool TryAdd(ListItem item, bool carried, [NotNullWhen(false)] out string? problem)
    {
        if (carried && IsFlow)
        {
            problem = $"{Form.Noun} '{item.Name}' of the Application has to be carried over into {Form.Path} on a line of its own, but the file is written in braces or brackets;"
                + $" write {Form.Path} with one '- ' per item, or set gitopsbumper.io/carry-parameters: none";
            return false;
        }

        var lines = Lines(item, carried);
        return List.Sequence is { Items.Count: > 0 } sequence
            ? TryReplace(YamlEditor.AddItem(List.Yaml, sequence, sequence.IsFlow ? [Flow(item)] : lines), out problem)
            : TryReplace(AddFirst(item, lines), out problem);
    }

    /// <summary>The list stands, or would have to stand, on a line with others.</summary>
    private bool IsFlow => List.Root is { IsFlow: true } || List.SectionMapping is { IsFlow: true, Entries.Count: > 0 } || List.Sequence is { IsFlow: true, Items.Count: > 0 };

    public bool TryRemove(int index, [NotNullWhen(false)] out string? problem)
    {
        var entry = List.Entries[index];
        if (List.Sequence is not { IsFlow: false } sequence || List.List is not { } owner)
        {
            problem = $"{Form.Noun} '{entry.Name}' is marked as carried over, but stands in a list in [...], from which it is not removed";
            return false;
        }

        return TryReplace(YamlEditor.RemoveItem(List.Yaml, owner, sequence, index), out problem);
    }

    /// <summary>Says behind the value of an entry when what it holds ends; null: not by itself.</summary>
    public bool TryEnd(int index, DateTimeOffset? until, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        var entry = List.Entries[index];
        if (entry.End.Until == until && entry.End.Wrong is null)
            return true;
        if (EndMark.TryWrite(List.Yaml.Text, (entry.Mapping?.Find("value") ?? entry.Node).End, until, out var text))
            return TryReplace(text, out problem);
        problem = $"{YamlShape.Place(List.Yaml, entry.Node.Start)}: the end of what {Form.Noun} '{entry.Name}' holds is told by a comment behind its value, which is written in braces; write it with 'value: ' on a line of its own";
        return false;
    }

    private bool TryWriteValue(ParameterEntry entry, string value, [NotNullWhen(false)] out string? problem)
    {
        if (entry.Mapping is { } mapping && mapping.Find("value") is null)
            return TryReplace(YamlEditor.AddEntry(List.Yaml, mapping, "value", YamlQuoting.Write(value)), out problem, mapping);
        var field = entry.Mapping?.FindEntry("value");
        var written = field?.Value ?? entry.Node;
        if (YamlShape.IsShared(List.Yaml, written))
        {
            problem = $"{YamlShape.Place(List.Yaml, written.Start)}: the value of {Form.Noun} '{entry.Name}' has the anchor &{written.Anchor}, which others refer to; changing it would change them too";
            return false;
        }

        if (field is not null)
            return TryReplace(YamlEditor.SetValue(List.Yaml, field, value), out problem, entry.Node);
        var form = written is YamlNode.Scalar { IsTagged: false } scalar ? scalar.Form : ScalarForm.Plain;
        return TryReplace(YamlSplice.Replace(List.Yaml, written, YamlQuoting.Write(value, form)), out problem);
    }

    private string AddFirst(ListItem item, IReadOnlyList<string> lines)
    {
        var yaml = List.Yaml;
        if (List.Root is null)
            return YamlEditor.AppendLines(yaml, [$"{Form.Section}:", $"  {Form.Field}:", .. YamlEditor.Item("  ", lines)]);
        if (List.Root.IsFlow || List.SectionMapping is { IsFlow: true, Entries.Count: > 0 })
            return AddInFlow(item);
        var outer = Indent(List.Root.Entries[0].Key.Start);
        if (List.Section is null)
            return YamlEditor.InsertLines(yaml, List.Root.End, [$"{outer}{Form.Section}:", $"{outer}  {Form.Field}:", .. YamlEditor.Item($"{outer}  ", lines)]);
        if (List.SectionMapping is not { Entries.Count: > 0 } section)
            return YamlEditor.FillWithLines(yaml, List.Section, [$"{outer}  {Form.Field}:", .. YamlEditor.Item($"{outer}  ", lines)]);
        var inner = Indent(section.Entries[0].Key.Start);
        return List.List is null
            ? YamlEditor.InsertLines(yaml, section.End, [$"{inner}{Form.Field}:", .. YamlEditor.Item(inner, lines)])
            : YamlEditor.FillWithLines(yaml, List.List, YamlEditor.Item(inner, lines));
    }

    /// <summary>A file in braces stays in braces.</summary>
    private string AddInFlow(ListItem item)
    {
        var yaml = List.Yaml;
        var written = $"[{Flow(item)}]";
        if (List.Section is null)
            return YamlEditor.AddEntry(yaml, List.Root!, Form.Section, $"{{{Form.Field}: {written}}}");
        if (List.SectionMapping is not { } section)
            return YamlEditor.SetRaw(yaml, List.Section, $"{{{Form.Field}: {written}}}");
        return List.List is null ? YamlEditor.AddEntry(yaml, section, Form.Field, written) : YamlEditor.SetRaw(yaml, List.List, written);
    }

    private string Indent(int offset) => new(' ', YamlEditor.Column(List.Yaml.Text, offset));

    private IReadOnlyList<string> Lines(ListItem item, bool carried)
    {
        var mark = carried ? " " + ParameterList.CarriedMark : "";
        if (Form.IsOfTexts)
            return [YamlQuoting.Write(item.Value) + mark];
        var name = $"name: {YamlQuoting.Write(item.Name)}{mark}";
        var value = $"value: {YamlQuoting.Write(item.Value)}";
        return item.ForceString ? [name, value, $"{ForceString}: true"] : [name, value];
    }

    private string Flow(ListItem item)
    {
        if (Form.IsOfTexts)
            return YamlQuoting.Write(item.Value, ScalarForm.DoubleQuoted);
        // Inside brackets a comma or a bracket would end a plain text.
        var name = item.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-') ? YamlQuoting.Write(item.Name) : YamlQuoting.Write(item.Name, ScalarForm.DoubleQuoted);
        var force = item.ForceString ? $", {ForceString}: true" : "";
        return $"{{name: {name}, value: {YamlQuoting.Write(item.Value, ScalarForm.DoubleQuoted)}{force}}}";
    }

    private bool TryReplace(string text, [NotNullWhen(false)] out string? problem, YamlNode? changed = null)
    {
        var shared = new[] { List.Root, List.Section?.Value, List.List?.Value, changed }
            .FirstOrDefault(node => YamlShape.IsShared(List.Yaml, node));
        if (shared is not null)
        {
            problem = $"{YamlShape.Place(List.Yaml, shared.Start)}: the anchor &{shared.Anchor} stands around {Form.Noun}s, and others refer to it; changing them would change those too";
            return false;
        }

        if (!ParameterList.TryRead(text, Form, out var next, out var reason))
        {
            problem = $"the file is written in a way that cannot be edited safely ({reason}); write {Form.Path} as a block list";
            return false;
        }

        problem = null;
        List = next;
        return true;
    }
}
