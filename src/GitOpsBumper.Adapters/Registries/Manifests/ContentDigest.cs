using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Adapters.Registries.Manifests;

/// <summary>The digest of what was received, computed here: what a registry claims is compared with it.</summary>
internal static class ContentDigest
{
    /// <summary>Whether the content is what the digest names.</summary>
    public static bool Matches(ReadOnlySpan<byte> content, Digest digest) => Compute(content, digest.Algorithm) == digest;

    public static Digest Compute(ReadOnlySpan<byte> content, string algorithm = "sha256")
    {
        var hash = algorithm == "sha512" ? SHA512.HashData(content) : SHA256.HashData(content);
        return Digest.TryParse($"{algorithm}:{Convert.ToHexStringLower(hash)}", out var digest, out var problem) ? digest : throw new InvalidOperationException(problem);
    }

    /// <summary>The part of a manifest that its digest is about: all of it, except for schema 1, whose signatures stand in the document.</summary>
    /// <seealso href="https://github.com/distribution/distribution/blob/v2.8.3/docs/spec/manifest-v2-1.md#signed-manifests"/>
    public static ReadOnlyMemory<byte> Payload(ReadOnlyMemory<byte> manifest, string? contentType)
    {
        if (contentType != "application/vnd.docker.distribution.manifest.v1+prettyjws")
            return manifest;
        try
        {
            using var json = JsonDocument.Parse(manifest);
            if (JsonField.Child(json.RootElement, "signatures", JsonValueKind.Array) is not { } signatures || signatures.GetArrayLength() == 0
                || JsonField.Text(signatures[0], "protected") is not { } header)
                return manifest;
            using var format = JsonDocument.Parse(Base64Url.DecodeFromChars(header));
            if (JsonField.Child(format.RootElement, "formatLength", JsonValueKind.Number) is not { } number || !number.TryGetInt32(out var length)
                || length < 0 || length > manifest.Length || JsonField.Text(format.RootElement, "formatTail") is not { } tail)
                return manifest;
            return (byte[])[.. manifest[..length].Span, .. Base64Url.DecodeFromChars(tail)];
        }
        catch (Exception failure) when (failure is JsonException or FormatException or InvalidOperationException)
        {
            return manifest;
        }
    }
}
