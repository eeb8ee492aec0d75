using System.Diagnostics.CodeAnalysis;

namespace GitOpsBumper.Core.Images;

/// <summary>
/// A repository on a registry in normal form: <c>nginx</c> is <c>docker.io/library/nginx</c>. Two spellings of one repository are equal.
/// </summary>
/// <seealso href="https://github.com/distribution/reference/blob/v0.6.0/reference.go"/>
public sealed record RepositoryName
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
        if (!IsRegistry(registry))
            return $"image name '{Shortened.Text(text)}' has registry '{Shortened.Text(registry)}', which is not a host name or address with an optional port";
        if (path.Any(char.IsAsciiLetterUpper))
            return $"image name '{Shortened.Text(text)}' has capital letters, repository names are lower case";
        if (!IsPath(path))
            return $"image name '{Shortened.Text(text)}' is not a repository: parts of a-z and 0-9, joined by '.', '_', '__' or dashes, separated by '/'";
        return null;
    }

    /// <summary>A host name of labels, or an address in brackets, and a port of one to five digits. Scanned by hand, as it is on the way to the very first request.</summary>
    private static bool IsRegistry(ReadOnlySpan<char> text)
    {
        var colon = text.LastIndexOf(':');
        if (colon >= 0 && text[(colon + 1)..] is { Length: >= 1 and <= 5 } port && !port.ContainsAnyExceptInRange('0', '9'))
            text = text[..colon];
        if (text.Length > 2 && text[0] == '[' && text[^1] == ']')
            return All(text[1..^1], c => char.IsAsciiHexDigitLower(c) || c == ':');
        foreach (var label in text.Split('.'))
        {
            var part = text[label];
            if (part.Length == 0 || part[0] == '-' || part[^1] == '-' || !All(part, c => IsWord(c) || c == '-'))
                return false;
        }

        return true;
    }

    /// <summary>Parts of lower case letters and digits, joined inside by one dot, one or two underscores or any number of dashes.</summary>
    private static bool IsPath(ReadOnlySpan<char> text)
    {
        var before = '/';
        var beforeThat = '/';
        foreach (var c in text)
        {
            var fits = c switch
            {
                >= 'a' and <= 'z' or >= '0' and <= '9' => true,
                '_' => IsWord(before) || (before == '_' && IsWord(beforeThat)),
                '-' => IsWord(before) || before == '-',
                '.' or '/' => IsWord(before),
                _ => false,
            };
            if (!fits)
                return false;
            (beforeThat, before) = (before, c);
        }

        return IsWord(before);
    }

    private static bool All(ReadOnlySpan<char> text, Func<char, bool> fits)
    {
        foreach (var c in text)
        {
            if (!fits(c))
                return false;
        }

        return true;
    }

    private static bool IsWord(char c) => c is >= 'a' and <= 'z' or >= '0' and <= '9';
}
