using System.Text.RegularExpressions;

namespace GitOpsBumper.Core.Annotations.Targets;

/// <summary>What can be told of a target revision without asking the repository.</summary>
internal static partial class BranchText
{
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
