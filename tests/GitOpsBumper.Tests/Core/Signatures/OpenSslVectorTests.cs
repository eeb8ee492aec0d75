using System.Text;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Signatures;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Core.Signatures;

/// <summary>
/// Signatures that another program made, in the format of cosign: the systems that this is tested on have no package of cosign, so OpenSSL signed
/// the same bytes. The commands are in the vector file.
/// </summary>
public sealed class OpenSslVectorTests
{
    public static TheoryData<string, string, string, string> Vectors => VectorFile.Quadruples("signatures", "openssl.tsv");

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_signature_by_OpenSSL_counts_for_its_digest_and_key_alone(string name, string key, string form, string signature)
    {
        var keys = TestSigner.KeysOf($"-----BEGIN PUBLIC KEY-----\n{key}\n-----END PUBLIC KEY-----\n");
        var statement = File.ReadAllText(VectorFile.PathOf("signatures", "statement.json"));
        var payload = File.ReadAllBytes(VectorFile.PathOf("signatures", "payload.json"));
        ImageSignature found = form == "simple"
            ? new SimpleSignature(payload, signature, HasCertificate: false)
            : new SigstoreBundle(Encoding.UTF8.GetBytes(TestSigner.Envelope(statement, signature)));

        Assert.True(Digest.TryParse("sha256:4f6b3f0d5b8c2a1e9d7c6b5a49382716f5e4d3c2b1a0998877665544332211aa", out var digest, out _));
        Assert.Null(found.Check(digest, keys));
        Assert.Contains("of another digest", found.Check(TestSigner.DigestOf(name), keys), StringComparison.Ordinal);
        using var other = TestSigner.P256();
        Assert.Contains("by another key", found.Check(digest, other.Keys), StringComparison.Ordinal);
    }

    [Fact]
    public void The_tests_own_payload_is_the_one_that_OpenSSL_signed_but_for_the_digest()
    {
        Assert.True(Digest.TryParse("sha256:4f6b3f0d5b8c2a1e9d7c6b5a49382716f5e4d3c2b1a0998877665544332211aa", out var digest, out _));
        Assert.Equal(File.ReadAllText(VectorFile.PathOf("signatures", "payload.json")), TestSigner.Payload(digest));
        Assert.Equal(File.ReadAllText(VectorFile.PathOf("signatures", "statement.json")), TestSigner.Statement(digest));
    }
}
