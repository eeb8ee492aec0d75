using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;

namespace GitOpsBumper.EndToEndTests.PullRequests.Lives;

/// <summary>Many applications, groups, limits, and branches that change beneath open requests.</summary>
public sealed class SharingTests(World world)
{
    [Fact]
    public async Task A_group_has_one_request_that_follows_its_members()
    {
        await using var play = await RequestStage.SetAsync(world);
        await play.DeployAsync("api", ["1.1.0"], "group=backend");
        await play.DeployAsync("web", ["1.1.0"], "group=backend");
        await play.DeployAsync("side", ["1.1.0"]);
        await play.Stage.PublishAsync();
        Assert.Equal("api 1.1.0 updated #1, side 1.1.0 updated #2, web 1.1.0 updated #1", await play.DecideAsync());
        var group = play.Forge.Request(1);
        Assert.Equal(("1.1.0", "1.1.0", "1.0.0"), (await play.TagAsync("api", group.SourceBranch), await play.TagAsync("web", group.SourceBranch), await play.TagAsync("side", group.SourceBranch)));
        Assert.Contains("group backend", group.Title, StringComparison.Ordinal);

        // One of them alone: the other one's change stays in the request.
        await play.Stage.PushTagsAsync("web", "1.2.0");
        Assert.Equal("api 1.1.0 updated #1, web 1.2.0 updated #1", await play.DecideAsync("--app", "web"));
        Assert.Equal(("1.1.0", "1.2.0"), (await play.TagAsync("api", group.SourceBranch), await play.TagAsync("web", group.SourceBranch)));

        // One leaves the group: it gets a request of its own.
        play.Announce("api");
        Assert.Equal("api 1.1.0 updated #3, side 1.1.0 pending #2, web 1.2.0 updated #1", await play.DecideAsync());
        Assert.Equal("1.0.0", await play.TagAsync("api", group.SourceBranch));
    }

    [Fact]
    public async Task A_request_that_its_application_wants_no_longer_is_withdrawn()
    {
        await using var play = await RequestStage.SetAsync(world);
        await play.DeployAsync("web", ["1.1.0"]);
        await play.DeployAsync("side", ["1.1.0"]);
        await play.Stage.PublishAsync();
        Assert.Equal("side 1.1.0 updated #1, web 1.1.0 updated #2", await play.DecideAsync());
        play.Announce("web", "group=backend");
        Assert.Equal("side 1.1.0 pending #1, web 1.1.0 updated #3", await play.DecideAsync());
        Assert.Equal(StandInState.Closed, play.Forge.Request(2).State);
        Assert.Equal("side 1.1.0 pending #1, web 1.1.0 pending #3", await play.DecideAsync());

        // Written without asking from now on, it is not proposed any more.
        play.Announce("web", "pull-request=false");
        Assert.Equal("side 1.1.0 pending #1, web 1.1.0 updated", await play.DecideAsync());
        Assert.Equal("1.1.0", await play.TagAsync("web"));
        Assert.Equal(StandInState.Closed, play.Forge.Request(3).State);
    }

    [Fact]
    public async Task Limits_hold_back_what_is_new_and_keep_what_is_open_up_to_date()
    {
        await using var play = await RequestStage.SetAsync(world);
        foreach (var name in new[] { "a", "b", "c", "d" })
            await play.DeployAsync(name, ["1.1.0"]);
        await play.Stage.PublishAsync();
        Assert.Equal("a 1.1.0 updated #1, b 1.1.0 updated #2, c 1.1.0 pending, d 1.1.0 pending", await play.DecideAsync("--max-new-requests-per-cycle", "2"));
        Assert.Equal("a 1.1.0 pending #1, b 1.1.0 pending #2, c 1.1.0 updated #3, d 1.1.0 pending", await play.DecideAsync("--max-open-requests", "3"));
        await play.Stage.PushTagsAsync("a", "1.2.0");
        var outcome = await play.RunAsync("--max-open-requests", "3");
        Assert.Equal("updated", outcome.Image("a").Decision);
        Assert.Contains("--max-open-requests is 3", outcome.Image("d").Reason, StringComparison.Ordinal);
        await play.Forge.MergeAsync(2, Stage.Token);
        Assert.Equal("a 1.2.0 pending #1, b 1.1.0 up-to-date, c 1.1.0 pending #3, d 1.1.0 updated #4", await play.DecideAsync("--max-open-requests", "3"));
    }

