using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.Git.Apps;
using GitOpsBumper.Tests.Adapters.Http;

namespace GitOpsBumper.Tests.Adapters.Git.Apps;

public sealed class GitHubAppsTests : IAsyncLifetime
{
    private AppStage _stage = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _stage = await AppStage.StartAsync();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task A_signature_gives_a_token_which_prints_as_nothing()
    {
        var token = await _stage.Apps.GetAsync(_stage.Remote(), Token);

        Assert.Equal("ghs_1", token.Value);
        Assert.Equal("***", token.ToString());
        Assert.Equal(GitCredential.Basic("x-access-token", "ghs_1"), token.Credential);
        Assert.Equal("POST /api/v3/app/installations/77/access_tokens", Assert.Single(_stage.Requests).ToString());
        Assert.Equal(1, _stage.Counter.OfKind("app-token"));
    }

    [Fact]
    public async Task A_key_of_PKCS_8_is_as_good()
    {
        var token = await _stage.Apps.GetAsync(_stage.Remote("team/config", (GitHubApp.KeyField, AppStage.Rsa.ExportPkcs8PrivateKeyPem() + "\n\n")), Token);

        Assert.Equal("ghs_1", token.Value);
    }

    [Fact]
    public async Task All_repositories_of_an_installation_share_a_token_until_minutes_before_it_expires()
    {
        var first = await _stage.Apps.GetAsync(_stage.Remote(), Token);
        _stage.Time.Advance(TimeSpan.FromMinutes(54));
        Assert.Same(first, await _stage.Apps.GetAsync(_stage.Remote("team/other"), Token));
        _stage.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.NotSame(first, await _stage.Apps.GetAsync(_stage.Remote(), Token));
        Assert.Equal(2, _stage.Requests.Count);
    }

    [Fact]
    public async Task A_token_that_is_said_to_last_for_days_is_replaced_within_the_hour()
    {
        _stage.ExpiresAfter = "3.00:00:00";
        var first = await _stage.Apps.GetAsync(_stage.Remote(), Token);
        _stage.Time.Advance(TimeSpan.FromHours(1));

        Assert.NotSame(first, await _stage.Apps.GetAsync(_stage.Remote(), Token));
    }

