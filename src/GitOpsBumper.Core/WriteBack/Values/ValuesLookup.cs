using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Yaml;

namespace GitOpsBumper.Core.WriteBack.Values;

/// <summary>
/// Follows a path through a document. At each mapping the longest key that fits is tried first; aliases and merge keys are looked through
/// as Helm's parser does: a mapping's own keys win over merged ones, earlier merges over later ones.
/// </summary>
internal sealed class ValuesLookup
{
    /// <summary>Mappings and lists looked at for one path: aliases of aliases can make a small file look endless.</summary>
    private const int MaxVisits = 10_000;

    /// <summary>Mappings that merge mappings that merge mappings.</summary>
    private const int MaxMerges = 64;

    private readonly YamlText _yaml;
    private readonly ValuePath _path;
    private readonly List<ValuesHop> _hops = [];
    private ValuesPlace? _missing;
    private string? _problem;
    private bool _stopped;
    private int _visits;

    private ValuesLookup(YamlText yaml, ValuePath path)
    {
        _yaml = yaml;
        _path = path;
    }

    /// <param name="yaml">The document.</param>
    /// <param name="path">In it.</param>
    /// <param name="place">Of a scalar, or of what lacks keys.</param>
    /// <param name="problem">The path leads through, or to, something that it cannot.</param>
    public static bool TryFind(YamlText yaml, ValuePath path, [NotNullWhen(true)] out ValuesPlace? place, [NotNullWhen(false)] out string? problem)
    {
        var lookup = new ValuesLookup(yaml, path);
        var end = lookup.Walk(yaml.Root, 0, splitAtEveryDot: true);
        place = end is null ? lookup._missing : new ValuesPlace([.. lookup._hops], end, 0);
        problem = end is null || lookup._stopped ? lookup._problem : null;
        if (problem is not null || place is null || end is not null)
            return problem is null;
        var steps = path.Steps;
        var list = Enumerable.Range(steps.Count - place.Missing, place.Missing).FirstOrDefault(step => steps[step].Key is null, -1);
        if (list >= 0)
            problem = $"{(place.End is null ? "the file" : LineOf(place.Hops is [.., { Entry: { } entry }] ? entry.Key.Start : place.End.Start))} has no list '{path.Prefix(list)}', of which '{path.Text}' names an item; lists are not made, write it into the file";
        return problem is null;

        string LineOf(int offset) => Line(yaml, offset);
    }

    /// <summary>For messages.</summary>
    public static string Line(YamlText yaml, int offset) => $"line {yaml.Text.AsSpan(0, offset).Count('\n') + 1}";

    /// <summary>The scalar at the end of the path; null when it leads to none, and then the hops are as they were.</summary>
    private YamlNode.Scalar? Walk(YamlNode? written, int at, bool splitAtEveryDot)
    {
        if (_stopped)
            return null;
        if (++_visits > MaxVisits)
        {
            Stop($"the file has so many aliases and keys with dots that '{_path.Text}' leads through more than {MaxVisits} of its mappings and lists");
            return null;
        }

        var node = written is YamlNode.Alias alias ? alias.Definition : written;
        if (written is not null && node is null)
            return Tell(written, at, "is an alias that stands within what it stands for", "write it out");
        if (at == _path.Steps.Count)
            return node is YamlNode.Scalar found ? found : Tell(written!, at, $"is {Kind(node)}", "it has to be a text");
        var step = _path.Steps[at];
        switch (node)
        {
            case YamlNode.Sequence sequence when step.Key is null:
                return Item(sequence, written!, at, splitAtEveryDot);
            case YamlNode.Mapping mapping when step.Key is not null:
                return Entry(mapping, at, splitAtEveryDot);
            case null or YamlNode.Scalar { IsNull: true } when step.Key is not null:
                Miss(node, at, splitAtEveryDot);
                return null;
            default:
                return Tell(written!, at, $"is {Kind(node)}", step.Key is null ? $"'{_path.Prefix(at + 1)}' needs a list" : node is YamlNode.Sequence && at > 0
                    ? $"'{_path.Prefix(at + 1)}' needs a mapping; an item is named by its index, such as '{_path.Prefix(at)}[0]'" : $"'{_path.Prefix(at + 1)}' needs a mapping");
        }
    }

    private YamlNode.Scalar? Item(YamlNode.Sequence sequence, YamlNode written, int at, bool splitAtEveryDot)
    {
        var index = _path.Steps[at].Index;
        if (index >= sequence.Items.Count)
        {
            var allowed = sequence.Items.Count switch { 0 => "has no items", 1 => "has one item, allowed is index 0", var count => $"has {count} items, allowed are the indexes 0 to {count - 1}" };
            return Tell(written, at, $"is a list that {allowed}", $"'{_path.Prefix(at + 1)}' is none of them");
        }

        return Descend(new ValuesHop(sequence, null, sequence.Items[index], null, null, at + 1), splitAtEveryDot);
    }

