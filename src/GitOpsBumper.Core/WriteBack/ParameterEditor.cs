using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Yaml;

namespace GitOpsBumper.Core.WriteBack;

/// <summary>Edits the list <c>helm.parameters</c> step by step; each step is read back, so that the next one sees what is there.</summary>
internal sealed class ParameterEditor(ParameterList list)
{
    private const string ForceString = "forcestring";

    public ParameterList List { get; private set; } = list;

    /// <summary>Sets the value of an entry, which then is a string for Helm too.</summary>
    /// <param name="index">Of the entry in the list; it stays where it is.</param>
    /// <param name="value">To be read back.</param>
    /// <param name="forceString">Whether Helm is told to take it for a string; otherwise what is there stays.</param>
    /// <param name="problem">Why it cannot be done.</param>
    public bool TrySet(int index, string value, bool forceString, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        if ((List.Entries[index].Value != value || List.Entries[index].Node.Find("value") is null) && !TryWriteValue(List.Entries[index], value, out problem))
            return false;
        if (!forceString)
            return true;
        var entry = List.Entries[index];
        var forced = entry.Node.FindEntry(ForceString, StringComparison.OrdinalIgnoreCase);
        if (forced?.Value is YamlNode.Scalar { Value: "true" or "True" or "TRUE" })
            return true;
        return forced is null
            ? TryReplace(YamlEditor.AddEntry(List.Yaml, entry.Node, ForceString, "true"), out problem, entry.Node)
            : TryReplace(YamlEditor.SetRaw(List.Yaml, forced, "true"), out problem, entry.Node);
    }

    /// <summary>Makes an entry that was carried over say what the Application says.</summary>
    public bool TryFollow(int index, HelmParameter source, [NotNullWhen(false)] out string? problem)
    {
        if (!TrySet(index, source.Value, source.ForceString, out problem))
            return false;
        var entry = List.Entries[index];
        var forced = entry.Node.FindEntry(ForceString, StringComparison.OrdinalIgnoreCase);
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
        var mark = text.IndexOf(ParameterList.CarriedMark, entry.Node.FindEntry("name")!.Value.End, StringComparison.Ordinal);
        var from = mark;
        while (text[from - 1] == ' ')
            from--;
        return TryReplace(text.Remove(from, mark + ParameterList.CarriedMark.Length - from), out problem);
    }

    /// <summary>Adds an entry behind the others, making the list where there is none.</summary>
    public bool TryAdd(HelmParameter parameter, bool carried, [NotNullWhen(false)] out string? problem)
    {
        if (carried && IsFlow)
        {
            problem = $"parameter '{parameter.Name}' of the Application has to be carried over into helm.parameters on a line of its own, but the file is written in braces or brackets;"
                + " write helm.parameters with one '- ' per item, or set gitopsbumper.io/carry-parameters: none";
            return false;
        }

        var lines = Lines(parameter, carried);
        return List.Sequence is { Items.Count: > 0 } sequence
            ? TryReplace(YamlEditor.AddItem(List.Yaml, sequence, sequence.IsFlow ? [Flow(parameter)] : lines), out problem)
            : TryReplace(AddFirst(parameter, lines), out problem);
    }

    /// <summary>The list stands, or would have to stand, on a line with others.</summary>
    private bool IsFlow => List.Root is { IsFlow: true } || List.HelmMapping is { IsFlow: true, Entries.Count: > 0 } || List.Sequence is { IsFlow: true, Items.Count: > 0 };

    public bool TryRemove(int index, [NotNullWhen(false)] out string? problem)
    {
        var entry = List.Entries[index];
        if (List.Sequence is not { IsFlow: false } sequence || List.List is not { } owner)
        {
            problem = $"parameter '{entry.Name}' is marked as carried over, but stands in a list in [...], from which it is not removed";
            return false;
        }

        return TryReplace(YamlEditor.RemoveItem(List.Yaml, owner, sequence, index), out problem);
    }

