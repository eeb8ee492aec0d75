using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using GitOpsBumper.Adapters.Registries.Manifests;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Signatures;

namespace GitOpsBumper.Adapters.Registries.Signatures;

/// <summary>A layer of a manifest that holds a signature.</summary>
/// <param name="Blob">The payload that was signed, or the bundle.</param>
/// <param name="Size">As the manifest says, in bytes.</param>
/// <param name="Base64">The signature; null where the blob is a bundle, which has it inside.</param>
/// <param name="HasCertificate">A certificate stands beside the signature.</param>
internal sealed record SignatureLayer(Digest Blob, long Size, string? Base64, bool HasCertificate);

/// <summary>Something that refers to a manifest.</summary>
internal sealed record Referrer(Digest Digest, string ArtifactType, string? PredicateType);

/// <summary>Reads what lies in a registry beside an image.</summary>
/// <seealso href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#listing-referrers"/>
internal static class SignatureManifest
{
    public const string Accept = "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json";
    public const string AcceptIndex = "application/vnd.oci.image.index.v1+json";

    private const string PredicateAnnotation = "dev.sigstore.bundle.predicateType";

    /// <summary>The layers that hold signatures; others are left out. False when it is no manifest.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out IReadOnlyList<SignatureLayer>? layers)
    {
        layers = null;
        try
        {
            using var json = JsonDocument.Parse(body);
            if (JsonField.Child(json.RootElement, "layers", JsonValueKind.Array) is { } list)
                layers = [.. list.EnumerateArray().Select(Layer).OfType<SignatureLayer>()];
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
        }

        return layers is not null;
    }

    /// <summary>What refers to the image; entries without digest or artifact type are left out. False when it is no index.</summary>
    public static bool TryReadReferrers(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out IReadOnlyList<Referrer>? referrers)
    {
        referrers = null;
        try
        {
            using var json = JsonDocument.Parse(body);
            if (JsonField.Child(json.RootElement, "manifests", JsonValueKind.Array) is { } list)
                referrers = [.. list.EnumerateArray().Select(Entry).OfType<Referrer>()];
            else if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("manifests", out var none) && none.ValueKind == JsonValueKind.Null)
                referrers = [];
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
        }

        return referrers is not null;
    }

    private static Referrer? Entry(JsonElement entry)
    {
        if (JsonField.Digest(entry) is not { } digest || JsonField.Text(entry, "artifactType") is not { Length: > 0 } type)
            return null;
        return new Referrer(digest, type, JsonField.Child(entry, "annotations", JsonValueKind.Object) is { } said ? JsonField.Text(said, PredicateAnnotation) : null);
    }

    private static SignatureLayer? Layer(JsonElement layer)
    {
        if (JsonField.Digest(layer) is not { } blob || JsonField.Text(layer, "mediaType") is not { } type)
            return null;
        var size = JsonField.Child(layer, "size", JsonValueKind.Number) is { } number && number.TryGetInt64(out var bytes) ? bytes : 0;
        if (type.StartsWith(SigstoreBundle.MediaType, StringComparison.Ordinal))
            return new SignatureLayer(blob, size, null, HasCertificate: false);
        if (type != SimpleSignature.MediaType || JsonField.Child(layer, "annotations", JsonValueKind.Object) is not { } annotations
            || JsonField.Text(annotations, SimpleSignature.Annotation) is not { } base64)
            return null;
        return new SignatureLayer(blob, size, base64, JsonField.Text(annotations, SimpleSignature.CertificateAnnotation) is { Length: > 0 });
    }
}
