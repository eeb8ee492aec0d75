using System.Security.Cryptography;
using System.Text;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;

namespace GitOpsBumper.EndToEndTests.Transports;

public sealed class GitHubAppTests(World world) : IAsyncLifetime
{
    private const string TokenRequest = "POST /api/v3/app/installations/77/access_tokens";

    private GitHubStandIn _gitHub = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _gitHub = await GitHubStandIn.StartAsync(await world.GitAsync(), Token);

    public ValueTask DisposeAsync() => _gitHub.DisposeAsync();

    [Fact]
    public async Task The_app_of_a_repository_secret_opens_the_repository_and_its_token_is_seen_nowhere()
    {
        using var stage = await PrepareAsync();
        stage.Secret(App());
        using var watch = new ProcessWatch(["ghs_", _gitHub.KeyPem.Split('\n')[1], Convert.ToBase64String(Encoding.UTF8.GetBytes("x-access-token:ghs_"))[..20]]);

        var outcome = await stage.SucceedsAsync("ghs_", _gitHub.KeyPem.Split('\n')[1]);
        await watch.StopAsync();

        Assert.True(watch.SawGit);
        Assert.Empty(watch.Found);
        Assert.Equal([TokenRequest], _gitHub.Asked);
        Assert.Equal(1, (int)outcome.Report["requests"]!["forge"]!);
        Assert.DoesNotContain(_gitHub.Tokens, token => outcome.Output.Contains(token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_repositories_below_one_template_share_a_token()
    {
        using var stage = await PrepareAsync();
        using var other = await PrepareAsync();
        stage.NamedSecret("template", "repo-creds", [("url", _gitHub.Url), .. App()]);
        stage.Stage.Announce(new Deployment("other", other.Stage.Image("web")) { RepositoryUrl = other.Url, Path = "apps/web" });

        var outcome = await stage.SucceedsAsync();

        Assert.Equal("updated", outcome.Image("other").Decision);
        Assert.Equal([TokenRequest], _gitHub.Asked);
    }

    [Fact]
    public async Task The_app_of_a_secret_that_an_annotation_names_opens_the_repository_and_finds_its_installation()
    {
        using var stage = await PrepareAsync(("write-back-method", "git:secret:argocd/app"));
        stage.NamedSecret("app", "none", [.. App().Where(field => field.Key != "githubAppInstallationID")]);

        await stage.SucceedsAsync();

        Assert.Equal([$"GET /api/v3/repos/{new Uri(stage.Url).AbsolutePath.Trim('/')[..^4]}/installation", TokenRequest], _gitHub.Asked);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public async Task A_token_that_is_taken_back_is_replaced_whenever_that_happens(int requests)
    {
        using var stage = await PrepareAsync();
        stage.Secret(App());
        _gitHub.RevokesAfter = requests;

        await stage.SucceedsAsync();

        Assert.Equal([TokenRequest, TokenRequest], _gitHub.Asked);
    }

    [Fact]
    public async Task A_server_that_refuses_every_token_is_asked_with_two_and_no_more()
    {
        using var stage = await PrepareAsync();
        stage.Secret(App());
        _gitHub.IsShut = true;

        Assert.Contains("the server refuses the credentials, or there are none for it", await stage.FailsAsync("ghs_"), StringComparison.Ordinal);
        Assert.Equal([TokenRequest, TokenRequest], _gitHub.Asked);
    }

    [Fact]
    public async Task Applications_of_one_repository_share_a_clone_a_push_and_a_token()
    {
        using var stage = await PrepareAsync();
        stage.Secret(App());
        stage.Stage.Deploy(stage.Deployment("second"));
        stage.Stage.Deploy(stage.Deployment("third"));
        await stage.Stage.PublishAsync();

        var outcome = (await stage.Stage.RunAsync()).MustExit(0);

        Assert.Equal("updated", outcome.Image("third").Decision);
        Assert.Equal(1, await stage.Stage.Repository.CountPushesAsync(Token));
        Assert.Single(Directory.GetDirectories(Path.Combine(stage.Stage.CacheFolder, "git")));
        Assert.Equal([TokenRequest], _gitHub.Asked);
    }

    [Fact]
    public async Task A_key_of_another_app_is_named_with_its_secret()
    {
        using var stage = await PrepareAsync();
        using var other = RSA.Create(2048);
        stage.Secret([.. App().Select(field => field.Key == "githubAppPrivateKey" ? (field.Key, other.ExportPkcs8PrivateKeyPem()) : field)]);

        Assert.StartsWith(
            $"there is no token for {stage.Url}: GitHub App 1234 of secret argocd/repository: githubAppPrivateKey is not a key of this app, or githubAppID is that of another",
            await stage.FailsAsync(other.ExportPkcs8PrivateKeyPem().Split('\n')[1]),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_suspended_installation_is_said_to_be()
    {
        using var stage = await PrepareAsync();
        stage.Secret(App());
        _gitHub.IsSuspended = true;

        Assert.Contains("GitHub App 1234 of secret argocd/repository: the installation is suspended", await stage.FailsAsync(), StringComparison.Ordinal);
        Assert.Equal([TokenRequest], _gitHub.Asked);
    }

    [Fact]
    public async Task Git_and_the_api_go_through_the_proxy_of_the_secret()
    {
        await using var proxy = await TransportStage.ProxyAsync();
        using var stage = await PrepareAsync();
        stage.Secret([.. App(), ("proxy", proxy.Url)]);

        await stage.SucceedsAsync();

        var requests = await proxy.RequestsAsync(Token);
        Assert.Contains($"POST {_gitHub.ApiUrl}/app/installations/77/access_tokens HTTP/1.1", requests);
        Assert.Contains($"POST {stage.Url}/git-receive-pack HTTP/1.1", requests);
    }

    private Task<TransportStage> PrepareAsync(params (string Key, string Value)[] annotations) => TransportStage.SetAsync(world, "open", _gitHub.UrlOf, annotations);

    private (string Key, string Value)[] App() =>
        [("githubAppID", GitHubStandIn.AppId), ("githubAppInstallationID", "77"), ("githubAppPrivateKey", _gitHub.KeyPem), ("githubAppEnterpriseBaseUrl", _gitHub.ApiUrl)];
}
