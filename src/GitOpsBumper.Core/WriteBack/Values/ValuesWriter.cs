using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Yaml;

namespace GitOpsBumper.Core.WriteBack.Values;

/// <summary>A new text, and how the document is to differ.</summary>
/// <param name="Text">Of the file.</param>
/// <param name="Target">The node that is replaced; null for a document that said nothing.</param>
/// <param name="Replacement">What the new text is to say in its place.</param>
internal sealed record ValuesEdit(string Text, YamlNode? Target, YamlNode Replacement);

/// <summary>Decides where a value is written: where it stands, or where its keys are missing, but never where others would take it over by an alias or a merge key.</summary>
internal sealed class ValuesWriter(YamlText yaml, ValuePath path, ValuesPlace place, string value)
{
    private readonly ValuesInsertion _insertion = new(yaml, value, IsJson(place));

    public bool TryWrite([NotNullWhen(true)] out ValuesEdit? edit, [NotNullWhen(false)] out string? problem)
    {
        var hops = place.Hops;
        var isFound = place.Missing == 0;
        var missing = path.Steps.Skip(path.Steps.Count - place.Missing).Select(step => step.Key!).ToList();
        // At the end of the path an alias is a value as any other.
        var foreign = Enumerable.Range(0, hops.Count).FirstOrDefault(index => hops[index].Merge is not null || (hops[index].Child is YamlNode.Alias && (index < hops.Count - 1 || !isFound)), -1);
        problem = null;
        if (foreign < 0)
        {
            edit = isFound ? Replace(hops[^1]) : Add(hops.Count == 0 ? null : hops[^1], place.End, missing);
        }
        else
        {
            var hop = hops[foreign];
            var below = hops.Skip(foreign + 1).Select(next => next.Name).Concat(missing).ToList();
            if (hop is { Merge: not null, Owner: YamlNode.Mapping owner } && isFound && below.Count == 0)
                edit = Add(null, owner, [hop.Name!]);
            else if (hop is { Merge: null, Child: YamlNode.Alias { Definition: YamlNode.Mapping } alias } && below is [{ } key])
                edit = Expand(hop, alias, key);
            else
                return RefuseForeign(hop, out edit, out problem);
        }

        if (edit is null)
            problem = $"{Line(hops.Count == 0 ? 0 : hops[^1].Entry?.Key.Start ?? hops[^1].Child.Start)}: '{path.Prefix(hops.Count == 0 ? 1 : hops[^1].Steps)}' is written in a way that cannot be edited safely; write 'key: value' on a line of its own";
        return edit is not null;
    }

    private bool RefuseForeign(ValuesHop hop, out ValuesEdit? edit, out string problem)
    {
        edit = null;
        var what = path.Prefix(hop.Steps);
        problem = hop.Merge is { } merge
            ? $"{Line(merge.Key.Start)}: '{what}' is taken over with '<<' from where others may take it too, so '{path.Text}' is not set; write '{what}' out in the mapping that takes it over"
            : $"{Line(hop.Child.Start)}: '{what}' is the alias *{((YamlNode.Alias)hop.Child).Name}, and what it stands for is shared, so '{path.Text}' is not set; write '{what}' out";
        return false;
    }

    private ValuesEdit? Replace(ValuesHop hop)
    {
        var node = hop.Child;
        var text = _insertion.Replace(hop);
        return text is null ? null : new ValuesEdit(text, node, New(value, node.Anchor));
    }

    /// <param name="hop">That leads to the node, where it is not the owner of what is added; null for the root.</param>
    /// <param name="node">A mapping, a null, or nothing.</param>
    /// <param name="keys">That are missing in it.</param>
    private ValuesEdit? Add(ValuesHop? hop, YamlNode? node, IReadOnlyList<string> keys)
    {
        var entries = node is YamlNode.Mapping mapping ? mapping.Entries : [];
        var text = node is YamlNode.Mapping { Entries.Count: > 0 } filled ? _insertion.AddTo(filled, keys) : _insertion.Fill(hop, node, keys);
        return text is null ? null : new ValuesEdit(text, node, Mapping([.. entries, Nested(keys)], node));
    }

    private ValuesEdit? Expand(ValuesHop hop, YamlNode.Alias alias, string key)
    {
        var text = _insertion.Expand(hop, alias, key);
        return text is null ? null : new ValuesEdit(text, alias, Mapping([new MappingEntry(New("<<"), alias with { Start = ValuesComparison.Nowhere }, null), Nested([key])], null));
    }

    private MappingEntry Nested(IReadOnlyList<string> keys)
    {
        YamlNode node = New(value);
        foreach (var key in keys.Skip(1).Reverse())
            node = Mapping([new MappingEntry(New(key), node, null)], null);
        return new MappingEntry(New(keys[0]), node, null);
    }

    private static YamlNode.Scalar New(string value, string? anchor = null) =>
        new() { Value = value, Form = ScalarForm.Plain, Anchor = anchor, Start = ValuesComparison.Nowhere, End = ValuesComparison.Nowhere };

    private static YamlNode.Mapping Mapping(IReadOnlyList<MappingEntry> entries, YamlNode? before) => new()
    {
        IsFlow = false,
        Entries = entries,
        Anchor = before?.Anchor,
        IsTagged = before is { IsTagged: true },
        Start = ValuesComparison.Nowhere,
        End = ValuesComparison.Nowhere,
    };

    /// <summary>Keys in double quotes within braces: all that is written there keeps to JSON.</summary>
    private static bool IsJson(ValuesPlace place) =>
        place.Hops.Select(hop => hop.Owner).Append(place.End).Any(node => node is YamlNode.Mapping { IsFlow: true, Entries: [{ Key: YamlNode.Scalar { Form: ScalarForm.DoubleQuoted } }, ..] });

    private string Line(int offset) => ValuesLookup.Line(yaml, offset);
}
