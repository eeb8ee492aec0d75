using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Core.WriteBack;

/// <summary>
/// The override file <c>.argocd-source-&lt;app&gt;.yaml</c> of a Helm application. Argo CD applies it as a JSON merge patch, so its list of
/// parameters replaces that of the Application: what the Application says is carried over into it.
/// </summary>
/// <seealso href="https://argo-cd.readthedocs.io/en/stable/user-guide/parameters/#store-overrides-in-git"/>
public sealed class ArgoCdSourceFile
{
    private static readonly string[] SecretWords = ["password", "secret", "token", "credential", "private"];
    private readonly ParameterList _list;

    private ArgoCdSourceFile(ParameterList list)
    {
        _list = list;
        Parameters = [.. list.Entries.Select(entry => new HelmParameterValue(entry.Name, entry.Value, entry.IsCarried))];
    }

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<HelmParameterValue> Parameters { get; }

    /// <summary>The file has a list, and Argo CD takes it instead of that of the Application.</summary>
    public bool HidesApplication => _list.Sequence is not null;

    /// <param name="folder">The path of the source.</param>
    /// <param name="application">Whose file it is.</param>
    /// <param name="inArgoCdNamespace">Whether the application lives in Argo CD's own namespace; otherwise its namespace is part of the name.</param>
    /// <param name="path">Of the file.</param>
    /// <param name="problem">The path would be too long, or leave the folder.</param>
    public static bool TryPathFor(
        RepositoryPath folder, NamespacedName application, bool inArgoCdNamespace, [NotNullWhen(true)] out RepositoryPath? path, [NotNullWhen(false)] out string? problem)
    {
        var name = inArgoCdNamespace ? application.Name : $"{application.Namespace}_{application.Name}";
        return folder.TryCombine($".argocd-source-{name}.yaml", out path, out problem);
    }

    /// <param name="text">Of the file; null when there is none.</param>
    /// <param name="file">What it says.</param>
    /// <param name="problem">A sentence with the place of the mistake.</param>
    public static bool TryRead(string? text, [NotNullWhen(true)] out ArgoCdSourceFile? file, [NotNullWhen(false)] out string? problem)
    {
        file = ParameterList.TryRead(text ?? "", out var list, out problem) ? new ArgoCdSourceFile(list) : null;
        return file is not null;
    }

    /// <summary>
    /// Sets parameters, carries over what the Application says, and keeps what was carried before in step with it. A list into which nothing
    /// was carried yet is left alone as long as there is nothing to set and nothing that must be seen.
    /// </summary>
    /// <param name="set">What the bot writes.</param>
    /// <param name="application">What the Application says.</param>
    /// <param name="carry">What of it may be copied into git.</param>
    /// <param name="mustShow">The Application says something that a person relies on and that an existing list would hide, such as an override.</param>
    /// <param name="edit">The new text; equal to the old one when nothing changes.</param>
    /// <param name="problem">Why nothing may, or can, be written.</param>
    public bool TryApply(
        IReadOnlyList<HelmParameter> set,
        IReadOnlyList<HelmParameter> application,
        CarryParameters carry,
        bool mustShow,
        [NotNullWhen(true)] out ArgoCdSourceEdit? edit,
        [NotNullWhen(false)] out string? problem)
    {
        edit = null;
        var editor = new ParameterEditor(_list);
        var carried = new List<string>();
        var carries = set.Count > 0 || mustShow || _list.Entries.Any(entry => entry.IsCarried);
        if (_list.Sequence is null)
        {
            if (!TryFill(editor, set, application, carry, carried, out problem))
                return false;
        }
        else if (!TrySet(editor, set, out problem) || !TryFollow(editor, set, application, carry, carried, out problem)
            || (carries && !TryCarry(editor, set, application, carry, carried, out problem)))
        {
            return false;
        }

        if (!TryVerify(editor.List, set, out problem))
            return false;

        edit = new ArgoCdSourceEdit(editor.List.Yaml.Text, carried);
        return true;
    }

    /// <summary>There is no list yet, so it hides nothing: everything that belongs into it, by name.</summary>
    private static bool TryFill(
        ParameterEditor editor, IReadOnlyList<HelmParameter> set, IReadOnlyList<HelmParameter> application, CarryParameters carry, List<string> told, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        if (set.Count == 0)
            return true;
        var toCarry = Distinct(application).Where(parameter => set.All(own => own.Name != parameter.Name)).ToList();
        if (carry == CarryParameters.Safe && toCarry.FirstOrDefault(IsSecret) is { } secret)
        {
            problem = $"writing the override file would hide parameter '{secret.Name}' of the Application, because Argo CD replaces the whole list; its name says that it is secret, so it is not copied into git."
                + " Decide with gitopsbumper.io/carry-parameters: all (copy it) or none (leave out all parameters of the Application)";
            return false;
        }

        var all = set.Select(parameter => new Planned(parameter, false))
            .Concat(carry == CarryParameters.None ? [] : toCarry.Select(parameter => new Planned(parameter, true)))
            .OrderBy(planned => planned.Parameter.Name, StringComparer.Ordinal);
        foreach (var planned in all)
        {
            if (!editor.TryAdd(planned.Parameter, planned.Carried, out problem))
                return false;
            if (planned.Carried)
                told.Add($"parameter {planned.Parameter.Name} is carried over from the Application");
        }

        return true;
    }

