using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.Git.Apps;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.PullRequests;
using GitOpsBumper.Core.PullRequests;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.PullRequests;

/// <summary>What every forge has to do for the bot. Those that derive from it say which one.</summary>
public abstract class ForgeContractTests(World world) : IAsyncLifetime
{
    private const string Mark = "[//]: # (gitopsbumper:";

    private static readonly HttpLimits Limits = new() { FirstDelay = TimeSpan.FromMilliseconds(1), LongestDelay = TimeSpan.FromMilliseconds(2), LongestPause = TimeSpan.FromMilliseconds(50) };

    private readonly RequestCounter _counter = new();
    private Stage _stage = null!;
    private GitHubApps _apps = null!;
    private Forges _forges = null!;
    private ForgeSession _session = null!;

    private protected ForgeStandIn StandIn { get; private set; } = null!;

    private protected IForge Forge => _session.Forge;

    private protected World World => world;

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected abstract ForgeKind Kind { get; }

    private protected abstract ForgeStandIn Create(HostedRepository repository);

    /// <summary>As a repository secret would hold it.</summary>
    private protected virtual AccessToken TokenOf(string secret) => new("bumper", secret);

    public virtual async ValueTask InitializeAsync()
    {
        _stage = await Stage.SetAsync(world, name: "");
        await _stage.Ada.CommitAsync("first", "a.yaml", "a: 1\n", Token);
        await _stage.Ada.PushAsync(Token, "main");
        StandIn = Create(_stage.Repository);
        await StandIn.StartAsync(Token);
        _apps = new GitHubApps(_counter, Limits, TimeProvider.System);
        _forges = new Forges(_apps, _counter, Limits, TimeProvider.System);
        _session = OpenWith(ForgeStandIn.Secret);
    }

