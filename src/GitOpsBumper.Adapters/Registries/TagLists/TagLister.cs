using System.Net;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Adapters.Registries.TagLists;

/// <summary>Reads the tag list of a repository, page by page. All of it or nothing: a list that lacks a page would choose an old image.</summary>
/// <seealso href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#listing-tags"/>
internal sealed class TagLister(RegistryConnection connection, TagPageMemory memory)
{
    public const int PageSize = 1000;
    public const int MaxPages = 5000;
    public const int MaxTags = 500_000;

    /// <summary>In a row, with tags that all stood on earlier pages: such a registry does not understand its own links.</summary>
    public const int MaxIdlePages = 10;

    private const string Path = "tags/list";

    public async Task<IReadOnlyList<Tag>> ListAsync(RepositoryName repository, UserCredential? credential, CancellationToken cancellationToken)
    {
        var tags = new List<Tag>();
        var ask = new RegistryAsk(repository, credential, HttpMethod.Get, connection.Endpoint.UrlOf(repository, connection.RefusesPageSize ? Path : $"{Path}?n={PageSize}"))
        {
            Kind = RequestKind.Tags,
            Accept = "application/json",
        };
        var visited = new HashSet<Uri>();
        var seen = new HashSet<Tag>();
        var idle = 0;
        while (true)
        {
            visited.Add(ask.Url);
            var before = tags.Count;
            var next = await ReadPageAsync(ask, isFirst: visited.Count == 1, tags, cancellationToken);
            if (tags.Count > MaxTags)
                throw RegistryFailures.Unusable(ask, ask.Url, $"lists more than {MaxTags} tags, which are not read");
            if (next is null)
                return visited.Count == 1 ? tags : [.. tags.Distinct()];
            var added = tags.Skip(before).Count(seen.Add);
            idle = added == 0 && tags.Count > before ? idle + 1 : 0;
            if (idle >= MaxIdlePages)
                throw RegistryFailures.Unusable(ask, ask.Url, $"sends the same tags again and again ({MaxIdlePages} pages without a new one)");
            if (visited.Count >= MaxPages)
                throw RegistryFailures.Unusable(ask, ask.Url, $"splits its tags into more than {MaxPages} pages, which are not read");
            if (visited.Contains(next))
                throw RegistryFailures.Unusable(ask, ask.Url, "sends in a circle: the next page of its tags is one that was read already");
            ask = ask with { Url = next };
        }
    }

    /// <summary>Adds the tags of one page.</summary>
    /// <returns>Where the next one is; null after the last.</returns>
    private async Task<Uri?> ReadPageAsync(RegistryAsk ask, bool isFirst, List<Tag> tags, CancellationToken cancellationToken)
    {
        var known = memory.Find(ask);
        var reply = await connection.SendAsync(ask with { IfNoneMatch = known?.Validator }, cancellationToken);
        if (known is not null && reply.Status == HttpStatusCode.NotModified)
        {
            TagPage.TryRead(known.Body.Span, tags);
            return known.Next;
        }

        if (isFirst && MayRefusePageSize(reply.Status) && ask.Url.Query.Length > 0)
        {
            ask = ask with { Url = connection.Endpoint.UrlOf(ask.Repository, Path) };
            reply = await connection.SendAsync(ask, cancellationToken);
            connection.RefusesPageSize |= reply.Status == HttpStatusCode.OK;
        }

        if (reply.Status != HttpStatusCode.OK)
            throw RegistryFailures.Refused(ask, reply);
        if (!TagPage.TryRead(reply.Body.Span, tags))
            throw RegistryFailures.Unusable(ask, reply.Url, "sent something that is not a list of tags");
        var next = NextPage.Find(ask, reply, "tags", "/" + Path);
        memory.Keep(ask, reply, next);
        return next;
    }

    /// <summary>How registries answer that allow only smaller pages: by the specification with 400; Amazon's say 405.</summary>
    private static bool MayRefusePageSize(HttpStatusCode status) =>
        status is HttpStatusCode.BadRequest or HttpStatusCode.MethodNotAllowed or HttpStatusCode.RequestedRangeNotSatisfiable or HttpStatusCode.UnprocessableEntity;
}
