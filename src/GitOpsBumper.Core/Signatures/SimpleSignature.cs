using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Signatures;

/// <summary>A signature as cosign 1 and 2 keep it: a payload, and beside it the signature of the payload's bytes.</summary>
/// <param name="Payload">The bytes that were signed.</param>
/// <param name="Base64">Of the signature, as annotated.</param>
/// <param name="HasCertificate">It was made with a certificate, without a key that anybody keeps.</param>
public sealed record SimpleSignature(ReadOnlyMemory<byte> Payload, string Base64, bool HasCertificate) : ImageSignature
{
    public const string MediaType = "application/vnd.dev.cosign.simplesigning.v1+json";
    public const string Annotation = "dev.cosignproject.cosign/signature";
    public const string CertificateAnnotation = "dev.sigstore.cosign/certificate";

    /// <summary>The payload is read only once its signature is good: until then it is the text of a stranger.</summary>
    public override string? Check(Digest digest, PublicKeySet keys)
    {
        if (Payload.Length > MaxBytes)
            return $"has a payload of {Payload.Length} bytes, at most {MaxBytes} are read";
        if (!SignatureText.TryDecode(Base64, out var signature))
            return "is not base64";
        if (!keys.Verify(Payload.Span, signature))
            return HasCertificate ? SignatureText.Keyless : SignatureText.OtherKey;
        return SimpleSigningPayload.TryRead(Payload, out var payload, out var problem) ? payload.Check(digest) : problem;
    }
}
