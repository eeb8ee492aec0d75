using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace GitOpsBumper.Core.Images;

/// <summary>
/// A repository on a registry in normal form: <c>nginx</c> is <c>docker.io/library/nginx</c>. Two spellings of one repository are equal.
/// </summary>
/// <seealso href="https://github.com/distribution/reference/blob/v0.6.0/reference.go"/>
public sealed partial record RepositoryName
{
    public const string DefaultRegistry = "docker.io";

    /// <summary>Of registry and path together, as the distribution grammar limits it.</summary>
    public const int MaxLength = 255;

    private RepositoryName(string registry, string path)
    {
        Registry = registry;
        Path = path;
    }

    /// <summary>Host and, where given, port, lower case: <c>docker.io</c>, <c>registry.example.com:5000</c>, <c>[::1]:5000</c>.</summary>
    public string Registry { get; }

    /// <summary>The name that the registry's API knows: <c>library/nginx</c>. Lower case, by the grammar.</summary>
    public string Path { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out RepositoryName? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : text[..slash];
        var hasRegistry = first.Contains('.', StringComparison.Ordinal) || first.Contains(':', StringComparison.Ordinal) || first == "localhost"
            || first.Any(char.IsAsciiLetterUpper);
        var registry = hasRegistry ? first.ToLowerInvariant() : DefaultRegistry;
        var path = hasRegistry ? text[(slash + 1)..] : text;
        if (registry is "index.docker.io" or "registry-1.docker.io" or "hub.docker.com" or "registry.hub.docker.com")
            registry = DefaultRegistry;
        if (registry == DefaultRegistry && !path.Contains('/', StringComparison.Ordinal))
            path = "library/" + path;
        problem = Check(text, registry, path);
        if (problem is not null)
            return false;
        value = new RepositoryName(registry, path);
        return true;
    }

    public override string ToString() => $"{Registry}/{Path}";

    private static string? Check(string text, string registry, string path)
    {
        if (text.Length == 0)
            return "the image name is empty";
        if (registry.Length + 1 + path.Length > MaxLength)
            return $"image name '{text[..40]}...' is longer than {MaxLength} characters";
        if (!RegistryGrammar().IsMatch(registry))
            return $"image name '{text}' has registry '{registry}', which is not a host name or address with an optional port";
        if (path.Any(char.IsAsciiLetterUpper))
            return $"image name '{text}' has capital letters, repository names are lower case";
        if (!PathGrammar().IsMatch(path))
            return $"image name '{text}' is not a repository: parts of a-z and 0-9, joined by '.', '_', '__' or dashes, separated by '/'";
        return null;
    }

    [GeneratedRegex(@"\A(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:]+\])(?::[0-9]{1,5})?\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex RegistryGrammar();

    [GeneratedRegex(@"\A[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex PathGrammar();
}
