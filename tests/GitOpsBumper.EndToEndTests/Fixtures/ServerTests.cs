using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using GitOpsBumper.Core.Images;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Fixtures;

/// <summary>What scenarios rely on: that the servers are what they say, and that their logs tell what was asked.</summary>
[Collection(CredentialTests.PasswordsInSight)]
public sealed class ServerTests(World world)
{
    private static readonly DateTimeOffset Created = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pushed_image_is_listed_and_its_requests_are_counted()
    {
        var registry = await world.RegistryAsync();
        var digest = await registry.Images.PushImageAsync("servers/image", TestImage.Amd64(Created), ["1.0.0", "1.0.1"], Token);
        await registry.Images.PushTagsAsync("servers/many", Enumerable.Range(0, 300).Select(number => $"1.0.{number}"), Token);

        using var http = new HttpClient { BaseAddress = registry.Url };
        var list = await http.GetFromJsonAsync<JsonNode>("/v2/servers/image/tags/list", Token);
        Assert.Equal(["1.0.0", "1.0.1"], list!["tags"]!.AsArray().Select(tag => (string)tag!).Order(StringComparer.Ordinal));
        using var head = new HttpRequestMessage(HttpMethod.Head, "/v2/servers/image/manifests/1.0.1");
        head.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/vnd.oci.image.manifest.v1+json"));
        using var answer = await http.SendAsync(head, Token);
        Assert.Equal(digest.ToString(), answer.Headers.GetValues("Docker-Content-Digest").Single());

        var requests = await registry.RequestsAsync("servers/image", Token);
        Assert.Single(requests, request => request is { Method: "GET", Path: "/v2/servers/image/tags/list", Status: 200 });
        Assert.Single(requests, request => request is { Method: "HEAD", Path: "/v2/servers/image/manifests/1.0.1", Status: 200 });
    }

    [Fact]
    public async Task An_index_has_its_platforms_and_attestations()
    {
        var registry = await world.RegistryAsync();
        await registry.Images.PushIndexAsync(
            "servers/index", [TestImage.Amd64(Created), new TestImage(Created, new Platform("linux", "arm", "v7"))], ["1"], Token, withAttestations: true);

        using var http = new HttpClient { BaseAddress = registry.Url };
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/vnd.oci.image.index.v1+json"));
        var index = await http.GetFromJsonAsync<JsonNode>("/v2/servers/index/manifests/1", Token);
        Assert.Equal(
            ["amd64", "unknown", "arm", "unknown"],
            index!["manifests"]!.AsArray().Select(child => (string)child!["platform"]!["architecture"]!));
    }

    [Fact]
    public async Task Storage_written_directly_is_served()
    {
        await using var registry = await StartOwnAsync(new DockerRegistryOptions());
        registry.Storage.Write(["team/a", "team/b"], ["1.0.0", "1.0.1"], TestImage.Amd64(Created));

        using var http = new HttpClient { BaseAddress = registry.Url };
        var list = await http.GetFromJsonAsync<JsonNode>("/v2/team/b/tags/list", Token);
        Assert.Equal(2, list!["tags"]!.AsArray().Count);
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/vnd.oci.image.manifest.v1+json"));
        var manifest = await http.GetFromJsonAsync<JsonNode>("/v2/team/b/manifests/1.0.1", Token);
        var config = await http.GetFromJsonAsync<JsonNode>($"/v2/team/b/blobs/{manifest!["config"]!["digest"]}", Token);
        Assert.Equal("amd64", (string)config!["architecture"]!);
    }

