using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Adapters.Git;

namespace GitOpsBumper.Configuration.Git;

/// <summary>How many commits the applications of one branch make in a cycle.</summary>
internal enum CommitGrouping
{
    /// <summary>One each.</summary>
    Application,

    /// <summary>One for all of them.</summary>
    Repository,
}

/// <summary>The grouping of each repository.</summary>
internal sealed class CommitGroupings
{
    private readonly CommitGrouping _otherwise;
    private readonly IReadOnlyList<KeyValuePair<string, CommitGrouping>> _byPrefix;

    private CommitGroupings(CommitGrouping otherwise, IReadOnlyList<KeyValuePair<string, CommitGrouping>> byPrefix)
    {
        _otherwise = otherwise;
        _byPrefix = byPrefix;
    }

    public static CommitGroupings Default { get; } = new(CommitGrouping.Application, []);

    /// <param name="words"><c>application</c> or <c>repository</c> for all, <c>&lt;beginning of a URL&gt;=&lt;grouping&gt;</c> for some; the longest beginning counts.</param>
    /// <param name="groupings">What they say.</param>
    /// <param name="problem">A sentence that names the word.</param>
    public static bool TryParse(IReadOnlyList<string> words, [NotNullWhen(true)] out CommitGroupings? groupings, [NotNullWhen(false)] out string? problem)
    {
        groupings = null;
        problem = null;
        CommitGrouping? otherwise = null;
        var byPrefix = new List<KeyValuePair<string, CommitGrouping>>();
        foreach (var word in words)
        {
            var equals = word.LastIndexOf('=');
            CommitGrouping? grouping = word[(equals + 1)..].Trim() switch
            {
                "application" => CommitGrouping.Application,
                "repository" => CommitGrouping.Repository,
                _ => null,
            };
            var prefix = equals < 0 ? "" : word[..equals].Trim();
            if (grouping is null)
                problem = $"'{word}' is not a grouping of commits; allowed are application and repository, and <beginning of a repository's URL>=application or =repository";
            else if (equals >= 0 && prefix.Length == 0)
                problem = $"'{word}' has nothing before the '='; allowed is the beginning of a repository's URL, such as https://git.example.com/team/=repository";
            else if (equals < 0 && otherwise is not null && otherwise != grouping)
                problem = "both application and repository are given for all repositories; allowed is one of them";
            if (problem is not null)
                return false;
            if (equals < 0)
                otherwise = grouping;
            else
                byPrefix.Add(new(prefix, grouping!.Value));
        }

        groupings = new CommitGroupings(otherwise ?? CommitGrouping.Application, [.. byPrefix.OrderByDescending(pair => pair.Key.Length)]);
        return true;
    }

    public CommitGrouping Of(RepositoryUrl url)
    {
        foreach (var (prefix, grouping) in _byPrefix)
        {
            if (url.Text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                return grouping;
        }

        return _otherwise;
    }
}
