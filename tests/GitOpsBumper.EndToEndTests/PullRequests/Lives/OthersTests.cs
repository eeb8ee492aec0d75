using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;

namespace GitOpsBumper.EndToEndTests.PullRequests.Lives;

/// <summary>Branches and requests that are somebody else's, be it a person or another bot.</summary>
public sealed class OthersTests(World world)
{
    private const string ByVersion = "git-branch=main:up-{{ range .Images }}{{ .NewTag }}{{ end }}";

    [Fact]
    public async Task Two_applications_whose_template_makes_one_name_stop_nobody_else()
    {
        await using var play = await RequestStage.SetAsync(world);
        await play.DeployAsync("a", ["1.1.0"], ByVersion);
        await play.DeployAsync("b", ["1.1.0"], ByVersion);
        await play.DeployAsync("c", ["1.1.0"]);
        await play.Stage.PublishAsync();
        var outcome = (await play.RunAsync()).MustExit(1);
        Assert.Equal(("updated", "failed", "updated"), (outcome.Image("a").Decision, outcome.Image("b").Decision, outcome.Image("c").Decision));
        Assert.Contains("branch 'up-1.1.0' is that of another request of this cycle already", outcome.Image("b").Reason, StringComparison.Ordinal);
        Assert.Equal(2, play.Forge.Open.Count);
    }

    [Fact]
    public async Task A_person_may_propose_the_branch_of_a_request_for_another_one()
    {
        await using var play = await RequestStage.SetAsync(world);
        await play.DeployAsync("web", ["1.1.0"]);
        await play.Stage.PublishAsync();
        await play.DecideAsync();
        await play.Stage.Repository.GitAsync(["branch", "production", "main"], Stage.Token);
        var branch = play.Forge.Request(1).SourceBranch;
        play.Forge.OpenByHand(branch, "production", "Promote to production", "Ada's text");
        Assert.Equal("web 1.1.0 pending #1", await play.DecideAsync());
        Assert.Equal(("Promote to production", "Ada's text", StandInState.Open), (play.Forge.Request(2).Title, play.Forge.Request(2).Body, play.Forge.Request(2).State));

        // No longer needed, the bot's own is closed, and the branch stays for Ada's.
        await play.CommitAsync("main", "apps/web/.argocd-source-web.yaml", new Deployment("web", play.Stage.Image("web")).OverrideText("1.1.0"));
        Assert.Equal("web 1.1.0 up-to-date", await play.DecideAsync());
        Assert.Equal((StandInState.Closed, StandInState.Open), (play.Forge.Request(1).State, play.Forge.Request(2).State));
        Assert.True(await play.Stage.Repository.ExistsAsync(branch, Stage.Token));
    }

    [Fact]
    public async Task A_branch_that_the_bot_wrote_to_without_a_request_is_not_written_over()
    {
        await using var play = await RequestStage.SetAsync(world);
        await play.DeployAsync("web", ["1.1.0"], "git-branch=main:staging", "pull-request=false");
        await play.Stage.PublishAsync();
        await play.Stage.Repository.GitAsync(["branch", "staging", "main"], Stage.Token);
        await play.CommitAsync("staging", "apps/web/values.yaml", "replicas: 7\n");
        Assert.Equal("web 1.1.0 updated", await play.DecideAsync());
        var tip = await play.Stage.Repository.TipAsync("staging", Stage.Token);

        play.Announce("web", "git-branch=main:staging");
        await play.Stage.PushTagsAsync("web", "1.2.0");
        Assert.Equal("web 1.2.0 updated #1", await play.DecideAsync());
        Assert.Equal(tip, await play.Stage.Repository.TipAsync("staging", Stage.Token));
        Assert.StartsWith("staging-beside-", play.Forge.Request(1).SourceBranch, StringComparison.Ordinal);
        Assert.Equal("web 1.2.0 pending #1", await play.DecideAsync());
    }

    [Fact]
    public async Task A_template_that_names_the_default_branch_or_one_that_is_deployed_proposes_nothing()
    {
        await using var play = await RequestStage.SetAsync(world);
        await play.DeployAsync("web", ["1.1.0"], "git-branch=release:main");
        await play.Stage.PublishAsync();
        await play.Stage.Repository.GitAsync(["branch", "release", "main"], Stage.Token);
        var tip = await play.Stage.Repository.TipAsync("main", Stage.Token);
        Assert.Contains("'main' is a branch that changes start from, or that Applications are rendered from", (await play.RunAsync()).MustExit(1).Image("web").Reason, StringComparison.Ordinal);
        Assert.Equal(tip, await play.Stage.Repository.TipAsync("main", Stage.Token));
    }

