using System.Security.Cryptography;
using GitOpsBumper.Core.Signatures;

namespace GitOpsBumper.Tests.Core.Signatures;

/// <summary>Keys that cosign can sign with, in PEM; everything else is refused with a sentence that shows nothing of it.</summary>
public sealed class PublicKeySetTests : IDisposable
{
    private readonly TestSigner _one = TestSigner.P256();
    private readonly TestSigner _two = TestSigner.Rsa();

    [Fact]
    public void The_fingerprint_is_that_of_the_keys_and_not_of_the_text()
    {
        var one = TestSigner.KeysOf($"# our keys\n{_one.PublicPem}\r\n\r\n{_two.PublicPem}");
        Assert.Equal(one.Fingerprint, TestSigner.KeysOf($"{_two.PublicPem}\n{_one.PublicPem}\n").Fingerprint);
        Assert.NotEqual(one.Fingerprint, _one.Keys.Fingerprint);
        Assert.Equal(64, one.Fingerprint.Length);
    }

    [Fact]
    public void An_RSA_key_may_be_of_the_older_form()
    {
        using var rsa = RSA.Create(2048);
        Assert.Equal(TestSigner.KeysOf(rsa.ExportSubjectPublicKeyInfoPem()).Fingerprint, TestSigner.KeysOf(rsa.ExportRSAPublicKeyPem()).Fingerprint);
    }

    [Theory]
    [InlineData("", "no public key in PEM")]
    [InlineData("ssh-ed25519 AAAA", "no public key in PEM")]
    [InlineData("-----BEGIN PUBLIC KEY-----\n!!\n-----END PUBLIC KEY-----", "no sound PEM")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA", "no sound PEM")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "cannot be read")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "'CERTIFICATE', which is no public key")]
    [InlineData("-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----", "only public keys belong")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----", "1.3.101.112")]
    public void What_is_no_key_is_refused(string text, string why) => Refuses(text, why);

    [Fact]
    public void Private_keys_are_refused_and_not_shown()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = ecdsa.ExportPkcs8PrivateKeyPem();
        var problem = Refuses(pem, "only public keys belong");
        Assert.DoesNotContain(pem.Split('\n')[1], problem, StringComparison.Ordinal);
        Refuses(ecdsa.ExportECPrivateKeyPem(), "only public keys belong");
        Refuses(_one.PublicPem + "\n" + pem, "only public keys belong");
    }

    [Fact]
    public void Weak_and_strange_keys_are_refused_with_what_is_allowed()
    {
        using var weak = RSA.Create(1024);
        Refuses(weak.ExportSubjectPublicKeyInfoPem(), "RSA key of 1024 bits; allowed are");
        Refuses(weak.ExportRSAPublicKeyPem(), "RSA key of 1024 bits; allowed are");
        using var koblitz = ECDsa.Create(ECCurve.CreateFromValue("1.3.132.0.10"));
        Refuses(koblitz.ExportSubjectPublicKeyInfoPem(), "another curve; allowed are");
    }

    [Fact]
    public void One_key_that_is_wrong_spoils_the_set()
    {
        using var weak = RSA.Create(1024);
        Refuses($"{_one.PublicPem}\n{weak.ExportSubjectPublicKeyInfoPem()}", "RSA key of 1024 bits");
        Refuses($"-----BEGIN PUBLIC KEY-----\n!!\n-----END PUBLIC KEY-----\n{_one.PublicPem}", "no sound PEM");
        Refuses($"{_one.PublicPem}\n-----BEGIN PUBLIC KEY-----\nMFk", "no sound PEM");
    }

    [Fact]
    public void Many_keys_and_long_texts_are_refused()
    {
        Refuses(string.Join('\n', Enumerable.Repeat(_one.PublicPem, PublicKeySet.MaxKeys + 1)), "more than 20 public keys");
        Refuses(new string(' ', PublicKeySet.MaxCharacters + 1), "at most 65536");
    }

    public void Dispose()
    {
        _one.Dispose();
        _two.Dispose();
    }

    private static string Refuses(string text, string why)
    {
        Assert.False(PublicKeySet.TryParse(text, out _, out var problem));
        Assert.Contains(why, problem, StringComparison.Ordinal);
        return problem;
    }
}
