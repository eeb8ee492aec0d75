using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.WriteBack.Overrides;

namespace GitOpsBumper.Core.WriteBack;

/// <summary>
/// The override file <c>.argocd-source-&lt;app&gt;.yaml</c> of a Helm application. Argo CD applies it as a JSON merge patch, so its list of
/// parameters replaces that of the Application: what the Application says is carried over into it.
/// </summary>
/// <seealso href="https://argo-cd.readthedocs.io/en/stable/user-guide/parameters/#store-overrides-in-git"/>
public sealed class ArgoCdSourceFile
{
    private readonly ParameterList _list;

    private ArgoCdSourceFile(ParameterList list)
    {
        _list = list;
        Parameters = [.. list.Entries.Select(entry => new HelmParameterValue(entry.Name, entry.Value, entry.IsCarried) { End = entry.End })];
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
        file = ParameterList.TryRead(text ?? "", ListForm.HelmParameters, out var list, out problem) ? new ArgoCdSourceFile(list) : null;
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
    /// <param name="held">Parameters that people hold versions by, or let go of; with other names than those of <paramref name="set"/>.</param>
    /// <param name="edit">The new text; equal to the old one when nothing changes.</param>
    /// <param name="problem">Why nothing may, or can, be written.</param>
    public bool TryApply(
        IReadOnlyList<HelmParameter> set,
        IReadOnlyList<HelmParameter> application,
        CarryParameters carry,
        bool mustShow,
        IReadOnlyList<HeldParameter> held,
        [NotNullWhen(true)] out ArgoCdSourceEdit? edit,
        [NotNullWhen(false)] out string? problem) =>
        new OverrideMerge(_list) { Held = held }.TryApply([.. set.Select(Item), .. held.Where(one => one.Value is not null).Select(Item)], [.. application.Select(Item)], carry, mustShow, out edit, out problem);

    private static ListItem Item(HeldParameter parameter) => new(parameter.Name, parameter.Value!, ForceString: true);

    private static ListItem Item(HelmParameter parameter) => new(parameter.Name, parameter.Value, parameter.ForceString);
}
