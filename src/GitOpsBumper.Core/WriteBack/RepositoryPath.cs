using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace GitOpsBumper.Core.WriteBack;

/// <summary>
/// The path of a file or folder in a repository: relative, parts joined by <c>/</c>, normalised. It can not leave the repository nor reach into <c>.git</c>, by whatever name a file system knows that.
/// </summary>
public sealed record RepositoryPath
{
    public const int MaxLength = 4096;

    private RepositoryPath(string text) => Text = text;

    /// <summary>The repository's top folder.</summary>
    public static RepositoryPath Root { get; } = new("");

    /// <summary>Without leading and trailing slash; empty for the top folder.</summary>
    public string Text { get; }

    /// <summary>The last part; empty for the top folder.</summary>
    public string Name => Text[(Text.LastIndexOf('/') + 1)..];

    /// <summary>The folder it is in; of the top folder, itself.</summary>
    public RepositoryPath Parent => Text.LastIndexOf('/') is var slash and >= 0 ? new RepositoryPath(Text[..slash]) : Root;

    /// <summary>Reads <c>a/b</c>, <c>./a//b/</c> and <c>.</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out RepositoryPath? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        problem = null;
        var parts = text.Split('/').Where(part => part.Length > 0 && part != ".").ToList();
        if (text.Length > MaxLength)
            problem = $"a path in a repository has at most {MaxLength} characters, this one has {text.Length}";
        else if (text.StartsWith('/'))
            problem = $"path '{text}' starts with '/', a path in a repository is relative";
        else if (text.Any(c => char.IsControl(c) || c == '\\'))
            problem = $"path '{text}' contains a control character or a backslash";
        else if (parts.Contains("..", StringComparer.Ordinal))
            problem = $"path '{text}' contains '..', a path can not leave the repository";
        else if (text.EnumerateRunes().Any(rune => Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format))
            problem = $"path '{text}' contains an invisible Unicode format character, which some file systems leave out of names";
        else if (parts.FirstOrDefault(IsGit) is { } git)
            problem = $"path '{text}' contains '{git}', which belongs to git";
        if (problem is not null)
            return false;
        value = new RepositoryPath(string.Join('/', parts));
        return true;
    }

    /// <summary>A file or folder below this one.</summary>
    public bool TryCombine(string text, [NotNullWhen(true)] out RepositoryPath? value, [NotNullWhen(false)] out string? problem) =>
        TryParse(Text.Length == 0 ? text : $"{Text}/{text}", out value, out problem);

    /// <summary>A path as people write it: <c>.</c> and <c>..</c> are followed within the repository; with a leading <c>/</c> it begins at the top folder, else at this one.</summary>
    public bool TryResolve(string text, [NotNullWhen(true)] out RepositoryPath? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        if (text.Length > MaxLength)
        {
            problem = $"a path in a repository has at most {MaxLength} characters, this one has {text.Length}";
            return false;
        }

        var parts = new List<string>(text.StartsWith('/') ? [] : Text.Split('/', StringSplitOptions.RemoveEmptyEntries));
        foreach (var part in text.Split('/'))
        {
            if (part is "" or ".")
                continue;
            if (part != "..")
            {
                parts.Add(part);
            }
            else if (parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else
            {
                problem = $"path '{Shortened.Text(text)}' leaves the repository";
                return false;
            }
        }

        return TryParse(string.Join('/', parts), out value, out problem);
    }

    public override string ToString() => Text;

    /// <summary>NTFS ends a name before dots and blanks and before the colon of a stream, and gives a long name a short one: <c>GIT~1</c>.</summary>
    private static bool IsGit(string part)
    {
        var colon = part.IndexOf(':', StringComparison.Ordinal);
        var name = (colon < 0 ? part : part[..colon]).TrimEnd('.', ' ');
        return name.Equals(".git", StringComparison.OrdinalIgnoreCase)
            || (name.StartsWith("git~", StringComparison.OrdinalIgnoreCase) && name.Length > 4 && name[4..].All(char.IsAsciiDigit));
    }
}
