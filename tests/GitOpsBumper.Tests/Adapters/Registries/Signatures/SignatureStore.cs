using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GitOpsBumper.Adapters.Registries.Manifests;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Signatures;
using GitOpsBumper.Tests.Adapters.Http;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.Tests.Adapters.Registries.Signatures;

/// <summary>A registry with signatures, in all the places where cosign puts them; with the referrers API or without.</summary>
internal sealed class SignatureStore
{
    private readonly ConcurrentDictionary<string, string> _content = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, JsonArray> _referrers = new(StringComparer.Ordinal);

    /// <summary>Otherwise it answers as if it had never heard of it.</summary>
    public bool HasReferrersApi { get; set; } = true;

    /// <summary>What a registry without the referrers API answers.</summary>
    public int UnknownPath { get; set; } = 404;

    /// <summary>Referrers of one page.</summary>
    public int PageSize { get; set; } = 1000;

    /// <summary>What the registry answers instead, by a part of the path.</summary>
    public Dictionary<string, Func<HttpContext, Task>> Instead { get; } = new(StringComparer.Ordinal);

    public string Add(string text, params string[] tags)
    {
        var digest = ContentDigest.Compute(Encoding.UTF8.GetBytes(text)).ToString();
        foreach (var name in tags.Append(digest))
            _content[name] = text;
        return digest;
    }

    /// <summary>The tag of cosign 1 and 2.</summary>
    public static string TagOf(Digest image) => $"{image.Algorithm}-{image.Hex}.sig";

    /// <summary>Under the tag of cosign 1 and 2; the last call counts.</summary>
    public void Tag(Digest image, params SimpleSignature[] signatures) => Add(Manifest(signatures), TagOf(image));

    /// <summary>As cosign 2 does it with OCI 1.1.</summary>
    public void Refer(Digest image, params SimpleSignature[] signatures) => Refer(image, Manifest(signatures), "application/vnd.dev.cosign.artifact.sig.v1+json", null);

    /// <summary>As cosign 3 does it.</summary>
    public void ReferBundle(Digest image, string bundle, string? predicate = SigstoreBundle.SignPredicate) => Refer(
        image, Layers(new JsonObject { ["mediaType"] = "application/vnd.dev.sigstore.bundle.v0.3+json", ["size"] = bundle.Length, ["digest"] = Add(bundle) }), "application/vnd.dev.sigstore.bundle.v0.3+json", predicate);

    public void Refer(Digest image, string manifest, string artifactType, string? predicate)
    {
        var entry = new JsonObject { ["mediaType"] = "application/vnd.oci.image.manifest.v1+json", ["digest"] = Add(manifest), ["size"] = manifest.Length, ["artifactType"] = artifactType };
        if (predicate is not null)
            entry["annotations"] = new JsonObject { ["dev.sigstore.bundle.predicateType"] = predicate };
        var all = _referrers.GetOrAdd(image.ToString(), _ => []);
        all.Add(entry);
        // A client that pushes to a registry without the API keeps this index up to date.
        _content[$"{image.Algorithm}-{image.Hex}"] = Index(all);
    }

    public string Manifest(params SimpleSignature[] signatures) => Layers([.. signatures.Select(signature => new JsonObject
    {
        ["mediaType"] = SimpleSignature.MediaType,
        ["size"] = signature.Payload.Length,
        ["digest"] = Add(Encoding.UTF8.GetString(signature.Payload.Span)),
        ["annotations"] = new JsonObject { [SimpleSignature.Annotation] = signature.Base64 },
    })]);

    public Task<ScriptedServer> ServeAsync() => ScriptedServer.StartAsync(async context =>
    {
        var path = context.Request.Path.Value!;
        var name = path.Split('/')[^1];
        if (Instead.FirstOrDefault(pair => path.Contains(pair.Key, StringComparison.Ordinal)).Value is { } instead)
            await instead(context);
        else if (path.Contains("/referrers/", StringComparison.Ordinal))
            await ReferAsync(context, name);
        else if (_content.TryGetValue(name, out var text))
            await context.SendAsync(200, text, "application/octet-stream");
        else
            await context.SendAsync(404);
    });

    private static string Layers(params JsonObject[] layers) => new JsonObject
    {
        ["schemaVersion"] = 2,
        ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
        ["config"] = new JsonObject { ["mediaType"] = "application/vnd.oci.empty.v1+json" },
        ["layers"] = new JsonArray([.. layers]),
    }.ToJsonString();

    private static string Index(IEnumerable<JsonNode?> entries) =>
        $$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":{{JsonSerializer.Serialize(entries)}}}""";

    private async Task ReferAsync(HttpContext context, string digest)
    {
        if (!HasReferrersApi)
        {
            await context.SendAsync(UnknownPath, "404 page not found", "text/plain");
            return;
        }

        var all = _referrers.TryGetValue(digest, out var found) ? found.ToList() : [];
        var start = int.TryParse(context.Request.Query["from"], out var from) ? from : 0;
        if (start + PageSize < all.Count)
            context.Response.Headers.Link = $"<{context.Request.Path}?from={start + PageSize}>; rel=\"next\"";
        await context.SendAsync(200, Index(all.Skip(start).Take(PageSize)), "application/vnd.oci.image.index.v1+json");
    }
}