    [Fact]
    public async Task Bots_with_prefixes_of_their_own_leave_each_others_requests_alone()
    {
        await using var play = await RequestStage.SetAsync(world);
        await play.DeployAsync("a", ["1.1.0"], "group=g");
        await play.DeployAsync("b", ["1.1.0"], "group=g");
        await play.Stage.PublishAsync();
        Assert.Equal("a 1.1.0 updated #1, b 1.1.0 updated #1", await play.DecideAsync("--request-branch-prefix", "one/"));
        Assert.Equal("a 1.1.0 updated #2, b 1.1.0 updated #2", await play.DecideAsync("--request-branch-prefix", "two/"));
        Assert.Equal("a 1.1.0 pending #1, b 1.1.0 pending #1", await play.DecideAsync("--request-branch-prefix", "one/"));
        Assert.Equal("a 1.1.0 pending #2, b 1.1.0 pending #2", await play.DecideAsync("--request-branch-prefix", "two/"));
    }

    [Fact]
    public async Task A_pin_leaves_the_request_with_the_update_alone()
    {
        await using var play = await RequestStage.SetAsync(world);
        await play.DeployAsync("web", ["1.1.0"]);
        await play.Stage.PublishAsync();
        Assert.Equal("web 1.1.0 updated #1", await play.DecideAsync());
        (await play.CommandAsync("pin", "web", "web", "1.0.0", "--by", "Ada")).MustExit(0);
        Assert.Equal((StandInState.Open, StandInState.Open), (play.Forge.Request(1).State, play.Forge.Request(2).State));
        Assert.Equal("web 1.1.0 pending #1", await play.DecideAsync());
        Assert.Equal(2, play.Forge.Requests.Count);
    }

    [Fact]
    public async Task Annotations_give_the_forge_no_orders()
    {
        await using var play = await RequestStage.SetAsync(world, "gitlab");
        await play.DeployAsync("web", ["1.1.0"]);
        await play.Stage.PublishAsync();
        await play.DecideAsync();
        play.Announce("web", "web.update-strategy=x\n/approve\n/merge\n@all");
        await play.RunAsync();
        Assert.All(play.Forge.Request(1).Comments.Append(play.Forge.Request(1).Body).SelectMany(text => text.Split('\n')), line => Assert.DoesNotMatch(@"\A\s*/", line));
    }

    [Fact]
    public async Task A_member_that_cannot_be_looked_at_keeps_its_place_in_the_request_of_its_group()
    {
        await using var play = await RequestStage.SetAsync(world);
        await play.DeployAsync("a", ["1.1.0"], "group=g");
        await play.DeployAsync("b", ["1.1.0"], "group=g");
        await play.Stage.PublishAsync();
        await play.DecideAsync();
        var head = await play.Forge.HeadAsync(play.Forge.Request(1), Stage.Token);
        play.Announce("b", "group=g", "write-back-method=git:secret:argocd/gone");
        await play.Stage.PushTagsAsync("a", "1.2.0");
        var outcome = (await play.RunAsync()).MustExit(1);
        Assert.Equal("pending", outcome.Image("a").Decision);
        Assert.Contains("stays as it is", outcome.Image("a").Reason, StringComparison.Ordinal);
        Assert.Equal(head, await play.Forge.HeadAsync(play.Forge.Request(1), Stage.Token));

        play.Announce("b", "group=g");
        Assert.Equal("a 1.2.0 updated #1, b 1.1.0 updated #1", await play.DecideAsync());
    }

    [Fact]
    public async Task Applications_that_do_not_agree_on_the_forge_are_told_so()
    {
        await using var play = await RequestStage.SetAsync(world);
        await play.DeployAsync("a", ["1.1.0"], "pull-request=gitea");
        await play.DeployAsync("b", ["1.1.0"], "pull-request=gitlab");
        await play.Stage.PublishAsync();
        var host = new Uri(play.Stage.Repository.Url).Authority;
        var outcome = await play.Stage.RunAsync("--forge-token", $"{host}=secret:argocd/forge#token");
        Assert.Contains($"do not agree on which forge it is, so nobody is believed; allowed is --forge {host}=<forge>", outcome.MustExit(1).Image("a").Reason, StringComparison.Ordinal);
    }
}
