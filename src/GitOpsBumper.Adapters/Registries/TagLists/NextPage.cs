using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Http.Headers;

namespace GitOpsBumper.Adapters.Registries.TagLists;

/// <summary>Where a list goes on.</summary>
internal static class NextPage
{
    /// <summary>
    /// The next page on the host that this page came from; null when it was the last one. Registries behind a proxy often get scheme and port of their own links wrong, and
    /// the path before <paramref name="ending"/> (Artifactory leaves the repository's name out, Nexus puts its own inner path in), so only the query counts then; the name of another
    /// host is a mistake or worse.
    /// </summary>
    /// <param name="ask">For this page.</param>
    /// <param name="reply">This page.</param>
    /// <param name="what">Is listed, for messages: <c>tags</c>.</param>
    /// <param name="ending">Of paths that lead to such a list: <c>/tags/list</c>; null where they have none.</param>
    /// <exception cref="RegistryException">The link cannot be followed.</exception>
    public static Uri? Find(RegistryAsk ask, HttpReply reply, string what, string? ending = null)
    {
        if (!reply.Headers.TryGetValues("Link", out var links) || LinkHeader.Next(links) is not { } target)
            return null;
        if (!Uri.TryCreate(reply.Url, target, out var next) || next.Scheme is not ("http" or "https"))
            throw RegistryFailures.Unusable(ask, reply.Url, $"names a next page of its {what} that is not a URL");
        if (!next.IdnHost.Equals(reply.Url.IdnHost, StringComparison.OrdinalIgnoreCase))
            throw RegistryFailures.Unusable(ask, reply.Url, $"names a next page of its {what} on another host, {next.Authority}, which is not followed");
        var isSameList = ending is not null && next.AbsolutePath.EndsWith(ending, StringComparison.Ordinal) && reply.Url.AbsolutePath.EndsWith(ending, StringComparison.Ordinal);
        return new UriBuilder(reply.Url) { Path = isSameList ? reply.Url.AbsolutePath : next.AbsolutePath, Query = next.Query, Fragment = "" }.Uri;
    }
}
