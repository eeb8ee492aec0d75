using System.Net.Http.Headers;
using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.PullRequests;
using GitOpsBumper.Core.PullRequests;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Servers;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.EndToEndTests.PullRequests.Bitbucket;

/// <summary>What every forge does, and what Bitbucket Cloud does in its own way.</summary>
public sealed class BitbucketCloudForgeTests(World world) : ForgeContractTests(world)
{
    private const string Alan = "{6f5f4bd3-0b0f-4f6c-8d2f-0f4c5d1b7a11}";

    private protected override ForgeKind Kind => ForgeKind.BitbucketCloud;

    private BitbucketCloudStandIn Cloud => (BitbucketCloudStandIn)StandIn;

    private protected override ForgeStandIn Create(HostedRepository repository) => new BitbucketCloudStandIn(repository);

    private protected override PullRequestOptions Supported(PullRequestOptions options) => options with { Labels = [], Assignees = [] };

    [Fact]
    public async Task Reviewers_are_named_by_id_or_account_and_stay_when_the_text_changes()
    {
        var created = await CreateAsync(new PullRequestOptions { Reviewers = [Alan, "ada"] });
        await Forge.UpdateAsync(created, new PullRequestText("newer", "body"), Token);
        Assert.Equal([Alan, "ada"], StandIn.Request(1).Reviewers);
        Assert.Equal("newer", StandIn.Request(1).Title);
    }

    [Fact]
    public async Task Reviewers_that_are_not_taken_do_not_keep_the_others_away()
    {
        var options = new PullRequestOptions { Reviewers = ["nobody", "ada", Alan] };
        var created = await CreateAsync(options);
        var said = Assert.Single(await Forge.FinishAsync(created, options, Token));
        Assert.Contains("reviewer 'nobody' was not taken", said, StringComparison.Ordinal);
        Assert.Contains("Malformed reviewers list", said, StringComparison.Ordinal);
        Assert.Equal(["ada", Alan], StandIn.Request(1).Reviewers);
        Assert.Equal(("t", "b"), (StandIn.Request(1).Title, StandIn.Request(1).Body));
    }

    [Fact]
    public async Task A_reviewer_who_has_left_does_not_keep_the_text_from_changing()
    {
        var created = await CreateAsync(new PullRequestOptions { Reviewers = ["ada", "grace"] });
        Cloud.Left["ada"] = "Ada Lovelace";
        Assert.True(Cloud.Members.Remove("ada"));
        await Forge.CloseAsync(created, new PullRequestText("closed", "why"), Token);
        Assert.Equal(("closed", StandInState.Closed), (StandIn.Request(1).Title, StandIn.Request(1).State));
        Assert.Equal(["grace"], StandIn.Request(1).Reviewers);
    }

    [Fact]
    public async Task A_second_request_for_a_branch_leaves_the_first_as_it_is()
    {
        await CreateAsync(new PullRequestOptions());
        var second = new NewPullRequest("bumper/web", "main", new PullRequestText("other", "other"), new PullRequestOptions());
        var failure = await Assert.ThrowsAsync<ForgeException>(() => Forge.CreateAsync(second, Token));
        Assert.Contains("https://bitbucket.org/", failure.Message, StringComparison.Ordinal);
        Assert.Equal("t", Assert.Single(StandIn.Requests).Title);
    }

    [Fact]
    public async Task A_request_of_a_fork_from_a_branch_of_the_same_name_is_in_nobodys_way()
    {
        StandIn.OpenByHand("bumper/web", "main", "by a stranger", "", isOfFork: true);
        await CreateAsync(new PullRequestOptions());
        Assert.Equal(["by a stranger", "t"], StandIn.Open.Select(request => request.Title));
    }

    [Fact]
    public async Task What_it_does_not_have_is_told()
    {
        var options = new PullRequestOptions { Labels = ["deps"], Assignees = ["grace"], AutoMerge = MergeMethod.Squash };
        var created = await CreateAsync(options);
        Assert.True(Forge.NeedsFinish(options));
        var said = await Forge.FinishAsync(created, options, Token);
        Assert.Equal(3, said.Count);
        Assert.Contains("no labels of pull requests; left out: deps", said[0], StringComparison.Ordinal);
        Assert.Contains("no assignees of pull requests; left out: grace", said[1], StringComparison.Ordinal);
        Assert.Contains("people merge it", said[2], StringComparison.Ordinal);
        Assert.Null(StandIn.Request(1).AutoMerge);
    }

    [Fact]
    public async Task A_next_page_on_another_host_is_not_asked_for()
    {
        foreach (var next in new[] { "https://api.example.com/2.0/x", "://", "http://127.0.0.1:1/2.0" })
        {
            StandIn.Intercept = async context =>
            {
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync($$"""{"values":[],"next":"{{next}}"}""");
                return true;
            };
            var failure = await Assert.ThrowsAsync<ForgeException>(() => Forge.ListOpenAsync(Token));
            Assert.Contains("leads on to", failure.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("x-token-auth", "Bearer")]
    [InlineData("", "Bearer")]
    [InlineData(null, "Bearer")]
    [InlineData("ada@example.com", "Basic")]
    public async Task A_token_is_shown_as_what_it_is(string? user, string scheme)
    {
        string? shown = null;
        StandIn.Intercept = context =>
        {
            shown = context.Request.Headers.Authorization;
            return Task.FromResult(false);
        };
        using var session = OpenAs(new AccessToken(user, ForgeStandIn.Secret));
        Assert.Empty(await session.Forge.ListOpenAsync(Token));
        Assert.Equal(scheme, AuthenticationHeaderValue.Parse(shown!).Scheme);
    }

    private async Task<PullRequest> CreateAsync(PullRequestOptions options)
    {
        await BranchAsync("bumper/web", "a: 2\n");
        return await Forge.CreateAsync(new NewPullRequest("bumper/web", "main", new PullRequestText("t", "b"), options), Token);
    }
}
