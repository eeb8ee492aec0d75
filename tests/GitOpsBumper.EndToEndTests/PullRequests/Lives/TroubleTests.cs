using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.EndToEndTests.PullRequests.Lives;

/// <summary>What goes wrong around requests.</summary>
public sealed class TroubleTests(World world)
{
    [Theory]
    [InlineData("github")]
    [InlineData("gitlab")]
    public async Task A_forge_that_goes_down_after_the_push_gets_the_request_in_the_next_cycle(string kind)
    {
        await using var play = await RequestStage.SetAsync(world, kind);
        await play.DeployAsync("web", ["1.1.0"]);
        await play.Stage.PublishAsync();
        play.Forge.Intercept = context =>
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "3600";
            return Task.FromResult(context.Request.Method == "POST");
        };
        var failed = await play.RunAsync();
        failed.MustExit(1);
        Assert.Equal("failed", failed.Image("web").Decision);
        Assert.Contains("503", failed.Image("web").Reason, StringComparison.Ordinal);
        Assert.Empty(play.Forge.Requests);
        var branches = (await play.Stage.Repository.GitAsync(["for-each-ref", "--format=%(refname:short) %(objectname)", "refs/heads/bumper"], Stage.Token)).Split('\n');
        var pushed = Assert.Single(branches).Split(' ');