    [Fact]
    public async Task A_registry_with_an_account_wants_it()
    {
        var registry = await world.BasicRegistryAsync();
        await registry.Images.PushTagsAsync("servers/basic", ["1"], Token);

        using var http = new HttpClient { BaseAddress = registry.Url };
        using var refused = await http.GetAsync(new Uri("/v2/servers/basic/tags/list", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        http.DefaultRequestHeaders.Authorization = World.RegistryAccount.Header;
        Assert.NotNull(await http.GetFromJsonAsync<JsonNode>("/v2/servers/basic/tags/list", Token));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_registry_with_tokens_takes_those_of_its_realm(bool ellipticCurve)
    {
        var options = new TokenServerOptions { Account = World.RegistryAccount, EllipticCurve = ellipticCurve };
        await using var tokens = await TokenServer.StartAsync(options, TimeProvider.System, Token);
        await using var registry = await StartOwnAsync(new DockerRegistryOptions { Tokens = tokens });
        await registry.Images.PushTagsAsync("team/web", ["1"], Token);

        using var http = new HttpClient { BaseAddress = registry.Url };
        using var refused = await http.GetAsync(new Uri("/v2/team/web/tags/list", UriKind.Relative), Token);
        var challenge = refused.Headers.WwwAuthenticate.Single();
        Assert.Equal("Bearer", challenge.Scheme);
        Assert.Contains(tokens.Realm, challenge.Parameter, StringComparison.Ordinal);

        using var ask = new HttpRequestMessage(HttpMethod.Get, $"{tokens.Realm}?service={tokens.Service}&scope=repository:team/web:pull");
        ask.Headers.Authorization = World.RegistryAccount.Header;
        using var granted = await http.SendAsync(ask, Token);
        var grant = await granted.Content.ReadFromJsonAsync<JsonNode>(Token);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)grant!["token"]!);
        Assert.NotNull(await http.GetFromJsonAsync<JsonNode>("/v2/team/web/tags/list", Token));
        Assert.Equal([200], tokens.Requests.Select(request => request.Status));
    }

    [Fact]
    public async Task A_push_is_one_post()
    {
        var git = await world.GitAsync();
        var repository = await git.CreateRepositoryAsync("open/servers/push", Token);
        using var person = await Person.CloneAsync("Ada", repository.Url, Token);
        await person.CommitAsync("First", "a/file.txt", "text\n", Token);
        await person.PushAsync(Token);

        Assert.Equal("text\n", await repository.ReadAsync("main", "a/file.txt", Token));
        Assert.Null(await repository.ReadAsync("main", "a/other.txt", Token));
        Assert.Equal(["First"], await repository.SubjectsAsync("main", Token));
        Assert.Equal(1, await repository.CountPushesAsync(Token));
    }

    [Fact]
    public async Task A_private_repository_wants_the_account()
    {
        var git = await world.GitAsync();
        var repository = await git.CreateRepositoryAsync("private/servers/secret", Token);
        var refused = await GitCommand.TryAsync("/tmp", ["ls-remote", repository.Url], Token);
        Assert.NotEqual(0, refused.ExitCode);
        var url = repository.Url.Replace("://", $"://{GitHttpServer.Account.User}:{GitHttpServer.Account.Password}@", StringComparison.Ordinal);
        using var person = await Person.CloneAsync("Ada", url, Token);
        await person.CommitAsync("First", "file.txt", "text\n", Token);
        await person.PushAsync(Token);
        Assert.Equal(1, await repository.CountPushesAsync(Token));
    }

    [Fact]
    public async Task A_bearer_repository_wants_the_token()
    {
        var git = await world.GitAsync();
        var repository = await git.CreateRepositoryAsync("bearer/servers/secret", Token);
        Assert.NotEqual(0, (await GitCommand.TryAsync("/tmp", ["ls-remote", repository.Url], Token)).ExitCode);
        var header = $"http.extraHeader=Authorization: Bearer {GitHttpServer.BearerToken}";
        Assert.Equal(0, (await GitCommand.TryAsync("/tmp", ["-c", header, "ls-remote", repository.Url], Token)).ExitCode);
    }

    [Fact]
    public async Task Something_may_happen_while_somebody_fetches()
    {
        var git = await world.GitAsync();
        var repository = await git.CreateRepositoryAsync("open/servers/moment", Token);
        using var person = await Person.CloneAsync("Ada", repository.Url, Token);
        await person.CommitAsync("First", "file.txt", "1\n", Token);
        await person.PushAsync(Token);
        await person.CommitAsync("Second", "file.txt", "2\n", Token);
        await person.PushAsync(Token, "waiting");
        repository.Hook("on-fetch", "git update-ref refs/heads/main refs/heads/waiting");

        using var other = await Person.CloneAsync("Bob", repository.Url, Token);
        Assert.Equal(await repository.TipAsync("waiting", Token), await repository.TipAsync("main", Token));
        Assert.NotEqual(await repository.TipAsync("main", Token), await other.GitAsync(["rev-parse", "origin/main"], Token));
    }

    private static async Task<DockerRegistry> StartOwnAsync(DockerRegistryOptions options)
    {
        try
        {
            return await DockerRegistry.StartAsync(options, TimeProvider.System, Token);
        }
        catch (ServerMissingException missing)
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }
}
