using GitOpsBumper.Adapters.PullRequests;
using GitOpsBumper.Core.PullRequests;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.PullRequests.Bitbucket;

/// <summary>What every forge does, and what Bitbucket Server and Data Center do in their own way.</summary>
public sealed class BitbucketServerForgeTests(World world) : ForgeContractTests(world)
{
    private protected override ForgeKind Kind => ForgeKind.BitbucketServer;

    private BitbucketServerStandIn Server => (BitbucketServerStandIn)StandIn;

    private protected override ForgeStandIn Create(HostedRepository repository) => new BitbucketServerStandIn(repository);

    private protected override PullRequestOptions Supported(PullRequestOptions options) => options with { Labels = [], Assignees = [] };

    [Fact]
    public async Task A_change_from_an_old_version_is_made_once_more_and_reviewers_and_draft_stay()
    {
        var created = await CreateAsync(new PullRequestOptions { Reviewers = ["ada"], IsDraft = true });
        Server.AfterRead = Touch;
        await Forge.UpdateAsync(created, new PullRequestText("newer", "body"), Token);
        var request = StandIn.Request(1);
        Assert.Equal(("newer", "body", true), (request.Title, request.Body, request.IsDraft));
        Assert.Equal(["ada", "grace"], request.Reviewers);
        Assert.Equal(2, StandIn.Asked.Count(line => line.StartsWith("PUT ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Somebody_who_changes_it_again_and_again_wins()
    {
        var created = await CreateAsync(new PullRequestOptions());
        Server.AfterRead = TouchAgain;
        var failure = await Assert.ThrowsAsync<ForgeException>(() => Forge.UpdateAsync(created, new PullRequestText("newer", "body"), Token));
        Assert.Equal(ForgeFailure.Invalid, failure.Failure);
        Assert.Contains("PullRequestOutOfDateException", failure.Message, StringComparison.Ordinal);
        Assert.Equal("t", StandIn.Request(1).Title);

        void TouchAgain()
        {
            Touch();
            Server.AfterRead = TouchAgain;
        }
    }

    [Fact]
    public async Task A_request_is_declined_in_its_newest_version()
    {
        var created = await CreateAsync(new PullRequestOptions());
        StandIn.Intercept = context =>
        {
            if (context.Request.Path.Value!.EndsWith("/decline", StringComparison.Ordinal) && StandIn.Request(1).Reviewers.Count == 0)
                Touch();
            return Task.FromResult(false);
        };
        await Forge.CloseAsync(created, new PullRequestText("closed", "why"), Token);
        Assert.Equal(("closed", StandInState.Closed), (StandIn.Request(1).Title, StandIn.Request(1).State));
        Assert.Equal(2, StandIn.Asked.Count(line => line.Contains("/decline?version=", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Reviewers_that_are_not_taken_do_not_keep_the_others_away()
    {
        var options = new PullRequestOptions { Reviewers = ["nobody", "ada"] };
        var created = await CreateAsync(options);
        Assert.Equal(["ada"], StandIn.Request(1).Reviewers);
        var said = Assert.Single(await Forge.FinishAsync(created, options, Token));
        Assert.Contains("reviewer 'nobody' was not taken", said, StringComparison.Ordinal);
        Assert.Equal(["ada"], StandIn.Request(1).Reviewers);

        Assert.Empty(await Forge.FinishAsync(created, new PullRequestOptions { Reviewers = ["grace"] }, Token));
        Assert.Equal(["ada", "grace"], StandIn.Request(1).Reviewers);
    }

    [Fact]
    public async Task A_reviewer_who_has_left_does_not_keep_the_text_from_changing()
    {
        var created = await CreateAsync(new PullRequestOptions { Reviewers = ["ada", "grace"] });
        Assert.True(Server.Users.Remove("ada"));
        await Forge.UpdateAsync(created, new PullRequestText("newer", "body"), Token);
        Assert.Equal("newer", StandIn.Request(1).Title);
        Assert.Equal(["grace"], StandIn.Request(1).Reviewers);
    }

    [Theory]
    [InlineData(MergeMethod.Merge)]
    [InlineData(MergeMethod.Squash)]
    [InlineData(MergeMethod.Rebase)]
    public async Task It_merges_by_itself_where_it_can(MergeMethod method)
    {
        var options = new PullRequestOptions { AutoMerge = method };
        var created = await CreateAsync(options);
        Server.AfterRead = Touch;
        Assert.Empty(await Forge.FinishAsync(created, options, Token));
        Assert.Equal(method, StandIn.Request(1).AutoMerge);
    }

    [Fact]
    public async Task A_server_that_is_too_old_for_an_option_is_told_of_and_merges_nothing()
    {
        Server.Version = "8.9.4";
        var options = new PullRequestOptions { AutoMerge = MergeMethod.Merge, IsDraft = true };
        var created = await CreateAsync(options);
        var said = await Forge.FinishAsync(created, options, Token);
        Assert.Equal(2, said.Count);
        Assert.Contains("knows drafts since 8.18", said[0], StringComparison.Ordinal);
        Assert.Contains("merges by itself since 8.15, this one is 8.9.4", said[1], StringComparison.Ordinal);
        Assert.DoesNotContain(StandIn.Asked, line => line.Contains("/merge", StringComparison.Ordinal));
        await Forge.UpdateAsync(created, new PullRequestText("newer", "body"), Token);
        Assert.Equal("newer", StandIn.Request(1).Title);
    }

    [Fact]
    public async Task A_draft_is_merged_by_people_and_labels_and_assignees_are_told_to_be_missing()
    {
        var options = new PullRequestOptions { AutoMerge = MergeMethod.Merge, IsDraft = true, Labels = ["deps"], Assignees = ["grace"] };
        var created = await CreateAsync(options);
        var said = await Forge.FinishAsync(created, options, Token);
        Assert.Equal(3, said.Count);
        Assert.Contains("left out: deps", said[0], StringComparison.Ordinal);
        Assert.Contains("left out: grace", said[1], StringComparison.Ordinal);
        Assert.Contains("The pull request is a draft.", said[2], StringComparison.Ordinal);
        Assert.Equal(StandInState.Open, StandIn.Request(1).State);
    }

    [Fact]
    public async Task A_comment_is_found_behind_pages_of_others()
    {
        var created = await CreateAsync(new PullRequestOptions());
        StandIn.Request(1).Comments.Add("the mark");
        StandIn.Request(1).Comments.AddRange(Enumerable.Repeat("chatter", 150));
        Assert.True(await Forge.HasCommentAsync(created, "the mark", Token));
        Assert.False(await Forge.HasCommentAsync(created, "no mark", Token));
    }

    [Fact]
    public async Task Repositories_are_found_by_the_URLs_of_http_and_ssh()
    {
        StandIn.OpenByHand("topic", "main", "title", "body");
        foreach (var before in new[] { ["scm"], ["bitbucket", "scm"], Array.Empty<string>() })
        {
            using var session = OpenAs(TokenOf(ForgeStandIn.Secret), before);
            Assert.Single(await session.Forge.ListOpenAsync(Token));
        }
    }

    /// <summary>Somebody adds a reviewer.</summary>
    private void Touch() => Server.TouchByHand(1);

    private async Task<PullRequest> CreateAsync(PullRequestOptions options)
    {
        await BranchAsync("bumper/web", "a: 2\n");
        return await Forge.CreateAsync(new NewPullRequest("bumper/web", "main", new PullRequestText("t", "b"), options), Token);
    }
}
