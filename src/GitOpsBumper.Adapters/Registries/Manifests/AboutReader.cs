using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Adapters.Registries.Manifests;

/// <summary>Finds out what a version says of itself: of an index the first image that is wanted speaks for all.</summary>
internal sealed class AboutReader(ManifestSource manifests)
{
    public async Task<ImageAbout> ReadAsync(BuildQuestion question, Tag tag, Func<Task<Digest>> currentDigest, CancellationToken cancellationToken)
    {
        var reference = question.ReferenceOf(tag);
        var digest = manifests.Cache.TagDigest(reference, out var isFresh);
        if (digest is not null && !isFresh)
        {
            // Asking whether the tag moved pays only where the answer may make another question needless.
            digest = manifests.KnowsLabels(digest) ? await currentDigest() : null;
            if (digest is not null)
                manifests.Cache.SawTag(reference, digest);
        }

        if (digest is not null)
            return await ReadAsync(question, digest, cancellationToken);
        var manifest = await ManifestSource.GetAsync(question, tag.Text, cancellationToken);
        var labels = await manifests.LabelsAsync(question, manifest, cancellationToken);
        manifests.Cache.SawTag(reference, manifest.Digest);
        return About(manifest.Digest, await WithChildAsync(question, labels, 1, cancellationToken));
    }

    public async Task<ImageAbout> ReadAsync(BuildQuestion question, Digest digest, CancellationToken cancellationToken) =>
        About(digest, await WithChildAsync(question, await manifests.LabelsAsync(question, digest, cancellationToken), 1, cancellationToken));

    private static ImageAbout About(Digest digest, ManifestLabels labels) => new(digest, labels.Created, labels.Known);

    /// <summary>What the image says counts before what the index says of it.</summary>
    private async Task<ManifestLabels> WithChildAsync(BuildQuestion question, ManifestLabels labels, int depth, CancellationToken cancellationToken)
    {
        if (labels.Children.Count == 0 || depth >= ManifestSource.MaxDepth)
            return labels;
        var child = labels.Children.FirstOrDefault(child => child.Platform is { } platform && question.Wanted.Any(wanted => wanted.Accepts(platform))) ?? labels.Children[0];
        var said = await manifests.LabelsAsync(question, child.Digest, cancellationToken);
        return (await WithChildAsync(question, said, depth + 1, cancellationToken)).Or(labels);
    }
}
