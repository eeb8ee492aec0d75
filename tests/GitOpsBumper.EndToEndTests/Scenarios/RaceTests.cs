using GitOpsBumper.EndToEndTests.Fixtures;

namespace GitOpsBumper.EndToEndTests.Scenarios;

/// <summary>Others push while a run is under way. Their commits stay, and ours comes on top.</summary>
public sealed class RaceTests(World world)
{
    /// <summary>Moves main to what Ada has ready, as a push of hers would; outside of the quarantine that a push of ours is in.</summary>
    private const string AdaPushes =
        "env -u GIT_QUARANTINE_PATH -u GIT_OBJECT_DIRECTORY -u GIT_ALTERNATE_OBJECT_DIRECTORIES git update-ref refs/heads/main refs/heads/ada";

    [Fact]
    public async Task A_push_between_our_fetch_and_our_push_loses_no_commit()
    {
        using var stage = await PrepareAsync("README.md", "Ada was here\n");
        stage.Repository.Hook("on-fetch", AdaPushes);

        await MustHaveBothAsync(stage);
        Assert.Equal("Ada was here\n", await stage.ReadAsync("README.md"));
    }

    [Fact]
    public async Task A_push_while_the_server_takes_ours_loses_no_commit()
    {
        using var stage = await PrepareAsync("README.md", "Ada was here\n");
        stage.Repository.Hook("pre-receive", $"if [ ! -e raced ]; then touch raced; {AdaPushes}; fi");

        await MustHaveBothAsync(stage);
        Assert.Equal("Ada was here\n", await stage.ReadAsync("README.md"));
        Assert.Equal(2, await stage.Repository.CountPushesAsync(Stage.Token));
    }

    [Fact]
    public async Task An_edit_of_the_same_file_meanwhile_is_kept()
    {
        using var stage = await PrepareAsync("apps/web/.argocd-source-web.yaml", text => $"# Ada's remark\n{text}  - name: replicas\n    value: \"3\"\n");
        stage.Repository.Hook("on-fetch", AdaPushes);

        await MustHaveBothAsync(stage);
        var text = await stage.ReadAsync("apps/web/.argocd-source-web.yaml");
        Assert.StartsWith("# Ada's remark\n", text, StringComparison.Ordinal);
        Assert.EndsWith("  - name: replicas\n    value: \"3\"\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_somebody_else_wrote_meanwhile_is_not_written_again()
    {
        using var stage = await PrepareAsync("apps/web/.argocd-source-web.yaml", text => text.Replace("1.0.0", "1.1.0", StringComparison.Ordinal));
        stage.Repository.Hook("on-fetch", AdaPushes);

        var outcome = (await stage.RunAsync()).MustExit(0);
        Assert.Equal("up-to-date", outcome.Image("web").Decision);
        Assert.Equal(await stage.Repository.TipAsync("ada", Stage.Token), await stage.Repository.TipAsync("main", Stage.Token));
    }

    [Fact]
    public async Task A_run_that_always_loses_gives_up_and_says_so()
    {
        using var stage = await PrepareAsync("README.md", "Ada was here\n");
        // Somebody commits at every single push.
        stage.Repository.Hook(
            "pre-receive",
            """
            unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES
            export GIT_AUTHOR_NAME=Ada GIT_AUTHOR_EMAIL=ada@example.com GIT_COMMITTER_NAME=Ada GIT_COMMITTER_EMAIL=ada@example.com
            git update-ref refs/heads/main $(git commit-tree -p refs/heads/main -m again 'refs/heads/main^{tree}')
            """);

        var outcome = (await stage.RunAsync()).MustExit(1);
        Assert.Equal("failed", outcome.Image("web").Decision);
        Assert.Contains("5 times", outcome.Image("web").Reason, StringComparison.Ordinal);
        Assert.Equal(5, await stage.Repository.CountPushesAsync(Stage.Token));
        Assert.DoesNotContain(await stage.Repository.SubjectsAsync("main", Stage.Token), subject => subject.StartsWith("build:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_protected_branch_is_reported_and_not_tried_again()
    {
        using var stage = await PrepareAsync("README.md", "Ada was here\n");
        stage.Repository.Hook("pre-receive", "echo 'main is protected: open a merge request' >&2; exit 1");

        var outcome = (await stage.RunAsync()).MustExit(1);
        Assert.Equal("failed", outcome.Image("web").Decision);
        Assert.Contains("main is protected", outcome.Image("web").Reason, StringComparison.Ordinal);
        Assert.Equal(1, await stage.Repository.CountPushesAsync(Stage.Token));
    }

    private Task<Stage> PrepareAsync(string file, string text) => PrepareAsync(file, _ => text);

    /// <summary>An application that is due, and a commit of Ada's that waits on the server.</summary>
    private async Task<Stage> PrepareAsync(string file, Func<string, string> edit)
    {
        var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        var web = stage.Deploy(new Deployment("web", stage.Image("web")));
        await stage.PublishAsync();
        await stage.Ada.CommitAsync("Meanwhile", file, edit(web.OverrideText("1.0.0")), Stage.Token);
        await stage.Ada.PushAsync(Stage.Token, "ada");
        return stage;
    }

    private static async Task MustHaveBothAsync(Stage stage)
    {
        var outcome = (await stage.RunAsync()).MustExit(0);
        Assert.Equal("updated", outcome.Image("web").Decision);
        Assert.Equal(["build: automatic update of web", "Meanwhile", "Ada's work"], await stage.Repository.SubjectsAsync("main", Stage.Token));
        Assert.Contains("value: 1.1.0\n", await stage.ReadAsync("apps/web/.argocd-source-web.yaml"), StringComparison.Ordinal);
    }
}
