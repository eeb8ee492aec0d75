using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers;
using GitOpsBumper.EndToEndTests.Transports;

namespace GitOpsBumper.EndToEndTests.Signing;

/// <summary>Commits that GitHub makes itself, against a stand-in for it with a real repository behind.</summary>
public sealed class GitHubCommitTests(World world) : IAsyncLifetime
{
    private const string File = "apps/web/.argocd-source-web.yaml";
    private const string TokenRequest = "POST /api/v3/app/installations/77/access_tokens";
    private const string Asked = "POST /api/graphql";

    private GitHubStandIn _gitHub = null!;
    private TransportStage _stage = null!;
    private GraphQlStandIn _api = null!;
    private bool _done;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private HostedRepository Repository => _stage.Stage.Repository;

    public async ValueTask InitializeAsync() => _gitHub = await GitHubStandIn.StartAsync(await world.GitAsync(), Token);

    public ValueTask DisposeAsync()
    {
        _stage?.Dispose();
        return _gitHub.DisposeAsync();
    }

    [Fact]
    public async Task The_app_is_the_author_of_a_commit_that_says_what_the_bot_would_have_said()
    {
        await SetAsync();
        var report = await RunAsync(0, "--git-commit-sign-off");

        Assert.Equal("updated", report.Image("web").Decision);
        Assert.Equal(await Repository.TipAsync("main", Token), (string?)report.Application("web")["commit"]);
        Assert.Equal(_stage.Deployment("web").OverrideText("1.1.0"), await Repository.ReadAsync("main", File, Token));
        Assert.Equal($"{GraphQlStandIn.Author} GitHub <noreply@github.com>", await Repository.GitAsync(["log", "-1", "--format=%an <%ae> %cn <%ce>", "main"], Token));
        var message = await Repository.GitAsync(["log", "-1", "--format=%B", "main"], Token);
        Assert.StartsWith("build: automatic update of web\n\nupdates image ", message, StringComparison.Ordinal);
        var trailers = (await GitCommand.RunAsync(Repository.Folder, ["interpret-trailers", "--parse"], Token, message)).Split('\n');
        Assert.Equal(["Bumper-Update", "Bumper-Target", "Signed-off-by"], trailers.Select(line => line.Split(':')[0]));
        Assert.Equal(0, await Repository.CountPushesAsync(Token));
        Assert.Equal([TokenRequest, Asked], _gitHub.Asked);
        Assert.Equal(2, (int)report.Report["requests"]!["forge"]!);

        Assert.Equal("up-to-date", (await RunAsync(0)).Image("web").Decision);
        Assert.Single(_api.Mutations);
    }

    [Fact]
    public async Task Without_the_setting_git_pushes()
    {
        await SetAsync();
        (await _stage.Stage.RunAsync()).MustExit(0);
        Assert.Equal(1, await Repository.CountPushesAsync(Token));
        Assert.Equal([TokenRequest], _gitHub.Asked);
    }

    [Fact]
    public async Task Without_an_app_git_pushes()
    {
        await SetAsync();
        var web = new Deployment("web", _stage.Stage.Image("web"));
        _stage.Stage.Announce(web);
        (await _stage.Stage.RunAsync("--github-commits", "api")).MustExit(0);
        Assert.Equal(1, await Repository.CountPushesAsync(Token));
        Assert.Empty(_gitHub.Asked);
    }

    [Fact]
    public async Task Each_application_has_a_commit_of_its_own_on_top_of_the_one_before()
    {
        await SetAsync("second", "third");
        var report = await RunAsync(0);
        Assert.Equal(3, _api.Mutations.Count);
        Assert.Equal(
            new[] { "second", "third", "web" }.Select(name => (string?)report.Application(name)["commit"]),
            (await Repository.GitAsync(["log", "--reverse", "-3", "--format=%H", "main"], Token)).Split('\n'));
        Assert.Single(_gitHub.Asked, TokenRequest);
    }

    [Fact]
    public async Task Whoever_loses_a_race_is_planned_again_and_what_was_written_stays()
    {
        await SetAsync("second");
        _api.Before = made => made == 1 ? Once(() => Ada("README.md", "theirs\n")) : Task.CompletedTask;
        var report = await RunAsync(0);

        Assert.Equal(["build: automatic update of web", "Theirs", "build: automatic update of second", "Ada's work", "Ada's work"], await Repository.SubjectsAsync("main", Token));
        Assert.Equal(await Repository.TipAsync("main", Token), (string?)report.Application("web")["commit"]);
        Assert.Equal("theirs\n", await Repository.ReadAsync("main", "README.md", Token));
    }

