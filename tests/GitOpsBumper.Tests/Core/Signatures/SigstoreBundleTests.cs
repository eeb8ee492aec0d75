using System.Text;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Signatures;

namespace GitOpsBumper.Tests.Core.Signatures;

/// <summary>The form of cosign 3: what counts is a signature of the image, by a wanted key, and no other statement about it.</summary>
public sealed class SigstoreBundleTests : IDisposable
{
    private const string Manifest = "{\"schemaVersion\":2}";

    private static readonly Digest Image = TestSigner.DigestOf(Manifest);

    private readonly TestSigner _signer = TestSigner.P256();
    private readonly TestSigner _other = TestSigner.Rsa();

    [Fact]
    public void A_signed_statement_counts()
    {
        Assert.Null(Check(_signer.Bundle(TestSigner.Statement(Image))));
        Assert.Null(Bundle(_other.Bundle(TestSigner.Statement(Image))).Check(Image, _other.Keys));
    }

    [Fact]
    public void A_signature_of_the_manifest_counts()
    {
        Assert.Null(Check(_signer.MessageBundle(Manifest)));
        Assert.Null(Bundle(_other.MessageBundle(Manifest)).Check(Image, _other.Keys));
    }

    [Fact]
    public void Of_several_subjects_one_has_to_be_the_image()
    {
        var two = TestSigner.Statement(Image).Replace("\"subject\":[", "\"subject\":[{\"digest\":{\"sha256\":\"00\"}},", StringComparison.Ordinal);
        Assert.Null(Check(_signer.Bundle(two)));
    }

    [Theory]
    [InlineData("https://slsa.dev/provenance/v1")]
    [InlineData("https://cyclonedx.org/bom")]
    [InlineData("")]
    public void An_attestation_is_no_signature(string predicate) =>
        Assert.Contains($"is a statement of type '{predicate}'", Check(_signer.Bundle(TestSigner.Statement(Image, predicate))), StringComparison.Ordinal);

    [Fact]
    public void Another_image_another_key_and_another_type_do_not_count()
    {
        Assert.Contains("of another digest", Check(_signer.Bundle(TestSigner.Statement(TestSigner.DigestOf("other")))), StringComparison.Ordinal);
        Assert.Contains("by another key", Check(_other.Bundle(TestSigner.Statement(Image))), StringComparison.Ordinal);
        Assert.Contains("by another key", Check(_other.MessageBundle(Manifest)), StringComparison.Ordinal);
        Assert.Contains("by another key", Check(_signer.MessageBundle("{}")), StringComparison.Ordinal);
        Assert.Contains("is of type 'text/plain'", Check(_signer.Bundle(TestSigner.Statement(Image), "text/plain")), StringComparison.Ordinal);
    }

    [Fact]
    public void Words_of_a_stranger_are_quoted_on_one_line_and_shortened()
    {
        var reason = Check(_other.Bundle(TestSigner.Statement(Image), "a\\n\\u001b[31mb" + new string('c', 1000)));
        Assert.StartsWith("is of type 'a[31mbccc", reason, StringComparison.Ordinal);
        Assert.DoesNotContain(reason!, char.IsControl);
        Assert.InRange(reason!.Length, 1, 400);
    }

    [Fact]
    public void A_signature_of_the_statement_alone_is_none_of_the_envelope()
    {
        var statement = TestSigner.Statement(Image);
        Assert.Contains("by another key", Check(TestSigner.Envelope(statement, _signer.Sign(statement))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_statement_that_was_exchanged_does_not_count()
    {
        var signed = _signer.Bundle(TestSigner.Statement(TestSigner.DigestOf("other")));
        var exchanged = signed.Replace(Base64(TestSigner.Statement(TestSigner.DigestOf("other"))), Base64(TestSigner.Statement(Image)), StringComparison.Ordinal);
        Assert.NotEqual(signed, exchanged);
        Assert.Contains("by another key", Check(exchanged), StringComparison.Ordinal);
    }

    [Fact]
    public void A_signature_with_a_certificate_says_what_it_is() => Assert.Contains(
        "made with a certificate",
        Check(_other.Bundle(TestSigner.Statement(Image)).Replace("\"publicKey\":{\"hint\":\"x\"}", "\"certificate\":{\"rawBytes\":\"AAAA\"}", StringComparison.Ordinal)),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"mediaType\":\"application/json\",\"dsseEnvelope\":{}}")]
    [InlineData("{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\"}")]
    [InlineData("{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\",\"dsseEnvelope\":{\"payloadType\":7}}")]
    [InlineData("{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\",\"messageSignature\":{}}")]
    [InlineData("{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\",\"dsseEnvelope\":{\"payloadType\":\"application/vnd.in-toto+json\",\"payload\":\"!\",\"signatures\":[]}}")]
    [InlineData("{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\",\"dsseEnvelope\":{\"payloadType\":\"application/vnd.in-toto+json\",\"payload\":\"AAAA\",\"signatures\":[7,{}]}}")]
    public void What_is_no_bundle_ends_in_a_sentence(string text) => Assert.NotNull(Check(text));

    [Theory]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("no JSON")]
    [InlineData("{\"_type\":\"https://example.com/Statement\",\"subject\":[]}")]
    public void What_is_no_statement_ends_in_a_sentence(string statement) =>
        Assert.Equal("is no sigstore bundle that can be read", Check(_signer.Bundle(statement)));

    [Fact]
    public void Deep_and_long_documents_end_in_a_sentence()
    {
        Assert.NotNull(Check(new string('[', 200_000)));
        Assert.Contains("at most 1048576 are read", Check(new string(' ', ImageSignature.MaxBytes + 1)), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _signer.Dispose();
        _other.Dispose();
    }

    private static SigstoreBundle Bundle(string text) => new(Encoding.UTF8.GetBytes(text));

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private string? Check(string text) => Bundle(text).Check(Image, _signer.Keys);
}