    [Fact]
    public async Task Those_who_ask_at_the_same_time_cause_one_request_and_who_gives_up_spoils_nothing()
    {
        _stage.Gate = new TaskCompletionSource();
        using var impatient = new CancellationTokenSource();
        var waiting = Enumerable.Range(0, 20).Select(index => _stage.Apps.GetAsync(_stage.Remote($"team/r{index}"), Token)).ToList();
        var leaving = _stage.Apps.GetAsync(_stage.Remote(), impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        _stage.Gate.SetResult();

        Assert.Single((await Task.WhenAll(waiting)).Distinct());
        Assert.Single(_stage.Requests);
    }

    [Fact]
    public async Task A_refused_token_is_replaced_once_and_its_successor_is_kept()
    {
        var refused = await _stage.Apps.GetAsync(_stage.Remote(), Token);
        _stage.Apps.Refused(_stage.Remote(), refused);
        var second = await _stage.Apps.GetAsync(_stage.Remote(), Token);
        _stage.Apps.Refused(_stage.Remote("team/other"), refused);

        Assert.NotEqual(refused, second);
        Assert.Same(second, await _stage.Apps.GetAsync(_stage.Remote(), Token));
        Assert.Equal(2, _stage.Requests.Count);
    }

    [Fact]
    public async Task Who_knows_the_numbers_of_an_app_but_not_its_key_does_not_get_its_token()
    {
        await _stage.Apps.GetAsync(_stage.Remote(), Token);
        using var other = System.Security.Cryptography.RSA.Create(2048);

        var problem = await _stage.FailsAsync(_stage.Remote("team/config", (GitHubApp.KeyField, other.ExportRSAPrivateKeyPem())));

        Assert.Contains(
            "GitHub App 1234 of secret argocd/app: githubAppPrivateKey is not a key of this app, or githubAppID is that of another (127.0.0.1:", problem, StringComparison.Ordinal);
        Assert.Contains("answered 401 'A JSON web token could not be decoded')", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_no_installation_is_named_the_repository_tells_which_it_is()
    {
        var remote = _stage.Remote("team/config.git", (GitHubApp.InstallationField, null));
        var first = await _stage.Apps.GetAsync(remote, Token);
        _stage.Time.Advance(TimeSpan.FromMinutes(56));
        await _stage.Apps.GetAsync(remote, Token);
        var named = await _stage.Apps.GetAsync(_stage.Remote(), Token);

        Assert.NotSame(first, named);
        Assert.Equal(
            ["GET /api/v3/repos/team/config/installation", "POST /api/v3/app/installations/77/access_tokens", "POST /api/v3/app/installations/77/access_tokens"],
            _stage.Requests.Select(request => request.ToString()));
    }

    [Theory]
    [InlineData("team/unknown", "it is not installed in team/unknown, or there is no such repository")]
    [InlineData("just-one", "it has no githubAppInstallationID, and a URL that does not end with owner and repository does not tell where it is installed")]
    public async Task An_app_that_is_not_installed_there_is_said_not_to_be(string repository, string expected) =>
        Assert.Contains(expected, await _stage.FailsAsync(_stage.Remote(repository, (GitHubApp.InstallationField, null))), StringComparison.Ordinal);

    [Theory]
    [InlineData(404, "Not Found", "it has no installation 77: githubAppInstallationID is wrong, or it was uninstalled")]
    [InlineData(404, "Integration not found", "there is no such app; githubAppID is wrong")]
    [InlineData(403, "This installation has been suspended", "the installation is suspended, until whoever suspended it lets it work again")]
    [InlineData(422, "line\\nbreak", "it gives no token (127.0.0.1")]
    [InlineData(302, "", "a redirect, which is not followed; githubAppEnterpriseBaseUrl has to name where the API is")]
    [InlineData(201, "no token", "answered with no token, which is not what an API of GitHub does")]
    public async Task What_is_wrong_is_said(int status, string words, string expected)
    {
        _stage.Instead = context => context.SendAsync(status, $$"""{"message":"{{words}}"}""");

        var problem = await _stage.FailsAsync();

        Assert.StartsWith("there is no token for http://127.0.0.1:", problem, StringComparison.Ordinal);
        Assert.Contains(": GitHub App 1234 of secret argocd/app: ", problem, StringComparison.Ordinal);
        Assert.Contains(expected, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-120, "the clock of this machine is 120 s ahead of that of the server")]
    [InlineData(600, "the clock of this machine is 600 s behind that of the server")]
    public async Task A_clock_that_is_wrong_is_said_to_be(int seconds, string expected)
    {
        _stage.ClockIsOff = TimeSpan.FromSeconds(seconds);

        Assert.Contains(expected, await _stage.FailsAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-30)]
    [InlineData(300)]
    public async Task A_clock_that_is_a_little_wrong_does_no_harm(int seconds)
    {
        _stage.ClockIsOff = TimeSpan.FromSeconds(seconds);

        Assert.NotNull(await _stage.Apps.GetAsync(_stage.Remote(), Token));
    }

    [Fact]
    public async Task A_refusal_is_told_to_a_hundred_repositories_and_asked_for_once_a_minute()
    {
        _stage.Instead = context => context.SendAsync(403, """{"message":"This installation has been suspended"}""");
        for (var index = 0; index < 100; index++)
            Assert.Contains($"/team/r{index}: GitHub App", await _stage.FailsAsync(_stage.Remote($"team/r{index}")), StringComparison.Ordinal);
        Assert.Single(_stage.Requests);

        _stage.Instead = null;
        _stage.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull(await _stage.Apps.GetAsync(_stage.Remote(), Token));
    }

    [Fact]
    public async Task An_outage_passes()
    {
        _stage.Instead = context => context.SendAsync(503);
        var failure = await Assert.ThrowsAsync<GitException>(() => _stage.Apps.GetAsync(_stage.Remote(), Token));

        Assert.True(failure.IsTransient);
        Assert.Contains("answered 503", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_without_end_is_not_read()
    {
        _stage.Instead = context => context.SendAsync(201, $$"""{"token":"{{new string('x', 1024 * 1024)}}"}""");

        Assert.Contains("sent an answer of more than", await _stage.FailsAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ghs_1\\r\\nX-Evil: 1")]
    [InlineData("ghs 1")]
    [InlineData("")]
    public async Task A_token_that_is_no_header_is_none(string token)
    {
        _stage.Instead = context => context.SendAsync(201, $$"""{"token":"{{token}}","expires_at":"2030-01-01T00:00:00Z"}""");

        Assert.Contains("answered with no token", await _stage.FailsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_damaged_is_said_to_be_and_not_shown()
    {
        var problem = await _stage.FailsAsync(_stage.Remote("team/config", (GitHubApp.KeyField, "-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END RSA PRIVATE KEY-----")));

        Assert.Contains("its githubAppPrivateKey is damaged, or no key of RSA", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", problem, StringComparison.Ordinal);
        Assert.Empty(_stage.Requests);
    }
}
