using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Adapters.Registries.Manifests;

/// <summary>What never changes about a manifest digest, and so is asked once and remembered.</summary>
internal abstract record ManifestFacts
{
    private ManifestFacts()
    {
    }

    public sealed record Index(IReadOnlyList<IndexChild> Children) : ManifestFacts;

    /// <summary>The platform is null for what runs nowhere, the date where none is said.</summary>
    public sealed record Image(Platform? Platform, DateTimeOffset? Created) : ManifestFacts;
}
