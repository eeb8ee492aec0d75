using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Adapters.Registries.Manifests;
using GitOpsBumper.Tests.Adapters.Http;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.Tests.Adapters.Registries;

public sealed class DigestTests
{
    private const string Manifest = """{"schemaVersion":2,"manifests":[]}""";
    private static readonly string Digest = ContentDigest.Compute("""{"schemaVersion":2,"manifests":[]}"""u8).ToString();
    private static readonly string Foreign = ContentDigest.Compute("another"u8).ToString();

    [Fact]
    public async Task One_head_is_enough()
    {
        await using var server = await StartAsync(200, Foreign);
        using var asking = new Asking();

        Assert.Equal(Foreign, (await asking.DigestAsync(server)).ToString());
        Assert.Equal("HEAD /v2/team/web/manifests/1.0", Assert.Single(server.Requests).ToString());
    }

    [Theory]
    [InlineData(405, null, 3)]
    [InlineData(501, null, 3)]
    [InlineData(404, null, 4)]
    [InlineData(400, null, 4)]
    [InlineData(200, null, 4)]
    [InlineData(200, "sha256:short", 4)]
    [InlineData(200, "md5:d41d8cd98f00b204e9800998ecf8427e", 4)]
    public async Task Where_head_says_nothing_the_content_does(int status, string? header, int requestsForTwo)
    {
        await using var server = await StartAsync(status, header, getHeader: null);
        using var asking = new Asking();

        Assert.Equal(Digest, (await asking.DigestAsync(server)).ToString());
        Assert.Equal(Digest, (await asking.DigestAsync(server)).ToString());
        Assert.Equal(requestsForTwo, server.Requests.Count);
    }

    [Fact]
    public async Task Content_that_is_not_what_its_header_says_is_refused()
    {
        await using var server = await StartAsync(405, null, getHeader: Foreign);
        using var asking = new Asking();

        var failure = await Assert.ThrowsAsync<RegistryException>(() => asking.DigestAsync(server));

        Assert.Contains($"sent a manifest that is not {Foreign}, as it should be", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_kinds_of_manifests_are_accepted()
    {
        var accept = "";
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            accept = context.Request.Headers.Accept.ToString();
            context.Response.Headers["Docker-Content-Digest"] = Digest;
            await context.SendAsync(200);
        });
        using var asking = new Asking();
        await asking.DigestAsync(server);

        Assert.Contains("application/vnd.oci.image.index.v1+json", accept, StringComparison.Ordinal);
        Assert.Contains("application/vnd.docker.distribution.manifest.list.v2+json", accept, StringComparison.Ordinal);
        Assert.Contains("application/vnd.oci.image.manifest.v1+json", accept, StringComparison.Ordinal);
        Assert.Contains("application/vnd.docker.distribution.manifest.v2+json", accept, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tag_that_does_not_exist_is_named()
    {
        await using var server = await ScriptedServer.StartAsync(context => context.SendAsync(404, """{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}"""));
        using var asking = new Asking();

        var failure = await Assert.ThrowsAsync<RegistryException>(() => asking.DigestAsync(server));

        Assert.True(failure.IsNotFound);
        Assert.Equal(
            $"registry {server.Host} has no {server.Host}/team/web manifest '1.0', or does not show it to those without credentials (404 on GET /v2/team/web/manifests/1.0): MANIFEST_UNKNOWN, manifest unknown",
            failure.Message);
    }

    private static Task<ScriptedServer> StartAsync(int headStatus, string? headDigest, string? getHeader = null) => ScriptedServer.StartAsync(async context =>
    {
        var isHead = HttpMethods.IsHead(context.Request.Method);
        if ((isHead ? headDigest : getHeader) is { } header)
            context.Response.Headers["Docker-Content-Digest"] = header;
        await context.SendAsync(isHead ? headStatus : 200, Manifest);
    });
}
