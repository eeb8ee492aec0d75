using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Core.Credentials;

namespace GitOpsBumper.Adapters.Registries.TagLists;

/// <summary>
/// Pages of tags for which their registry named a validator: whether they still hold can be asked with <c>If-None-Match</c>. Few registries name one.
/// Kept as they came, which is a tenth of what the tags take that are read from them. Bounded; what was not asked for while half of that came in is forgotten.
/// </summary>
internal sealed class TagPageMemory
{
    public const int MaxBytes = 32 * 1024 * 1024;

    /// <summary>What a page costs besides its body.</summary>
    private const int PageOverhead = 500;
    private const int MaxValidatorLength = 256;

    private readonly Lock _lock = new();
    private Dictionary<PageKey, KnownTagPage> _young = [];
    private Dictionary<PageKey, KnownTagPage> _old = [];
    private int _bytesOfYoung;

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
    public void Keep(RegistryAsk ask, HttpReply reply, Uri? next)
    {
        if (reply.Header("ETag") is not { Length: > 0 and <= MaxValidatorLength } validator || validator.Any(char.IsControl))
            return;
        var page = new KnownTagPage(validator, reply.Body, next);
        if (Weight(page) > MaxBytes / 2)
            return;
        lock (_lock)
            Set(new PageKey(ask.Url, ask.Credential), page);
    }

    private void Set(PageKey key, KnownTagPage page)
    {
        if (_young.Remove(key, out var before))
            _bytesOfYoung -= Weight(before);
        if (_bytesOfYoung + Weight(page) > MaxBytes / 2)
        {
            _old = _young;
            _young = [];
            _bytesOfYoung = 0;
        }

        _young[key] = page;
        _bytesOfYoung += Weight(page);
    }

    private static int Weight(KnownTagPage page) => page.Body.Length + PageOverhead;

    private sealed record PageKey(Uri Url, UserCredential? Credential);
}

/// <param name="Validator">An entity tag, as its registry wrote it.</param>
/// <param name="Body">As the registry sent it; it was read once already.</param>
/// <param name="Next">Null after the last page.</param>
internal sealed record KnownTagPage(string Validator, ReadOnlyMemory<byte> Body, Uri? Next);
