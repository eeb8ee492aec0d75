using System.Text.Json;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Signatures;

/// <summary>
/// A signature as cosign 3 keeps it: a document with a signed statement about the image, or with the signature of its manifest. The entries of
/// transparency logs that it may carry are not looked at: the key alone counts.
/// </summary>
/// <param name="Json">The whole document.</param>
/// <seealso href="https://docs.sigstore.dev/about/bundle/"/>
public sealed record SigstoreBundle(ReadOnlyMemory<byte> Json) : ImageSignature
{
    /// <summary>What its media types begin with, of all versions.</summary>
    public const string MediaType = "application/vnd.dev.sigstore.bundle";

    /// <summary>What a statement has to be about: others say where an image comes from or what is in it, and vouch for nothing.</summary>
    public const string SignPredicate = "https://sigstore.dev/cosign/sign/v1";

    private const string StatementType = "application/vnd.in-toto+json";
    private const string Malformed = "is no sigstore bundle that can be read";

    public override string? Check(Digest digest, PublicKeySet keys)
    {
        if (Json.Length > MaxBytes)
            return $"is a bundle of {Json.Length} bytes, at most {MaxBytes} are read";
        if (digest.Algorithm != "sha256")
            return $"cannot be of a {digest.Algorithm} digest, as bundles name sha256 digests alone";
        try
        {
            using var json = JsonDocument.Parse(Json, SignatureText.Strict);
            var root = json.RootElement;
            if (SignatureText.Text(root, "mediaType")?.StartsWith(MediaType, StringComparison.Ordinal) != true)
                return Malformed;
            var wrongKey = IsKeyless(root) ? SignatureText.Keyless : SignatureText.OtherKey;
            if (SignatureText.Child(root, "dsseEnvelope", JsonValueKind.Object) is { } envelope)
                return CheckEnvelope(envelope, digest, keys, wrongKey);
            return SignatureText.Child(root, "messageSignature", JsonValueKind.Object) is { } message ? CheckMessage(message, digest, keys, wrongKey) : Malformed;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return Malformed;
        }
    }

    private static bool IsKeyless(JsonElement root) => SignatureText.Child(root, "verificationMaterial", JsonValueKind.Object) is { } material
        && (SignatureText.Child(material, "certificate", JsonValueKind.Object) ?? SignatureText.Child(material, "x509CertificateChain", JsonValueKind.Object)) is not null;

    /// <summary>The manifest itself was signed: its hash is its digest.</summary>
    private static string? CheckMessage(JsonElement message, Digest digest, PublicKeySet keys, string wrongKey)
    {
        if (!SignatureText.TryDecode(SignatureText.Text(message, "signature") ?? "", out var signature))
            return "is not base64";
        return keys.VerifySha256(Convert.FromHexString(digest.Hex), signature) ? null : wrongKey;
    }

    private static string? CheckEnvelope(JsonElement envelope, Digest digest, PublicKeySet keys, string wrongKey)
    {
        if (SignatureText.Text(envelope, "payloadType") is not { } type || SignatureText.Child(envelope, "signatures", JsonValueKind.Array) is not { } signatures)
            return Malformed;
        if (type != StatementType)
            return $"is of type '{SignatureText.Quote(type)}', that of a statement is '{StatementType}'";
        if (!SignatureText.TryDecode(SignatureText.Text(envelope, "payload") ?? "", out var payload))
            return "has a payload that is not base64";
        var signed = SignatureText.PreAuthenticationEncoding(type, payload);
        foreach (var one in signatures.EnumerateArray().Take(MaxCount))
        {
            if (SignatureText.TryDecode(SignatureText.Text(one, "sig") ?? "", out var signature) && keys.Verify(signed, signature))
                return CheckStatement(payload, digest);
        }

        return wrongKey;
    }

    /// <seealso href="https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md"/>
    private static string? CheckStatement(byte[] payload, Digest digest)
    {
        using var json = JsonDocument.Parse(payload, SignatureText.Strict);
        var statement = json.RootElement;
        if (SignatureText.Text(statement, "_type")?.StartsWith("https://in-toto.io/Statement/v", StringComparison.Ordinal) != true
            || SignatureText.Child(statement, "subject", JsonValueKind.Array) is not { } subjects)
            return Malformed;
        if (SignatureText.Text(statement, "predicateType") is var predicate && predicate != SignPredicate)
            return $"is a statement of type '{SignatureText.Quote(predicate ?? "")}', that of a signature is '{SignPredicate}'";
        return subjects.EnumerateArray().Any(subject => SignatureText.Child(subject, "digest", JsonValueKind.Object) is { } named && SignatureText.Text(named, "sha256") == digest.Hex)
            ? null
            : "is of another digest";
    }
}
