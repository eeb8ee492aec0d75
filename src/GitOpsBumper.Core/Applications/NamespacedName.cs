using System.Diagnostics.CodeAnalysis;

namespace GitOpsBumper.Core.Applications;

/// <summary>The name of an object of a cluster, together with its namespace; written <c>namespace/name</c>.</summary>
public sealed record NamespacedName(string Namespace, string Name)
{
    private const int MaxNamespaceLength = 63;
    private const int MaxNameLength = 253;

    /// <summary>Reads <c>namespace/name</c>: exactly one slash, and nothing on either side that Kubernetes would refuse.</summary>
    /// <seealso href="https://kubernetes.io/docs/concepts/overview/working-with-objects/names/"/>
    public static bool TryParse(string text, [NotNullWhen(true)] out NamespacedName? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        problem = null;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var space = slash < 0 ? "" : text[..slash];
        var name = text[(slash + 1)..];
        if (!IsName(space, MaxNamespaceLength) || !IsName(name, MaxNameLength))
        {
            problem = $"'{Shortened.Text(text)}' is not <namespace>/<name>, two names of a-z, 0-9, '-' and '.' with one '/' between them";
            return false;
        }

        value = new NamespacedName(space, name);
        return true;
    }

    public override string ToString() => $"{Namespace}/{Name}";

    private static bool IsName(string text, int maxLength) =>
        text.Length > 0 && text.Length <= maxLength && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1])
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.');
}
