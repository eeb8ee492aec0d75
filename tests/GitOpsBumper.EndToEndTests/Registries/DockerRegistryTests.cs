using System.Net;
using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Core.Images;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Registries;

/// <summary>What a registry is asked, and what comes of it, against the real docker-registry.</summary>
public sealed class DockerRegistryTests(World world)
{
    private static readonly DateTimeOffset Created = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_tag_list_is_one_request()
    {
        var registry = await world.RegistryAsync();
        await registry.Images.PushTagsAsync("client/list", Enumerable.Range(0, 300).Select(number => $"1.0.{number}"), Token);
        using var access = new RegistryAccess();

        var tags = await access.Client.ListTagsAsync(RegistryAccess.Repository(registry, "client/list"), null, Token);

        Assert.Equal(300, tags.Count);
        Assert.Equal(300, tags.Distinct().Count());
        Assert.Single(await registry.RequestsAsync("client/list", Token), request => request.Path == "/v2/client/list/tags/list");
        Assert.Equal(1, access.Counter.Total);
    }

    [Fact]
    public async Task A_digest_is_one_head_request_and_that_of_the_index()
    {
        var registry = await world.RegistryAsync();
        var index = await registry.Images.PushIndexAsync("client/digest", [TestImage.Amd64(Created)], ["1"], Token);
        using var access = new RegistryAccess();

        Assert.Equal(index, await access.Client.GetDigestAsync(RegistryAccess.Repository(registry, "client/digest"), RegistryAccess.Tag("1"), null, Token));

        Assert.Single(await registry.RequestsAsync("client/digest", Token), request => request.Method == "HEAD");
        Assert.Equal(1, access.Counter.Total);
    }

    [Fact]
    public async Task A_new_tag_costs_one_manifest_and_one_config_and_an_old_one_nothing()
    {
        var registry = await world.RegistryAsync();
        var digest = await registry.Images.PushImageAsync("client/build", TestImage.Amd64(Created), ["1", "latest"], Token);
        using var access = new RegistryAccess();
        var repository = RegistryAccess.Repository(registry, "client/build");

        var build = await access.Client.GetBuildAsync(repository, RegistryAccess.Tag("1"), [], null, Token);

        Assert.Equal(digest, build.Digest);
        Assert.Equal(Created, build.CreatedFor([]));
        Assert.Equal("linux/amd64", Assert.Single(build.Platforms).Platform.ToString());
        Assert.Equal(2, access.Counter.Total);

        await access.Client.GetBuildAsync(repository, RegistryAccess.Tag("1"), [], null, Token);
        Assert.Equal(2, access.Counter.Total);

        // Another tag of the same image costs its manifest alone.
        await access.Client.GetBuildAsync(repository, RegistryAccess.Tag("latest"), [], null, Token);
        Assert.Equal(3, access.Counter.Total);
    }

    [Fact]
    public async Task An_index_is_as_new_as_its_newest_wanted_platform_and_attestations_do_not_count()
    {
        var registry = await world.RegistryAsync();
        var arm = new TestImage(Created.AddDays(1), new Platform("linux", "arm", "v7"));
        await registry.Images.PushIndexAsync("client/index", [TestImage.Amd64(Created), arm], ["1"], Token, withAttestations: true);
        using var access = new RegistryAccess();
        var repository = RegistryAccess.Repository(registry, "client/index");

        var amd64 = new Platform("linux", "amd64", null);
        var build = await access.Client.GetBuildAsync(repository, RegistryAccess.Tag("1"), [amd64], null, Token);
        Assert.Equal(Created, build.CreatedFor([amd64]));
        Assert.Equal(["linux/amd64", "linux/arm/v7"], build.Platforms.Select(built => built.Platform.ToString()));
        Assert.Equal(3, access.Counter.Total);

        var all = await access.Client.GetBuildAsync(repository, RegistryAccess.Tag("1"), [], null, Token);
        Assert.Equal(Created.AddDays(1), all.CreatedFor([]));
        Assert.Equal(5, access.Counter.Total);
    }

    [Fact]
    public async Task Facts_survive_the_process_in_the_cache_folder()
    {
        var registry = await world.RegistryAsync();
        await registry.Images.PushIndexAsync("client/cached", [TestImage.Amd64(Created)], ["1"], Token);
        var repository = RegistryAccess.Repository(registry, "client/cached");
        using var folder = new ScratchFolder("gob-facts-");
        using (var first = new RegistryAccess(cacheFolder: folder.Path))
        {
            await first.Client.GetBuildAsync(repository, RegistryAccess.Tag("1"), [], null, Token);
            first.Facts.Save();
        }

        using var second = new RegistryAccess(cacheFolder: folder.Path);
        var build = await second.Client.GetBuildAsync(repository, RegistryAccess.Tag("1"), [], null, Token);

        Assert.Equal(Created, build.CreatedFor([]));
        Assert.Equal(0, second.Counter.Total);
    }