    [Fact]
    public async Task A_commit_whose_answer_is_lost_is_not_made_twice()
    {
        await SetAsync();
        _api.LosesAnswer = true;
        await RunAsync(0);
        Assert.Equal(["build: automatic update of web", "Ada's work"], await Repository.SubjectsAsync("main", Token));
    }

    [Fact]
    public async Task A_token_that_is_taken_back_is_replaced()
    {
        await SetAsync();
        _gitHub.GraphQl = context => RevokedAsync(context);
        Assert.Equal("updated", (await RunAsync(0)).Image("web").Decision);
        Assert.Equal([TokenRequest, Asked, TokenRequest, Asked], _gitHub.Asked);

        Task RevokedAsync(Microsoft.AspNetCore.Http.HttpContext context)
        {
            _gitHub.Revoke();
            _gitHub.GraphQl = _api.AnswerAsync;
            context.Response.StatusCode = 401;
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task What_a_rule_of_the_repository_refuses_is_told_with_its_reason_and_tried_once()
    {
        await SetAsync("second");
        _api.Refuses = ("UNPROCESSABLE", "Repository rule violations found\n\nChanges must be made through a pull request.");
        var report = await RunAsync(1);
        foreach (var name in new[] { "web", "second" })
        {
            Assert.Equal(
                $"{_stage.Url} refused the commit to main through GitHub's API: UNPROCESSABLE: Repository rule violations found; Changes must be made through a pull request.", report.Image(name).Reason);
        }

        Assert.Equal(2, await Repository.CountCommitsAsync("main", Token));
        Assert.Equal([TokenRequest, Asked], _gitHub.Asked);
    }

    [Fact]
    public async Task A_limit_of_the_api_is_told_as_one()
    {
        await SetAsync();
        _api.Refuses = ("RATE_LIMITED", "API rate limit exceeded");
        Assert.Contains("limits GitHub App 1234 of secret argocd/repository (API rate limit exceeded)", (await RunAsync(1)).Image("web").Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_write_branch_is_made_first()
    {
        await SetAsync();
        _stage.Stage.Announce(_stage.Deployment("web") with { Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["git-branch"] = "main:bumper-{{.AppName}}" } });
        var report = await RunAsync(0);

        Assert.Equal(["create refs/heads/bumper-web", "commit bumper-web"], _api.Mutations);
        Assert.Equal(await Repository.TipAsync("bumper-web", Token), (string?)report.Application("web")["commit"]);
        Assert.Equal(1, await Repository.CountCommitsAsync("main", Token));
        Assert.Equal(2, await Repository.CountCommitsAsync("bumper-web", Token));
    }

    [Fact]
    public async Task A_file_that_is_executable_is_left_alone_and_other_applications_go_on()
    {
        await SetAsync("second");
        await _stage.Stage.Ada.PullAsync(Token);
        await _stage.Stage.Ada.GitAsync(["update-index", "--chmod=+x", File], Token);
        await _stage.Stage.Ada.GitAsync(["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "commit", "--quiet", "-m", "Executable"], Token);
        await _stage.Stage.Ada.PushAsync(Token, "main");
        var report = await RunAsync(1);

        Assert.Equal($"'{File}' is executable, which a commit through GitHub's API would not keep; make it a plain file, or push with --github-commits git", report.Image("web").Reason);
        Assert.Equal("updated", report.Image("second").Decision);
        Assert.Equal(["build: automatic update of second", "Executable", "Ada's work", "Ada's work"], await Repository.SubjectsAsync("main", Token));
    }

    private async Task SetAsync(params string[] more)
    {
        _stage = await TransportStage.SetAsync(world, "open", _gitHub.UrlOf);
        _stage.Secret(("githubAppID", GitHubStandIn.AppId), ("githubAppInstallationID", "77"), ("githubAppPrivateKey", _gitHub.KeyPem), ("githubAppEnterpriseBaseUrl", _gitHub.ApiUrl));
        foreach (var name in more)
            _stage.Stage.Deploy(_stage.Deployment(name));
        if (more.Length > 0)
            await _stage.Stage.PublishAsync();
        _api = new GraphQlStandIn(Repository, new Uri(_stage.Url).AbsolutePath.Trim('/')[..^".git".Length]);
        _gitHub.GraphQl = _api.AnswerAsync;
    }

    private async Task<Outcome> RunAsync(int code, params string[] more) => (await _stage.Stage.RunAsync(["--github-commits", "api", .. more])).MustExit(code);

    private async Task Ada(string file, string text)
    {
        await _stage.Stage.Ada.PullAsync(Token);
        await _stage.Stage.Ada.CommitAsync("Theirs", file, text, Token);
        await _stage.Stage.Ada.PushAsync(Token, "main");
    }

    private Task Once(Func<Task> step)
    {
        if (_done)
            return Task.CompletedTask;
        _done = true;
        return step();
    }
}