    private static bool TrySet(ParameterEditor editor, IReadOnlyList<HelmParameter> set, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        foreach (var parameter in set)
        {
            var indexes = Enumerable.Range(0, editor.List.Entries.Count).Where(index => editor.List.Entries[index].Name == parameter.Name).ToList();
            if (indexes.Count > 1)
            {
                var second = ParameterList.Place(editor.List.Yaml, editor.List.Entries[indexes[1]].Node.Start);
                problem = $"{second}: parameter '{parameter.Name}' stands in helm.parameters {indexes.Count} times, once is allowed";
                return false;
            }

            if (indexes.Count == 0)
            {
                if (!editor.TryAdd(parameter, carried: false, out problem))
                    return false;
            }
            else if (!editor.TryOwn(indexes[0], out problem) || !editor.TrySet(indexes[0], parameter.Value, parameter.ForceString, out problem))
            {
                return false;
            }
        }

        problem = null;
        return true;
    }

    /// <summary>Entries that were carried over follow the Application: changed values, and parameters that are gone.</summary>
    private static bool TryFollow(
        ParameterEditor editor, IReadOnlyList<HelmParameter> set, IReadOnlyList<HelmParameter> application, CarryParameters carry, List<string> told, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        var from = told.Count;
        // From the last one on: what is removed then moves none that is still to come.
        for (var index = editor.List.Entries.Count - 1; index >= 0; index--)
        {
            var entry = editor.List.Entries[index];
            if (!entry.IsCarried || set.Any(own => own.Name == entry.Name))
                continue;
            var source = application.LastOrDefault(parameter => parameter.Name == entry.Name);
            var stays = source is not null && carry != CarryParameters.None && (carry == CarryParameters.All || !IsSecret(source));
            var before = editor.List;
            if (!(stays ? editor.TryFollow(index, source!, out problem) : editor.TryRemove(index, out problem)))
                return false;
            if (editor.List != before)
                told.Insert(from, stays ? $"parameter {entry.Name} follows the Application" : $"parameter {entry.Name} is gone from the Application");
        }

        problem = null;
        return true;
    }

    private static bool TryCarry(
        ParameterEditor editor, IReadOnlyList<HelmParameter> set, IReadOnlyList<HelmParameter> application, CarryParameters carry, List<string> told, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        if (carry == CarryParameters.None)
            return true;
        foreach (var parameter in Distinct(application))
        {
            if (editor.List.Entries.Any(entry => entry.Name == parameter.Name) || set.Any(own => own.Name == parameter.Name) || (carry == CarryParameters.Safe && IsSecret(parameter)))
                continue;
            if (!editor.TryAdd(parameter, carried: true, out problem))
                return false;
            told.Add($"parameter {parameter.Name} is carried over from the Application");
        }

        problem = null;
        return true;
    }

    /// <summary>The last line of defence: what was set is read back, and nobody else's entry has changed.</summary>
    private bool TryVerify(ParameterList result, IReadOnlyList<HelmParameter> set, [NotNullWhen(false)] out string? problem)
    {
        var ownIsSet = set.All(parameter => result.Entries.Count(entry => entry.Name == parameter.Name && entry.Value == parameter.Value) == 1);
        problem = ownIsSet && Foreign(_list, set).SequenceEqual(Foreign(result, set)) ? null : "the file is written in a way that cannot be edited safely; write helm.parameters as a block list";
        return problem is null;
    }

    /// <summary>The entries of people and other tools, as they are written and as they are read.</summary>
    private static IEnumerable<(string Written, string Read)> Foreign(ParameterList list, IReadOnlyList<HelmParameter> set) => list.Entries
        .Where(entry => !entry.IsCarried && set.All(parameter => parameter.Name != entry.Name))
        .Select(entry => (list.Yaml.Text[entry.Node.Start..entry.Node.End], entry.Value));

    /// <summary>A parameter without a name sets nothing, and an override file cannot say it.</summary>
    private static IEnumerable<HelmParameter> Distinct(IReadOnlyList<HelmParameter> parameters) =>
        parameters.Where(parameter => parameter.Name.Length > 0).GroupBy(parameter => parameter.Name, StringComparer.Ordinal).Select(group => group.Last());

    private static bool IsSecret(HelmParameter parameter) => SecretWords.Any(word => parameter.Name.Contains(word, StringComparison.OrdinalIgnoreCase));

    private sealed record Planned(HelmParameter Parameter, bool Carried);
}
