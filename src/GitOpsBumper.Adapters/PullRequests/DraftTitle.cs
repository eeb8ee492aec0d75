using System.Text.RegularExpressions;

namespace GitOpsBumper.Adapters.PullRequests;

/// <summary>Of forges that take a request for a draft because of how its title begins.</summary>
/// <param name="Prefix">With one space behind it; null: it has none.</param>
/// <param name="Title">What is left.</param>
internal readonly partial record struct DraftTitle(string? Prefix, string Title)
{
    /// <summary>The longest prefix: what it takes away from what a title may be long.</summary>
    public const int LongestPrefix = 8;

    /// <summary>Takes one prefix off: a title that begins with the same word once more says so itself.</summary>
    public static DraftTitle Of(string title) => Pattern().Match(title) is { Success: true } found
        ? new DraftTitle($"{found.Groups["word"].Value} ", title[found.Length..])
        : new DraftTitle(null, title);

    [GeneratedRegex(@"^\s*(?<word>\[draft\]|\(draft\)|draft:|\[wip\]|wip:)\s*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
