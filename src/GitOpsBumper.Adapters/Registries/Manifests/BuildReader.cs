using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Planning;

namespace GitOpsBumper.Adapters.Registries.Manifests;

/// <summary>Finds out for which platforms and when an image was built, with as few questions as what is remembered allows.</summary>
internal sealed class BuildReader(ManifestFactsCache cache) : IDisposable
{
    /// <summary>An index in an index in an index: nobody needs it, and it ends.</summary>
    private const int MaxDepth = 3;

    /// <summary>Tags of one image asked for at once share the question for its config.</summary>
    private readonly SemaphoreSlim[] _places = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];

    public async Task<ImageBuild> ReadAsync(BuildQuestion question, Tag tag, Func<Task<Digest>> currentDigest, CancellationToken cancellationToken)
    {
        var reference = question.ReferenceOf(tag);
        var digest = cache.TagDigest(reference, out var isFresh);
        if (digest is not null && !isFresh)
        {
            digest = await currentDigest();
            cache.SawTag(reference, digest);
        }

        if (digest is not null)
            return await ReadAsync(question, digest, cancellationToken);
        var manifest = await GetManifestAsync(question, tag.Text, cancellationToken);
        if (!cache.TryGet(manifest.Digest, out var facts))
            facts = await LearnAsync(question, manifest, cancellationToken);
        cache.SawTag(reference, manifest.Digest);
        return await AssembleAsync(question, manifest.Digest, facts, cancellationToken);
    }

    public async Task<ImageBuild> ReadAsync(BuildQuestion question, Digest digest, CancellationToken cancellationToken) =>
        await AssembleAsync(question, digest, await FactsAsync(question, digest, cancellationToken), cancellationToken);

    public void Dispose()
    {
        foreach (var place in _places)
            place.Dispose();
    }

    private async Task<ManifestFacts> FactsAsync(BuildQuestion question, Digest digest, CancellationToken cancellationToken) =>
        cache.TryGet(digest, out var facts) ? facts : await LearnAsync(question, await GetManifestAsync(question, digest.ToString(), cancellationToken), cancellationToken);

    private async Task<ImageBuild> AssembleAsync(BuildQuestion question, Digest digest, ManifestFacts facts, CancellationToken cancellationToken) =>
        new(digest, await PlatformsAsync(question, facts, 1, cancellationToken));

    private async Task<IReadOnlyList<BuiltPlatform>> PlatformsAsync(BuildQuestion question, ManifestFacts facts, int depth, CancellationToken cancellationToken) => facts switch
    {
        ManifestFacts.Image { Platform: { } platform } image => [new BuiltPlatform(platform, image.Created)],
        ManifestFacts.Index index when depth < MaxDepth =>
            [.. (await Task.WhenAll(index.Children.Select(child => ChildAsync(question, child, depth, cancellationToken)))).SelectMany(platforms => platforms)],
        _ => [],
    };

    /// <summary>Of a platform that nobody asked for it is enough to know that it exists.</summary>
    private async Task<IReadOnlyList<BuiltPlatform>> ChildAsync(BuildQuestion question, IndexChild child, int depth, CancellationToken cancellationToken)
    {
        if (child.Platform is { } unwanted && question.Wanted.Count > 0 && !question.Wanted.Any(wanted => wanted.Accepts(unwanted)))
            return [new BuiltPlatform(unwanted, null)];
        var built = await PlatformsAsync(question, await FactsAsync(question, child.Digest, cancellationToken), depth + 1, cancellationToken);
        // The index knows better: configs of some builders leave the variant out.
        return child.Platform is { } platform ? [.. built.Take(1).Select(only => only with { Platform = platform })] : built;
    }

    private async Task<ManifestFacts> LearnAsync(BuildQuestion question, ReceivedManifest manifest, CancellationToken cancellationToken)
    {
        switch (manifest.Content)
        {
            case ManifestContent.Index index:
                return Remember(manifest.Digest, new ManifestFacts.Index(index.Children));
            case ManifestContent.Complete complete:
                return Remember(manifest.Digest, new ManifestFacts.Image(complete.Platform, complete.Created));
        }

        var place = _places[(uint)manifest.Digest.GetHashCode() % _places.Length];
        await place.WaitAsync(cancellationToken);
        try
        {
            if (cache.TryGet(manifest.Digest, out var known))
                return known;
            var config = await GetConfigAsync(question, (ManifestContent.Image)manifest.Content, cancellationToken);
            return Remember(manifest.Digest, new ManifestFacts.Image(config.Platform, config.Created));
        }
        finally
        {
            place.Release();
        }
    }

    private ManifestFacts Remember(Digest digest, ManifestFacts facts)
    {
        cache.Add(digest, facts);
        return facts;
    }

    private static async Task<ReceivedManifest> GetManifestAsync(BuildQuestion question, string reference, CancellationToken cancellationToken)
    {
        var ask = question.Ask($"manifests/{reference}", RequestKind.Manifest);
        var reply = await question.Connection.GetAsync(ask, cancellationToken);
        var digest = DigestOf(ask, reply, reference);
        // Of a signed manifest only what its digest vouches for is read.
        return ManifestReader.TryRead(ContentDigest.Payload(reply.Body, reply.ContentType), out var content, out var problem)
            ? new ReceivedManifest(digest, content)
            : throw RegistryFailures.Unusable(ask, reply.Url, problem);
    }

    private static async Task<ManifestContent.Complete> GetConfigAsync(BuildQuestion question, ManifestContent.Image image, CancellationToken cancellationToken)
    {
        var ask = question.Ask($"blobs/{image.Config}", RequestKind.Config);
        if (image.ConfigSize > RequestKind.Config.MaxBytes)
            throw RegistryFailures.Unusable(ask, ask.Url, $"has an image config of {image.ConfigSize} bytes, at most {RequestKind.Config.MaxBytes / 1024 / 1024} MiB are read");
        var reply = await question.Connection.GetAsync(ask, cancellationToken);
        if (!ContentDigest.Matches(reply.Body.Span, image.Config))
            throw RegistryFailures.Unusable(ask, reply.Url, "sent something else than the digest names");
        return ManifestReader.TryReadConfig(reply.Body, out var config) ? config : throw RegistryFailures.Unusable(ask, reply.Url, "sent an image config that is not JSON");
    }

    /// <summary>The digest of the content; what the question and the registry say it is, it has to be.</summary>
    public static Digest DigestOf(RegistryAsk ask, HttpReply reply, string reference)
    {
        var payload = ContentDigest.Payload(reply.Body, reply.ContentType).Span;
        var claims = new[] { reference.Contains(':', StringComparison.Ordinal) ? reference : null, reply.Header(DigestHeader) };
        Digest? digest = null;
        foreach (var claim in claims.OfType<string>())
        {
            if (!Digest.TryParse(claim, out var claimed, out _))
                continue;
            if (!ContentDigest.Matches(payload, claimed))
                throw RegistryFailures.Unusable(ask, reply.Url, $"sent a manifest that is not {claimed}, as it should be");
            digest ??= claimed;
        }

        return digest ?? ContentDigest.Compute(payload);
    }

    public const string DigestHeader = "Docker-Content-Digest";

    private sealed record ReceivedManifest(Digest Digest, ManifestContent Content);
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
    public string ReferenceOf(Tag tag)
    {
        var api = Connection.Endpoint.ApiUrl;
        return $"{api.Authority}{api.AbsolutePath}{Connection.Endpoint.PathOf(Repository)}:{tag}";
    }
}
