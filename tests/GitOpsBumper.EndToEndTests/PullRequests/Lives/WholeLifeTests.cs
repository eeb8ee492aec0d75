using GitOpsBumper.Core.PullRequests;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;

namespace GitOpsBumper.EndToEndTests.PullRequests.Lives;

/// <summary>Requests from the first proposal to their end, on every forge.</summary>
public sealed class WholeLifeTests(World world)
{
    public static TheoryData<string> Kinds => RequestStage.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_version_is_proposed_updated_turned_down_proposed_again_and_merged(string kind)
    {
        await using var play = await RequestStage.SetAsync(world, kind);
        await play.DeployAsync("web", ["1.1.0"]);
        await play.Stage.PublishAsync();

        Assert.Equal("web 1.1.0 updated #1", await play.DecideAsync());
        var first = Assert.Single(play.Forge.Open);
        Assert.Equal("main", first.TargetBranch);
        Assert.Equal("1.1.0", await play.TagAsync("web", first.SourceBranch));
        Assert.Equal("1.0.0", await play.TagAsync("web"));
        Assert.Contains("update web to 1.1.0", first.Title, StringComparison.Ordinal);
        Assert.Contains("`1.0.0`", first.Body, StringComparison.Ordinal);

        // Quiet: nothing is pushed, and the forge is told nothing.
        var head = await play.Forge.HeadAsync(first, Stage.Token);
        var changed = first.Changed;
        Assert.Equal("web 1.1.0 pending #1", await play.DecideAsync());
        Assert.Equal((head, changed), (await play.Forge.HeadAsync(first, Stage.Token), first.Changed));

        // Something newer comes into the same request, as one commit on top of main.
        await play.Stage.PushTagsAsync("web", "1.2.0");
        Assert.Equal("web 1.2.0 updated #1", await play.DecideAsync());
        Assert.Equal("1.2.0", await play.TagAsync("web", first.SourceBranch));
        Assert.Contains("update web to 1.2.0", Assert.Single(play.Forge.Open).Title, StringComparison.Ordinal);
        Assert.Equal(await play.Stage.CountCommitsAsync() + 1, await play.Stage.Repository.CountCommitsAsync(first.SourceBranch, Stage.Token));

        // Turned down: not proposed again, and continued when it is opened again.
        play.Forge.CloseByHand(1);
        Assert.Equal("web 1.2.0 rejected", await play.DecideAsync());
        Assert.Equal("web 1.2.0 rejected", await play.DecideAsync());
        Assert.Empty(play.Forge.Open);
        play.Forge.ReopenByHand(1);
        Assert.Equal("web 1.2.0 pending #1", await play.DecideAsync());
        play.Forge.CloseByHand(1);

        // The next newer one is proposed, and merged.
        await play.Stage.PushTagsAsync("web", "1.3.0");
        Assert.Equal("web 1.3.0 updated #2", await play.DecideAsync());
        await play.Forge.MergeAsync(2, Stage.Token, MergeMethod.Squash);
        Assert.Equal("web 1.3.0 up-to-date", await play.DecideAsync());
        Assert.Equal("1.3.0", await play.TagAsync("web"));
        Assert.Equal(2, play.Forge.Requests.Count);

        // Taken back on main by a revert, it is not proposed again either.
        await play.Stage.Ada.PullAsync(Stage.Token);
        await play.Stage.Ada.GitAsync(["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "revert", "--no-edit", "HEAD"], Stage.Token);
        await play.Stage.Ada.PushAsync(Stage.Token, "main");
        Assert.Equal("web 1.3.0 rejected", await play.DecideAsync());
        await play.Stage.PushTagsAsync("web", "1.4.0");
        Assert.Equal("web 1.4.0 updated #3", await play.DecideAsync());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_is_needed_no_longer_is_closed_with_a_comment_and_its_branch_is_deleted(string kind)
    {
        await using var play = await RequestStage.SetAsync(world, kind);
        await play.DeployAsync("web", ["1.1.0"]);
        await play.Stage.PublishAsync();
        Assert.Equal("web 1.1.0 updated #1", await play.DecideAsync());
        var branch = play.Forge.Request(1).SourceBranch;

        // Somebody writes the version by hand.
        await play.CommitAsync("main", "apps/web/.argocd-source-web.yaml", new Deployment("web", play.Stage.Image("web")).OverrideText("1.1.0"));
        Assert.Equal("web 1.1.0 up-to-date", await play.DecideAsync());
        Assert.Equal(StandInState.Closed, play.Forge.Request(1).State);
        Assert.Contains("Nothing of this is due any more", Assert.Single(play.Forge.Request(1).Comments), StringComparison.Ordinal);
        Assert.False(await play.Stage.Repository.ExistsAsync(branch, Stage.Token));

        // The bot closed it itself, so nobody turned anything down.
        await play.CommitAsync("main", "apps/web/.argocd-source-web.yaml", new Deployment("web", play.Stage.Image("web")).OverrideText("1.0.0"));
        Assert.Equal("web 1.1.0 updated #2", await play.DecideAsync());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Commits_of_people_are_respected_and_told_so_once(string kind)
    {
        await using var play = await RequestStage.SetAsync(world, kind);
        await play.DeployAsync("web", ["1.1.0"]);
        await play.Stage.PublishAsync();
        await play.DecideAsync();
        var branch = play.Forge.Request(1).SourceBranch;
        var theirs = await play.CommitAsync(branch, "apps/web/values.yaml", "replicas: 2\n");
        await play.Stage.PushTagsAsync("web", "1.2.0");

        Assert.Equal("web 1.2.0 pending #1", await play.DecideAsync());
        Assert.Equal("web 1.2.0 pending #1", await play.DecideAsync());
        Assert.Contains("commits of people", Assert.Single(play.Forge.Request(1).Comments), StringComparison.Ordinal);
        Assert.Equal(theirs, await play.Stage.Repository.TipAsync(branch, Stage.Token));

        // What they merge is done, and the bot goes on from it.
        await play.Forge.MergeAsync(1, Stage.Token);
        Assert.Equal("web 1.2.0 updated #2", await play.DecideAsync());
        Assert.Equal("1.2.0", await play.TagAsync("web", play.Forge.Request(2).SourceBranch));
        Assert.Equal("replicas: 2\n", await play.Stage.Repository.ReadAsync(play.Forge.Request(2).SourceBranch, "apps/web/values.yaml", Stage.Token));
    }
}
