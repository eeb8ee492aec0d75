using System.Text.RegularExpressions;

namespace GitOpsBumper.Core.Annotations.Targets;

/// <summary>What can be told of a branch or target revision without asking the repository.</summary>
/// <seealso href="https://git-scm.com/docs/git-check-ref-format"/>
internal static partial class BranchText
{
    private const int MaxLength = 250;

    /// <summary>Null when git would take the text for a branch's name.</summary>
    public static string? Check(string text)
    {
        var isBranch = text.Length is > 0 and <= MaxLength && text[0] is not ('-' or '/') && text[^1] is not ('/' or '.') && text != "@"
            && !text.Any(c => c is ' ' or '~' or '^' or ':' or '?' or '*' or '[' or '\\' || char.IsControl(c))
            && !text.Contains("..", StringComparison.Ordinal) && !text.Contains("@{", StringComparison.Ordinal)
            && text.Split('/').All(part => part.Length > 0 && part[0] != '.' && !part.EndsWith(".lock", StringComparison.Ordinal));
        return isBranch ? null : $"'{Shortened.Text(text)}' is not the name of a branch, such as main or release/1.x; git allows no spaces, no '..' and none of ~^:?*[\\";
    }

    /// <summary>Null when the target revision of a source may be a branch; what looks like one may still be a tag, which the repository tells.</summary>
    public static string? CheckTargetRevision(string text)
    {
        var kind = Commit().IsMatch(text) ? "a commit"
            : text.StartsWith("refs/tags/", StringComparison.Ordinal) ? "a tag"
            : text[0] is '<' or '>' or '=' or '!' || text.Any(c => c is '*' or '~' or '^' or ' ' or ',' or '|') ? "a range of versions"
            : null;
        return kind is null ? null : $"the source's target revision '{Shortened.Text(text)}' is {kind}, which nothing can be committed to; name a branch with annotation git-branch";
    }

    [GeneratedRegex(@"\A(?:[0-9a-fA-F]{40}|[0-9a-fA-F]{64})\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Commit();
}
