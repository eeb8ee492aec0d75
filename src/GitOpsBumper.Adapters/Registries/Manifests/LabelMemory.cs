using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Adapters.Registries.Manifests;

/// <summary>The labels of manifests by their digests. They are worth no place in a file: they are asked for when something new is told to people, and seldom again.</summary>
internal sealed class LabelMemory
{
    private const int MaxManifests = 4000;

    private readonly Lock _lock = new();
    private readonly TwoGenerations<Digest, ManifestLabels> _labels = new(MaxManifests);

    public bool TryGet(Digest digest, [NotNullWhen(true)] out ManifestLabels? labels)
    {
        lock (_lock)
            return _labels.TryGet(digest, out labels);
    }

    public void Add(Digest digest, ManifestLabels labels)
    {
        lock (_lock)
            _labels.Set(digest, labels);
    }
}
