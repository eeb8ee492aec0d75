using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Signatures;
using GitOpsBumper.Tests.Adapters.Http;
using GitOpsBumper.Tests.Core.Signatures;

namespace GitOpsBumper.Tests.Adapters.Registries.Signatures;

/// <summary>A registry that answers nonsense, or nothing, makes nothing signed and nothing unsigned: that is a failure with a name.</summary>
public sealed class HostileSignatureTests : IDisposable
{
    private static readonly Digest Image = TestSigner.DigestOf("image");

    private readonly SignatureStore _store = new();
    private readonly TestSigner _signer = TestSigner.P256();
    private readonly Asking _asking = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, int, string, string> Answers => new()
    {
        { "/referrers/", 200, "<html>", "not a list of referrers" },
        { "/referrers/", 200, "[]", "not a list of referrers" },
        { "/referrers/", 200, "{\"manifests\":7}", "not a list of referrers" },
        { "/referrers/", 200, new string('[', 100_000), "not a list of referrers" },
        { "/referrers/", 500, "", "could not answer" },
        { "/referrers/", 403, "", "does not show" },
        { "/referrers/", 401, "", "does not show" },
        { ".sig", 200, "<html>", "no manifest of signatures" },
        { ".sig", 200, "{\"layers\":{}}", "no manifest of signatures" },
        { ".sig", 200, new string('{', 100_000), "no manifest of signatures" },
        { ".sig", 503, "", "could not answer" },
        { ".sig", 403, "", "does not show" },
        { "/blobs/", 200, "{}", "something else than the digest names" },
        { "/blobs/", 500, "", "could not answer" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Nonsense_and_refusals_are_failures(string path, int status, string body, string why)
    {
        _store.Tag(Image, _signer.Simple(Image));
        _store.Instead[path] = context => context.SendAsync(status, body, "text/html");
        var failure = await FailAsync();
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
        Assert.Contains("team/web", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/referrers/", "4 MiB")]
    [InlineData(".sig", "4 MiB")]
    [InlineData("/blobs/", "1 MiB")]
    public async Task An_endless_answer_is_cut_off(string path, string limit)
    {
        _store.Tag(Image, _signer.Simple(Image));
        _store.Instead[path] = async context =>
        {
            var block = new byte[64 * 1024];
            try
            {
                while (!context.RequestAborted.IsCancellationRequested)
                    await context.Response.Body.WriteAsync(block, context.RequestAborted);
            }
            catch (Exception gone) when (gone is OperationCanceledException or IOException)
            {
            }
        };
        Assert.Contains($"more than {limit}", (await FailAsync()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("</v2/team/web/referrers/x?from=1>; rel=\"next\"", "more than 20 pages")]
    [InlineData("<http://elsewhere.invalid/v2/>; rel=\"next\"", "on another host")]
    [InlineData("<?from=0>; rel=\"next\"", "in a circle")]
    public async Task Pages_end(string link, string why)
    {
        var count = 0;
        _store.Instead["/referrers/"] = context =>
        {
            context.Response.Headers.Link = link.Replace("from=1", $"from={++count}", StringComparison.Ordinal);
            return context.SendAsync(200, "{\"manifests\":[]}");
        };
        Assert.Contains(why, (await FailAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_referrer_that_is_not_what_its_digest_names_is_a_failure()
    {
        _store.Refer(Image, _signer.Simple(Image));
        _store.Instead["/manifests/sha256:"] = context => context.SendAsync(200, "{\"layers\":[]}");
        Assert.Contains("sent a manifest that is not sha256:", (await FailAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payload_that_is_announced_as_huge_is_not_asked_for()
    {
        var signature = _signer.Simple(Image);
        _store.Add(_store.Manifest(signature).Replace($"\"size\":{signature.Payload.Length}", "\"size\":2000000", StringComparison.Ordinal), SignatureStore.TagOf(Image));
        await using var server = await _store.ServeAsync();
        Assert.Contains("has a payload of 2000000 bytes", (await VerifyAsync(server)).Problem, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Requests, request => request.Target.Contains("/blobs/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/blobs/", "has lost its payload")]
    [InlineData("/manifests/sha256:", "has no signature")]
    public async Task What_is_listed_and_not_there_does_not_count(string path, string why)
    {
        _store.Refer(Image, _signer.Simple(Image));
        _store.Instead[path] = context => context.SendAsync(404);
        await using var server = await _store.ServeAsync();
        Assert.Contains(why, (await VerifyAsync(server)).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/vnd.dev.cosign.simplesigning.v1", "application/vnd.example.v1")]
    [InlineData("dev.cosignproject.cosign/signature", "dev.cosignproject.cosign/other")]
    public async Task A_layer_of_another_type_is_no_signature(string written, string instead)
    {
        var manifest = _store.Manifest(_signer.Simple(Image));
        Assert.Contains(written, manifest, StringComparison.Ordinal);
        _store.Add(manifest.Replace(written, instead, StringComparison.Ordinal), SignatureStore.TagOf(Image));
        await using var server = await _store.ServeAsync();
        Assert.Equal("has no signature", (await VerifyAsync(server)).Problem);
    }

    public void Dispose()
    {
        _asking.Dispose();
        _signer.Dispose();
    }

    private Task<SignatureVerdict> VerifyAsync(ScriptedServer server) =>
        _asking.Client.VerifyAsync(Asking.Repository($"{server.Host}/team/web"), Image, _signer.Keys, null, Token);

    private async Task<RegistryException> FailAsync()
    {
        await using var server = await _store.ServeAsync();
        return await Assert.ThrowsAsync<RegistryException>(() => VerifyAsync(server));
    }
}
