using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;

namespace GitOpsBumper.EndToEndTests.Rollback;

/// <summary>People move the branch back by force: the bot's commit is gone, and with it its trailers.</summary>
public sealed class ForcePushTests(World world)
{
    private static readonly string[] Ada = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];

    [Theory]
    [InlineData("application")]
    [InlineData("repository")]
    public async Task What_was_taken_off_the_branch_is_not_written_again(string grouping)
    {
        using var stage = await SetAsync();
        stage.Deploy(new Deployment("api", stage.Image("web")));
        await stage.PublishAsync();
        (await RunAsync(stage, grouping)).MustExit(0);
        await ForceAsync(stage, "reset", "--hard", grouping == "application" ? "HEAD~2" : "HEAD~1");

        var outcome = (await RunAsync(stage, grouping)).MustExit(0);
        Assert.Equal(("rejected", "rejected"), (outcome.Image("web").Decision, outcome.Image("api").Decision));
        Assert.Contains("1.2.0 was written on ", outcome.Image("web").Reason, StringComparison.Ordinal);
        await stage.PushTagsAsync("web", "1.3.0");
        Assert.Equal("updated", (await RunAsync(stage, grouping)).MustExit(0).Image("web").Decision);
        Assert.Equal("up-to-date", (await RunAsync(stage, grouping)).MustExit(0).Image("web").Decision);
    }

    [Fact]
    public async Task Of_several_commits_those_that_stay_are_not_meant()
    {
        using var stage = await SetAsync();
        (await stage.RunAsync()).MustExit(0);
        await stage.PushTagsAsync("web", "1.3.0");
        (await stage.RunAsync()).MustExit(0);
        await ForceAsync(stage, "reset", "--hard", "HEAD~1");
        var image = (await stage.RunAsync()).MustExit(0).Image("web");
        Assert.Equal(("rejected", "1.2.0", "1.3.0"), (image.Decision, image.Current, image.Candidate));
    }

    [Fact]
    public async Task Whoever_puts_the_commit_back_wants_it()
    {
        using var stage = await SetAsync();
        (await stage.RunAsync()).MustExit(0);
        await stage.Ada.PullAsync(Stage.Token);
        var tip = await stage.Ada.GitAsync(["rev-parse", "HEAD"], Stage.Token);
        await ForceAsync(stage, "reset", "--hard", "HEAD~1");
        Assert.Equal("rejected", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        await stage.Ada.GitAsync(["reset", "--quiet", "--hard", tip], Stage.Token);
        await stage.Ada.PushAsync(Stage.Token);
        Assert.Equal("up-to-date", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        await stage.PushTagsAsync("web", "1.3.0");
        Assert.Equal("updated", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
    }

    [Fact]
    public async Task A_rebase_keeps_what_was_written()
    {
        using var stage = await SetAsync();
        (await stage.RunAsync()).MustExit(0);
        await stage.Ada.PullAsync(Stage.Token);
        // The commit before it gets another message, so the bot's commit gets another id.
        await stage.Ada.GitAsync([.. Ada, "-c", "core.editor=true", "-c", "sequence.editor=true", "rebase", "--quiet", "--root", "--exec", "git commit --quiet --amend --no-edit --date=now"], Stage.Token);
        await stage.Ada.GitAsync(["push", "--quiet", "--force", "origin", "HEAD:main"], Stage.Token);
        await stage.PushTagsAsync("web", "1.3.0");
        Assert.Equal("updated", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        await stage.Ada.PullAsync(Stage.Token);
        await stage.Ada.GitAsync([.. Ada, "revert", "--no-edit", "HEAD"], Stage.Token);
        await stage.Ada.PushAsync(Stage.Token);
        var image = (await stage.RunAsync()).MustExit(0).Image("web");
        Assert.Equal(("rejected", "1.2.0", "1.3.0"), (image.Decision, image.Current, image.Candidate));
    }

    [Theory]
    [InlineData("1.0.0")]
    [InlineData("1.2.0")]
    public async Task A_pin_that_is_taken_off_holds_no_more(string tag)
    {
        using var stage = await SetAsync();
        (await stage.RunAsync()).MustExit(0);
        await stage.PushTagsAsync("web", "1.2.1");
        (await stage.CallAsync("pin", "web", "web", tag, "--with", "value", "--by", "Ada")).MustExit(0);
        Assert.Equal("pinned", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        await ForceAsync(stage, "reset", "--hard", "HEAD~1");
        await stage.PushTagsAsync("web", "1.3.0");
        Assert.Equal("updated", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
    }

    private static Task<Outcome> RunAsync(Stage stage, string grouping) => stage.RunAsync("--commit-grouping", grouping);

    private static async Task ForceAsync(Stage stage, params string[] words)
    {
        await stage.Ada.PullAsync(Stage.Token);
        await stage.Ada.GitAsync([words[0], "--quiet", .. words[1..]], Stage.Token);
        await stage.Ada.GitAsync(["push", "--quiet", "--force", "origin", "HEAD:main"], Stage.Token);
    }

    private async Task<Stage> SetAsync()
    {
        var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.2.0");
        stage.Deploy(new Deployment("web", stage.Image("web")));
        await stage.PublishAsync();
        return stage;
    }
}
