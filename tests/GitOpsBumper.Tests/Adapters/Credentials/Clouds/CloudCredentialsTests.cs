using System.Text;
using GitOpsBumper.Adapters.Credentials;
using GitOpsBumper.Adapters.Credentials.Clouds;
using GitOpsBumper.Adapters.Processes;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Tests.Adapters.Http;
using GitOpsBumper.Tests.Adapters.Registries;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.Tests.Adapters.Credentials.Clouds;

/// <summary>What a cycle does with identities of clouds. The cloud is a server on this machine.</summary>
public sealed class CloudCredentialsTests : IDisposable
{
    private const string Registry = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";

    private static readonly NamespacedName Application = new("argocd", "web");

    private readonly StillTime _time = new();
    private readonly LoopbackHandler _handler = new();
    private readonly CredentialCache _cache;
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);
    private readonly CloudCredentials _clouds;

    public CloudCredentialsTests()
    {
        _cache = new CredentialCache(_time);
        _clouds = new CloudCredentials(_cache, name => _environment.GetValueOrDefault(name), _time, _handler);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fifty_images_of_one_region_share_a_token()
    {
        await using var api = await AmazonAsync();
        var cycle = Cycle();
        var found = await Task.WhenAll(Enumerable.Range(0, 50).Select(number => cycle.ResolveAsync(Application, null, Repository($"team/app-{number}"), Token)));
        Assert.All(found, one => Assert.Equal(new FoundCredential(Amazon(1), "aws, recognised by the registry's name") { IsOptional = true }, one));
        Assert.Single(api.Requests);
        // So does the next cycle, until shortly before the token ends.
        _time.Advance(TimeSpan.FromHours(11.7));
        Assert.Equal(Amazon(1), (await ResolveAsync()).Credential);
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(Amazon(2), (await ResolveAsync()).Credential);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_refused_token_is_renewed_once_in_a_cycle(bool isNamed)
    {
        await using var api = await AmazonAsync();
        var cycle = Cycle(isNamed);
        var (web, db) = (Repository("team/web"), Repository("team/db"));
        var first = (await cycle.ResolveAsync(Application, null, web, Token)).Credential!;
        Assert.Equal(Amazon(2), (await cycle.RenewAsync(Application, null, web, first, Token))!.Credential);
        Assert.Equal(Amazon(2), (await cycle.RenewAsync(Application, null, db, first, Token))!.Credential);
        Assert.Null(await cycle.RenewAsync(Application, null, db, Amazon(2), Token));
        Assert.Equal(2, api.Requests.Count);
    }

    [Fact]
    public async Task Where_nobody_is_anybody_it_is_asked_anonymously_and_that_is_remembered_for_a_while()
    {
        var expected = new FoundCredential(null, "anonymous") { Note = "no AWS credentials found" };
        Assert.Equal(expected, await ResolveAsync());
        Assert.Equal(expected, await ResolveAsync());
        Assert.Equal(["PUT http://169.254.169.254/latest/api/token"], _handler.Asked);
        _time.Advance(CloudCredentials.Absence);
        Assert.Equal(expected, await ResolveAsync());
        Assert.Equal(2, _handler.Asked.Count);
    }

    [Theory]
    [InlineData("gcr.io", "no Google credentials found")]
    [InlineData("team.azurecr.io", "no Azure credentials found")]
    [InlineData("public.ecr.aws", "no AWS credentials found")]
    public async Task A_metadata_server_that_never_answers_is_not_waited_for_long(string registry, string note)
    {
        // Every wait of this clock is over at once; without a bound this test would not end.
        var time = new JumpingTime();
        using var silent = new SilentHandler();
        using var cache = new CredentialCache(time);
        using var clouds = new CloudCredentials(cache, _ => null, time, silent);
        var found = await clouds.FindAsync(Account(registry), Token);
        Assert.Equal(new FoundCredential(null, "anonymous") { Note = note }, found);
        Assert.Contains(TimeSpan.FromSeconds(1), time.Waits);
    }

    [Fact]
    public async Task A_registry_that_is_not_reached_at_the_cloud_itself_gets_nothing_of_itself()
    {
        await using var api = await AmazonAsync();
        Assert.Equal(new FoundCredential(null, "anonymous"), await Cycle(isAutomatic: false).ResolveAsync(Application, null, Repository("team/web"), Token));
        Assert.Empty(api.Requests);
    }

    [Fact]
    public async Task What_the_cloud_refuses_is_a_note_for_a_recognised_registry_and_a_failure_for_a_named_one()
    {
        await using var api = await AmazonAsync(context => context.SendAsync(400, """{"__type":"AccessDeniedException","Message":"not you\u0007"}"""));
        const string Words = "AWS refuses ecr:GetAuthorizationToken: AccessDeniedException: not you";
        Assert.Equal(new FoundCredential(null, "anonymous") { Note = Words }, await ResolveAsync());
        var cycle = Cycle(isNamed: true);
        var failure = await Assert.ThrowsAsync<CredentialException>(() => cycle.ResolveAsync(Application, null, Repository("team/web"), Token));
        Assert.Equal($"credential aws for {Registry}: {Words}", failure.Message);
        await Assert.ThrowsAsync<CredentialException>(() => cycle.ResolveAsync(Application, null, Repository("team/db"), Token));
        Assert.Equal(2, api.Requests.Count);
    }

    [Theory]
    [InlineData("<html>", "answered ecr:GetAuthorizationToken without a token")]
    [InlineData("[]", "answered ecr:GetAuthorizationToken without a token")]
    [InlineData("""{"authorizationData":[]}""", "answered ecr:GetAuthorizationToken without a token")]
    [InlineData("""{"authorizationData":[7]}""", "answered ecr:GetAuthorizationToken without a token")]
    [InlineData("""{"authorizationData":[{"authorizationToken":"no base64!"}]}""", "answered ecr:GetAuthorizationToken without a token")]
    [InlineData("""{"authorizationData":[{"authorizationToken":"QVdTOnMzY3JldApYOiAx"}]}""", "answered ecr:GetAuthorizationToken without a token")]
    [InlineData("huge", "which is not read")]
    public async Task A_hostile_answer_is_no_token(string answer, string told)
    {
        await using var api = await AmazonAsync(context => context.SendAsync(200, answer == "huge" ? new string('x', 200_000) : answer));
        var found = await ResolveAsync();
        Assert.Null(found.Credential);
        Assert.Contains(told, found.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workload_identity_of_Azure_is_exchanged_for_a_token_of_the_registry_that_is_kept_until_it_ends()
    {
        var file = Path.GetTempFileName();
        var exchanges = 0;
        string Answer(HttpRequestMessage request) => request.RequestUri switch
        {
            { Host: "team.azurecr.io", AbsolutePath: "/oauth2/exchange" } => Exchange(request, ++exchanges),
            { AbsolutePath: "/tenant/oauth2/v2.0/token" } => """{"access_token":"aad-token","expires_in":3599,"token_type":"Bearer"}""",
            { AbsolutePath: "/tenant/v2.0/.well-known/openid-configuration" } => Endpoints,
            _ => """{"tenant_discovery_endpoint":"https://login.microsoftonline.com/tenant/v2.0/.well-known/openid-configuration","api-version":"1.1","metadata":[]}""",
        };
        try
        {
            await File.WriteAllTextAsync(file, "projected.token", Token);
            (_environment["AZURE_TENANT_ID"], _environment["AZURE_CLIENT_ID"], _environment["AZURE_FEDERATED_TOKEN_FILE"]) = ("tenant", "client", file);
            using var handler = new LoopbackHandler(Answer);
            using var clouds = new CloudCredentials(_cache, name => _environment.GetValueOrDefault(name), _time, handler);
            var account = Account("team.azurecr.io");
            var first = await clouds.GetAsync(account, Token);
            Assert.True(first.IsToken);
            _time.Advance(TimeSpan.FromHours(2.5));
            Assert.Equal(first, await clouds.GetAsync(account, Token));
            _time.Advance(TimeSpan.FromMinutes(20));
            Assert.NotEqual(first, await clouds.GetAsync(account, Token));
            Assert.Equal(2, exchanges);
        }
        finally
        {
            File.Delete(file);
        }
    }

    public void Dispose()
    {
        _cache.Dispose();
        _clouds.Dispose();
        _handler.Dispose();
    }

    private const string Endpoints = """
        {"token_endpoint":"https://login.microsoftonline.com/tenant/oauth2/v2.0/token","authorization_endpoint":"https://login.microsoftonline.com/tenant/oauth2/v2.0/authorize",
        "issuer":"https://login.microsoftonline.com/tenant/v2.0"}
        """;

    private string Exchange(HttpRequestMessage request, int number)
    {
        using var reader = new StreamReader(request.Content!.ReadAsStream(Token));
        Assert.Equal("grant_type=access_token&service=team.azurecr.io&access_token=aad-token", reader.ReadToEnd());
        var claims = Convert.ToBase64String(Encoding.UTF8.GetBytes($$"""{"exp":{{_time.GetUtcNow().AddHours(3).ToUnixTimeSeconds()}},"n":{{number}}}""")).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        return $$"""{"refresh_token":"e30.{{claims}}.sig"}""";
    }

    private static CloudAccount Account(string registry, bool isAutomatic = true) => new(CloudRegistry.Find(registry)!, new Uri($"https://{registry}/"), isAutomatic);

    private static RepositoryName Repository(string path) => Asking.Repository($"{Registry}/{path}");

    private static UserCredential Amazon(int number) => new("AWS", new Secret($"password-{number}"));

    private Task<FoundCredential> ResolveAsync() => Cycle().ResolveAsync(Application, null, Repository("team/web"), Token);

    private CredentialResolver Cycle(bool isNamed = false, bool isAutomatic = true) => new(new CredentialSources
    {
        Secrets = (_, _) => default,
        Programs = new CredentialPrograms(new ProcessRunner(_time)),
        Cache = _cache,
        Clouds = _clouds,
        Time = _time,
        OfRegistry = repository => new RegistryAccount(repository.Registry, isNamed ? new CredentialReference.OfCloud(Cloud.Aws) : null, null) { Cloud = Account(repository.Registry, isAutomatic) },
    });

    /// <summary>Amazon's API, which gives password-1, password-2 and so on.</summary>
    private async Task<ScriptedServer> AmazonAsync(Func<HttpContext, Task>? answer = null)
    {
        var count = 0;
        var server = await ScriptedServer.StartAsync(answer ?? (context =>
        {
            var token = Convert.ToBase64String(Encoding.UTF8.GetBytes($"AWS:password-{Interlocked.Increment(ref count)}"));
            return context.SendAsync(200, $$"""{"authorizationData":[{"authorizationToken":"{{token}}","expiresAt":{{_time.GetUtcNow().AddHours(12).ToUnixTimeSeconds()}}}]}""");
        }));
        (_environment["AWS_ACCESS_KEY_ID"], _environment["AWS_SECRET_ACCESS_KEY"], _environment["AWS_ENDPOINT_URL_ECR"]) = ("AKID", "s3cret", $"http://{server.Host}");
        return server;
    }

    private sealed class SilentHandler : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            throw new InvalidOperationException("it never ends by itself");
        }
    }
}
