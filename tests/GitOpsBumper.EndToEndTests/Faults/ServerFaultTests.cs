using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers.Network;

namespace GitOpsBumper.EndToEndTests.Faults;

/// <summary>A server, or the line to it, that breaks in the middle: each due update arrives once all the same.</summary>
public sealed class ServerFaultTests(World world)
{
    private const int Cuts = 12;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("pre-receive", "kill -9 $PPID", false)]
    [InlineData("update", "kill -9 $PPID", false)]
    [InlineData("reference-transaction", "[ \"$1\" != prepared ] || kill -9 $PPID", false)]
    [InlineData("reference-transaction", "[ \"$1\" != committed ] || kill -9 $PPID", true)]
    [InlineData("post-receive", "kill -9 $PPID", true)]
    public async Task A_server_that_dies_while_it_takes_a_push_loses_and_doubles_nothing(string hook, string script, bool hasIt)
    {
        using var faults = await FaultStage.SetAsync(world);
        var before = await faults.Stage.Repository.TipAsync("main", Token);
        await faults.ReleaseAsync();
        faults.Stage.Repository.Hook(hook, script);

        var outcome = await faults.Stage.RunAsync();

        Assert.Equal(hasIt, before != await faults.Stage.Repository.TipAsync("main", Token));
        if (!hasIt)
        {
            outcome.MustExit(1);
            Assert.Contains("broke off", outcome.Image("web").Reason, StringComparison.Ordinal);
        }

        File.Delete(Path.Combine(faults.Stage.Repository.Folder, "hooks", hook));
        // What a server that was killed leaves is for its administrator to remove.
        foreach (var stale in Directory.GetFiles(faults.Stage.Repository.Folder, "*.lock", SearchOption.AllDirectories))
            File.Delete(stale);
        (await faults.Stage.RunAsync()).MustExit(0);
        await faults.MustHaveEachOnceAsync();
    }

    [Fact]
    public async Task A_line_that_is_cut_after_any_number_of_bytes_loses_and_doubles_nothing()
    {
        await using var cable = Cable.To((await world.GitAsync()).Url.Port);
        using var faults = await FaultStage.SetAsync(world, url => new UriBuilder(url) { Port = cable.Port }.ToString());
        await faults.ReleaseAsync();
        (await faults.Stage.RunAsync()).MustExit(0);
        await faults.OtherCommitAsync();
        await faults.ReleaseAsync();
        cable.CutAfter(long.MaxValue);
        (await faults.Stage.RunAsync()).MustExit(0);
        var whole = cable.Passed;
        var failed = 0;
        for (var cut = 0; cut < Cuts; cut++)
        {
            await faults.OtherCommitAsync();
            await faults.ReleaseAsync();
            cable.CutAfter(whole * (cut + 1) / (Cuts + 1));
            if ((await faults.Stage.RunAsync()).ExitCode != 0)
                failed++;
            cable.Mend();
            (await faults.Stage.RunAsync()).MustExit(0);
        }

        Assert.InRange(failed, Cuts / 2, Cuts);
        await faults.MustHaveEachOnceAsync();
    }

    [Fact]
    public async Task A_branch_that_is_deleted_between_fetch_and_push_stays_deleted()
    {
        using var stage = await PrepareAsync(new Deployment("web", "web") { TargetRevision = "staging" });
        await stage.Repository.GitAsync(["branch", "staging", "main"], Token);
        stage.Repository.Hook("on-fetch", "git update-ref -d refs/heads/staging");

        var outcome = (await stage.RunAsync()).MustExit(1);

        Assert.Contains("branch 'staging' does not exist", outcome.Image("web").Reason, StringComparison.Ordinal);
        Assert.False(await stage.Repository.ExistsAsync("staging", Token));
    }

    [Fact]
    public async Task A_write_branch_that_is_deleted_while_it_is_pushed_is_made_again()
    {
        using var stage = await PrepareAsync(new Deployment("web", "web") { Annotations = WritesToBranch });
        (await stage.RunAsync()).MustExit(0);
        await stage.PushTagsAsync("web", "1.2.0");
        stage.Repository.Hook(
            "pre-receive",
            "if [ ! -e raced ]; then touch raced; env -u GIT_QUARANTINE_PATH -u GIT_OBJECT_DIRECTORY -u GIT_ALTERNATE_OBJECT_DIRECTORIES git update-ref -d refs/heads/bump-web; fi");

        (await stage.RunAsync()).MustExit(0);

        Assert.Equal(["build: automatic update of web", "Ada's work"], await stage.Repository.SubjectsAsync("bump-web", Token));
        Assert.Equal(["web 1.2.0"], await Trailers.ReadAsync(stage.Repository, "bump-web"));
    }

    [Fact]
    public async Task History_that_is_rewritten_between_fetch_and_push_is_what_we_write_on()
    {
        using var stage = await PrepareAsync(new Deployment("web", "web"));
        await stage.Ada.GitAsync(["checkout", "--quiet", "--orphan", "rewritten"], Token);
        await stage.Ada.CommitAsync("History begins here", "README.md", "new\n", Token);
        await stage.Ada.PushAsync(Token, "rewritten");
        stage.Repository.Hook("on-fetch", "git update-ref refs/heads/main refs/heads/rewritten");

        var outcome = (await stage.RunAsync()).MustExit(0);

        Assert.Equal("updated", outcome.Image("web").Decision);
        Assert.Equal(["build: automatic update of web", "History begins here"], await stage.Repository.SubjectsAsync("main", Token));
        Assert.Equal(["web 1.1.0"], await Trailers.ReadAsync(stage.Repository, "main"));
    }

    private static Dictionary<string, string> WritesToBranch { get; } = new(StringComparer.Ordinal) { ["git-branch"] = "main:bump-{{ .AppName }}" };

    private async Task<Stage> PrepareAsync(Deployment deployment)
    {
        var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        stage.Deploy(deployment with { Image = stage.Image(deployment.Image) });
        await stage.PublishAsync();
        return stage;
    }
}