    private bool TryWriteValue(ParameterEntry entry, string value, [NotNullWhen(false)] out string? problem)
    {
        if (entry.Node.FindEntry("value") is not { } written)
            return TryReplace(YamlEditor.AddEntry(List.Yaml, entry.Node, "value", YamlQuoting.Write(value)), out problem, entry.Node);
        if (written.Value.Anchor is { } anchor && List.Yaml.AliasedAnchors.Contains(anchor))
        {
            problem = $"{ParameterList.Place(List.Yaml, written.Value.Start)}: the value of parameter '{entry.Name}' has the anchor &{anchor}, which others refer to; changing it would change them too";
            return false;
        }

        return TryReplace(YamlEditor.SetValue(List.Yaml, written, value), out problem, entry.Node);
    }

    private string AddFirst(HelmParameter parameter, IReadOnlyList<string> lines)
    {
        var yaml = List.Yaml;
        if (List.Root is null)
            return YamlEditor.AppendLines(yaml, ["helm:", "  parameters:", .. YamlEditor.Item("  ", lines)]);
        if (List.Root.IsFlow || List.HelmMapping is { IsFlow: true, Entries.Count: > 0 })
            return AddInFlow(parameter);
        var outer = Indent(List.Root.Entries[0].Key.Start);
        if (List.Helm is null)
            return YamlEditor.InsertLines(yaml, List.Root.End, [$"{outer}helm:", $"{outer}  parameters:", .. YamlEditor.Item($"{outer}  ", lines)]);
        if (List.HelmMapping is not { Entries.Count: > 0 } helm)
            return YamlEditor.FillWithLines(yaml, List.Helm, [$"{outer}  parameters:", .. YamlEditor.Item($"{outer}  ", lines)]);
        var inner = Indent(helm.Entries[0].Key.Start);
        return List.List is null
            ? YamlEditor.InsertLines(yaml, helm.End, [$"{inner}parameters:", .. YamlEditor.Item(inner, lines)])
            : YamlEditor.FillWithLines(yaml, List.List, YamlEditor.Item(inner, lines));
    }

    /// <summary>A file in braces stays in braces.</summary>
    private string AddInFlow(HelmParameter parameter)
    {
        var yaml = List.Yaml;
        var written = $"[{Flow(parameter)}]";
        if (List.Helm is null)
            return YamlEditor.AddEntry(yaml, List.Root!, "helm", $"{{parameters: {written}}}");
        if (List.HelmMapping is not { } helm)
            return YamlEditor.SetRaw(yaml, List.Helm, $"{{parameters: {written}}}");
        return List.List is null ? YamlEditor.AddEntry(yaml, helm, "parameters", written) : YamlEditor.SetRaw(yaml, List.List, written);
    }

    private string Indent(int offset) => new(' ', YamlEditor.Column(List.Yaml.Text, offset));

    private static IReadOnlyList<string> Lines(HelmParameter parameter, bool carried)
    {
        var name = $"name: {YamlQuoting.Write(parameter.Name)}{(carried ? " " + ParameterList.CarriedMark : "")}";
        var value = $"value: {YamlQuoting.Write(parameter.Value)}";
        return parameter.ForceString ? [name, value, $"{ForceString}: true"] : [name, value];
    }

    private static string Flow(HelmParameter parameter)
    {
        // Inside brackets a comma or a bracket would end a plain text.
        var name = parameter.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-') ? YamlQuoting.Write(parameter.Name) : YamlQuoting.Write(parameter.Name, ScalarForm.DoubleQuoted);
        var force = parameter.ForceString ? $", {ForceString}: true" : "";
        return $"{{name: {name}, value: {YamlQuoting.Write(parameter.Value, ScalarForm.DoubleQuoted)}{force}}}";
    }

    private bool TryReplace(string text, [NotNullWhen(false)] out string? problem, YamlNode? changed = null)
    {
        var shared = new[] { List.Root, List.Helm?.Value, List.List?.Value, changed }
            .FirstOrDefault(node => node?.Anchor is { } anchor && List.Yaml.AliasedAnchors.Contains(anchor));
        if (shared is not null)
        {
            problem = $"{ParameterList.Place(List.Yaml, shared.Start)}: the anchor &{shared.Anchor} stands around parameters, and others refer to it; changing them would change those too";
            return false;
        }

        if (!ParameterList.TryRead(text, out var next, out var reason))
        {
            problem = $"the file is written in a way that cannot be edited safely ({reason}); write helm.parameters as a block list";
            return false;
        }

        problem = null;
        List = next;
        return true;
    }
}
