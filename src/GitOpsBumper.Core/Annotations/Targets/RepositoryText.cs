using System.Text.RegularExpressions;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Core.Annotations.Targets;

/// <summary>What can be told of a repository's address before git is asked.</summary>
internal static partial class RepositoryText
{
    private const int MaxLength = 2048;

    /// <summary>Null when nothing speaks against the address.</summary>
    public static string? Check(string text)
    {
        if (text.Length > MaxLength)
            return $"the repository's address has {text.Length} characters, at most {MaxLength} are allowed";
        if (text.Length == 0 || text[0] is '-' or ' ' || text[^1] == ' ' || text.Any(c => char.IsControl(c) || (char.IsWhiteSpace(c) && !(c == ' ' && IsHttp(text)))))
            return $"'{Shortened.Text(Redact(text))}' is not the address of a git repository, such as https://git.example.com/team/deploy.git";
        if (text.Contains('@', StringComparison.Ordinal) && Password().IsMatch(text))
            return $"'{Shortened.Text(Redact(text))}' has a password in it, which everybody can read; credentials are allowed in secrets alone";
        return null;
    }

    /// <summary>Null when the address lies on a server: an annotation does not choose among the folders of the bot's machine.</summary>
    public static string? CheckRemote(string text) =>
        text[0] is '/' or '.' or '~' || text.StartsWith("file:", StringComparison.OrdinalIgnoreCase)
            ? $"'{Shortened.Text(text)}' is a folder of the machine that the bot runs on; allowed in an annotation are https://, http:// and ssh://"
            : null;

    /// <summary>Projects of Azure DevOps have names with spaces, which are as good as <c>%20</c>.</summary>
    private static bool IsHttp(string text) => text.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("http://", StringComparison.OrdinalIgnoreCase);

    /// <summary>The same text with the password covered.</summary>
    public static string Redact(string text) => Password().Replace(text, "${before}:***@");

    /// <summary>Whether two addresses name one repository: ends such as <c>.git</c>, the case of the host and the two forms of ssh do not count.</summary>
    public static bool AreSame(string left, string right) => Normalise(left) == Normalise(right);

    private static string Normalise(string text)
    {
        if (RepositoryAddress.IsSsh(text.Trim()))
            return RepositoryAddress.Normalise(text);
        var trimmed = text.Trim().TrimEnd('/').Replace(" ", "%20", StringComparison.Ordinal);
        if (trimmed.EndsWith(".git", StringComparison.OrdinalIgnoreCase))
            trimmed = trimmed[..^4];
        var scheme = trimmed.IndexOf("://", StringComparison.Ordinal);
        var pathStart = scheme < 0 ? 0 : trimmed.IndexOf('/', scheme + 3);
        return pathStart < 0 ? trimmed.ToLowerInvariant() : trimmed[..pathStart].ToLowerInvariant() + trimmed[pathStart..];
    }

    [GeneratedRegex("(?<before>://[^/:]*|^[^/:@]*):[^/]*@", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Password();
}
