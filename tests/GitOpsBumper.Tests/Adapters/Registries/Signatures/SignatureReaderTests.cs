using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Signatures;
using GitOpsBumper.Tests.Adapters.Http;
using GitOpsBumper.Tests.Core.Signatures;

namespace GitOpsBumper.Tests.Adapters.Registries.Signatures;

/// <summary>Signatures are found wherever cosign puts them, with few requests; one good one is enough.</summary>
public sealed class SignatureReaderTests : IDisposable
{
    private static readonly Digest Image = TestSigner.DigestOf("image");

    private readonly SignatureStore _store = new();
    private readonly TestSigner _signer = TestSigner.P256();
    private readonly TestSigner _other = TestSigner.P256();
    private readonly Asking _asking = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_signed_where_there_is_nothing()
    {
        Assert.Equal("has no signature", await ProblemAsync());
        _store.HasReferrersApi = false;
        Assert.Equal("has no signature", await ProblemAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_tag_of_cosign_1_and_2_is_read(bool hasReferrersApi)
    {
        _store.HasReferrersApi = hasReferrersApi;
        _store.Tag(Image, _signer.Simple(Image));
        Assert.Null(await ProblemAsync());
    }

    [Theory]
    [InlineData(true, 404)]
    [InlineData(false, 404)]
    [InlineData(false, 400)]
    [InlineData(false, 405)]
    [InlineData(false, 501)]
    public async Task Referrers_are_read_with_the_API_or_from_the_tag_that_stands_in_for_it(bool hasReferrersApi, int unknownPath)
    {
        _store.HasReferrersApi = hasReferrersApi;
        _store.UnknownPath = unknownPath;
        _store.Refer(Image, _signer.Simple(Image));
        Assert.Null(await ProblemAsync());
    }

    [Theory]
    [InlineData(true, SigstoreBundle.SignPredicate)]
    [InlineData(true, null)]
    [InlineData(false, SigstoreBundle.SignPredicate)]
    [InlineData(false, null)]
    public async Task Bundles_of_cosign_3_are_read(bool hasReferrersApi, string? predicate)
    {
        _store.HasReferrersApi = hasReferrersApi;
        _store.ReferBundle(Image, _signer.Bundle(TestSigner.Statement(Image)), predicate);
        Assert.Null(await ProblemAsync());
    }

    [Fact]
    public async Task One_good_signature_among_bad_ones_is_enough()
    {
        _store.ReferBundle(Image, _other.Bundle(TestSigner.Statement(Image)));
        _store.Refer(Image, _other.Simple(Image), _other.Simple(TestSigner.DigestOf("other")));
        _store.Tag(Image, _other.Simple(Image), _signer.Simple(TestSigner.DigestOf("other")), _signer.Simple(Image) with { Base64 = "MEUC" }, _signer.Simple(Image));
        Assert.Null(await ProblemAsync());
    }

    [Fact]
    public async Task Why_none_of_them_counts_is_told()
    {
        _store.Tag(Image, _other.Simple(Image));
        Assert.Equal("has one signature, which does not count: it is by another key, or of other content", await ProblemAsync());
        _store.Tag(Image, _other.Simple(Image), _other.Simple(Image), _signer.Simple(TestSigner.DigestOf("other")));
        Assert.Equal(
            $"has 3 signatures, which do not count: one is by another key, or of other content; one is of another digest, {TestSigner.DigestOf("other")}", await ProblemAsync());
    }

    [Fact]
    public async Task Attestations_that_say_what_they_are_cost_no_request()
    {
        _store.ReferBundle(Image, _signer.Bundle(TestSigner.Statement(Image, "https://slsa.dev/provenance/v1")), "https://slsa.dev/provenance/v1");
        _store.Refer(Image, "{}", "application/spdx+json", null);
        await using var server = await _store.ServeAsync();
        Assert.Equal("has no signature", (await VerifyAsync(server)).Problem);
        Assert.Equal([$"GET /v2/team/web/referrers/{Image}", $"GET /v2/team/web/manifests/{SignatureStore.TagOf(Image)}"], server.Requests.Select(request => request.ToString()));
    }

    [Fact]
    public async Task An_attestation_that_lies_about_itself_is_no_signature()
    {
        _store.ReferBundle(Image, _signer.Bundle(TestSigner.Statement(Image, "https://slsa.dev/provenance/v1")));
        Assert.Contains("is a statement of type 'https://slsa.dev/provenance/v1'", await ProblemAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signatures_of_one_payload_cost_one_request_for_it()
    {
        _store.HasReferrersApi = false;
        _store.Tag(Image, _other.Simple(Image), _other.Simple(Image), _signer.Simple(Image));
        await using var server = await _store.ServeAsync();
        Assert.True((await VerifyAsync(server)).IsSigned);
        Assert.Equal(4, server.Requests.Count);
        Assert.Single(server.Requests, request => request.Target.Contains("/blobs/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_found_signed_is_never_asked_about_again_and_what_was_not_is()
    {
        await using var server = await _store.ServeAsync();
        Assert.False((await VerifyAsync(server)).IsSigned);
        var before = server.Requests.Count;
        _store.Tag(Image, _signer.Simple(Image));
        Assert.True((await VerifyAsync(server)).IsSigned);
        var after = server.Requests.Count;
        Assert.True(after > before);
        Assert.True((await VerifyAsync(server)).IsSigned);
        Assert.Equal(after, server.Requests.Count);

        Assert.False((await _asking.Client.VerifyAsync(Asking.Repository($"{server.Host}/team/web"), Image, _other.Keys, null, Token)).IsSigned);
        Assert.False((await _asking.Client.VerifyAsync(Asking.Repository($"{server.Host}/team/web"), TestSigner.DigestOf("other"), _signer.Keys, null, Token)).IsSigned);
    }

    [Fact]
    public async Task In_a_cycle_each_digest_and_key_is_asked_about_once()
    {
        await using var server = await _store.ServeAsync();
        using var cycle = new RegistryCycle(_asking.Client, Token);
        var repository = Asking.Repository($"{server.Host}/team/web");
        var keys = _signer.Keys;
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => cycle.VerifyAsync(repository, Image, TestSigner.KeysOf(_signer.PublicPem), null, Token)));
        Assert.Equal(2, server.Requests.Count);
        await cycle.VerifyAsync(repository, Image, _other.Keys, null, Token);
        Assert.Equal(4, server.Requests.Count);
        Assert.Equal(keys.Fingerprint, _signer.Keys.Fingerprint);
    }

    [Fact]
    public async Task Pages_of_referrers_are_followed()
    {
        _store.PageSize = 3;
        for (var index = 0; index < 10; index++)
            _store.Refer(Image, $"{{\"number\":{index}}}", "application/spdx+json", null);
        _store.Refer(Image, _signer.Simple(Image));
        Assert.Null(await ProblemAsync());
    }

    [Fact]
    public async Task Of_each_place_fifty_signatures_are_looked_at()
    {
        for (var index = 0; index < ImageSignature.MaxCount; index++)
            _store.Refer(Image, _other.Simple($"{index}"));
        _store.Refer(Image, _signer.Simple(Image));
        Assert.Contains("more than 50 signatures, of which the first 50 do not count", await ProblemAsync(), StringComparison.Ordinal);
        _store.Tag(Image, [.. Enumerable.Range(0, ImageSignature.MaxCount).Select(_ => _other.Simple(Image)), _signer.Simple(Image)]);
        Assert.Contains("more than 100 signatures", await ProblemAsync(), StringComparison.Ordinal);
        _store.Tag(Image, [.. Enumerable.Range(0, ImageSignature.MaxCount - 1).Select(_ => _other.Simple(Image)), _signer.Simple(Image)]);
        Assert.Null(await ProblemAsync());
    }

    [Fact]
    public async Task Other_digests_than_sha256_cannot_be_signed()
    {
        Assert.True(Digest.TryParse("sha512:" + new string('a', 128), out var digest, out _));
        await using var server = await _store.ServeAsync();
        var verdict = await _asking.Client.VerifyAsync(Asking.Repository($"{server.Host}/team/web"), digest, _signer.Keys, null, Token);
        Assert.Equal("has a sha512 digest, cosign signs sha256 digests alone", verdict.Problem);
        Assert.Empty(server.Requests);
    }

    public void Dispose()
    {
        _asking.Dispose();
        _signer.Dispose();
        _other.Dispose();
    }

    private Task<SignatureVerdict> VerifyAsync(ScriptedServer server) =>
        _asking.Client.VerifyAsync(Asking.Repository($"{server.Host}/team/web"), Image, _signer.Keys, null, Token);

    private async Task<string?> ProblemAsync()
    {
        await using var server = await _store.ServeAsync();
        return (await VerifyAsync(server)).Problem;
    }
}
