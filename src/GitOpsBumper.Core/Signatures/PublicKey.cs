using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using X509PublicKey = System.Security.Cryptography.X509Certificates.PublicKey;

namespace GitOpsBumper.Core.Signatures;

/// <summary>
/// One key that cosign can sign with: ECDSA on a NIST curve, whose signatures are DER, or RSA with PKCS #1 v1.5. The hash is SHA-256; cosign 3 hashes
/// with that of the curve's size for the larger curves, which is good as well.
/// </summary>
/// <seealso href="https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md#signature-schemes"/>
internal sealed class PublicKey
{
    private const int LeastRsaBits = 2048;
    private const int MostRsaBits = 8192;
    private const string Allowed = "allowed are ECDSA keys on P-256, P-384 and P-521, and RSA keys of 2048 to 8192 bits";

    private readonly byte[] _subjectPublicKeyInfo;
    private readonly bool _isRsa;
    private readonly HashAlgorithmName[] _hashes;

    private PublicKey(byte[] subjectPublicKeyInfo, bool isRsa, HashAlgorithmName[] hashes)
    {
        _subjectPublicKeyInfo = subjectPublicKeyInfo;
        _isRsa = isRsa;
        _hashes = hashes;
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(subjectPublicKeyInfo));
    }

    /// <summary>SHA-256 of the key's DER: 64 hex digits.</summary>
    public string Fingerprint { get; }

    public static bool TryRead(ReadOnlySpan<char> label, byte[] content, [NotNullWhen(true)] out PublicKey? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        problem = null;
        try
        {
            if (label.Contains("PRIVATE", StringComparison.Ordinal))
                problem = "there is a private key, where only public keys belong: take it away from there, and make a new one if others could read it";
            else if (label is "RSA PUBLIC KEY")
                value = OfPkcs1(content, out problem);
            else if (label is "PUBLIC KEY")
                value = Of(content, out problem);
            else
                problem = $"there is a part '{Shortened.Text(label.ToString())}', which is no public key; allowed is PUBLIC KEY";
        }
        catch (CryptographicException)
        {
            problem = "there is a public key that cannot be read";
        }

        return value is not null;
    }

    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        foreach (var hash in _hashes)
        {
            if (Verify(CryptographicOperations.HashData(hash, message), hash, signature))
                return true;
        }

        return false;
    }

    public bool VerifySha256(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature) => Verify(hash, HashAlgorithmName.SHA256, signature);

    private bool Verify(ReadOnlySpan<byte> hash, HashAlgorithmName algorithm, ReadOnlySpan<byte> signature)
    {
        try
        {
            if (_isRsa)
            {
                using var rsa = RSA.Create();
                rsa.ImportSubjectPublicKeyInfo(_subjectPublicKeyInfo, out _);
                return rsa.VerifyHash(hash, signature, algorithm, RSASignaturePadding.Pkcs1);
            }

            using var ecdsa = ECDsa.Create();
            ecdsa.ImportSubjectPublicKeyInfo(_subjectPublicKeyInfo, out _);
            return ecdsa.VerifyHash(hash, signature, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            // Not even the form of a signature.
            return false;
        }
    }

    private static PublicKey? OfPkcs1(byte[] content, out string? problem)
    {
        using var rsa = RSA.Create();
        rsa.ImportRSAPublicKey(content, out var read);
        problem = read == content.Length ? CheckRsa(rsa) : "there is a public key with something behind it";
        return problem is null ? new PublicKey(rsa.ExportSubjectPublicKeyInfo(), isRsa: true, [HashAlgorithmName.SHA256]) : null;
    }

    private static PublicKey? Of(byte[] content, out string? problem)
    {
        var key = X509PublicKey.CreateFromSubjectPublicKeyInfo(content, out var read);
        if (read != content.Length)
        {
            problem = "there is a public key with something behind it";
            return null;
        }

        switch (key.Oid.Value)
        {
            case "1.2.840.113549.1.1.1":
                using (var rsa = key.GetRSAPublicKey())
                    problem = rsa is null ? $"there is a public key of an unknown kind; {Allowed}" : CheckRsa(rsa);
                return problem is null ? new PublicKey(content, isRsa: true, [HashAlgorithmName.SHA256]) : null;
            case "1.2.840.10045.2.1":
                using (var ecdsa = ECDsa.Create())
                {
                    ecdsa.ImportSubjectPublicKeyInfo(content, out _);
                    var curve = ecdsa.ExportParameters(includePrivateParameters: false).Curve;
                    HashAlgorithmName[]? hashes = (curve.IsNamed ? curve.Oid.Value : null) switch
                    {
                        "1.2.840.10045.3.1.7" => [HashAlgorithmName.SHA256],
                        "1.3.132.0.34" => [HashAlgorithmName.SHA256, HashAlgorithmName.SHA384],
                        "1.3.132.0.35" => [HashAlgorithmName.SHA256, HashAlgorithmName.SHA512],
                        _ => null,
                    };
                    problem = hashes is null ? $"there is an ECDSA key on another curve; {Allowed}" : null;
                    return hashes is null ? null : new PublicKey(content, isRsa: false, hashes);
                }

            default:
                problem = $"there is a public key of kind {Shortened.Text(key.Oid.Value ?? "?")}; {Allowed}";
                return null;
        }
    }

    private static string? CheckRsa(RSA rsa) => rsa.KeySize is >= LeastRsaBits and <= MostRsaBits ? null : $"there is an RSA key of {rsa.KeySize} bits; {Allowed}";
}