    private YamlNode.Scalar? Entry(YamlNode.Mapping mapping, int at, bool splitAtEveryDot)
    {
        var keys = 1;
        while (at + keys < _path.Steps.Count && _path.Steps[at + keys].Key is not null)
            keys++;
        var hop = default(ValuesHop);
        for (; keys > 0 && !_stopped; keys--)
        {
            var name = string.Join('.', _path.Steps.Skip(at).Take(keys).Select(step => step.Key));
            hop = Find(mapping, name, at + keys);
            if (hop is not null && Descend(hop, splitAtEveryDot && keys == 1) is { } found)
                return found;
        }

        if (hop is null)
            Miss(mapping, at, splitAtEveryDot);
        return null;
    }

    private YamlNode.Scalar? Descend(ValuesHop hop, bool splitAtEveryDot)
    {
        _hops.Add(hop);
        if (Walk(hop.Child, hop.Steps, splitAtEveryDot) is { } found)
            return found;
        _hops.RemoveAt(_hops.Count - 1);
        return null;
    }

    private ValuesHop? Find(YamlNode.Mapping mapping, string name, int steps)
    {
        var own = Own(mapping, name);
        if (_stopped || MergeOf(mapping) is not { } merge || (own is not null && own.Key.Start > merge.Key.Start) || Merged(merge, name, 0) is not { } merged)
            return own is null ? null : new ValuesHop(mapping, own, own.Value, name, null, steps);
        if (own is null)
            return new ValuesHop(mapping, merged, merged.Value, name, merge, steps);
        // YAML 1.1 lets the own key win wherever it stands; the parser of many Helm releases lets the later one win.
        Stop($"{Line(_yaml, own.Key.Start)} has the key '{Shortened.Text(name)}' before '<<' on {Line(_yaml, merge.Key.Start)}, which brings it too, and Helm releases differ in which one they take;"
            + $" '{_path.Text}' leads through it: move '<<' up");
        return null;
    }

    private MappingEntry? MergeOf(YamlNode.Mapping mapping) => Own(mapping, "<<") is { Key: YamlNode.Scalar { Form: ScalarForm.Plain } } merge ? merge : null;

    /// <summary>A key that stands twice is refused by some of Helm's parsers, and others take the last one.</summary>
    private MappingEntry? Own(YamlNode.Mapping mapping, string name)
    {
        MappingEntry? found = null;
        foreach (var entry in mapping.Entries)
        {
            if (Scalar(entry.Key) is not { } key || key.Value != name)
                continue;
            if (found is not null)
                Stop($"{Line(_yaml, entry.Key.Start)} has the key '{Shortened.Text(name)}' a second time, {Line(_yaml, found.Key.Start)} has it already, and '{_path.Text}' leads through it; remove one of them");
            found = entry;
        }

        return found;
    }

    private MappingEntry? Merged(MappingEntry merge, string name, int depth)
    {
        if (depth > MaxMerges)
        {
            Stop($"{Line(_yaml, merge.Key.Start)} takes keys over with '<<' from more than {MaxMerges} mappings that do so themselves");
            return null;
        }

        var from = Definition(merge.Value);
        foreach (var source in from is YamlNode.Sequence list ? list.Items : (IEnumerable<YamlNode?>)[from])
        {
            if (_stopped)
                return null;
            if (++_visits > MaxVisits)
                Stop($"{Line(_yaml, merge.Key.Start)} takes keys over with '<<' from more than {MaxVisits} mappings");
            else if (Definition(source) is not YamlNode.Mapping mapping)
                Stop($"{Line(_yaml, merge.Key.Start)} takes keys over with '<<' from what is no mapping");
            else if ((Own(mapping, name) ?? (MergeOf(mapping) is { } next ? Merged(next, name, depth + 1) : null)) is { } entry)
                return entry;
        }

        return null;
    }

    private static YamlNode? Definition(YamlNode? node) => node is YamlNode.Alias alias ? alias.Definition : node;

    private static YamlNode.Scalar? Scalar(YamlNode node) => node as YamlNode.Scalar ?? (node as YamlNode.Alias)?.Target;

    /// <summary>What is added is added where the least is missing: below a key with dots where there is one, as a chart of such a name is configured there.</summary>
    private void Miss(YamlNode? end, int at, bool splitAtEveryDot)
    {
        var missing = _path.Steps.Count - at;
        if (_missing is null || missing < _missing.Missing || (missing == _missing.Missing && splitAtEveryDot))
            _missing = new ValuesPlace([.. _hops], end, missing);
    }

    private YamlNode.Scalar? Tell(YamlNode written, int steps, string whatItIs, string whatItShouldBe)
    {
        _problem ??= $"{Line(_yaml, _hops is [.., { Entry: { } entry }] ? entry.Key.Start : written.Start)}: {(steps == 0 ? "the file" : $"'{_path.Prefix(steps)}'")} {whatItIs}, {whatItShouldBe}";
        return null;
    }

    /// <summary>No other way may be tried.</summary>
    private void Stop(string problem)
    {
        if (!_stopped)
            _problem = problem;
        _stopped = true;
    }

    /// <summary>Never what it says: values can be secret.</summary>
    private static string Kind(YamlNode? node) => node switch
    {
        YamlNode.Mapping => "a mapping",
        YamlNode.Sequence => "a list",
        YamlNode.Scalar { IsNull: true } => "empty",
        _ => "a text",
    };
}
