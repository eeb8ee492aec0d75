using System.Text.RegularExpressions;

namespace GitOpsBumper.Core.Applications;

/// <summary>An Argo CD project.</summary>
/// <param name="Name">Of the project.</param>
/// <param name="SourceRepositories">Globs of the repositories that its Applications may use; those with <c>!</c> before them forbid.</param>
/// <seealso href="https://argo-cd.readthedocs.io/en/stable/user-guide/projects/#managing-projects"/>
public sealed record AppProject(NamespacedName Name, IReadOnlyList<string> SourceRepositories)
{
    /// <summary>Globs, or regular expressions between slashes, of the namespaces besides Argo CD's own in which its Applications may lie.</summary>
    /// <seealso href="https://argo-cd.readthedocs.io/en/stable/operator-manual/app-any-namespace/"/>
    public IReadOnlyList<string> SourceNamespaces { get; init; } = [];

    /// <summary>In the order of the project.</summary>
    public IReadOnlyList<SyncWindow> SyncWindows { get; init; } = [];

    /// <summary>Whether Applications of the project may use a repository: some pattern allows it, and none forbids it.</summary>
    public bool Permits(string repositoryUrl) =>
        SourceRepositories.Any(pattern => !IsDenial(pattern) && MatchesUrl(pattern, repositoryUrl))
            && !SourceRepositories.Any(pattern => IsDenial(pattern) && MatchesUrl(pattern[1..], repositoryUrl));

    /// <summary>Whether Applications of the project may lie in a namespace that is not Argo CD's own; others belong to whoever may write there.</summary>
    public bool PermitsNamespace(string space) => SourceNamespaces.Any(pattern => MatchesNamespace(pattern, space));

    /// <summary>
    /// Whether a pattern of repositories means a URL: case, a slash at the end and <c>.git</c> make no difference. As for Argo CD, patterns of ssh
    /// need not name the protocol; one that does means ssh alone.
    /// </summary>
    public static bool MatchesUrl(string pattern, string url)
    {
        var address = RepositoryAddress.Normalise(url);
        return pattern == "*" || PathGlob.Matches(RepositoryAddress.Normalise(pattern), address)
            || (RepositoryAddress.IsSsh(address) && !RepositoryAddress.IsSsh(pattern.Trim()) && PathGlob.Matches(RepositoryAddress.Normalise(pattern), address["ssh://".Length..]));
    }

    private static bool IsDenial(string pattern) => pattern.StartsWith('!');

    private static bool MatchesNamespace(string pattern, string space)
    {
        if (pattern is not ['/', .., '/'])
            return PathGlob.Matches(pattern, space);
        try
        {
            return new Regex(pattern[1..^1], RegexOptions.NonBacktracking | RegexOptions.CultureInvariant).IsMatch(space);
        }
        catch (Exception failure) when (failure is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}
