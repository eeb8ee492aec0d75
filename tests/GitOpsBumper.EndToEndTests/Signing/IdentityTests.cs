using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Signing;

/// <summary>Who the commits of a run are by, and how that is proved.</summary>
public sealed class IdentityTests(World world) : IDisposable
{
    private readonly SigningKeys _keys = new();

    public void Dispose() => _keys.Dispose();

    [Fact]
    public async Task Without_a_key_and_a_name_nothing_is_signed_and_the_bot_is_author_and_committer()
    {
        using var stage = await SetAsync();
        (await stage.RunAsync()).MustExit(0);

        Assert.Equal(0, await _keys.CountGoodAsync(stage.Repository));
        Assert.Equal("GitOpsBumper <noreply@gitopsbumper.io> GitOpsBumper <noreply@gitopsbumper.io>", await FormatAsync(stage, "%an <%ae> %cn <%ce>"));
        Assert.DoesNotContain("Signed-off-by", await FormatAsync(stage, "%B"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Author_committer_and_sign_off_are_who_the_settings_say()
    {
        using var stage = await SetAsync();
        (await stage.RunAsync(
            "--git-commit-user", "The Bot", "--git-commit-email", "bot@example.com", "--git-author-user", "Release Team", "--git-author-email", "team@example.com", "--git-commit-sign-off")).MustExit(0);

        Assert.Equal("Release Team <team@example.com> The Bot <bot@example.com>", await FormatAsync(stage, "%an <%ae> %cn <%ce>"));
        var trailers = (await GitCommand.RunAsync(stage.Repository.Folder, ["interpret-trailers", "--parse"], Stage.Token, await FormatAsync(stage, "%B"))).Split('\n');
        Assert.Equal(["Bumper-Update", "Bumper-Target", "Signed-off-by"], trailers.Select(line => line.Split(':')[0]));
        Assert.Equal("Signed-off-by: The Bot <bot@example.com>", trailers[^1]);
    }

    [Fact]
    public async Task One_name_of_an_author_leaves_the_other_with_the_committer()
    {
        using var stage = await SetAsync();
        (await stage.RunAsync("--git-commit-email", "bot@example.com", "--git-author-user", "Release Team")).MustExit(0);
        Assert.Equal("Release Team <bot@example.com> GitOpsBumper <bot@example.com>", await FormatAsync(stage, "%an <%ae> %cn <%ce>"));
    }

    [Theory]
    [InlineData("ssh")]
    [InlineData("openpgp")]
    public async Task Commits_of_several_applications_are_signed_each_and_pushed_at_once(string method)
    {
        using var stage = await SetAsync("web", "api", "docs");
        var before = await stage.CountCommitsAsync();
        var report = (await stage.RunAsync("--git-commit-signing-method", method, "--git-commit-signing-key", await CreateAsync(method))).MustExit(0);

        Assert.Equal(3, await _keys.CountGoodAsync(stage.Repository));
        Assert.Equal(before + 3, await stage.CountCommitsAsync());
        Assert.Equal(1, await stage.Repository.CountPushesAsync(Stage.Token));
        Assert.All(["web", "api", "docs"], name => Assert.NotNull((string?)report.Application(name)["commit"]));
        Assert.Contains(await stage.Repository.TipAsync("main", Stage.Token), report.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ssh")]
    [InlineData("openpgp")]
    public async Task A_signed_commit_that_is_reverted_is_not_made_again(string method)
    {
        using var stage = await SetAsync();
        string[] signed = ["--git-commit-sign-off", "--git-commit-signing-method", method, "--git-commit-signing-key", await CreateAsync(method)];
        (await stage.RunAsync(signed)).MustExit(0);
        await stage.Ada.PullAsync(Stage.Token);
        await stage.Ada.GitAsync(["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "revert", "--no-edit", "HEAD"], Stage.Token);
        await stage.Ada.PushAsync(Stage.Token, "main");

        Assert.Equal("rejected", (await stage.RunAsync(signed)).MustExit(0).Image("web").Decision);
        await stage.PushTagsAsync("web", "1.3.0");
        Assert.Equal("updated", (await stage.RunAsync(signed)).MustExit(0).Image("web").Decision);
        Assert.Equal(2, await _keys.CountGoodAsync(stage.Repository));
    }

    [Fact]
    public async Task A_commit_that_lost_a_race_is_signed_anew_on_the_new_tip()
    {
        using var stage = await SetAsync();
        // Somebody else comes first, once.
        stage.Repository.Hook("pre-receive", $"if mkdir raced 2>/dev/null; then unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES; git update-ref refs/heads/main \"$(git -c user.name=A -c user.email=a@b commit-tree -p main -m Theirs 'main^{{tree}}')\"; fi");
        (await stage.RunAsync("--git-commit-signing-method", "ssh", "--git-commit-signing-key", await CreateAsync("ssh"))).MustExit(0);
        Assert.Equal(1, await _keys.CountGoodAsync(stage.Repository));
        Assert.Equal(["build: automatic update of web", "Theirs", "Ada's work"], await stage.Repository.SubjectsAsync("main", Stage.Token));
    }

    [Fact]
    public async Task A_key_that_cannot_sign_ends_the_run_before_it_begins()
    {
        using var stage = await SetAsync();
        var locked = await _keys.CreateGpgFileAsync("locked", "very secret");
        var gpg = await RefusedAsync("--git-commit-signing-key", locked);
        Assert.Contains("--git-commit-signing-key: commits cannot be signed: key ", gpg, StringComparison.Ordinal);
        Assert.Contains("has a passphrase", gpg, StringComparison.Ordinal);
        Assert.DoesNotContain("very secret", gpg, StringComparison.Ordinal);
        var ssh = await RefusedAsync("--git-commit-signing-method", "ssh", "--git-commit-signing-key", await _keys.CreateSshAsync(passphrase: "very secret"));
        Assert.Contains("has a passphrase", ssh, StringComparison.Ordinal);
        Assert.Contains("--git-commit-signing-key: commits cannot be signed: there is no secret key 0123456789ABCDEF in ", await RefusedAsync("--git-commit-signing-key", "0123456789ABCDEF"), StringComparison.Ordinal);
        // A plan commits nothing, and so needs no gpg.
        (await stage.CallAsync("plan", "--git-commit-signing-key", locked)).MustExit(0);

        async Task<string> RefusedAsync(params string[] arguments)
        {
            var outcome = (await stage.RunAsync(arguments)).MustExit(2);
            Assert.Empty(await stage.Repository.RequestsAsync(Stage.Token));
            return outcome.Errors;
        }
    }

    private Task<string> CreateAsync(string method) => method == "ssh" ? _keys.CreateSshAsync() : _keys.CreateGpgFileAsync("bot");

    private async Task<Stage> SetAsync(params string[] applications)
    {
        var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0", "1.2.0");
        foreach (var name in applications is [] ? ["web"] : applications)
            stage.Deploy(new Deployment(name, stage.Image("web")));
        await stage.PublishAsync();
        return stage;
    }

    private static Task<string> FormatAsync(Stage stage, string format) => stage.Repository.GitAsync(["log", "-1", $"--format={format}", "main"], Stage.Token);
}
