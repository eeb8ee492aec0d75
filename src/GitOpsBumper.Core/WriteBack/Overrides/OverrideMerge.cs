using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Annotations;

namespace GitOpsBumper.Core.WriteBack.Overrides;

/// <summary>
/// Brings one list of the override file in step with what the bot writes and what the Application says. Argo CD applies the file as a JSON merge
/// patch, so its list replaces that of the Application: what the Application says is carried over into it.
/// </summary>
/// <param name="start">As the file has it.</param>
internal sealed class OverrideMerge(ParameterList start)
{
    private static readonly string[] SecretWords = ["password", "secret", "token", "credential", "private"];

    private readonly ParameterEditor _editor = new(start);

    /// <summary>Items that people hold versions by: those with a value are among what is set, and get their end; those without are taken away.</summary>
    public IReadOnlyList<HeldParameter> Held { get; init; } = [];

    private ListForm Form => start.Form;

    /// <summary>
    /// Sets items, carries over what the Application says, and keeps what was carried before in step with it. A list into which nothing
    /// was carried yet is left alone as long as there is nothing to set and nothing that must be seen.
    /// </summary>
    /// <param name="set">What the bot writes.</param>
    /// <param name="application">What the Application says.</param>
    /// <param name="carry">What of it may be copied into git.</param>
    /// <param name="mustShow">The Application says something that a person relies on and that an existing list would hide, such as an override.</param>
    /// <param name="edit">The new text; equal to the old one when nothing changes.</param>
    /// <param name="problem">Why nothing may, or can, be written.</param>
    public bool TryApply(
        IReadOnlyList<ListItem> set, IReadOnlyList<ListItem> application, CarryParameters carry, bool mustShow,
        [NotNullWhen(true)] out ArgoCdSourceEdit? edit, [NotNullWhen(false)] out string? problem)
    {
        edit = null;
        var carried = new List<string>();
        // Where a person lets go of what the file says, what the Application says counts again.
        var shows = mustShow || Held.Any(held => held.Value is null && application.Any(item => item.Name == held.Name));
        var carries = set.Count > 0 || shows || start.Entries.Any(entry => entry.IsCarried);
        if (start.Sequence is null)
        {
            if (!TryFill(set, application, carry, carried, out problem))
                return false;
        }
        else if (!TrySet(set, out problem) || !TryLetGo(out problem) || !TryFollow(set, application, carry, carried, out problem)
            || (carries && !TryCarry(set, application, carry, carried, out problem)))
        {
            return false;
        }

        if (!TryEnd(out problem) || !TryVerify(set, out problem))
            return false;

        edit = new ArgoCdSourceEdit(_editor.List.Yaml.Text, carried);
        return true;
    }

    /// <summary>There is no list yet, so it hides nothing: everything that belongs into it, by name.</summary>
    private bool TryFill(
        IReadOnlyList<ListItem> set, IReadOnlyList<ListItem> application, CarryParameters carry, List<string> told, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        if (set.Count == 0)
            return true;
        var toCarry = Distinct(application).Where(item => set.All(own => own.Name != item.Name)).ToList();
        if (carry == CarryParameters.Safe && toCarry.FirstOrDefault(IsSecret) is { } secret)
        {
            problem = $"writing the override file would hide {Form.Noun} '{secret.Name}' of the Application, because Argo CD replaces the whole list; its name says that it is secret, so it is not copied into git."
                + $" Decide with gitopsbumper.io/carry-parameters: all (copy it) or none (leave out all {Form.Noun}s of the Application)";
            return false;
        }

        var all = set.Select(item => new Planned(item, false))
            .Concat(carry == CarryParameters.None ? [] : toCarry.Select(item => new Planned(item, true)))
            .OrderBy(planned => planned.Item.Name, StringComparer.Ordinal);
        foreach (var planned in all)
        {
            if (!_editor.TryAdd(planned.Item, planned.Carried, out problem))
                return false;
            if (planned.Carried)
                told.Add($"{Form.Noun} {planned.Item.Name} is carried over from the Application");
        }

        return true;
    }

    private bool TrySet(IReadOnlyList<ListItem> set, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        foreach (var item in set)
        {
            var indexes = Enumerable.Range(0, _editor.List.Entries.Count).Where(index => _editor.List.Entries[index].Name == item.Name).ToList();
            if (indexes.Count > 1)
            {
                var second = YamlShape.Place(_editor.List.Yaml, _editor.List.Entries[indexes[1]].Node.Start);
                problem = $"{second}: {Form.Noun} '{item.Name}' stands in {Form.Path} {indexes.Count} times, once is allowed";
                return false;
            }

            if (indexes.Count == 0)
            {
                if (!_editor.TryAdd(item, carried: false, out problem))
                    return false;
            }
            else if (!_editor.TryOwn(indexes[0], out problem) || !_editor.TrySet(indexes[0], item.Value, item.ForceString, out problem))
            {
                return false;
            }
        }

        problem = null;
        return true;
    }