    [Fact]
    public async Task Basic_credentials_are_asked_for_once_per_registry()
    {
        var registry = await world.BasicRegistryAsync();
        await registry.Images.PushTagsAsync("client/basic-a", ["1"], Token);
        await registry.Images.PushTagsAsync("client/basic-b", ["1"], Token);
        using var access = new RegistryAccess();
        var credential = RegistryAccess.Credential(World.RegistryAccount);

        Assert.Single(await access.Client.ListTagsAsync(RegistryAccess.Repository(registry, "client/basic-a"), credential, Token));
        Assert.Equal(2, access.Counter.Total);
        Assert.Single(await access.Client.ListTagsAsync(RegistryAccess.Repository(registry, "client/basic-b"), credential, Token));
        Assert.Equal(3, access.Counter.Total);
    }

    [Fact]
    public async Task Wrong_credentials_are_named_and_tried_once()
    {
        var registry = await world.BasicRegistryAsync();
        using var access = new RegistryAccess();

        var failure = await Assert.ThrowsAsync<RegistryException>(() => access.Client.ListTagsAsync(
            RegistryAccess.Repository(registry, "client/wrong"), RegistryAccess.Credential(new BasicAccount("puller", "wrong-s3cret")), Token));

        Assert.Equal(HttpStatusCode.Unauthorized, failure.Status);
        Assert.Equal(
            $"registry {registry.Host} refused the credentials for {registry.Host}/client/wrong (401 on GET /v2/client/wrong/tags/list): UNAUTHORIZED, authentication required", failure.Message);
        Assert.False(failure.IsTransient);
        Assert.Equal(2, access.Counter.Total);
    }

    [Fact]
    public async Task A_token_is_fetched_once_per_repository_and_used_again()
    {
        var registry = await world.TokenRegistryAsync();
        await registry.Images.PushTagsAsync("client/token", ["1", "2"], Token);
        using var access = new RegistryAccess();
        var repository = RegistryAccess.Repository(registry, "client/token");
        var credential = RegistryAccess.Credential(World.RegistryAccount);

        Assert.Equal(2, (await access.Client.ListTagsAsync(repository, credential, Token)).Count);
        Assert.Equal(3, access.Counter.Total);
        await access.Client.GetDigestAsync(repository, RegistryAccess.Tag("1"), credential, Token);
        Assert.Equal(4, access.Counter.Total);
        Assert.Equal(1, access.Counter.OfKind("token"));
    }

    [Fact]
    public async Task A_token_server_that_refuses_is_named()
    {
        var registry = await world.TokenRegistryAsync();
        var tokens = await world.TokensAsync();
        using var access = new RegistryAccess();

        var failure = await Assert.ThrowsAsync<RegistryException>(
            () => access.Client.ListTagsAsync(RegistryAccess.Repository(registry, "client/secret"), RegistryAccess.Credential(new BasicAccount("puller", "wrong-s3cret")), Token));

        Assert.StartsWith(
            $"token server {new Uri(tokens.Realm).Authority} refused the credentials for repository:client/secret:pull (401 on GET /token)", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-s3cret", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_repository_and_an_unknown_tag_are_named()
    {
        var registry = await world.RegistryAsync();
        await registry.Images.PushTagsAsync("client/known", ["1"], Token);
        using var access = new RegistryAccess();

        var list = await Assert.ThrowsAsync<RegistryException>(() => access.Client.ListTagsAsync(RegistryAccess.Repository(registry, "client/unknown"), null, Token));
        Assert.True(list.IsNotFound);
        Assert.Contains("client/unknown does not exist", list.Message, StringComparison.Ordinal);
        Assert.Contains("NAME_UNKNOWN", list.Message, StringComparison.Ordinal);

        var digest = await Assert.ThrowsAsync<RegistryException>(
            () => access.Client.GetDigestAsync(RegistryAccess.Repository(registry, "client/known"), RegistryAccess.Tag("2"), null, Token));
        Assert.True(digest.IsNotFound);
        Assert.Contains("MANIFEST_UNKNOWN", digest.Message, StringComparison.Ordinal);
    }
}
