using System.Security.Cryptography;
using System.Text;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Signatures;

namespace GitOpsBumper.Tests.Core.Signatures;

/// <summary>Somebody with a key of their own, who signs as cosign does; the cryptography is that of .NET.</summary>
internal sealed class TestSigner : IDisposable
{
    private readonly ECDsa? _ecdsa;
    private readonly RSA? _rsa;

    private TestSigner(ECDsa? ecdsa, RSA? rsa)
    {
        _ecdsa = ecdsa;
        _rsa = rsa;
    }

    public AsymmetricAlgorithm Key => (AsymmetricAlgorithm?)_ecdsa ?? _rsa!;

    public string PublicPem => Key.ExportSubjectPublicKeyInfoPem();

    public PublicKeySet Keys => KeysOf(PublicPem);

    public static TestSigner P256() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256), null);

    public static TestSigner P384() => new(ECDsa.Create(ECCurve.NamedCurves.nistP384), null);

    public static TestSigner Rsa(int bits = 2048) => new(null, RSA.Create(bits));

    public static PublicKeySet KeysOf(string pem)
    {
        Assert.True(PublicKeySet.TryParse(pem, out var keys, out var problem), problem);
        return keys;
    }

    public static Digest DigestOf(string content)
    {
        Assert.True(Digest.TryParse($"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))}", out var digest, out _));
        return digest;
    }

    /// <summary>As cosign 2 writes it, byte for byte.</summary>
    public static string Payload(Digest digest, string type = SimpleSigningPayload.ContainerImage) =>
        $$$"""{"critical":{"identity":{"docker-reference":"registry.example.com/team/web"},"image":{"docker-manifest-digest":"{{{digest}}}"},"type":"{{{type}}}"},"optional":null}""";

    /// <summary>With the fields that cosign 3 writes.</summary>
    public static string Statement(Digest digest, string predicate = SigstoreBundle.SignPredicate) =>
        $$$"""{"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"sha256":"{{{digest.Hex}}}"}}],"predicateType":"{{{predicate}}}","predicate":{}}""";

    public byte[] Sign(byte[] message) => _ecdsa is not null
        ? _ecdsa.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
        : _rsa!.SignData(message, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    public string Sign(string message) => Convert.ToBase64String(Sign(Encoding.UTF8.GetBytes(message)));

    public SimpleSignature Simple(Digest digest) => Simple(Payload(digest));

    public SimpleSignature Simple(string payload) => new(Encoding.UTF8.GetBytes(payload), Sign(payload), HasCertificate: false);

    /// <summary>A bundle with a signed statement.</summary>
    public string Bundle(string statement, string type = "application/vnd.in-toto+json")
    {
        var signature = Sign($"DSSEv1 {type.Length} {type} {Encoding.UTF8.GetByteCount(statement)} {statement}");
        return Envelope(statement, signature, type);
    }

    public static string Envelope(string statement, string signature, string type = "application/vnd.in-toto+json") => $$$"""
        {"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{"hint":"x"}},
         "dsseEnvelope":{"payload":"{{{Convert.ToBase64String(Encoding.UTF8.GetBytes(statement))}}}","payloadType":"{{{type}}}","signatures":[{"sig":"{{{signature}}}"}]}}
        """;

    /// <summary>A bundle with a signature of the manifest itself.</summary>
    public string MessageBundle(string manifest) => $$$"""
        {"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{"hint":"x"}},
         "messageSignature":{"messageDigest":{"algorithm":"SHA2_256","digest":""},"signature":"{{{Sign(manifest)}}}"}}
        """;

    public void Dispose() => Key.Dispose();
}
