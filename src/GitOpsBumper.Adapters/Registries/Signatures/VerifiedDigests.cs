using GitOpsBumper.Adapters.Registries.Manifests;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Signatures;

namespace GitOpsBumper.Adapters.Registries.Signatures;

/// <summary>Which digests were found signed by which keys: that never changes, wherever the image lies. Bounded.</summary>
internal sealed class VerifiedDigests
{
    private const int MaxEntries = 20_000;

    private readonly Lock _lock = new();
    private readonly TwoGenerations<Entry, bool> _entries = new(MaxEntries);

    public bool Contains(Digest digest, PublicKeySet keys)
    {
        lock (_lock)
            return _entries.TryGet(new Entry(digest, keys.Fingerprint), out _);
    }

    public void Add(Digest digest, PublicKeySet keys)
    {
        lock (_lock)
            _entries.Set(new Entry(digest, keys.Fingerprint), true);
    }

    private sealed record Entry(Digest Digest, string Fingerprint);
}
