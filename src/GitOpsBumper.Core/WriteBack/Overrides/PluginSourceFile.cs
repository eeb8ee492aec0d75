using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Core.WriteBack.Overrides;

/// <summary>
/// The override file <c>.argocd-source-&lt;app&gt;.yaml</c> of an application of a config management plugin, at the path that
/// <see cref="ArgoCdSourceFile"/> tells. Its list <c>plugin.env</c> replaces that of the Application, whose variables are carried over into it.
/// </summary>
/// <seealso href="https://argo-cd.readthedocs.io/en/stable/operator-manual/config-management-plugins/"/>
public sealed class PluginSourceFile
{
    private readonly ParameterList _list;

    private PluginSourceFile(ParameterList list)
    {
        _list = list;
        Variables = [.. list.Entries.Select(entry => new OverrideVariable(entry.Name, entry.Value, entry.IsCarried))];
    }

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<OverrideVariable> Variables { get; }

    /// <summary>The file has a list, and Argo CD takes it instead of that of the Application.</summary>
    public bool HidesApplication => _list.Sequence is not null;

    /// <param name="text">Of the file; null when there is none.</param>
    /// <param name="file">What it says.</param>
    /// <param name="problem">A sentence with the place of the mistake.</param>
    public static bool TryRead(string? text, [NotNullWhen(true)] out PluginSourceFile? file, [NotNullWhen(false)] out string? problem)
    {
        file = ParameterList.TryRead(text ?? "", ListForm.PluginEnv, out var list, out problem) ? new PluginSourceFile(list) : null;
        return file is not null;
    }

    /// <summary>Sets variables, and carries over and follows as <see cref="ArgoCdSourceFile.TryApply"/> does.</summary>
    /// <param name="set">What the bot writes.</param>
    /// <param name="application">What the Application says.</param>
    /// <param name="carry">What of it may be copied into git; names that say that they are secret are treated as those of Helm parameters.</param>
    /// <param name="mustShow">The Application says something that a person relies on and that an existing list would hide, such as an override.</param>
    /// <param name="edit">The new text; equal to the old one when nothing changes.</param>
    /// <param name="problem">Why nothing may, or can, be written.</param>
    public bool TryApply(
        IReadOnlyList<PluginVariable> set, IReadOnlyList<PluginVariable> application, CarryParameters carry, bool mustShow,
        [NotNullWhen(true)] out ArgoCdSourceEdit? edit, [NotNullWhen(false)] out string? problem) =>
        new OverrideMerge(_list).TryApply([.. set.Select(Item)], [.. application.Select(Item)], carry, mustShow, out edit, out problem);

    private static ListItem Item(PluginVariable variable) => new(variable.Name, variable.Value);
}

/// <summary>An environment variable as the override file has it.</summary>
/// <param name="Name">Of the variable.</param>
/// <param name="Value">As text, whatever YAML would make of it; empty when there is none.</param>
/// <param name="IsCarried">The bot carried it over from the Application; otherwise a person, or a tool, wrote it.</param>
public sealed record OverrideVariable(string Name, string Value, bool IsCarried);
