using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.EndToEndTests.Servers;

/// <summary>What an image says of itself; it has no layers, nobody runs it.</summary>
/// <param name="Created">Null: the config does not say.</param>
public sealed record TestImage(DateTimeOffset? Created, Platform Platform)
{
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public static TestImage Amd64(DateTimeOffset? created = null) => new(created, new Platform("linux", "amd64", null));
}

/// <summary>Pushes small images through the API of a registry.</summary>
public sealed class ImagePusher(DockerRegistry registry)
{
    private const string OciManifest = "application/vnd.oci.image.manifest.v1+json";
    private const string OciIndex = "application/vnd.oci.image.index.v1+json";
    private const string OciConfig = "application/vnd.oci.image.config.v1+json";

    private readonly ConcurrentDictionary<string, bool> _knownBlobs = new(StringComparer.Ordinal);
    private readonly HttpClient _http = new() { BaseAddress = registry.Url };

    /// <summary>One image under many tags; a few hundred take well under a second.</summary>
    public Task<Digest> PushTagsAsync(string repository, IEnumerable<string> tags, CancellationToken token) =>
        PushImageAsync(repository, TestImage.Amd64(), tags, token);

    public async Task<Digest> PushImageAsync(string repository, TestImage image, IEnumerable<string> tags, CancellationToken token)
    {
        var manifest = await DescribeAsync(repository, image, token);
        return await PutManifestAsync(repository, manifest, OciManifest, tags, token);
    }

