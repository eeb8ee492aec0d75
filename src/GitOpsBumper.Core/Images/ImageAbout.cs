namespace GitOpsBumper.Core.Images;

/// <summary>What a version of an image says of itself. Nothing is decided by it: whoever built the image may have written anything.</summary>
/// <param name="Digest">Of the index where there is one, else of the manifest.</param>
/// <param name="Created">When it was built; null when it does not say, or says what cannot be.</param>
/// <param name="Labels">Of <see cref="KnownLabels"/> those that it has.</param>
public sealed record ImageAbout(Digest Digest, DateTimeOffset? Created, IReadOnlyDictionary<string, string> Labels)
{
    /// <summary>Where the sources of an image are.</summary>
    /// <seealso href="https://specs.opencontainers.org/image-spec/annotations/#pre-defined-annotation-keys"/>
    public const string SourceLabel = "org.opencontainers.image.source";

    /// <summary>From which commit an image was built.</summary>
    public const string RevisionLabel = "org.opencontainers.image.revision";

    /// <summary>What is longer is no address and no commit.</summary>
    public const int MaxLabelLength = 1024;

    /// <summary>Others are not kept.</summary>
    public static IReadOnlyList<string> KnownLabels { get; } = [SourceLabel, RevisionLabel];
}
