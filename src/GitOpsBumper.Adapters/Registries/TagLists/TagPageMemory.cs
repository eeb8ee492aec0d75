using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Adapters.Registries.TagLists;

/// <summary>
/// Pages of tags for which their registry named a validator: whether they still hold can be asked with <c>If-None-Match</c>. Few registries name one.
/// Bounded by tags; what was not asked for while half of that came in is forgotten.
/// </summary>
internal sealed class TagPageMemory
{
    public const int MaxTags = 400_000;
    private const int MaxValidatorLength = 256;

    private readonly Lock _lock = new();
    private Dictionary<PageKey, KnownTagPage> _young = [];
    private Dictionary<PageKey, KnownTagPage> _old = [];
    private int _tagsOfYoung;

    /// <summary>Null when the page is not known, or was got with another credential.</summary>
    public KnownTagPage? Find(RegistryAsk ask)
    {
        var key = new PageKey(ask.Url, ask.Credential);
        lock (_lock)
        {
            if (_young.TryGetValue(key, out var page))
                return page;
            if (!_old.TryGetValue(key, out page))
                return null;
            Set(key, page);
            return page;
        }
    }

    /// <summary>Keeps the page if its answer names a validator.</summary>
    public void Keep(RegistryAsk ask, HttpReply reply, IEnumerable<Tag> tags, Uri? next)
    {
        if (reply.Header("ETag") is not { Length: > 0 and <= MaxValidatorLength } validator || validator.Any(char.IsControl))
            return;
        var page = new KnownTagPage(validator, [.. tags], next);
        if (page.Tags.Count > MaxTags / 2)
            return;
        lock (_lock)
            Set(new PageKey(ask.Url, ask.Credential), page);
    }

    private void Set(PageKey key, KnownTagPage page)
    {
        if (_young.Remove(key, out var before))
            _tagsOfYoung -= Weight(before);
        if (_tagsOfYoung + Weight(page) > MaxTags / 2)
        {
            _old = _young;
            _young = [];
            _tagsOfYoung = 0;
        }

        _young[key] = page;
        _tagsOfYoung += Weight(page);
    }

    /// <summary>A page without tags costs something too.</summary>
    private static int Weight(KnownTagPage page) => page.Tags.Count + 10;

    private sealed record PageKey(Uri Url, UserCredential? Credential);
}

/// <param name="Validator">An entity tag, as its registry wrote it.</param>
/// <param name="Tags">Of this page.</param>
/// <param name="Next">Null after the last page.</param>
internal sealed record KnownTagPage(string Validator, IReadOnlyList<Tag> Tags, Uri? Next);