        play.Forge.Intercept = null;
        Assert.Equal("web 1.1.0 updated #1", await play.DecideAsync());
        Assert.Equal((pushed[0], pushed[1]), (play.Forge.Request(1).SourceBranch, await play.Forge.HeadAsync(play.Forge.Request(1), Stage.Token)));
        Assert.Equal("web 1.1.0 pending #1", await play.DecideAsync());
    }

    [Fact]
    public async Task Where_the_forge_does_not_say_what_is_open_nothing_is_pushed_and_neighbours_go_on()
    {
        await using var play = await RequestStage.SetAsync(world);
        await play.DeployAsync("web", ["1.1.0"]);
        await play.DeployAsync("api", ["1.1.0"], "pull-request=false");
        await play.Stage.PublishAsync();
        var outcome = await play.RunAsync("--forge-token", $"{new Uri(play.Stage.Repository.Url).Authority}=secret:argocd/forge#nothing");
        outcome.MustExit(1);
        Assert.Contains("has no field 'nothing'", outcome.Image("web").Reason, StringComparison.Ordinal);
        Assert.Equal("updated", outcome.Image("api").Decision);

        await play.Stage.PushTagsAsync("api", "1.2.0");
        play.Forge.Intercept = context =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.FromResult(true);
        };
        outcome = await play.RunAsync();
        Assert.Contains("there is no such repository, or the token does not show it", outcome.Image("web").Reason, StringComparison.Ordinal);
        Assert.Equal("updated", outcome.Image("api").Decision);
        Assert.Equal("1.2.0", await play.TagAsync("api"));
        Assert.Empty(await play.Stage.Repository.GitAsync(["for-each-ref", "refs/heads/bumper"], Stage.Token));
    }

    [Fact]
    public async Task A_token_that_may_only_read_is_told_what_it_lacks()
    {
        await using var play = await RequestStage.SetAsync(world);
        await play.DeployAsync("web", ["1.1.0"]);
        await play.Stage.PublishAsync();
        var outcome = await play.RunAsync("--forge-token", $"{new Uri(play.Stage.Repository.Url).Authority}=secret:argocd/forge#read");
        outcome.MustExit(1);
        Assert.Contains("the token needs", outcome.Image("web").Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(ForgeStandIn.ReadOnlySecret, outcome.Output + outcome.Errors, StringComparison.Ordinal);
        Assert.Empty(play.Forge.Requests);
    }

    [Fact]
    public async Task A_request_of_a_fork_that_carries_the_mark_neither_counts_as_ours_nor_turns_anything_down()
    {
        await using var play = await RequestStage.SetAsync(world);
        await play.DeployAsync("web", ["1.1.0"]);
        await play.Stage.PublishAsync();
        await play.DecideAsync();
        var (branch, body) = (play.Forge.Request(1).SourceBranch, play.Forge.Request(1).Body);
        await play.Forge.MergeAsync(1, Stage.Token);
        await play.Stage.PushTagsAsync("web", "1.2.0");
        play.Forge.OpenByHand(branch, "main", "evil", body.Replace("1.1.0", "1.2.0", StringComparison.Ordinal), isOfFork: true);
        play.Forge.OpenByHand("theirs", "main", "evil", body.Replace("1.1.0", "1.2.0", StringComparison.Ordinal), isOfFork: true);
        play.Forge.CloseByHand(3);
        Assert.Equal("web 1.2.0 updated #4", await play.DecideAsync());
    }

    [Fact]
    public async Task Nobody_is_asked_which_forge_a_host_is_by_its_name()
    {
        await using var play = await RequestStage.SetAsync(world);
        await play.DeployAsync("web", ["1.1.0"]);
        await play.Stage.PublishAsync();
        var outcome = await play.Stage.RunAsync();
        outcome.MustExit(1);
        Assert.Contains($"nobody says which forge {new Uri(play.Stage.Repository.Url).Authority} is; allowed is --forge", outcome.Image("web").Reason, StringComparison.Ordinal);
        Assert.Contains("there is no token for the API", (await play.RunAsync("--forge-token", $"{new Uri(play.Stage.Repository.Url).Authority}=none")).Image("web").Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://git.example.com/a/b.git", "true", "the API of git.example.com would be asked over http, where a token is sent for everybody to read")]
    [InlineData("https://other.example.com/a/b.git", "bitbucket-cloud", "nobody says which forge other.example.com is")]
    [InlineData("https://git.example.com/a/b.git", "gitlab", "the Application says gitlab, but git.example.com is gitea")]
    [InlineData("https://git.example.com/a/b/c.git", "true", "is none that Gitea has: its URL would end with owner and repository")]
    public async Task What_an_application_says_sends_no_token_anywhere(string repository, string annotation, string problem)
    {
        await using var play = await RequestStage.SetAsync(world);
        await play.Stage.PushTagsAsync("web", "1.1.0");
        play.Stage.Announce(new Deployment("web", play.Stage.Image("web"))
        {
            RepositoryUrl = repository,
            Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["pull-request"] = annotation },
        });
        var outcome = await play.RunAsync("--forge", "git.example.com=gitea", "--forge-token", "git.example.com=secret:argocd/forge#token");
        Assert.Contains(problem, outcome.MustExit(1).Image("web").Reason, StringComparison.Ordinal);
        Assert.Empty(play.Forge.Asked);
    }

    [Fact]
    public async Task A_request_that_is_closed_while_the_bot_plans_gets_nothing_newer()
    {
        await using var play = await RequestStage.SetAsync(world);
        await play.DeployAsync("web", ["1.1.0"]);
        await play.Stage.PublishAsync();
        await play.DecideAsync();
        var head = await play.Forge.HeadAsync(play.Forge.Request(1), Stage.Token);
        await play.Stage.PushTagsAsync("web", "1.2.0");
        var listings = 0;
        play.Forge.Intercept = context =>
        {
            // After the bot has seen what is open, and before it pushes.
            if (context.Request.QueryString.Value!.Contains("state=open", StringComparison.Ordinal) && ++listings == 2)
                play.Forge.CloseByHand(1);
            return Task.FromResult(false);
        };
        Assert.Equal("web 1.2.0 updated #2", await play.DecideAsync());
        Assert.DoesNotContain("1.2.0", play.Forge.Request(1).Body, StringComparison.Ordinal);
        Assert.Equal(StandInState.Closed, play.Forge.Request(1).State);
        Assert.NotEqual(head, await play.Forge.HeadAsync(play.Forge.Request(2), Stage.Token));
        Assert.Equal("web 1.2.0 pending #2", await play.DecideAsync());
    }

    [Fact]
    public async Task Two_bots_at_once_open_one_request()
    {
        await using var play = await RequestStage.SetAsync(world);
        await play.DeployAsync("web", ["1.1.0"]);
        await play.Stage.PublishAsync();
        // The second one sees what the first one saw: nothing is open.
        var waiting = new SemaphoreSlim(0);
        var isFirst = true;
        play.Forge.Intercept = async context =>
        {
            if (context.Request.Method == "POST" && isFirst)
            {
                isFirst = false;
                await play.Stage.CallAsync([.. Second(play), "--cache-dir", play.Stage.CacheFolder + "2"]);
                waiting.Release();
            }

            return false;
        };
        await play.RunAsync();
        await waiting.WaitAsync(Stage.Token);
        play.Forge.Intercept = null;
        Assert.Single(play.Forge.Open);
        Assert.Equal("web 1.1.0 pending #1", await play.DecideAsync());
    }

    private static string[] Second(RequestStage play)
    {
        var host = new Uri(play.Stage.Repository.Url).Authority;
        return ["run", "--once", "--output", "json", "--forge", $"{host}={play.Forge.Kind}@{play.Forge.ApiUrl}", "--forge-token", $"{host}=secret:argocd/forge#token"];
    }
}
