using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Signatures;

/// <summary>What was signed: the claim that somebody vouches for one manifest.</summary>
/// <param name="Type">Says what for; cosign signs other things in the same form.</param>
/// <param name="ManifestDigest">As it is written.</param>
/// <param name="Reference">What the signer called the image; says nothing about where it may lie, as images are copied together with their signatures. Empty when missing.</param>
/// <seealso href="https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md#simple-signing"/>
public sealed record SimpleSigningPayload(string Type, string ManifestDigest, string Reference)
{
    public const string ContainerImage = "cosign container image signature";

    /// <param name="bytes">Whose signature is good.</param>
    /// <param name="value">Every field that is needed is there.</param>
    /// <param name="problem">To be read after <c>the signature</c>.</param>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out SimpleSigningPayload? value, [NotNullWhen(false)] out string? problem)
    {
        value = Read(bytes);
        problem = value is null ? "has a payload that is not one of cosign" : null;
        return value is not null;
    }

    /// <summary>Null when it vouches for the digest, else a reason to be read after <c>the signature</c>.</summary>
    public string? Check(Digest digest)
    {
        if (Type != ContainerImage)
            return $"is of type '{SignatureText.Quote(Type)}', that of an image is '{ContainerImage}'";
        return ManifestDigest == digest.ToString() ? null : $"is of another digest, {SignatureText.Quote(ManifestDigest)}";
    }

    private static SimpleSigningPayload? Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes, SignatureText.Strict);
            if (SignatureText.Child(json.RootElement, "critical", JsonValueKind.Object) is not { } critical
                || SignatureText.Text(critical, "type") is not { } type
                || SignatureText.Child(critical, "image", JsonValueKind.Object) is not { } image
                || SignatureText.Text(image, "docker-manifest-digest") is not { } digest)
                return null;
            var reference = SignatureText.Child(critical, "identity", JsonValueKind.Object) is { } identity ? SignatureText.Text(identity, "docker-reference") : null;
            return new SimpleSigningPayload(type, digest, reference ?? "");
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
