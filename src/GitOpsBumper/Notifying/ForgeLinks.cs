using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.PullRequests;

namespace GitOpsBumper.Notifying;

/// <summary>What addresses say of the pages of a forge. Nothing is asked, and nothing guessed: a server of one's own says by the address of a request what it is.</summary>
/// <seealso href="https://docs.github.com/en/rest/commits/commits"/>
/// <seealso href="https://docs.gitlab.com/api/commits/"/>
internal static class ForgeLinks
{
    /// <summary>What stands before the number of a request, in the addresses of all forges.</summary>
    private static readonly string[] RequestWords = ["pull", "pulls", "merge_requests", "pull-requests", "pullrequest"];

    /// <summary>The number at the end of a request's address; null: there is none.</summary>
    public static string? NumberOf(string request) => Read(request)?.Number;

    /// <param name="commit">The whole identifier.</param>
    /// <param name="repository">Its address; null: it is not known.</param>
    /// <param name="request">Of the same repository; null: there is none.</param>
    /// <returns>Null: nobody knows where the commit is shown.</returns>
    public static string? OfCommit(string commit, string? repository, string? request)
    {
        if (request is not null && Read(request) is { } read)
            return $"{read.Above}/{(read.Word == "pull-requests" ? "commits" : "commit")}/{commit}";
        if (repository is null || !RepositoryUrl.TryParse(repository, out var url, out _) || ForgeAddress.KindOf(url.Host) is not { } kind || !ForgeAddress.TryFind(url, kind, null, out var location, out _))
            return null;
        var path = location.EscapedPath;
        return kind switch
        {
            ForgeKind.GitHub => $"https://github.com/{path}/commit/{commit}",
            ForgeKind.GitLab => $"https://gitlab.com/{path}/-/commit/{commit}",
            ForgeKind.Gitea => $"{location.ApiUrl.GetLeftPart(UriPartial.Authority)}/{path}/commit/{commit}",
            ForgeKind.BitbucketCloud => $"https://bitbucket.org/{path}/commits/{commit}",
            ForgeKind.AzureDevOps => $"{location.ApiUrl.AbsoluteUri.TrimEnd('/')}/{Uri.EscapeDataString(location.Path[0])}/_git/{Uri.EscapeDataString(location.Path[1])}/commit/{commit}",
            _ => null,
        };
    }

    private static (string Above, string Word, string Number)? Read(string request)
    {
        if (!Uri.TryCreate(request, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp))
            return null;
        var parts = url.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts is [.. var above, var word, var number] && RequestWords.Contains(word, StringComparer.Ordinal) && number.All(char.IsAsciiDigit)
            ? ($"{url.GetLeftPart(UriPartial.Authority)}/{string.Join('/', above)}", word, number)
            : null;
    }
}
