using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Adapters.Registries.Manifests;

/// <summary>What a manifest says, as far as it matters here.</summary>
internal abstract record ManifestContent
{
    private ManifestContent()
    {
    }

    /// <summary>Annotations of an index or a manifest, labels of a config.</summary>
    public ManifestLabels Labels { get; init; } = ManifestLabels.None;

    /// <summary>One image for several platforms; attestations and other attachments are already left out.</summary>
    public sealed record Index(IReadOnlyList<IndexChild> Children) : ManifestContent;

    /// <summary>One image; platform and date are in its config.</summary>
    public sealed record Image(Digest Config, long ConfigSize) : ManifestContent;

    /// <summary>Something that needs no second question: an old manifest that says it all, or an artefact that runs nowhere (no platform).</summary>
    public sealed record Complete(Platform? Platform, DateTimeOffset? Created) : ManifestContent;
}

/// <summary>An image of an index. The platform is null where only its config says it.</summary>
internal sealed record IndexChild(Digest Digest, Platform? Platform);
