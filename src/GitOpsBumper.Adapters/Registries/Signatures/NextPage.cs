using GitOpsBumper.Adapters.Http;

namespace GitOpsBumper.Adapters.Registries.Signatures;

/// <summary>Where a list of a registry goes on.</summary>
internal static class NextPage
{
    /// <summary>
    /// On the host that this page came from; null when it was the last one. Registries behind a proxy often get scheme and port of their own links wrong, so only
    /// path and query count; the name of another host is a mistake or worse.
    /// </summary>
    public static Uri? Of(RegistryAsk ask, HttpReply reply, string what)
    {
        if (!reply.Headers.TryGetValues("Link", out var links) || LinkHeader.Next(links) is not { } target)
            return null;
        if (!Uri.TryCreate(reply.Url, target, out var next) || next.Scheme is not ("http" or "https"))
            throw RegistryFailures.Unusable(ask, reply.Url, $"names a next page of its {what} that is not a URL");
        if (!next.IdnHost.Equals(reply.Url.IdnHost, StringComparison.OrdinalIgnoreCase))
            throw RegistryFailures.Unusable(ask, reply.Url, $"names a next page of its {what} on another host, {next.Authority}, which is not followed");
        return new UriBuilder(reply.Url) { Path = next.AbsolutePath, Query = next.Query, Fragment = "" }.Uri;
    }
}
