using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;

namespace GitOpsBumper.EndToEndTests.Rollback;

/// <summary>People roll back with git, as they type it: what the bot wrote and they took back stays away.</summary>
public sealed class RevertTests(World world)
{
    [Fact]
    public async Task A_commit_that_is_reverted_is_not_made_again_and_the_next_version_is()
    {
        using var stage = await SetAsync();
        (await stage.RunAsync()).MustExit(0);
        await GitAsync(stage, "revert", "--no-edit", "HEAD");

        var rejected = (await stage.RunAsync()).MustExit(0).Image("web");
        Assert.Equal(("rejected", "1.2.0", "1.0.0"), (rejected.Decision, rejected.Candidate, rejected.Current));
        Assert.Matches("^1.2.0 was written on [0-9-]{10} with commit [0-9a-f]{10} and taken back since: it is not written again, a newer version will be$", rejected.Reason);
        Assert.Equal("1.0.0", await TagAsync(stage));

        await stage.PushTagsAsync("web", "1.2.1");
        Assert.Equal("updated", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        Assert.Equal("1.2.1", await TagAsync(stage));
    }

    [Fact]
    public async Task A_reverted_commit_that_made_the_file_leaves_no_file_again()
    {
        using var stage = await SetAsync(tag: null);
        (await stage.RunAsync()).MustExit(0);
        Assert.Equal("1.2.0", await TagAsync(stage));
        await GitAsync(stage, "revert", "--no-edit", "HEAD");

        Assert.Equal("rejected", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        Assert.Null(await stage.ReadAsync("apps/web/.argocd-source-web.yaml"));
    }

    [Fact]
    public async Task A_revert_that_is_reverted_brings_the_version_back()
    {
        using var stage = await SetAsync();
        (await stage.RunAsync()).MustExit(0);
        await GitAsync(stage, "revert", "--no-edit", "HEAD");
        (await stage.RunAsync()).MustExit(0);
        await GitAsync(stage, "revert", "--no-edit", "HEAD");

        Assert.Equal("up-to-date", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        await stage.PushTagsAsync("web", "1.3.0");
        Assert.Equal("updated", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        await GitAsync(stage, "revert", "--no-edit", "HEAD");
        var again = (await stage.RunAsync()).MustExit(0).Image("web");
        Assert.Equal(("rejected", "1.3.0"), (again.Decision, again.Candidate));
        Assert.Equal("1.2.0", await TagAsync(stage));
    }

    [Fact]
    public async Task An_edit_back_over_two_commits_of_the_bot_takes_both_back()
    {
        using var stage = await SetAsync();
        (await stage.RunAsync()).MustExit(0);
        await stage.PushTagsAsync("web", "1.3.0");
        (await stage.RunAsync()).MustExit(0);
        await stage.Ada.PullAsync(Stage.Token);
        await stage.Ada.CommitAsync("Back to what worked", "apps/web/.argocd-source-web.yaml", new Deployment("web", stage.Image("web")).OverrideText("1.0.0"), Stage.Token);
        await stage.Ada.PushAsync(Stage.Token);

        Assert.Equal("rejected", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        Assert.Equal("1.0.0", await TagAsync(stage));
    }

    [Fact]
    public async Task A_revert_of_one_application_is_none_of_its_neighbours()
    {
        using var stage = await SetAsync();
        stage.Deploy(new Deployment("api", stage.Image("web")));
        await stage.PublishAsync();
        (await stage.RunAsync()).MustExit(0);
        await stage.Ada.PullAsync(Stage.Token);
        var commit = await stage.Ada.GitAsync(["log", "-1", "--format=%H", "--", "apps/api"], Stage.Token);
        await GitAsync(stage, "revert", "--no-edit", commit);

        var outcome = (await stage.RunAsync()).MustExit(0);
        Assert.Equal(("rejected", "up-to-date"), (outcome.Image("api").Decision, outcome.Image("web").Decision));
        await stage.PushTagsAsync("web", "1.3.0");
        outcome = (await stage.RunAsync()).MustExit(0);
        Assert.Equal(("updated", "updated"), (outcome.Image("api").Decision, outcome.Image("web").Decision));
    }

    [Fact]
    public async Task The_same_application_of_another_cluster_on_the_same_branch_is_not_meant()
    {
        using var stage = await SetAsync();
        (await stage.RunAsync()).MustExit(0);
        // Another cluster's bot looks at its own file, which has not seen 1.2.0 yet.
        stage.Deploy(new Deployment("web", stage.Image("web")) { Path = "prod/web" });
        await stage.PublishAsync();

        Assert.Equal("updated", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        Assert.Contains("value: 1.2.0\n", await stage.ReadAsync("prod/web/.argocd-source-web.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_merge_that_is_reverted_takes_back_what_it_brought()
    {
        using var stage = await SetAsync();
        await stage.Ada.PullAsync(Stage.Token);
        (await stage.RunAsync()).MustExit(0);
        // The bot's commit comes into main by a merge of somebody's branch.
        await stage.Ada.GitAsync(["fetch", "--quiet", "origin", "main"], Stage.Token);
        await stage.Ada.GitAsync([.. Ada, "commit", "--quiet", "--allow-empty", "-m", "Ada's side"], Stage.Token);
        await stage.Ada.GitAsync([.. Ada, "merge", "--quiet", "--no-ff", "--no-edit", "FETCH_HEAD"], Stage.Token);
        await stage.Ada.GitAsync([.. Ada, "revert", "--no-edit", "-m", "1", "HEAD"], Stage.Token);
        await stage.Ada.PushAsync(Stage.Token, "main");

        Assert.Equal("rejected", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        Assert.Equal("1.0.0", await TagAsync(stage));
    }

    [Fact]
    public async Task History_costs_one_request_when_something_is_due_and_none_otherwise()
    {
        using var stage = await SetAsync();
        // A list, the tip, its files, the history, and the push.
        Assert.Equal(5, Requests((await stage.RunAsync()).MustExit(0)));
        Assert.Equal(1, Requests((await stage.RunAsync()).MustExit(0)));
        await GitAsync(stage, "revert", "--no-edit", "HEAD");
        // The file is known by its content.
        Assert.Equal(3, Requests((await stage.RunAsync()).MustExit(0)));
        Assert.Equal(1, Requests((await stage.RunAsync()).MustExit(0)));
    }

    [Fact]
    public async Task Plan_and_explain_say_what_was_taken_back()
    {
        using var stage = await SetAsync();
        (await stage.RunAsync()).MustExit(0);
        await GitAsync(stage, "revert", "--no-edit", "HEAD");

        var plan = (await stage.CallAsync("plan")).MustExit(0);
        Assert.Contains("rejected", plan.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("1.2.0\n+", plan.Output, StringComparison.Ordinal);
        var explained = (await stage.CallAsync("explain", "web")).MustExit(0);
        Assert.Contains("taken back by hand: 1", explained.Output, StringComparison.Ordinal);
        Assert.Matches("1.2.0  was written on .* and taken back since", explained.Output);
    }

    [Fact]
    public async Task A_damaged_history_is_fetched_again()
    {
        using var stage = await SetAsync();
        (await stage.RunAsync()).MustExit(0);
        var history = Assert.Single(Directory.GetDirectories(Path.Combine(stage.CacheFolder, "git"), "history", SearchOption.AllDirectories));
        foreach (var pack in Directory.GetFiles(history, "*.pack", SearchOption.AllDirectories))
        {
            File.SetAttributes(pack, FileAttributes.Normal);
            await File.WriteAllTextAsync(pack, "damaged", Stage.Token);
        }

        await GitAsync(stage, "revert", "--no-edit", "HEAD");
        Assert.Equal("rejected", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        Assert.Equal("1.0.0", await TagAsync(stage));
    }

    [Fact]
    public async Task A_commit_whose_clock_was_wrong_hides_nothing()
    {
        using var stage = await SetAsync();
        (await stage.RunAsync()).MustExit(0);
        await GitAsync(stage, "revert", "--no-edit", "HEAD");
        await ImportAsync(stage, "main", 978_307_200, "Dead battery", "");
        await GitAsync(stage, "commit", "--quiet", "--allow-empty", "-m", "And on");

        Assert.Equal("rejected", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
    }

    [Fact]
    public async Task A_merge_of_an_old_branch_hides_nothing()
    {
        using var stage = await SetAsync();
        await stage.Repository.GitAsync(["branch", "old", "main"], Stage.Token);
        await ImportAsync(stage, "old", TimeProvider.System.GetUtcNow().AddDays(-95).ToUnixTimeSeconds(), "Docs", "");
        (await stage.RunAsync()).MustExit(0);
        await GitAsync(stage, "revert", "--no-edit", "HEAD");
        await stage.Ada.GitAsync(["fetch", "--quiet", "origin", "old"], Stage.Token);
        await stage.Ada.GitAsync([.. Ada, "merge", "--quiet", "--no-ff", "--no-edit", "FETCH_HEAD"], Stage.Token);
        await stage.Ada.PushAsync(Stage.Token, "main");

        Assert.Equal("rejected", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        Assert.Equal("1.0.0", await TagAsync(stage));
    }

    [Fact]
    public async Task What_was_written_long_ago_and_is_taken_back_today_stays_away()
    {
        using var stage = await SetAsync();
        var text = new Deployment("web", stage.Image("web")).OverrideText("1.2.0");
        await ImportAsync(
            stage,
            "main",
            TimeProvider.System.GetUtcNow().AddDays(-200).ToUnixTimeSeconds(),
            $"build: long ago\n\nBumper-Update: argocd/web web {stage.Image("web")} 1.0.0 1.2.0\nBumper-Target: main:apps/web/.argocd-source-web.yaml\n",
            $"M 100644 inline apps/web/.argocd-source-web.yaml\ndata {text.Length}\n{text}\n");
        Assert.Equal("1.2.0", await TagAsync(stage));
        await GitAsync(stage, "revert", "--no-edit", "HEAD");

        Assert.Equal("rejected", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        Assert.Equal("1.0.0", await TagAsync(stage));
    }

    [Fact]
    public async Task A_server_that_cannot_leave_files_out_is_asked_for_little()
    {
        using var stage = await SetAsync();
        await stage.Repository.ConfigureAsync("uploadpack.allowFilter", "false", Stage.Token);
        (await stage.RunAsync()).MustExit(0);
        await GitAsync(stage, "revert", "--no-edit", "HEAD");

        Assert.Equal("rejected", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        Assert.Single(Directory.GetFiles(Path.Combine(stage.CacheFolder, "git"), "server-has-no-filter", SearchOption.AllDirectories));
    }

    private static string[] Ada { get; } = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];

    private async Task<Stage> SetAsync(string? tag = "1.0.0")
    {
        var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0", "1.2.0");
        stage.Deploy(new Deployment("web", stage.Image("web")) { Tag = tag });
        await stage.PublishAsync();
        return stage;
    }

    /// <summary>Ada brings her copy up to date, does it, and pushes.</summary>
    private static async Task GitAsync(Stage stage, params string[] arguments)
    {
        await stage.Ada.PullAsync(Stage.Token);
        await stage.Ada.GitAsync([.. Ada, .. arguments], Stage.Token);
        await stage.Ada.PushAsync(Stage.Token, "main");
    }

    /// <summary>A commit on top of a branch with a time of its own, straight into the server's repository.</summary>
    private static Task<string> ImportAsync(Stage stage, string branch, long seconds, string message, string changes) => stage.Repository.GitAsync(
        ["fast-import", "--quiet"],
        Stage.Token,
        $"commit refs/heads/{branch}\ncommitter Ada <ada@example.com> {seconds} +0000\ndata {message.Length}\n{message}\nfrom refs/heads/{branch}^0\n{changes}\n");

    private static int Requests(Outcome outcome) => (int)outcome.Report["requests"]!["git"]!;

    private static async Task<string?> TagAsync(Stage stage) => (await stage.ReadAsync("apps/web/.argocd-source-web.yaml"))?.Split('\n')
        .SkipWhile(line => !line.Contains("image.tag", StringComparison.Ordinal)).Skip(1).First().Split(": ")[1].Trim('"');
}