    [Theory]
    [InlineData("replace", 1)]
    [InlineData("append", 2)]
    public async Task Something_newer_makes_the_branch_again_or_adds_to_it(string update, int commits)
    {
        await using var play = await RequestStage.SetAsync(world);
        await play.DeployAsync("web", ["1.1.0"], $"request-update={update}");
        await play.Stage.PublishAsync();
        await play.DecideAsync();
        var first = await play.Forge.HeadAsync(play.Forge.Request(1), Stage.Token);
        await play.Stage.PushTagsAsync("web", "1.2.0");
        Assert.Equal("web 1.2.0 updated #1", await play.DecideAsync());
        var branch = play.Forge.Request(1).SourceBranch;
        Assert.Equal(await play.Stage.CountCommitsAsync() + commits, await play.Stage.Repository.CountCommitsAsync(branch, Stage.Token));
        Assert.Equal(commits == 2, (await play.Stage.Repository.GitAsync(["log", "--format=%H", branch], Stage.Token)).Contains(first!, StringComparison.Ordinal));
        Assert.Equal("web 1.2.0 pending #1", await play.DecideAsync());

        // A conflict with the base cannot be added to: the branch is made again from it.
        await play.CommitAsync("main", "apps/web/.argocd-source-web.yaml", "# another line\n" + new Deployment("web", play.Stage.Image("web")).OverrideText("1.0.5"));
        Assert.True(await play.Forge.HasConflictsAsync(play.Forge.Request(1), Stage.Token));
        Assert.Equal("web 1.2.0 updated #1", await play.DecideAsync());
        Assert.False(await play.Forge.HasConflictsAsync(play.Forge.Request(1), Stage.Token));
        Assert.Equal("1.2.0", await play.TagAsync("web", branch));
        Assert.StartsWith("# another line\n", await play.Stage.Repository.ReadAsync(branch, "apps/web/.argocd-source-web.yaml", Stage.Token), StringComparison.Ordinal);
        Assert.Equal("web 1.2.0 pending #1", await play.DecideAsync());
    }

    [Fact]
    public async Task What_the_forge_can_merge_as_it_is_is_not_made_again_when_its_base_moves()
    {
        await using var play = await RequestStage.SetAsync(world);
        await play.DeployAsync("web", ["1.1.0"]);
        await play.Stage.PublishAsync();
        await play.DecideAsync();
        var head = await play.Forge.HeadAsync(play.Forge.Request(1), Stage.Token);
        await play.CommitAsync("main", "README.md", "other\n");
        Assert.Equal("web 1.1.0 pending #1", await play.DecideAsync());
        // In the same file, but far enough away.
        var old = await play.Stage.ReadAsync("apps/web/.argocd-source-web.yaml");
        await play.CommitAsync("main", "apps/web/.argocd-source-web.yaml", "# one\n# two\n# three\n# four\n" + old);
        Assert.False(await play.Forge.HasConflictsAsync(play.Forge.Request(1), Stage.Token));
        Assert.Equal("web 1.1.0 pending #1", await play.DecideAsync());
        Assert.Equal(head, await play.Forge.HeadAsync(play.Forge.Request(1), Stage.Token));
    }

    [Fact]
    public async Task A_branch_named_after_versions_gets_a_request_of_its_own_for_each()
    {
        await using var play = await RequestStage.SetAsync(world);
        await play.DeployAsync("web", ["1.1.0"], "git-branch=main:up-{{ range .Images }}{{ .NewTag }}{{ end }}");
        await play.Stage.PublishAsync();
        Assert.Equal("web 1.1.0 updated #1", await play.DecideAsync());
        Assert.Equal("up-1.1.0", play.Forge.Request(1).SourceBranch);
        Assert.Equal("web 1.1.0 pending #1", await play.DecideAsync());
        await play.Stage.PushTagsAsync("web", "1.2.0");
        Assert.Equal("web 1.2.0 updated #2", await play.DecideAsync());
        Assert.Equal((StandInState.Closed, "up-1.2.0"), (play.Forge.Request(1).State, play.Forge.Request(2).SourceBranch));
        Assert.False(await play.Stage.Repository.ExistsAsync("up-1.1.0", Stage.Token));
        Assert.Equal("web 1.2.0 pending #2", await play.DecideAsync());
    }

    [Fact]
    public async Task A_pin_is_proposed_and_an_unpin_brings_back_what_was_turned_down()
    {
        await using var play = await RequestStage.SetAsync(world);
        await play.DeployAsync("web", ["1.1.0"]);
        await play.Stage.PublishAsync();
        await play.DecideAsync();
        play.Forge.CloseByHand(1);
        Assert.Equal("web 1.1.0 rejected", await play.DecideAsync());
        Assert.Contains("was proposed in", (await play.CommandAsync("history", "web")).MustExit(0).Output, StringComparison.Ordinal);

        var unpin = (await play.CommandAsync("unpin", "web", "--allow-rejected", "--by", "Ada", "--reason", "it was a misunderstanding")).MustExit(0);
        Assert.Contains("which waits to be merged", unpin.Output, StringComparison.Ordinal);
        Assert.Equal("web 1.1.0 rejected", await play.DecideAsync());
        await play.Forge.MergeAsync(2, Stage.Token);
        Assert.Equal("web 1.1.0 updated #3", await play.DecideAsync());

        var pin = (await play.CommandAsync("pin", "web", "web", "1.0.0", "--by", "Ada")).MustExit(0);
        Assert.Contains("1.0.0", pin.Output, StringComparison.Ordinal);
        Assert.Contains("pin web of web to 1.0.0", play.Forge.Request(4).Title, StringComparison.Ordinal);
        Assert.Equal("web 1.1.0 pending #3", await play.DecideAsync());
        await play.Forge.MergeAsync(4, Stage.Token);
        Assert.Contains("pinned", await play.DecideAsync(), StringComparison.Ordinal);
        Assert.Equal(StandInState.Closed, play.Forge.Request(3).State);
    }
}
