using GitOpsBumper.Adapters.PullRequests;
using GitOpsBumper.Core.PullRequests;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.PullRequests.GitHub;

/// <summary>What every forge does, and what is GitHub's own; as far as it is installed, before its published description of the API.</summary>
public sealed class GitHubContractTests(World world) : ForgeContractTests(world)
{
    private const string Mark = "[//]: # (gitopsbumper:";

    private GitHubDescription? _description;

    private protected override ForgeKind Kind => ForgeKind.GitHub;

    private GitHubForgeStandIn GitHub => (GitHubForgeStandIn)StandIn;

    public override async ValueTask InitializeAsync()
    {
        _description = await World.FindGitHubAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        var violations = string.Join('\n', GitHub.Violations);
        await base.DisposeAsync();
        Assert.True(violations.Length == 0, violations);
    }

    private protected override ForgeStandIn Create(HostedRepository repository) => new GitHubForgeStandIn(repository, _description);

    [Fact]
    public async Task A_whole_life_of_a_request_is_as_GitHub_describes_its_API()
    {
        await World.GitHubAsync();
        var created = await CreateAsync();
        await Forge.HasConflictsAsync(created, Token);
        Assert.Single(await Forge.ListOpenAsync(Token));
        await Forge.UpdateAsync(created, new PullRequestText("new", $"{Mark} new)"), Token);
        await Forge.CommentAsync(created, "said", Token);
        Assert.False(await Forge.HasCommentAsync(created, Mark, Token));
        GitHub.HasChecks = false;
        var options = new PullRequestOptions { Labels = ["a"], Assignees = ["ada"], Reviewers = ["grace", GitHub.Team], AutoMerge = MergeMethod.Squash };
        Assert.Empty(await Forge.FinishAsync(created, options, Token));
        Assert.Equal(StandInState.Merged, StandIn.Request(1).State);
        await BranchAsync("bumper/other", "a: 3\n");
        await Forge.CloseAsync(await CreateAsync("bumper/other", isThere: false), new PullRequestText("closed", Mark), Token);
        Assert.Single((await Forge.ListClosedAsync(Mark, DateTimeOffset.MinValue, Token)).Requests);

        string[] described =
        [
            "GET /pulls", "GET /pulls/N", "GET /issues/N/comments", "PATCH /pulls/N", "POST /issues/N/assignees", "POST /issues/N/comments", "POST /issues/N/labels", "POST /pulls",
            "POST /pulls/N/requested_reviewers", "PUT /pulls/N/merge",
        ];
        Assert.Equal(described.Append("POST /graphql").Order(StringComparer.Ordinal), StandIn.Asked.Select(Endpoint).Distinct().Order(StringComparer.Ordinal));
        Assert.Empty(GitHub.Violations);
    }

