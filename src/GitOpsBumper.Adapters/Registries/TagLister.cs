using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Adapters.Registries;

/// <summary>Reads the tag list of a repository, page by page. All of it or nothing: a list that lacks a page would choose an old image.</summary>
/// <seealso href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#listing-tags"/>
internal sealed class TagLister(RegistryConnection connection)
{
    public const int PageSize = 1000;
    public const int MaxPages = 5000;
    public const int MaxTags = 500_000;

    public async Task<IReadOnlyList<Tag>> ListAsync(RepositoryName repository, UserCredential? credential, CancellationToken cancellationToken)
    {
        var tags = new List<Tag>();
        var ask = new RegistryAsk(repository, credential, HttpMethod.Get, connection.Endpoint.UrlOf(repository, $"tags/list?n={PageSize}"))
        {
            Kind = RequestKind.Tags,
            Accept = "application/json",
        };
        var visited = new HashSet<Uri>();
        while (true)
        {
            visited.Add(ask.Url);
            var reply = await connection.GetAsync(ask, cancellationToken);
            if (!TagPage.TryRead(reply.Body.Span, tags))
                throw RegistryFailures.Unusable(ask, reply.Url, "sent something that is not a list of tags");
            if (tags.Count > MaxTags)
                throw RegistryFailures.Unusable(ask, reply.Url, $"lists more than {MaxTags} tags, which are not read");
            if (LinkHeader.NextPage(ask, reply, "tags") is not { } next)
                return visited.Count == 1 ? tags : [.. tags.Distinct()];
            if (visited.Count >= MaxPages)
                throw RegistryFailures.Unusable(ask, reply.Url, $"splits its tags into more than {MaxPages} pages, which are not read");
            if (visited.Contains(next))
                throw RegistryFailures.Unusable(ask, reply.Url, "sends in a circle: the next page of its tags is one that was read already");
            ask = ask with { Url = next };
        }
    }
}
