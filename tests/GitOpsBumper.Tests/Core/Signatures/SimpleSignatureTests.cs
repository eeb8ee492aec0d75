using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
using System.Text;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Signatures;

namespace GitOpsBumper.Tests.Core.Signatures;

/// <summary>A signature counts when a wanted key made it, of exactly this payload, about exactly this digest.</summary>
public sealed class SimpleSignatureTests : IDisposable
{
    private static readonly Digest Image = TestSigner.DigestOf("image");

    private readonly TestSigner _signer = TestSigner.P256();
    private readonly TestSigner _other = TestSigner.P256();

    public static TheoryData<string> Broken => [.. new[] { "", "A", "MEUCIBKI9", "====", "not base64 at all", "AAAA", "MAYCAQACAQA=" }];

    [Fact]
    public void The_right_key_counts_on_every_curve_and_with_RSA()
    {
        foreach (var signer in new[] { TestSigner.P256(), TestSigner.P384(), TestSigner.Rsa(), TestSigner.Rsa(3072) })
        {
            using (signer)
                Assert.Null(signer.Simple(Image).Check(Image, signer.Keys));
        }
    }

    [Fact]
    public void Any_of_several_keys_may_have_signed()
    {
        var keys = TestSigner.KeysOf(_other.PublicPem + "\n" + _signer.PublicPem);
        Assert.Null(_signer.Simple(Image).Check(Image, keys));
        Assert.Null(_other.Simple(Image).Check(Image, keys));
    }

    [Fact]
    public void A_payload_that_was_changed_by_one_character_does_not_count()
    {
        var signed = _signer.Simple(Image);
        for (var index = 0; index < signed.Payload.Length; index++)
        {
            var changed = signed.Payload.ToArray();
            changed[index] ^= 1;
            Assert.NotNull((signed with { Payload = changed }).Check(Image, _signer.Keys));
        }
    }

    [Fact]
    public void Another_key_does_not_count() => Is("is by another key", _other.Simple(Image));

    [Fact]
    public void A_signature_of_another_digest_does_not_count_and_names_it()
    {
        var other = TestSigner.DigestOf("other image");
        Is($"is of another digest, {other}", _signer.Simple(other));
    }

    [Fact]
    public void A_signature_of_something_that_is_no_image_does_not_count() =>
        Is("is of type 'atomic container signature'", _signer.Simple(TestSigner.Payload(Image, "atomic container signature")));

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("no JSON")]
    [InlineData("{\"critical\":{\"type\":\"cosign container image signature\"}}")]
    [InlineData("{\"critical\":{\"type\":\"cosign container image signature\",\"image\":{\"docker-manifest-digest\":7}}}")]
    [InlineData("{\"critical\":{\"type\":\"cosign container image signature\",\"image\":{\"Docker-Manifest-Digest\":\"x\"}}}")]
    public void A_signed_text_that_is_no_payload_does_not_count(string payload) => Is("has a payload that is not one of cosign", _signer.Simple(payload));

    [Fact]
    public void A_payload_that_names_its_digest_twice_does_not_count()
    {
        var other = TestSigner.DigestOf("other image");
        var twice = TestSigner.Payload(Image).Replace("\"docker-manifest-digest\":", $"\"docker-manifest-digest\":\"{other}\",\"docker-manifest-digest\":", StringComparison.Ordinal);
        Is("has a payload that is not one of cosign", _signer.Simple(twice));
    }

    [Fact]
    public void Deep_JSON_ends_in_a_sentence() => Is("has a payload that is not one of cosign", _signer.Simple(new string('[', 100_000)));

    [Fact]
    public void Claims_that_the_signer_added_change_nothing() => Assert.Null(
        _signer.Simple(TestSigner.Payload(Image).Replace("\"optional\":null", "\"optional\":{\"commit\":\"abc\",\"build\":7}", StringComparison.Ordinal)).Check(Image, _signer.Keys));

    [Fact]
    public void The_name_that_the_signer_gave_the_image_is_not_compared() => Assert.Null(
        _signer.Simple(TestSigner.Payload(Image).Replace("registry.example.com/team/web", "elsewhere.example.com/mirror", StringComparison.Ordinal)).Check(Image, _signer.Keys));

    [Theory]
    [MemberData(nameof(Broken))]
    public void What_is_no_signature_does_not_count(string base64) => Assert.NotNull((_signer.Simple(Image) with { Base64 = base64 }).Check(Image, _signer.Keys));

    [Fact]
    public void A_signature_that_is_cut_off_does_not_count()
    {
        var whole = _signer.Simple(Image);
        var bytes = Convert.FromBase64String(whole.Base64);
        for (var length = 0; length < bytes.Length; length++)
            Assert.NotNull((whole with { Base64 = Convert.ToBase64String(bytes, 0, length) }).Check(Image, _signer.Keys));
        Assert.NotNull((whole with { Base64 = Convert.ToBase64String([.. bytes, 0]) }).Check(Image, _signer.Keys));
    }

    [Fact]
    public void Both_values_of_s_are_the_same_signature()
    {
        var order = BigInteger.Parse("0ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var signed = _signer.Simple(Image);
        var values = new AsnReader(Convert.FromBase64String(signed.Base64), AsnEncodingRules.DER).ReadSequence();
        var (r, s) = (values.ReadInteger(), values.ReadInteger());
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(r);
            writer.WriteInteger(order - s);
        }

        var mirrored = signed with { Base64 = Convert.ToBase64String(writer.Encode()) };
        Assert.NotEqual(signed.Base64, mirrored.Base64);
        Assert.Null(mirrored.Check(Image, _signer.Keys));
    }

    [Fact]
    public void An_RSA_signature_with_another_padding_does_not_count()
    {
        using var rsa = System.Security.Cryptography.RSA.Create(2048);
        var payload = Encoding.UTF8.GetBytes(TestSigner.Payload(Image));
        var pss = rsa.SignData(payload, System.Security.Cryptography.HashAlgorithmName.SHA256, System.Security.Cryptography.RSASignaturePadding.Pss);
        var keys = TestSigner.KeysOf(rsa.ExportSubjectPublicKeyInfoPem());
        Assert.NotNull(new SimpleSignature(payload, Convert.ToBase64String(pss), HasCertificate: false).Check(Image, keys));
    }

    [Fact]
    public void A_signature_without_a_key_says_what_it_is() =>
        Assert.Contains("made with a certificate", (_other.Simple(Image) with { HasCertificate = true }).Check(Image, _signer.Keys), StringComparison.Ordinal);

    [Fact]
    public void A_payload_of_more_than_a_megabyte_is_not_read() =>
        Is("has a payload of 1048577 bytes", new SimpleSignature(new byte[ImageSignature.MaxBytes + 1], "AAAA", HasCertificate: false));

    public void Dispose()
    {
        _signer.Dispose();
        _other.Dispose();
    }

    private void Is(string reason, ImageSignature signature) => Assert.StartsWith(reason, signature.Check(Image, _signer.Keys), StringComparison.Ordinal);
}
