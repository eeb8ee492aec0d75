using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Yaml;

namespace GitOpsBumper.Core.WriteBack.Kustomizations;

/// <summary>Edits the list <c>images</c> step by step; each step is read back, so that the next one sees what is there.</summary>
internal sealed class ImagesEditor(ImagesList list)
{
    private const string Unsafe = "the kustomization is written in a way that cannot be edited safely";

    public ImagesList List { get; private set; } = list;

    /// <summary>Sets a field of an entry where it stands, or behind the entry's others.</summary>
    /// <param name="index">Of the entry in the list.</param>
    /// <param name="field">Its key.</param>
    /// <param name="value">Null: the field is taken out.</param>
    /// <param name="problem">Why it cannot be done.</param>
    public bool TrySet(int index, string field, string? value, [NotNullWhen(false)] out string? problem)
    {
        var node = List.Nodes[index];
        var written = node.FindEntry(field);
        problem = null;
        if ((YamlShape.Text(written?.Value) ?? "") == (value ?? ""))
            return true;
        if (written is null)
            return TryReplace(YamlEditor.AddEntry(List.Yaml, node, field, YamlQuoting.Write(value!)), node, out problem);
        if (new[] { written.Key, written.Value }.FirstOrDefault(part => YamlShape.IsShared(List.Yaml, part)) is { } shared)
        {
            problem = $"{YamlShape.Place(List.Yaml, shared.Start)}: {field} of image '{List.Entries[index].Name}' has the anchor &{shared.Anchor}, which others refer to; changing it would change them too";
            return false;
        }

        if (value is not null)
            return TryReplace(YamlEditor.SetValue(List.Yaml, written, value), node, out problem);
        if (YamlSplice.RemoveEntry(List.Yaml, node, written) is { } without)
            return TryReplace(without, node, out problem);
        problem = $"{YamlShape.Place(List.Yaml, written.Key.Start)}: {field} of image '{List.Entries[index].Name}' has to go, but a comment stands inside the braces; write the entry with one field a line";
        return false;
    }

    /// <summary>Adds an entry behind the others, in the form they have, making the list where there is none.</summary>
    public bool TryAdd(KustomizationEntry entry, [NotNullWhen(false)] out string? problem)
    {
        (string Key, string? Value)[] all = [("name", entry.Name), (ImagesList.NewName, entry.NewName), (ImagesList.NewTag, entry.NewTag), (ImagesList.Digest, entry.Digest)];
        var fields = all.Where(field => field.Value is not null).Select(field => $"{field.Key}: {YamlQuoting.Write(field.Value!, FormOf(field.Key))}").ToList();
        return TryReplace(List.Sequence is { Items.Count: > 0 } sequence ? AddBehind(sequence, fields) : AddFirst(fields), null, out problem);
    }

    private string AddBehind(YamlNode.Sequence sequence, IReadOnlyList<string> fields)
    {
        var text = List.Yaml.Text;
        if (sequence.IsFlow)
            return YamlEditor.AddItem(List.Yaml, sequence, [Braces(fields)]);
        var dash = YamlEditor.DashOf(text, sequence);
        var gap = GapBehind(dash);
        var lines = List.Nodes[^1].IsFlow ? [Braces(fields)] : fields;
        return YamlEditor.InsertLines(List.Yaml, sequence.End, Item(new string(' ', YamlEditor.Column(text, dash)), gap, lines));
    }

    private string AddFirst(IReadOnlyList<string> fields)
    {
        var yaml = List.Yaml;
        if (List.Root is null)
            return YamlEditor.AppendLines(yaml, [$"{ImagesList.Images}:", .. Item("", 1, fields)]);
        if (List.Root.IsFlow)
        {
            var written = $"[{Braces(fields)}]";
            return List.List is null ? YamlEditor.AddEntry(yaml, List.Root, ImagesList.Images, written) : YamlEditor.SetRaw(yaml, List.List, written);
        }

        var outer = YamlEditor.Column(yaml.Text, List.Root.Entries[0].Key.Start);
        var (indent, gap) = ListStyle(outer);
        var item = Item(new string(' ', indent), gap, fields);
        return List.List is null
            ? YamlEditor.InsertLines(yaml, List.Root.End, [$"{new string(' ', outer)}{ImagesList.Images}:", .. item])
            : YamlEditor.FillWithLines(yaml, List.List, item);
    }

    /// <summary>Where the file's other lists have their dashes, and how many blanks follow them; Kustomize itself writes them below the key.</summary>
    private (int Indent, int Gap) ListStyle(int outer)
    {
        var other = List.Root!.Entries.Select(entry => entry.Value).OfType<YamlNode.Sequence>().FirstOrDefault(sequence => sequence is { IsFlow: false, Items.Count: > 0 });
        if (other is null)
            return (outer, 1);
        var dash = YamlEditor.DashOf(List.Yaml.Text, other);
        return (YamlEditor.Column(List.Yaml.Text, dash), GapBehind(dash));
    }

    private int GapBehind(int dash)
    {
        var rest = YamlEditor.RestOfLine(List.Yaml.Text, dash + 1);
        var gap = rest.Length - rest.TrimStart(' ').Length;
        return gap is > 0 and <= 8 && gap < rest.Length && rest[gap] != '#' ? gap : 1;
    }

    private static IReadOnlyList<string> Item(string indent, int gap, IReadOnlyList<string> lines) =>
        [.. lines.Select((line, index) => $"{indent}{(index == 0 ? "-" : " ")}{new string(' ', gap)}{line}")];

    private static string Braces(IReadOnlyList<string> fields) => $"{{{string.Join(", ", fields)}}}";

    /// <summary>The quotes that the last entry has around the same field.</summary>
    private ScalarForm FormOf(string field) =>
        (List.Nodes.Count == 0 ? null : List.Nodes[^1].Find(field)) is YamlNode.Scalar { Form: ScalarForm.SingleQuoted or ScalarForm.DoubleQuoted } scalar ? scalar.Form : ScalarForm.Plain;

    private bool TryReplace(string text, YamlNode.Mapping? changed, [NotNullWhen(false)] out string? problem)
    {
        if (new[] { List.Root, List.List?.Value, changed }.FirstOrDefault(node => YamlShape.IsShared(List.Yaml, node)) is { } shared)
        {
            problem = $"{YamlShape.Place(List.Yaml, shared.Start)}: the anchor &{shared.Anchor} stands around images, and others refer to it; changing them would change those too";
            return false;
        }

        if (!ImagesList.TryRead(text, out var next, out var reason))
        {
            problem = $"{Unsafe} ({reason}); write images with one '- ' per entry and one field a line";
            return false;
        }

        problem = null;
        List = next;
        return true;
    }
}
