using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Tests.Adapters.Http;

namespace GitOpsBumper.Tests.Adapters.Registries.Quirks;

/// <summary>What the registries that people use do in their own way.</summary>
public sealed class KnownRegistriesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("nginx")]
    [InlineData("docker.io/nginx")]
    [InlineData("index.docker.io/library/nginx")]
    public async Task Docker_Hub_knows_official_images_under_library(string image)
    {
        await using var hub = await QuirkyRegistry.StartAsync(new QuirkyRegistry { Repository = "library/nginx", TokenPath = "/token" });
        hub.Challenge = $"Bearer realm=\"http://{hub.Host}/token\",service=\"registry.docker.io\",scope=\"repository:library/nginx:pull\"";
        using var asking = new Asking(hub.Entry("docker.io", "  defaultns: library\n"));

        Assert.Equal("1.0 1.1 1.2", await ListAsync(asking, image));
        Assert.Equal(
            ["GET /v2/library/nginx/tags/list?n=1000", "GET /token?service=registry.docker.io&scope=repository%3Alibrary%2Fnginx%3Apull", "GET /v2/library/nginx/tags/list?n=1000"],
            hub.Requests.Select(request => request.ToString()));
    }

    [Theory]
    [InlineData("Bearer realm=\"http://{0}/token\",service=\"registry.docker.io\",scope=\"repository:team/web:pull\",error=\"insufficient_scope\"")]
    [InlineData("Bearer realm=\"http://{0}/token\",service=\"quay.io\",scope=\"repository:team/web:pull\"")]
    public async Task Docker_Hub_and_Quay_answer_401_for_what_does_not_exist(string challenge)
    {
        await using var registry = await QuirkyRegistry.StartAsync(new QuirkyRegistry { TokenPath = "/token", RefusesTokens = true });
        registry.Challenge = challenge.Replace("{0}", registry.Host, StringComparison.Ordinal);
        using var asking = new Asking();

        var failure = await FailAsync(asking, registry.Image);

        Assert.Contains($"registry {registry.Host} does not show {registry.Image} without credentials, or it does not exist (401", failure.Message, StringComparison.Ordinal);
        Assert.False(failure.IsTransient);
        Assert.InRange(registry.Requests.Count, 3, 4);
    }

    [Fact]
    public async Task Quay_makes_pages_of_100_and_names_them_with_an_opaque_cursor()
    {
        await using var quay = await QuirkyRegistry.StartAsync(new QuirkyRegistry
        {
            Tags = [.. Enumerable.Range(0, 250).Select(number => $"1.{number}")],
            MostInPage = 100,
            Link = cursor => $"</v2/team/web/tags/list?next_page={cursor}&n=100>; rel=\"next\"",
        });
        using var asking = new Asking();

        Assert.Equal(string.Join(' ', quay.Tags), await ListAsync(asking, quay.Image));
        Assert.Equal(3, quay.Requests.Count);
    }

    [Fact]
    public async Task Ghcr_links_without_host()
    {
        await using var ghcr = await StartPagedAsync(cursor => $"</v2/team/web/tags/list?last={cursor}&n=1>; rel=\"next\"");
        using var asking = new Asking();

        Assert.Equal("1.0 1.1 1.2", await ListAsync(asking, ghcr.Image));
        Assert.Equal(3, ghcr.Requests.Count);
    }

    [Fact]
    public async Task Ghcr_denies_the_token_for_what_is_private()
    {
        await using var ghcr = await ScriptedServer.StartAsync(context =>
        {
            if (context.Request.Path == "/token")
                return context.SendAsync(403, """{"errors":[{"code":"DENIED","message":"requested access to the resource is denied"}]}""");
            context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"http://{context.Request.Host}/token\",service=\"ghcr.io\",scope=\"repository:team/web:pull\"";
            return context.SendAsync(401, """{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}""");
        });
        using var asking = new Asking();

        var failure = await asking.FailToListAsync(ghcr);

        Assert.Contains("gives no token without credentials for repository:team/web:pull (403 on GET /token): DENIED", failure.Message, StringComparison.Ordinal);
        Assert.Equal(2, ghcr.Requests.Count);
    }

    [Fact]
    public async Task Google_lists_manifests_and_child_repositories_beside_the_tags()
    {
        await using var gcr = await QuirkyRegistry.StartAsync(new QuirkyRegistry
        {
            AnswersListsWith = context => context.SendAsync(200, """
                {"child":["debug","tags"],"manifest":{"sha256:aa":{"imageSizeBytes":"1","layerId":"","mediaType":"application/vnd.oci.image.index.v1+json","tag":["9.9"],"timeCreatedMs":"0"}},
                 "name":"project/team/web","tags":["1.0","latest"]}
                """),
        });
        using var asking = new Asking();

        Assert.Equal("1.0 latest", await ListAsync(asking, gcr.Image));
        Assert.Single(gcr.Requests);
    }

    [Fact]
    public async Task GitLab_sends_for_a_token_to_its_own_host()
    {
        await using var gitlab = await ScriptedServer.StartAsync(context => context.SendAsync(200, """{"token":"t0ken"}"""));
        await using var registry = await QuirkyRegistry.StartAsync(new QuirkyRegistry
        {
            Repository = "group/project/web",
            Challenge = $"Bearer realm=\"http://{gitlab.Host}/jwt/auth\",service=\"container_registry\",scope=\"repository:group/project/web:pull\"",
        });
        using var asking = new Asking();

        Assert.Equal("1.0 1.1 1.2", await ListAsync(asking, registry.Image, Asking.Account));
        var asked = Assert.Single(gitlab.Requests);
        Assert.Equal("GET /jwt/auth?service=container_registry&scope=repository%3Agroup%2Fproject%2Fweb%3Apull", asked.ToString());
        Assert.StartsWith("Basic ", asked.Authorization, StringComparison.Ordinal);
        Assert.DoesNotContain(registry.Requests, request => request.Authorization.StartsWith("Basic", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Harbor_has_projects_a_token_service_and_links_without_host()
    {
        await using var harbor = await QuirkyRegistry.StartAsync(new QuirkyRegistry
        {
            Repository = "project/web",
            TokenPath = "/service/token",
            MostInPage = 2,
            Link = cursor => $"</v2/project/web/tags/list?last={cursor}&n=2>; rel=\"next\"",
        });
        harbor.Challenge = $"Bearer realm=\"http://{harbor.Host}/service/token\",service=\"harbor-registry\",scope=\"repository:project/web:pull\"";
        using var asking = new Asking();

        Assert.Equal("1.0 1.1 1.2", await ListAsync(asking, harbor.Image, Asking.Account));
        Assert.Equal(4, harbor.Requests.Count);
    }

    [Fact]
    public async Task Artifactory_leaves_the_name_of_its_repository_out_of_links()
    {
        await using var artifactory = await QuirkyRegistry.StartAsync(new QuirkyRegistry
        {
            Repository = "docker-remote/team/web",
            MostInPage = 1,
            Link = cursor => $"</v2/team/web/tags/list?last={cursor}&n=1>; rel=\"next\"",
        });
        using var asking = new Asking();

        Assert.Equal("1.0 1.1 1.2", await ListAsync(asking, artifactory.Image));
        Assert.All(artifactory.Requests, request => Assert.StartsWith("/v2/docker-remote/team/web/tags/list?", request.Target, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Artifactory_serves_a_repository_under_a_path_that_its_links_do_not_know()
    {
        await using var artifactory = await QuirkyRegistry.StartAsync(new QuirkyRegistry
        {
            Path = "/artifactory/api/docker/docker-local",
            MostInPage = 2,
            Link = cursor => $"<http://127.0.0.1/v2/team/web/tags/list?last={cursor}&n=2>; rel=\"next\"",
        });
        using var asking = new Asking(artifactory.Entry());

        Assert.Equal("1.0 1.1 1.2", await ListAsync(asking, artifactory.Image));
        Assert.Equal(
            ["GET /artifactory/api/docker/docker-local/v2/team/web/tags/list?n=1000", "GET /artifactory/api/docker/docker-local/v2/team/web/tags/list?last=at-2&n=2"],
            artifactory.Requests.Select(request => request.ToString()));
    }

    [Fact]
    public async Task Nexus_serves_under_a_path()
    {
        await using var nexus = await QuirkyRegistry.StartAsync(new QuirkyRegistry
        {
            Path = "/repository/docker-hosted",
            MostInPage = 2,
            Link = cursor => $"</repository/docker-hosted/v2/team/web/tags/list?n=2&last={cursor}>; rel=\"next\"",
        });
        nexus.Images.AddImage("2026-05-01T12:00:00Z", "1.2");
        using var asking = new Asking(nexus.Entry());

        Assert.Equal("1.0 1.1 1.2", await ListAsync(asking, nexus.Image));
        var digest = await asking.Client.GetDigestAsync(Asking.Repository(nexus.Image), Asking.Tag("1.2"), null, Token);
        Assert.Equal("sha256", digest.Algorithm);
        Assert.All(nexus.Requests, request => Assert.StartsWith("/repository/docker-hosted/v2/team/web/", request.Target, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nexus_puts_its_inner_path_into_the_links_of_a_port_of_its_own()
    {
        await using var nexus = await QuirkyRegistry.StartAsync(new QuirkyRegistry
        {
            MostInPage = 2,
            Link = cursor => $"<http://127.0.0.1:8081/repository/docker-proxy/v2/team/web/tags/list?n=2&last={cursor}>; rel=\"next\"",
        });
        using var asking = new Asking();

        Assert.Equal("1.0 1.1 1.2", await ListAsync(asking, nexus.Image));
        Assert.Equal("GET /v2/team/web/tags/list?n=2&last=at-2", nexus.Requests[1].ToString());
    }

    [Fact]
    public async Task Amazon_links_with_an_opaque_cursor_and_no_page_size()
    {
        await using var amazon = await QuirkyRegistry.StartAsync(new QuirkyRegistry
        {
            MostInPage = 2,
            Link = cursor => $"<https://127.0.0.1/v2/team/web/tags/list?last=b2lr%2B%3D-{cursor}>; rel=\"next\"",
        });
        using var asking = new Asking();

        Assert.Equal("1.0 1.1 1.2", await ListAsync(asking, amazon.Image));
        // As it was written: what is encoded stays encoded.
        Assert.Equal("?last=b2lr%2B%3D-at-2", amazon.Requests[1].Target[amazon.Requests[1].Target.IndexOf('?', StringComparison.Ordinal)..]);
    }

    private static Task<QuirkyRegistry> StartPagedAsync(Func<string, string> link) => QuirkyRegistry.StartAsync(new QuirkyRegistry { MostInPage = 1, Link = link });

    private static async Task<string> ListAsync(Asking asking, string image, UserCredential? credential = null) =>
        string.Join(' ', await asking.Client.ListTagsAsync(Asking.Repository(image), credential, Token));

    private static Task<RegistryException> FailAsync(Asking asking, string image) => Assert.ThrowsAsync<RegistryException>(() => ListAsync(asking, image));
}