    public virtual async ValueTask DisposeAsync()
    {
        _session.Dispose();
        _forges.Dispose();
        _apps.Dispose();
        await StandIn.DisposeAsync();
        _stage.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_request_is_opened_found_changed_and_closed()
    {
        await BranchAsync("bumper/web", "a: 2\n");
        Assert.Empty(await Forge.ListOpenAsync(Token));
        var text = new PullRequestText("build: \"web\" to 2 & more <b>", $"{Mark} key)\n\n| a | b |\n|---|---|\n| 1 | `2` |\n\nümläut \U0001F680\n");
        var created = await Forge.CreateAsync(new NewPullRequest("bumper/web", "main", text, new PullRequestOptions()), Token);
        var found = Assert.Single(await Forge.ListOpenAsync(Token));
        Assert.Equal((created.Number, created.Url, created.SourceBranch, created.TargetBranch), (found.Number, found.Url, found.SourceBranch, found.TargetBranch));
        Assert.Equal((text.Title, "bumper/web", "main", true), (found.Title, found.SourceBranch, found.TargetBranch, found.IsOfRepository));
        Assert.Contains(Mark, found.Body, StringComparison.Ordinal);
        Assert.Equal(text.Body, StandIn.Request(1).Body);
        Assert.True(Uri.TryCreate(found.Url, UriKind.Absolute, out _), found.Url);

        await Forge.UpdateAsync(found, new PullRequestText("newer", $"{Mark} newer)"), Token);
        Assert.Equal(("newer", $"{Mark} newer)", StandInState.Open), (StandIn.Request(1).Title, StandIn.Request(1).Body, StandIn.Request(1).State));
        var updated = Assert.Single(await Forge.ListOpenAsync(Token));
        Assert.Equal("newer", updated.Title);

        Assert.False(await Forge.HasCommentAsync(updated, Mark, Token));
        await Forge.CommentAsync(updated, $"{Mark} comment)\nsaid", Token);
        Assert.Equal($"{Mark} comment)\nsaid", Assert.Single(StandIn.Request(1).Comments));
        Assert.True(await Forge.HasCommentAsync(updated, Mark, Token));

        await Forge.CloseAsync(updated, new PullRequestText("closed", $"{Mark} withdrawn)"), Token);
        Assert.Equal(("closed", $"{Mark} withdrawn)", StandInState.Closed), (StandIn.Request(1).Title, StandIn.Request(1).Body, StandIn.Request(1).State));
        Assert.Empty(await Forge.ListOpenAsync(Token));
        Assert.NotNull(await StandIn.HeadAsync(StandIn.Request(1), Token));
    }

    [Fact]
    public async Task All_options_reach_a_new_request()
    {
        await BranchAsync("bumper/web", "a: 2\n");
        var options = new PullRequestOptions { Labels = ["deps", "two words"], Reviewers = ["ada"], Assignees = ["grace"], IsDraft = true };
        var created = await Forge.CreateAsync(new NewPullRequest("bumper/web", "main", new PullRequestText("t", "b"), options), Token);
        if (Forge.NeedsFinish(options))
        {
            Assert.Empty(await Forge.FinishAsync(created, Supported(options), Token));
            Assert.Empty(await Forge.FinishAsync(created, Supported(options), Token));
        }

        var request = Assert.Single(StandIn.Requests);
        var expected = Supported(options);
        Assert.Equal(expected.Labels, request.Labels);
        Assert.Equal(expected.Reviewers, request.Reviewers);
        Assert.Equal(expected.Assignees, request.Assignees);
        Assert.True(request.IsDraft);
        Assert.Null(request.AutoMerge);
    }

    [Fact]
    public async Task What_a_forge_does_not_know_is_told_and_the_request_stays()
    {
        await BranchAsync("bumper/web", "a: 2\n");
        var options = Supported(new PullRequestOptions { Labels = ["deps"], Reviewers = ["nobody"], Assignees = ["nobody"] });
        var created = await Forge.CreateAsync(new NewPullRequest("bumper/web", "main", new PullRequestText("t", "b"), options), Token);
        var said = Forge.NeedsFinish(options) ? await Forge.FinishAsync(created, options, Token) : [];
        Assert.Equal(options.Reviewers.Count + options.Assignees.Count > 0, said.Any(sentence => sentence.Contains("nobody", StringComparison.Ordinal)));
        Assert.Equal(options.Labels, Assert.Single(StandIn.Open).Labels);
    }

    [Fact]
    public async Task Requests_are_listed_over_pages_once_and_then_with_their_ETags()
    {
        for (var index = 0; index < 230; index++)
            StandIn.OpenByHand($"topic/{index}", "main", $"number {index}", "by hand", isOfFork: index == 7);
        var all = await Forge.ListOpenAsync(Token);
        Assert.Equal(230, all.Count);
        Assert.Equal(230, all.Select(request => request.Number).Distinct().Count());
        Assert.False(all.Single(request => request.SourceBranch == "topic/7" || request.Number == "8").IsOfRepository);
        Assert.All(all.Where(request => request.Number != "8"), request => Assert.True(request.IsOfRepository));
        var asked = StandIn.Asked.Count;
        Assert.Equal(all.OrderBy(request => request.Number), (await Forge.ListOpenAsync(Token)).OrderBy(request => request.Number));
        Assert.Equal(asked * 2, StandIn.Asked.Count);
    }

    [Fact]
    public async Task Closed_requests_are_those_that_were_not_merged_and_carry_the_mark()
    {
        var since = TimeProvider.System.GetUtcNow().AddDays(-90);
        await BranchAsync("bumper/merged", "a: 2\n");
        foreach (var (branch, body) in new[] { ("bumper/closed", Mark), ("bumper/other", "none"), ("bumper/merged", Mark), ("bumper/open", Mark), ("bumper/again", Mark) })
            StandIn.OpenByHand(branch, "main", branch, $"{body} x)");
        StandIn.CloseByHand(1);
        StandIn.CloseByHand(2);
        await StandIn.MergeAsync(3, Token);
        StandIn.CloseByHand(5);
        var closed = await Forge.ListClosedAsync(Mark, since, Token);
        Assert.True(closed.IsComplete);
        Assert.Equal(["bumper/again", "bumper/closed"], closed.Requests.Select(request => request.SourceBranch));
        Assert.All(closed.Requests, request => Assert.True(request.IsOfRepository));

        StandIn.CloseByHand(4);
        Assert.Equal(["bumper/again", "bumper/closed", "bumper/open"], (await Forge.ListClosedAsync(Mark, since, Token)).Requests.Select(request => request.SourceBranch).Order(StringComparer.Ordinal));
        Assert.Empty((await Forge.ListClosedAsync(Mark, TimeProvider.System.GetUtcNow().AddDays(1), Token)).Requests);
    }

    [Fact]
    public async Task A_second_request_for_a_branch_is_told_to_exist_already()
    {
        await BranchAsync("bumper/web", "a: 2\n");
        var request = new NewPullRequest("bumper/web", "main", new PullRequestText("t", "b"), new PullRequestOptions());
        await Forge.CreateAsync(request, Token);
        var failure = await Assert.ThrowsAsync<ForgeException>(() => Forge.CreateAsync(request, Token));
        Assert.Equal(ForgeFailure.AlreadyExists, failure.Failure);
        Assert.Single(StandIn.Open);
    }

    [Fact]
    public async Task Conflicts_are_seen()
    {
        await BranchAsync("bumper/web", "a: 2\n");
        var created = await Forge.CreateAsync(new NewPullRequest("bumper/web", "main", new PullRequestText("t", "b"), new PullRequestOptions()), Token);
        Assert.NotEqual(true, await Forge.HasConflictsAsync(created, Token));
        await _stage.Ada.PullAsync(Token);
        await _stage.Ada.CommitAsync("other", "a.yaml", "a: 3\n", Token);
        await _stage.Ada.PushAsync(Token, "main");
        Assert.NotEqual(false, await Forge.HasConflictsAsync(created, Token));
    }

    [Fact]
    public async Task A_token_that_is_none_or_allows_too_little_is_named_as_what_it_is()
    {
        await BranchAsync("bumper/web", "a: 2\n");
        using var stranger = OpenWith("not-a-token");
        var unknown = await Assert.ThrowsAsync<ForgeException>(() => stranger.Forge.ListOpenAsync(Token));
        Assert.Equal(ForgeFailure.Unauthorized, unknown.Failure);
        using var reader = OpenWith(ForgeStandIn.ReadOnlySecret);
        Assert.Empty(await reader.Forge.ListOpenAsync(Token));
        var forbidden = await Assert.ThrowsAsync<ForgeException>(() => reader.Forge.CreateAsync(new NewPullRequest("bumper/web", "main", new PullRequestText("t", "b"), new PullRequestOptions()), Token));
        Assert.Equal(ForgeFailure.Forbidden, forbidden.Failure);
        Assert.Contains("the token needs", forbidden.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(ForgeStandIn.ReadOnlySecret, forbidden.Message + unknown.Message, StringComparison.Ordinal);
        Assert.Empty(StandIn.Requests);
    }

    [Fact]
    public async Task A_forge_that_is_down_is_asked_again_and_a_comment_is_not_said_twice()
    {
        await BranchAsync("bumper/web", "a: 2\n");
        StandIn.FailNext(2);
        var created = await Forge.CreateAsync(new NewPullRequest("bumper/web", "main", new PullRequestText("t", "b"), new PullRequestOptions()), Token);
        Assert.Single(StandIn.Open);
        StandIn.FailNext(1);
        var failure = await Assert.ThrowsAsync<ForgeException>(() => Forge.CommentAsync(created, "once", Token));
        Assert.Equal(ForgeFailure.Unavailable, failure.Failure);
        Assert.True(failure.IsTransient);
        Assert.Empty(StandIn.Request(1).Comments);
    }

    [Fact]
    public async Task Hostile_answers_are_no_requests_and_no_crash()
    {
        foreach (var answer in new[] { "", "null", "[1]", "{\"values\":null}", "{\"message\":{}}", "<html>", "[{}]", "{\"value\":[{}]}" })
        {
            StandIn.Intercept = async context =>
            {
                context.Response.ContentType = "application/json";
                await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, answer);
                return true;
            };
            var failure = await Record.ExceptionAsync(() => Forge.ListOpenAsync(Token));
            Assert.True(failure is null or ForgeException, $"{answer}: {failure}");
        }
    }

    /// <param name="token">Shown to the forge.</param>
    /// <param name="before">What stands in the path before the repository's own.</param>
    private protected ForgeSession OpenAs(AccessToken token, params string[] before)
    {
        Assert.True(RepositoryUrl.TryParse(_stage.Repository.Url, out var url, out _));
        var path = new Uri(_stage.Repository.Url).AbsolutePath.Trim('/').Replace(".git", "", StringComparison.Ordinal).Split('/');
        return _forges.Open(new GitRemote(url, null), new ForgeLocation(Kind, new Uri(StandIn.ApiUrl), [.. before, .. path]), token);
    }

    /// <summary>The options that the forge has.</summary>
    private protected virtual PullRequestOptions Supported(PullRequestOptions options) => options;

    /// <summary>A branch with one commit on top of main.</summary>
    private protected async Task BranchAsync(string name, string text)
    {
        await _stage.Ada.PullAsync(Token);
        await _stage.Ada.CommitAsync("build: bump", "a.yaml", text, Token);
        await _stage.Ada.PushAsync(Token, name);
    }

    /// <param name="secret">The token.</param>
    /// <param name="standIn">Null: the test's own.</param>
    private protected ForgeSession OpenWith(string secret, ForgeStandIn? standIn = null) => OpenWith(TokenOf(secret), standIn);

    /// <param name="token">Shown to the forge.</param>
    /// <param name="standIn">Null: the test's own.</param>
    /// <param name="before">What stands in the path before the repository's own.</param>
    private protected ForgeSession OpenWith(AccessToken token, ForgeStandIn? standIn = null, params string[] before)
    {
        Assert.True(RepositoryUrl.TryParse(_stage.Repository.Url, out var url, out _));
        var path = new Uri(_stage.Repository.Url).AbsolutePath.Trim('/').Replace(".git", "", StringComparison.Ordinal).Split('/');
        return _forges.Open(new GitRemote(url, null), new ForgeLocation(Kind, new Uri((standIn ?? StandIn).ApiUrl), [.. before, .. path]), token);
    }
}
