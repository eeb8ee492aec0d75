using GitOpsBumper.Adapters.Http;

namespace GitOpsBumper.Adapters.Registries.TagLists;

/// <summary>Finds the next page in <c>Link</c> headers: <c>&lt;/v2/web/tags/list?last=9&gt;; rel="next"</c>.</summary>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc8288"/>
internal static class LinkHeader
{
    /// <summary>The target as written; null when no link leads to a next page.</summary>
    public static string? Next(IEnumerable<string> headers)
    {
        foreach (var header in headers)
        {
            var rest = header.AsSpan();
            while (TryTakeLink(ref rest, out var target, out var isNext))
            {
                if (isNext)
                    return target;
            }
        }

        return null;
    }

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
    public static Uri? NextPage(RegistryAsk ask, HttpReply reply, string what, string? ending = null)
    {
        if (!reply.Headers.TryGetValues("Link", out var links) || Next(links) is not { } target)
            return null;
        if (!Uri.TryCreate(reply.Url, target, out var next) || next.Scheme is not ("http" or "https"))
            throw RegistryFailures.Unusable(ask, reply.Url, $"names a next page of its {what} that is not a URL");
        if (!next.IdnHost.Equals(reply.Url.IdnHost, StringComparison.OrdinalIgnoreCase))
            throw RegistryFailures.Unusable(ask, reply.Url, $"names a next page of its {what} on another host, {next.Authority}, which is not followed");
        var isSameList = ending is not null && next.AbsolutePath.EndsWith(ending, StringComparison.Ordinal) && reply.Url.AbsolutePath.EndsWith(ending, StringComparison.Ordinal);
        return new UriBuilder(reply.Url) { Path = isSameList ? reply.Url.AbsolutePath : next.AbsolutePath, Query = next.Query, Fragment = "" }.Uri;
    }

    private static bool TryTakeLink(ref ReadOnlySpan<char> rest, out string target, out bool isNext)
    {
        target = "";
        isNext = false;
        var open = rest.IndexOf('<');
        var close = open < 0 ? -1 : rest[open..].IndexOf('>');
        if (close < 0)
            return false;
        target = rest[(open + 1)..(open + close)].Trim().ToString();
        rest = rest[(open + close + 1)..];
        var end = EndOfParameters(rest);
        var hasRelation = false;
        foreach (var range in rest[..end].Split(';'))
            isNext |= IsNext(rest[..end][range], ref hasRelation);
        // What else would a registry link to? Overlooking a page would be worse than being refused one.
        isNext |= !hasRelation;
        rest = rest[end..];
        return true;
    }

    private static bool IsNext(ReadOnlySpan<char> parameter, ref bool hasRelation)
    {
        var equals = parameter.IndexOf('=');
        if (equals < 0 || !parameter[..equals].Trim().Equals("rel", StringComparison.OrdinalIgnoreCase))
            return false;
        hasRelation = true;
        foreach (var word in parameter[(equals + 1)..].Trim().Trim('"').ToString().Split(' '))
        {
            if (word.Equals("next", StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    /// <summary>The comma before the next link; commas in quotes do not count.</summary>
    private static int EndOfParameters(ReadOnlySpan<char> text)
    {
        var quoted = false;
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] == '"')
                quoted = !quoted;
            else if (text[index] == ',' && !quoted)
                return index;
        }

        return text.Length;
    }
}
