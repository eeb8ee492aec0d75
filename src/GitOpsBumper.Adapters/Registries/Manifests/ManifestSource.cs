using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Adapters.Registries.Manifests;

/// <summary>Gets manifests and configs, believes what their digests vouch for, and remembers what never changes about them: whoever asks, what the answer says for others is kept too.</summary>
internal sealed class ManifestSource(ManifestFactsCache cache) : IDisposable
{
    public const string DigestHeader = "Docker-Content-Digest";

    /// <summary>An index in an index in an index: nobody needs it, and it ends.</summary>
    public const int MaxDepth = 3;

    private readonly LabelMemory _labels = new();

    /// <summary>Tags of one image asked for at once share the question for its config.</summary>
    private readonly SemaphoreSlim[] _places = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];

    /// <summary>What tags point to and digests stand for.</summary>
    public ManifestFactsCache Cache => cache;

    public static async Task<ReceivedManifest> GetAsync(BuildQuestion question, string reference, CancellationToken cancellationToken)
    {
        var ask = question.Ask($"manifests/{reference}", RequestKind.Manifest);
        var reply = await question.Connection.GetAsync(ask, cancellationToken);
        var digest = DigestOf(ask, reply, reference);
        // Of a signed manifest only what its digest vouches for is read.
        return ManifestReader.TryRead(ContentDigest.Payload(reply.Body, reply.ContentType), out var content, out var problem)
            ? new ReceivedManifest(digest, content)
            : throw RegistryFailures.Unusable(ask, reply.Url, problem);
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

    public async Task<ManifestFacts> FactsAsync(BuildQuestion question, Digest digest, CancellationToken cancellationToken) =>
        cache.TryGet(digest, out var facts) ? facts : await FactsAsync(question, await GetAsync(question, digest.ToString(), cancellationToken), cancellationToken);

    public async Task<ManifestFacts> FactsAsync(BuildQuestion question, ReceivedManifest manifest, CancellationToken cancellationToken) =>
        cache.TryGet(manifest.Digest, out var known)
            ? known
            : await InTurnAsync(
                manifest.Digest, async () => cache.TryGet(manifest.Digest, out var facts) ? facts : (await LearnAsync(question, manifest, cancellationToken)).Facts, cancellationToken);

    public async Task<ManifestLabels> LabelsAsync(BuildQuestion question, Digest digest, CancellationToken cancellationToken) =>
        _labels.TryGet(digest, out var labels) ? labels : await LabelsAsync(question, await GetAsync(question, digest.ToString(), cancellationToken), cancellationToken);

    public async Task<ManifestLabels> LabelsAsync(BuildQuestion question, ReceivedManifest manifest, CancellationToken cancellationToken) =>
        _labels.TryGet(manifest.Digest, out var known)
            ? known
            : await InTurnAsync(
                manifest.Digest, async () => _labels.TryGet(manifest.Digest, out var labels) ? labels : (await LearnAsync(question, manifest, cancellationToken)).Labels, cancellationToken);

    public bool KnowsLabels(Digest digest) => _labels.TryGet(digest, out _);

    public void Dispose()
    {
        foreach (var place in _places)
            place.Dispose();
    }

    private async Task<T> InTurnAsync<T>(Digest digest, Func<Task<T>> learn, CancellationToken cancellationToken)
    {
        var place = _places[(uint)digest.GetHashCode() % _places.Length];
        await place.WaitAsync(cancellationToken);
        try
        {
            return await learn();
        }
        finally
        {
            place.Release();
        }
    }

    private async Task<(ManifestFacts Facts, ManifestLabels Labels)> LearnAsync(BuildQuestion question, ReceivedManifest manifest, CancellationToken cancellationToken)
    {
        ManifestFacts facts;
        ManifestLabels labels;
        if (manifest.Content is ManifestContent.Index index)
        {
            facts = new ManifestFacts.Index(index.Children);
            labels = index.Labels with { Children = index.Children };
        }
        else
        {
            var said = manifest.Content as ManifestContent.Complete ?? await GetConfigAsync(question, (ManifestContent.Image)manifest.Content, cancellationToken);
            facts = new ManifestFacts.Image(said.Platform, said.Created);
            labels = (said.Labels with { Created = said.Created ?? said.Labels.Created }).Or(manifest.Content.Labels);
        }

        if (!cache.TryGet(manifest.Digest, out _))
            cache.Add(manifest.Digest, facts);
        _labels.Add(manifest.Digest, labels);
        return (facts, labels);
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
}

/// <param name="Digest">Computed from what was received.</param>
internal sealed record ReceivedManifest(Digest Digest, ManifestContent Content);