    /// <summary>An index of one image per platform; <paramref name="withAttestations"/> adds for each the child of platform unknown/unknown that build tools add.</summary>
    public async Task<Digest> PushIndexAsync(
        string repository, IEnumerable<TestImage> images, IEnumerable<string> tags, CancellationToken token, bool withAttestations = false)
    {
        var entries = new JsonArray();
        foreach (var image in images)
        {
            var manifest = await DescribeAsync(repository, image, token);
            var digest = await PutManifestAsync(repository, manifest, OciManifest, [], token);
            entries.Add(DescribeChild(manifest, digest, image.Platform));
            if (withAttestations)
                entries.Add(await PushAttestationAsync(repository, digest, token));
        }

        var index = JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = OciIndex, ["manifests"] = entries });
        return await PutManifestAsync(repository, index, OciIndex, tags, token);
    }

    /// <summary>Signatures of an image as cosign keeps them under its tag: layers with a payload each and the signature beside it.</summary>
    /// <param name="repository">Of the image.</param>
    /// <param name="tag">What to put it under.</param>
    /// <param name="mediaType">Of the payloads.</param>
    /// <param name="payloads">Each with its signature, or null for one that has it inside.</param>
    /// <param name="token">Ends it.</param>
    public async Task<Digest> PushSignaturesAsync(
        string repository, string tag, string mediaType, IEnumerable<KeyValuePair<byte[], string?>> payloads, CancellationToken token)
    {
        var config = "{}"u8.ToArray();
        await PutBlobAsync(repository, config, token);
        var layers = new JsonArray();
        foreach (var (payload, signature) in payloads)
        {
            await PutBlobAsync(repository, payload, token);
            var layer = new JsonObject { ["mediaType"] = mediaType, ["size"] = payload.Length, ["digest"] = DigestOf(payload).ToString() };
            if (signature is not null)
                layer["annotations"] = new JsonObject { ["dev.cosignproject.cosign/signature"] = signature };
            layers.Add(layer);
        }

        var manifest = JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = OciManifest,
            ["config"] = new JsonObject { ["mediaType"] = OciConfig, ["size"] = config.Length, ["digest"] = DigestOf(config).ToString() },
            ["layers"] = layers,
        });
        return await PutManifestAsync(repository, manifest, OciManifest, tag.Length == 0 ? [] : [tag], token);
    }

    /// <summary>The index under the tag that stands in for the referrers API.</summary>
    public Task<Digest> PushReferrersAsync(string repository, Digest image, string artifactType, Digest referrer, CancellationToken token)
    {
        var entry = new JsonObject { ["mediaType"] = OciManifest, ["digest"] = referrer.ToString(), ["size"] = 1, ["artifactType"] = artifactType };
        var index = JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = OciIndex, ["manifests"] = new JsonArray(entry) });
        return PutManifestAsync(repository, index, OciIndex, [$"{image.Algorithm}-{image.Hex}"], token);
    }

    public async Task DeleteManifestAsync(string repository, Digest digest, CancellationToken token)
    {
        using var request = Ask(HttpMethod.Delete, $"/v2/{repository}/manifests/{digest}", repository);
        using var response = await _http.SendAsync(request, token);
        response.EnsureSuccessStatusCode();
    }

    internal static byte[] ConfigOf(TestImage image)
    {
        var config = new JsonObject
        {
            ["architecture"] = image.Platform.Architecture,
            ["os"] = image.Platform.Os,
            ["config"] = image.Labels.Count == 0
                ? new JsonObject()
                : new JsonObject { ["Labels"] = new JsonObject(image.Labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value))) },
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray() },
        };
        if (image.Created is { } created)
            config["created"] = created.UtcDateTime.ToString("O");
        if (image.Platform.Variant is { } variant)
            config["variant"] = variant;
        return JsonSerializer.SerializeToUtf8Bytes(config);
    }

    internal static byte[] ManifestOf(byte[] config) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["schemaVersion"] = 2,
        ["mediaType"] = OciManifest,
        ["config"] = new JsonObject { ["mediaType"] = OciConfig, ["size"] = config.Length, ["digest"] = DigestOf(config).ToString() },
        ["layers"] = new JsonArray(),
    });

    internal static Digest DigestOf(byte[] content) =>
        Digest.TryParse("sha256:" + Convert.ToHexStringLower(SHA256.HashData(content)), out var digest, out var problem)
            ? digest
            : throw new InvalidOperationException(problem);

    private static JsonObject DescribeChild(byte[] manifest, Digest digest, Platform platform)
    {
        var described = new JsonObject { ["os"] = platform.Os, ["architecture"] = platform.Architecture };
        if (platform.Variant is { } variant)
            described["variant"] = variant;
        return new JsonObject { ["mediaType"] = OciManifest, ["size"] = manifest.Length, ["digest"] = digest.ToString(), ["platform"] = described };
    }

    private async Task<JsonObject> PushAttestationAsync(string repository, Digest subject, CancellationToken token)
    {
        var unknown = new Platform("unknown", "unknown", null);
        var manifest = await DescribeAsync(repository, new TestImage(Created: null, unknown), token);
        var digest = await PutManifestAsync(repository, manifest, OciManifest, [], token);
        var child = DescribeChild(manifest, digest, unknown);
        child["annotations"] = new JsonObject
        {
            ["vnd.docker.reference.type"] = "attestation-manifest",
            ["vnd.docker.reference.digest"] = subject.ToString(),
        };
        return child;
    }

    private async Task<byte[]> DescribeAsync(string repository, TestImage image, CancellationToken token)
    {
        var config = ConfigOf(image);
        await PutBlobAsync(repository, config, token);
        return ManifestOf(config);
    }

    private async Task PutBlobAsync(string repository, byte[] content, CancellationToken token)
    {
        var digest = DigestOf(content);
        if (!_knownBlobs.TryAdd($"{repository}@{digest}", true))
            return;
        using var begin = Ask(HttpMethod.Post, $"/v2/{repository}/blobs/uploads/", repository);
        using var begun = await _http.SendAsync(begin, token);
        begun.EnsureSuccessStatusCode();
        var place = begun.Headers.Location!.ToString();
        var separator = place.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        using var end = Ask(HttpMethod.Put, $"{place}{separator}digest={Uri.EscapeDataString(digest.ToString())}", repository);
        end.Content = new ByteArrayContent(content);
        end.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var ended = await _http.SendAsync(end, token);
        ended.EnsureSuccessStatusCode();
    }

    private async Task<Digest> PutManifestAsync(string repository, byte[] manifest, string mediaType, IEnumerable<string> tags, CancellationToken token)
    {
        var digest = DigestOf(manifest);
        foreach (var reference in tags.DefaultIfEmpty(digest.ToString()))
        {
            using var request = Ask(HttpMethod.Put, $"/v2/{repository}/manifests/{reference}", repository);
            request.Content = new ByteArrayContent(manifest);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
            using var response = await _http.SendAsync(request, token);
            if (!response.IsSuccessStatusCode)
                throw new InvalidOperationException($"pushing {repository}:{reference} got {response.StatusCode}: {await response.Content.ReadAsStringAsync(token)}");
        }

        return digest;
    }

    private HttpRequestMessage Ask(HttpMethod method, string address, string repository)
    {
        var request = new HttpRequestMessage(method, address);
        request.Headers.Authorization = registry.Options switch
        {
            { Account: { } account } => account.Header,
            { Tokens: { } tokens } => new AuthenticationHeaderValue("Bearer", tokens.Issue([new TokenAccess(repository, ["pull", "push", "delete"])])),
            _ => null,
        };
        return request;
    }
}
