using System.Text;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Tests.Adapters.Http;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.Tests.Adapters.Registries.Auth;

public sealed class AuthenticationTests
{
    private const string Tags = """{"tags":["1.0"]}""";

    [Fact]
    public async Task A_token_is_used_until_it_expires()
    {
        var given = 0;
        await using var server = await StartAsync(context => context.SendAsync(200, $$"""{"token":"t{{++given}}","expires_in":300}"""), token => token == $"t{given}");
        using var asking = new Asking();

        await asking.ListAsync(server, Asking.Account);
        await asking.ListAsync(server, Asking.Account);
        Assert.Equal(1, given);
        asking.Time.Advance(TimeSpan.FromSeconds(301));
        await asking.ListAsync(server, Asking.Account);
        Assert.Equal(2, given);

        // One refusal at first, from which the realm is learnt; none since.
        Assert.Single(server.Requests, request => request.Authorization.Length == 0);
        var basic = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("puller:s3cret"))}";
        Assert.All(
            server.Requests.Where(request => request.Target.StartsWith("/token", StringComparison.Ordinal)),
            request => Assert.Equal(("/token?service=the%20service&scope=repository%3Ateam%2Fweb%3Apull", basic), (request.Target, request.Authorization)));
    }

    [Fact]
    public async Task A_token_that_was_withdrawn_is_replaced_once()
    {
        var given = 0;
        var valid = 1;
        await using var server = await StartAsync(context => context.SendAsync(200, $$"""{"access_token":"t{{++given}}"}"""), token => token == $"t{valid}");
        using var asking = new Asking();
        await asking.ListAsync(server);

        valid = 2;
        await asking.ListAsync(server);
        Assert.Equal(2, given);

        valid = -1;
        var failure = await asking.FailToListAsync(server);
        Assert.Contains("401 on GET /v2/team/web/tags/list", failure.Message, StringComparison.Ordinal);
        Assert.Equal(3, given);
        Assert.Equal(3 + 3 + 3, server.Requests.Count);
    }

    [Fact]
    public async Task Another_credential_gets_another_token()
    {
        var given = 0;
        await using var server = await StartAsync(context => context.SendAsync(200, $$"""{"token":"t{{++given}}","expires_in":300}"""), _ => true);
        using var asking = new Asking();

        await asking.ListAsync(server, Asking.Account);
        await asking.ListAsync(server, new UserCredential("other", new Secret("s3cret")));
        await asking.ListAsync(server);

        Assert.Equal(3, given);
    }

    [Fact]
    public async Task Many_questions_at_once_share_one_token()
    {
        var given = 0;
        await using var server = await StartAsync(context => context.SendAsync(200, $$"""{"token":"t{{Interlocked.Increment(ref given)}}","expires_in":300}"""), _ => true);
        using var asking = new Asking();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => asking.ListAsync(server, Asking.Account)));

        Assert.Equal(1, given);
    }

    [Theory]
    [InlineData("""{"token":""}""", 200, "answered without a token")]
    [InlineData("""{"token":"a\r\nX-Evil: b"}""", 200, "answered without a token")]
    [InlineData("nothing", 200, "answered without a token")]
    [InlineData("""{"details":"incorrect username or password"}""", 401, "refused the credentials for repository:team/web:pull (401 on GET /token): incorrect username or password")]
    [InlineData("", 404, "gave no token for repository:team/web:pull (404 on GET /token)")]
    public async Task A_token_server_that_gives_nothing_is_named(string body, int status, string part)
    {
        await using var server = await StartAsync(context => context.SendAsync(status, body), _ => true);
        using var asking = new Asking();

        var failure = await asking.FailToListAsync(server, Asking.Account);

        Assert.Contains($"token server {server.Host} ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
        Assert.False(failure.IsNotFound);
        Assert.Equal($"http://{server.Host}/token", failure.Url);
    }

    [Fact]
    public async Task An_identity_token_is_exchanged()
    {
        await using var server = await StartAsync(context => context.SendAsync(200, """{"access_token":"exchanged"}"""), token => token == "exchanged");
        using var asking = new Asking();

        await asking.ListAsync(server, new UserCredential("", new Secret("identity")));

        var exchange = Assert.Single(server.Requests, request => request.Method == "POST");
        Assert.Contains("grant_type=refresh_token", exchange.Body, StringComparison.Ordinal);
        Assert.Contains("refresh_token=identity", exchange.Body, StringComparison.Ordinal);
        Assert.Contains("scope=repository%3Ateam%2Fweb%3Apull", exchange.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_nobody_exchanges_is_used_as_it_is()
    {
        await using var server = await StartAsync(context => context.SendAsync(405), token => token == "bearer");
        using var asking = new Asking();

        Assert.Equal("1.0", await asking.ListAsync(server, new UserCredential("", new Secret("bearer"))));
    }

    [Fact]
    public async Task Credentials_are_not_sent_to_a_realm_on_a_foreign_host_until_the_user_says_so()
    {
        await using var foreign = await ScriptedServer.StartAsync(context => context.SendAsync(200, """{"token":"t"}"""));
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"http://localhost:{foreign.Port}/token\",service=\"x\"";
            await context.SendAsync(context.Request.Headers.Authorization == "Bearer t" ? 200 : 401, Tags);
        });
        using var careful = new Asking();

        var failure = await careful.FailToListAsync(server, Asking.Account);

        Assert.Contains($"realm 'http://localhost:{foreign.Port}/token', which is not known to belong to it", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"add localhost:{foreign.Port} to 'realms' of the registry in registries.conf", failure.Message, StringComparison.Ordinal);
        Assert.Empty(foreign.Requests);

        using var told = new Asking($"registries: [{{name: x, prefix: '{server.Host}', api_url: 'http://{server.Host}', realms: ['localhost:{foreign.Port}']}}]");
        Assert.Equal("1.0", await told.ListAsync(server, Asking.Account));
    }

    [Fact]
    public async Task Basic_credentials_wait_until_they_are_asked_for_and_stay_on_the_registry()
    {
        await using var store = await ScriptedServer.StartAsync(context => context.SendAsync(200, Tags));
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"registry\"";
            context.Response.Headers.Location = $"http://localhost:{store.Port}/elsewhere?signature=s3cret";
            await context.SendAsync(context.Request.Headers.Authorization.Count == 0 ? 401 : 307);
        });
        using var asking = new Asking();

        await asking.ListAsync(server, Asking.Account);

        Assert.Equal(["", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("puller:s3cret"))}"], server.Requests.Select(request => request.Authorization));
        Assert.Equal("", Assert.Single(store.Requests).Authorization);
    }

    [Theory]
    [InlineData("/v2/team/web/tags/list", "redirects more than 5 times")]
    [InlineData("http://169.254.169.254/latest/meta-data", "redirects to the link-local address 169.254.169.254")]
    [InlineData("http://[::ffff:169.254.169.254]/", "redirects to the link-local address")]
    [InlineData("http://[fe80::1]/", "redirects to the link-local address")]
    [InlineData("ftp://example.com/", "redirects to something that is not a URL")]
    [InlineData("http://user:s3cret@example.com/", "redirects to something that is not a URL")]
    public async Task A_redirect_that_leads_nowhere_ends(string location, string part)
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            context.Response.Headers.Location = location;
            await context.SendAsync(302);
        });
        using var asking = new Asking();

        var failure = await asking.FailToListAsync(server);

        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", failure.Message, StringComparison.Ordinal);
        Assert.InRange(server.Requests.Count, 1, 6);
    }

    [Fact]
    public async Task A_signed_place_shows_up_in_no_message()
    {
        await using var store = await ScriptedServer.StartAsync(context => context.SendAsync(403, "<Error>no</Error>", "application/xml"));
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            context.Response.Headers.Location = $"http://localhost:{store.Port}/bucket?signature=s3cret";
            await context.SendAsync(307);
        });
        using var asking = new Asking();

        var failure = await asking.FailToListAsync(server);

        Assert.DoesNotContain("s3cret", failure.ToString(), StringComparison.Ordinal);
        Assert.Equal($"http://localhost:{store.Port}/bucket", failure.Url);
    }

    [Fact]
    public async Task A_registry_that_wants_no_credentials_gets_none()
    {
        await using var server = await ScriptedServer.StartAsync(context => context.SendAsync(200, Tags));
        using var asking = new Asking();

        await asking.ListAsync(server, Asking.Account);

        Assert.Equal("", Assert.Single(server.Requests).Authorization);
    }

    private static async Task<ScriptedServer> StartAsync(Func<HttpContext, Task> token, Func<string, bool> isValid) => await ScriptedServer.StartAsync(async context =>
    {
        if (context.Request.Path == "/token")
        {
            await token(context);
            return;
        }

        context.Response.Headers.WWWAuthenticate =
            $"Bearer realm=\"http://{context.Request.Host}/token\",service=\"the service\",scope=\"repository:other/thing:pull,push\"";
        var header = context.Request.Headers.Authorization.ToString();
        var allowed = header.StartsWith("Bearer ", StringComparison.Ordinal) && isValid(header["Bearer ".Length..]);
        await context.SendAsync(allowed ? 200 : 401, allowed ? Tags : "");
    });
}
