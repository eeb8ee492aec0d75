using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Planning;

namespace GitOpsBumper.Adapters.Registries.Manifests;

/// <summary>Finds out for which platforms and when an image was built, with as few questions as what is remembered allows.</summary>
internal sealed class BuildReader(ManifestSource manifests)
{
    public async Task<ImageBuild> ReadAsync(BuildQuestion question, Tag tag, Func<Task<Digest>> currentDigest, CancellationToken cancellationToken)
    {
        var reference = question.ReferenceOf(tag);
        var digest = manifests.Cache.TagDigest(reference, out var isFresh);
        if (digest is not null && !isFresh)
        {
            digest = await currentDigest();
            manifests.Cache.SawTag(reference, digest);
        }

        if (digest is not null)
            return await ReadAsync(question, digest, cancellationToken);
        var manifest = await ManifestSource.GetAsync(question, tag.Text, cancellationToken);
        var facts = await manifests.FactsAsync(question, manifest, cancellationToken);
        manifests.Cache.SawTag(reference, manifest.Digest);
        return await AssembleAsync(question, manifest.Digest, facts, cancellationToken);
    }

    public async Task<ImageBuild> ReadAsync(BuildQuestion question, Digest digest, CancellationToken cancellationToken) =>
        await AssembleAsync(question, digest, await manifests.FactsAsync(question, digest, cancellationToken), cancellationToken);

    private async Task<ImageBuild> AssembleAsync(BuildQuestion question, Digest digest, ManifestFacts facts, CancellationToken cancellationToken) =>
        new(digest, await PlatformsAsync(question, facts, 1, cancellationToken));

    private async Task<IReadOnlyList<BuiltPlatform>> PlatformsAsync(BuildQuestion question, ManifestFacts facts, int depth, CancellationToken cancellationToken) => facts switch
    {
        ManifestFacts.Image { Platform: { } platform } image => [new BuiltPlatform(platform, image.Created)],
        ManifestFacts.Index index when depth < ManifestSource.MaxDepth =>
            [.. (await Task.WhenAll(index.Children.Select(child => ChildAsync(question, child, depth, cancellationToken)))).SelectMany(platforms => platforms)],
        _ => [],
    };

    /// <summary>Of a platform that nobody asked for it is enough to know that it exists.</summary>
    private async Task<IReadOnlyList<BuiltPlatform>> ChildAsync(BuildQuestion question, IndexChild child, int depth, CancellationToken cancellationToken)
    {
        if (child.Platform is { } unwanted && question.Wanted.Count > 0 && !question.Wanted.Any(wanted => wanted.Accepts(unwanted)))
            return [new BuiltPlatform(unwanted, null)];
        var built = await PlatformsAsync(question, await manifests.FactsAsync(question, child.Digest, cancellationToken), depth + 1, cancellationToken);
        // The index knows better: configs of some builders leave the variant out.
        return child.Platform is { } platform ? [.. built.Take(1).Select(only => only with { Platform = platform })] : built;
    }
}

/// <summary>Whom to ask for builds of which repository, with what credential, and for which platforms; an empty list wants all.</summary>
internal sealed record BuildQuestion(RegistryConnection Connection, RepositoryName Repository, UserCredential? Credential, IReadOnlyList<Platform> Wanted)
{
    public RegistryAsk Ask(string what, RequestKind kind) => new(Repository, Credential, HttpMethod.Get, Connection.Endpoint.UrlOf(Repository, what))
    {
        Kind = kind,
        Accept = kind == RequestKind.Manifest ? ManifestReader.Accept : null,
    };

    /// <summary>Where the tag really lives, whatever the registry is called in image names.</summary>
    public string ReferenceOf(Tag tag) => $"{Connection.Endpoint.PlaceOf(Repository)}:{tag}";
}