    [Fact]
    public async Task The_description_is_held_against_requests_and_answers()
    {
        await using var other = new GitHubForgeStandIn(StandIn.Repository, await World.GitHubAsync()) { HasLostForks = true };
        await other.StartAsync(Token);
        using var session = OpenWith(ForgeStandIn.Secret, other);
        var strange = await CreateAsync() with { Number = "one" };
        await Assert.ThrowsAsync<ForgeException>(() => session.Forge.HasConflictsAsync(strange, Token));
        Assert.Contains("Request path parameter pull_number must be integer", Assert.Single(other.Violations), StringComparison.Ordinal);
        other.OpenByHand("topic", "main", "t", "b", isOfFork: true);
        await Assert.ThrowsAsync<ForgeException>(() => session.Forge.ListOpenAsync(Token));
        Assert.Contains("head.repo must be object", other.Violations[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Teams_of_the_organisation_are_asked_and_whoever_is_refused_is_named_alone()
    {
        var created = await CreateAsync();
        Assert.Empty(await Forge.FinishAsync(created, new PullRequestOptions { Reviewers = ["ada", GitHub.Team] }, Token));
        Assert.Equal(["ada", GitHub.Team], StandIn.Request(1).Reviewers);

        var said = await Forge.FinishAsync(created, new PullRequestOptions { Reviewers = ["grace", "nobody", "elsewhere/platform", $"{GitHub.Owner}/unknown"], Labels = ["deps"] }, Token);
        Assert.Equal(["ada", GitHub.Team, "grace"], StandIn.Request(1).Reviewers);
        Assert.Equal(["deps"], StandIn.Request(1).Labels);
        Assert.Collection(
            said,
            sentence => Assert.StartsWith($"no reviewer elsewhere/platform: teams of {GitHub.Owner} alone", sentence, StringComparison.Ordinal),
            sentence => Assert.Contains("no reviewer nobody: GitHub at", sentence, StringComparison.Ordinal),
            sentence => Assert.Contains("/unknown: GitHub at", sentence, StringComparison.Ordinal));
        Assert.Contains("Reviews may only be requested from collaborators", said[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Assignees_that_GitHub_drops_without_a_word_are_told()
    {
        var said = await Forge.FinishAsync(await CreateAsync(), new PullRequestOptions { Assignees = ["Ada", "nobody"] }, Token);
        Assert.StartsWith("no assignees nobody: GitHub left them out", Assert.Single(said), StringComparison.Ordinal);
        Assert.Equal(["Ada"], StandIn.Request(1).Assignees);
    }

    [Theory]
    [InlineData(MergeMethod.Merge, 2)]
    [InlineData(MergeMethod.Squash, 1)]
    [InlineData(MergeMethod.Rebase, 1)]
    public async Task Auto_merge_waits_for_checks_and_merges_at_once_where_there_are_none(MergeMethod method, int parents)
    {
        var created = await CreateAsync();
        var options = new PullRequestOptions { AutoMerge = method };
        Assert.Empty(await Forge.FinishAsync(created, options, Token));
        Assert.Equal((method, StandInState.Open), (StandIn.Request(1).AutoMerge, StandIn.Request(1).State));

        GitHub.HasChecks = false;
        Assert.Empty(await Forge.FinishAsync(created, options, Token));
        Assert.Equal(StandInState.Merged, StandIn.Request(1).State);
        Assert.Equal(parents, (await StandIn.Repository.GitAsync(["log", "-1", "--format=%P", "refs/heads/main"], Token)).Split(' ').Length);
        Assert.Equal("a: 2\n", await StandIn.Repository.ReadAsync("main", "a.yaml", Token));
    }

    [Fact]
    public async Task Auto_merge_that_GitHub_does_not_want_is_told()
    {
        var created = await CreateAsync();
        GitHub.AutoMergeRefusal = "Auto merge is not allowed for this repository";
        Assert.Equal(["no auto-merge: GitHub says 'Auto merge is not allowed for this repository'"], await Forge.FinishAsync(created, new PullRequestOptions { AutoMerge = MergeMethod.Merge }, Token));
        // Nothing to wait for, and yet it cannot be merged.
        (GitHub.AutoMergeRefusal, GitHub.HasChecks) = ("Pull request Pull request is in clean status", true);
        Assert.Contains("405 'Pull Request is not mergeable'", Assert.Single(await Forge.FinishAsync(created, new PullRequestOptions { AutoMerge = MergeMethod.Merge }, Token)), StringComparison.Ordinal);
        Assert.Equal(StandInState.Open, StandIn.Request(1).State);
    }

    [Fact]
    public async Task A_conflict_is_unknown_until_GitHub_has_looked()
    {
        GitHub.LooksLater = true;
        await StandIn.Repository.GitAsync(["branch", "conflict", "main"], Token);
        await BranchAsync("bumper/web", "a: 2\n");
        var created = await Forge.CreateAsync(new NewPullRequest("bumper/web", "conflict", new PullRequestText("t", "b"), new PullRequestOptions()), Token);
        // It began to look when the request was made.
        Assert.False(await Forge.HasConflictsAsync(created, Token));
        await BranchAsync("other", "a: 3\n");
        await StandIn.Repository.GitAsync(["update-ref", "refs/heads/conflict", "refs/heads/other"], Token);
        Assert.Null(await Forge.HasConflictsAsync(created, Token));
        Assert.True(await Forge.HasConflictsAsync(created, Token));
    }

    [Fact]
    public async Task A_request_of_a_fork_that_is_gone_is_none_of_the_repository()
    {
        // GitHub's description says that there is always a repository, and GitHub answers otherwise.
        await using var other = new GitHubForgeStandIn(StandIn.Repository, null) { HasLostForks = true };
        await other.StartAsync(Token);
        other.OpenByHand("topic", "main", "t", "", isOfFork: true);
        using var session = OpenWith(ForgeStandIn.Secret, other);
        var found = Assert.Single(await session.Forge.ListOpenAsync(Token));
        Assert.Equal((false, ""), (found.IsOfRepository, found.Body));
    }

    [Fact]
    public async Task The_API_of_a_server_of_its_own_is_below_a_folder_and_GraphQL_beside_it()
    {
        await using var other = new GitHubForgeStandIn(StandIn.Repository, _description, isEnterprise: true) { HasChecks = true };
        await other.StartAsync(Token);
        await BranchAsync("bumper/web", "a: 2\n");
        for (var index = 0; index < 100; index++)
            other.OpenByHand($"topic/{index}", "main", "t", "b");
        using var session = OpenWith(ForgeStandIn.Secret, other);
        var created = await session.Forge.CreateAsync(new NewPullRequest("bumper/web", "main", new PullRequestText("t", "b"), new PullRequestOptions()), Token);
        Assert.Empty(await session.Forge.FinishAsync(created, new PullRequestOptions { AutoMerge = MergeMethod.Rebase }, Token));
        Assert.Equal(MergeMethod.Rebase, other.Request(101).AutoMerge);
        Assert.Equal(101, (await session.Forge.ListOpenAsync(Token)).Count);
        Assert.Contains("POST /api/graphql", other.Asked);
        Assert.Equal(2, other.Asked.Count(asked => asked.StartsWith("GET /api/v3/repo", StringComparison.Ordinal)));
        Assert.Empty(other.Violations);
    }

    [Theory]
    [InlineData(403, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.", null)]
    [InlineData(403, "Something of abuse", "60")]
    [InlineData(429, "Too many", "60")]
    public async Task Whoever_asks_too_often_is_told_so_and_leaves_GitHub_alone_as_long_as_it_wants(int status, string words, string? retryAfter)
    {
        StandIn.Intercept = async context =>
        {
            context.Response.Headers.RetryAfter = retryAfter;
            context.Response.StatusCode = status;
            await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, $$"""{"message":"{{words}}"}""");
            return true;
        };
        var failure = await Assert.ThrowsAsync<ForgeException>(() => Forge.ListOpenAsync(Token));
        Assert.Equal((ForgeFailure.RateLimited, true), (failure.Failure, failure.IsTransient));
        var asked = StandIn.Asked.Count;
        await Assert.ThrowsAsync<ForgeException>(() => Forge.ListOpenAsync(Token));
        Assert.Equal(retryAfter is null, StandIn.Asked.Count > asked);
    }

    [Fact]
    public async Task Of_closed_requests_no_more_pages_are_read_than_what_changed_since()
    {
        for (var number = 1; number <= 250; number++)
        {
            StandIn.OpenByHand($"topic/{number}", "main", "t", Mark);
            StandIn.CloseByHand(number);
        }

        Assert.Equal((250, 3), (await ClosedAsync(), StandIn.Asked.Count));
        Assert.Equal((250, 4), (await ClosedAsync(), StandIn.Asked.Count));
        StandIn.OpenByHand("one/more", "main", "t", Mark);
        StandIn.CloseByHand(251);
        Assert.Equal((251, 5), (await ClosedAsync(), StandIn.Asked.Count));

        async Task<int> ClosedAsync() => (await Forge.ListClosedAsync(Mark, DateTimeOffset.MinValue, Token)).Requests.Count;
    }

    [Fact]
    public async Task A_comment_is_found_among_more_than_a_page_of_them()
    {
        var created = await CreateAsync();
        StandIn.Request(1).Comments.AddRange(Enumerable.Range(0, 150).Select(index => $"comment {index}"));
        Assert.True(await Forge.HasCommentAsync(created, "comment 149", Token));
        Assert.False(await Forge.HasCommentAsync(created, "comment 150", Token));
    }

    [Fact]
    public async Task What_GitHub_says_against_a_new_request_is_quoted()
    {
        var none = await Assert.ThrowsAsync<ForgeException>(() => CreateAsync("gone", isThere: false));
        Assert.Contains("422 'Validation Failed: head invalid' to POST", none.Message, StringComparison.Ordinal);
        await StandIn.Repository.GitAsync(["branch", "same", "main"], Token);
        var same = await Assert.ThrowsAsync<ForgeException>(() => CreateAsync("same", isThere: false));
        Assert.Contains("'Validation Failed: No commits between main and same'", same.Message, StringComparison.Ordinal);
        Assert.Equal((ForgeFailure.Invalid, ForgeFailure.Invalid), (none.Failure, same.Failure));
    }

    private async Task<PullRequest> CreateAsync(string branch = "bumper/web", bool isThere = true)
    {
        if (isThere)
            await BranchAsync(branch, "a: 2\n");
        return await Forge.CreateAsync(new NewPullRequest(branch, "main", new PullRequestText("t", $"{Mark} t)"), new PullRequestOptions()), Token);
    }

    /// <summary>Without the repository, query and numbers.</summary>
    private static string Endpoint(string asked)
    {
        var (method, path) = asked.Split('?')[0].Split(' ') switch { var parts => (parts[0], parts[1].Split('/')[1..]) };
        return $"{method} /{string.Join('/', path.Skip(path[0] == "repos" ? 3 : 0).Select(part => int.TryParse(part, out _) ? "N" : part))}";
    }
}