    /// <summary>Entries that were carried over follow the Application: changed values, and items that are gone.</summary>
    private bool TryFollow(
        IReadOnlyList<ListItem> set, IReadOnlyList<ListItem> application, CarryParameters carry, List<string> told, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        var from = told.Count;
        // From the last one on: what is removed then moves none that is still to come.
        for (var index = _editor.List.Entries.Count - 1; index >= 0; index--)
        {
            var entry = _editor.List.Entries[index];
            if (!entry.IsCarried || set.Any(own => own.Name == entry.Name))
                continue;
            var source = application.LastOrDefault(item => item.Name == entry.Name);
            var stays = source is not null && carry != CarryParameters.None && (carry == CarryParameters.All || !IsSecret(source));
            var before = _editor.List;
            if (!(stays ? _editor.TryFollow(index, source!, out problem) : _editor.TryRemove(index, out problem)))
                return false;
            if (_editor.List != before)
                told.Insert(from, stays ? $"{Form.Noun} {entry.Name} follows the Application" : $"{Form.Noun} {entry.Name} is gone from the Application");
        }

        problem = null;
        return true;
    }

    private bool TryCarry(
        IReadOnlyList<ListItem> set, IReadOnlyList<ListItem> application, CarryParameters carry, List<string> told, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        if (carry == CarryParameters.None)
            return true;
        foreach (var item in Distinct(application))
        {
            if (_editor.List.Entries.Any(entry => entry.Name == item.Name) || set.Any(own => own.Name == item.Name) || (carry == CarryParameters.Safe && IsSecret(item)))
                continue;
            if (!_editor.TryAdd(item, carried: true, out problem))
                return false;
            told.Add($"{Form.Noun} {item.Name} is carried over from the Application");
        }

        problem = null;
        return true;
    }

    /// <summary>An item that cannot be taken out of its list says nothing instead, which holds nothing either.</summary>
    private bool TryLetGo([NotNullWhen(false)] out string? problem)
    {
        problem = null;
        // From the last one on: what is removed then moves none that is still to come.
        for (var index = _editor.List.Entries.Count - 1; index >= 0; index--)
        {
            var entry = _editor.List.Entries[index];
            if (entry.IsCarried || !Held.Any(held => held.Value is null && held.Name == entry.Name))
                continue;
            if (!_editor.TryEnd(index, null, out problem))
                return false;
            if (!(_editor.List.Sequence is { IsFlow: false } ? _editor.TryRemove(index, out problem) : _editor.TrySet(index, "", forceString: false, out problem)))
                return false;
        }

        problem = null;
        return true;
    }

    /// <summary>Says when what people hold ends.</summary>
    private bool TryEnd([NotNullWhen(false)] out string? problem)
    {
        problem = null;
        foreach (var held in Held.Where(held => held.Value is not null))
        {
            var index = _editor.List.Entries.ToList().FindLastIndex(entry => entry.Name == held.Name && !entry.IsCarried);
            if (index >= 0 && !_editor.TryEnd(index, held.Until, out problem))
                return false;
        }

        problem = null;
        return true;
    }

    /// <summary>The last line of defence: what was set is read back, and nobody else's entry has changed.</summary>
    private bool TryVerify(IReadOnlyList<ListItem> set, [NotNullWhen(false)] out string? problem)
    {
        var result = _editor.List;
        var ownIsSet = set.All(item => result.Entries.Count(entry => entry.Name == item.Name && entry.Value == item.Value) == 1)
            && Held.All(held => result.Entries.Where(entry => entry.Name == held.Name && !entry.IsCarried).All(entry => entry.Value == (held.Value ?? "") && entry.End.Until == (held.Value is null ? null : held.Until)));
        problem = ownIsSet && Foreign(start, set).SequenceEqual(Foreign(result, set)) ? null : $"the file is written in a way that cannot be edited safely; write {Form.Path} as a block list";
        return problem is null;
    }

    /// <summary>The entries of people and other tools, as they are written and as they are read.</summary>
    private IEnumerable<(string Written, string Read)> Foreign(ParameterList list, IReadOnlyList<ListItem> set) => list.Entries
        .Where(entry => !entry.IsCarried && set.All(item => item.Name != entry.Name) && Held.All(held => held.Name != entry.Name))
        .Select(entry => (list.Yaml.Text[entry.Node.Start..entry.Node.End], entry.Value));

    /// <summary>An item without a name sets nothing, and an override file cannot say it.</summary>
    private static IEnumerable<ListItem> Distinct(IReadOnlyList<ListItem> items) =>
        items.Where(item => item.Name.Length > 0).GroupBy(item => item.Name, StringComparer.Ordinal).Select(group => group.Last());

    /// <summary>A text has nothing but its name to tell: an image called <c>secret-store</c> is none.</summary>
    private bool IsSecret(ListItem item) => !Form.IsOfTexts && SecretWords.Any(word => item.Name.Contains(word, StringComparison.OrdinalIgnoreCase));

    private sealed record Planned(ListItem Item, bool Carried);
}
