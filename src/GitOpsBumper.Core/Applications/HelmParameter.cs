namespace GitOpsBumper.Core.Applications;

/// <summary>
/// One entry of <c>helm.parameters</c>, as <c>helm --set</c> would take it; with <see cref="ForceString"/> the value is a string whatever it looks
/// like (<c>helm --set-string</c>).
/// </summary>
/// <param name="Name">Empty when the entry has none: it sets nothing.</param>
/// <param name="Value">Empty when the entry has none.</param>
/// <param name="ForceString">Whether Helm is told that the value is a string.</param>
public sealed record HelmParameter(string Name, string Value, bool ForceString)
{
    /// <summary>
    /// Where the parameter stands that Helm takes of those with one name: the last, but Helm reads every <c>--set-string</c> after every
    /// <c>--set</c>, wherever Argo CD found them. Negative when there is none.
    /// </summary>
    public static int IndexOf(IReadOnlyList<HelmParameter> parameters, string name)
    {
        var found = -1;
        for (var index = 0; index < parameters.Count; index++)
        {
            if (parameters[index].Name == name && (found < 0 || parameters[index].ForceString || !parameters[found].ForceString))
                found = index;
        }

        return found;
    }

    /// <summary>The parameter that Helm takes of those with one name; null when there is none.</summary>
    public static HelmParameter? Find(IReadOnlyList<HelmParameter> parameters, string name) => IndexOf(parameters, name) is >= 0 and var index ? parameters[index] : null;
}
