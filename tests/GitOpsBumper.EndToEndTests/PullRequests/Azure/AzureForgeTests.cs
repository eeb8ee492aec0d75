using System.Net.Http.Headers;
using System.Text;
using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.PullRequests;
using GitOpsBumper.Core.PullRequests;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Servers;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.EndToEndTests.PullRequests.Azure;

/// <summary>What every forge does, and what Azure DevOps does in its own way.</summary>
public sealed class AzureForgeTests(World world) : ForgeContractTests(world)
{
    private const string Mark = "[//]: # (gitopsbumper: key)";

    private protected override ForgeKind Kind => ForgeKind.AzureDevOps;

    private AzureStandIn Azure => (AzureStandIn)StandIn;

    private protected override ForgeStandIn Create(HostedRepository repository) => new AzureStandIn(repository);

    private protected override PullRequestOptions Supported(PullRequestOptions options) => options with { Assignees = [] };

    [Fact]
    public async Task Lists_cut_descriptions_and_what_matters_is_read_whole_once()
    {
        var text = new PullRequestText("t", $"{Mark}\n{new string('x', 3900)}");
        var created = await CreateAsync(new PullRequestOptions(), text);
        var found = Assert.Single(await Forge.ListOpenAsync(Token));
        Assert.Equal(400, found.Body.Length);
        Assert.Equal(text.Body, StandIn.Request(1).Body);
        Assert.Equal(text.Body, (await Forge.WholeAsync(found, Token)).Body);
        await Forge.CloseAsync(created, text, Token);
        var since = TimeProvider.System.GetUtcNow().AddDays(-1);
        Assert.Equal(text.Body, Assert.Single((await Forge.ListClosedAsync(Mark, since, Token)).Requests).Body);
        var asked = StandIn.Asked.Count;
        Assert.Equal(text.Body, Assert.Single((await Forge.ListClosedAsync(Mark, since, Token)).Requests).Body);
        Assert.Equal(asked + 1, StandIn.Asked.Count);
    }

    [Fact]
    public async Task Text_and_end_of_a_request_are_one_change()
    {
        var created = await CreateAsync(new PullRequestOptions());
        var before = StandIn.Asked.Count;
        await Forge.CloseAsync(created, new PullRequestText("closed", "why"), Token);
        Assert.Equal(before + 1, StandIn.Asked.Count);
        Assert.Equal(("closed", StandInState.Closed), (StandIn.Request(1).Title, StandIn.Request(1).State));
    }

    [Fact]
    public async Task Reviewers_are_ids_e_mail_addresses_of_members_and_teams()
    {
        var options = new PullRequestOptions { Reviewers = [Azure.Members["ada"].ToUpperInvariant(), "Grace@example.com", "Reviewers", "nobody@example.com", "44444444-4444-4444-8444-444444444444"] };
        var created = await CreateAsync(options);
        var said = await Forge.FinishAsync(created, options, Token);
        Assert.Equal(["ada", "grace@example.com", "Reviewers"], StandIn.Request(1).Reviewers);
        Assert.Equal(2, said.Count);
        Assert.Contains("reviewer 'nobody@example.com' is no id, and neither a team of the project nor a member of one", said[0], StringComparison.Ordinal);
        Assert.Contains("reviewer '44444444-4444-4444-8444-444444444444' was not taken", said[1], StringComparison.Ordinal);
        Assert.Equal(2, StandIn.Asked.Count(line => line.Contains("/teams", StringComparison.Ordinal)));

        Assert.Equal(2, (await Forge.FinishAsync(created, options, Token)).Count);
        Assert.Equal(3, Azure.Votes.Count);
    }

    [Fact]
    public async Task A_token_that_may_not_read_teams_is_told_of_and_the_request_stays()
    {
        var options = new PullRequestOptions { Reviewers = ["ada"] };
        var created = await CreateAsync(options);
        StandIn.Intercept = context =>
        {
            var isTeams = context.Request.Path.Value!.Contains("/teams", StringComparison.Ordinal);
            context.Response.StatusCode = isTeams ? StatusCodes.Status403Forbidden : StatusCodes.Status200OK;
            return Task.FromResult(isTeams);
        };
        var said = Assert.Single(await Forge.FinishAsync(created, options, Token));
        Assert.Contains("reviewer 'ada' was not taken", said, StringComparison.Ordinal);
        Assert.Single(StandIn.Open);
    }

    [Theory]
    [InlineData(MergeMethod.Merge)]
    [InlineData(MergeMethod.Squash)]
    [InlineData(MergeMethod.Rebase)]
    public async Task It_completes_a_request_by_itself(MergeMethod method)
    {
        var options = new PullRequestOptions { AutoMerge = method };
        var created = await CreateAsync(options);
        Assert.Empty(await Forge.FinishAsync(created, options, Token));
        Assert.Equal(method, StandIn.Request(1).AutoMerge);
        Assert.Equal(StandInState.Open, StandIn.Request(1).State);
    }

    [Fact]
    public async Task A_draft_is_completed_by_people_and_assignees_are_told_to_be_missing()
    {
        var options = new PullRequestOptions { AutoMerge = MergeMethod.Merge, IsDraft = true, Assignees = ["grace"] };
        var created = await CreateAsync(options);
        var said = await Forge.FinishAsync(created, options, Token);
        Assert.Equal(2, said.Count);
        Assert.Contains("left out: grace", said[0], StringComparison.Ordinal);
        Assert.Contains("people have to complete the pull request", said[1], StringComparison.Ordinal);
        Assert.Contains("TF401390", said[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Conflicts_are_unknown_as_long_as_the_merge_is_queued()
    {
        var created = await CreateAsync(new PullRequestOptions());
        Assert.False(await Forge.HasConflictsAsync(created, Token));
        StandIn.Intercept = async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("""{"pullRequestId":1,"title":"t","sourceRefName":"refs/heads/a","targetRefName":"refs/heads/b","creationDate":"2026-01-01T00:00:00Z","mergeStatus":"queued"}""");
            return true;
        };
        Assert.Null(await Forge.HasConflictsAsync(created, Token));
    }

    [Theory]
    [InlineData(StatusCodes.Status203NonAuthoritative)]
    [InlineData(StatusCodes.Status302Found)]
    public async Task A_page_to_log_in_at_is_taken_for_a_refusal(int status)
    {
        StandIn.Intercept = async context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "https://example.com/_signin";
            context.Response.ContentType = "text/html";
            await context.Response.WriteAsync("<html>Sign in</html>");
            return true;
        };
        var failure = await Assert.ThrowsAsync<ForgeException>(() => Forge.ListOpenAsync(Token));
        Assert.Equal(ForgeFailure.Unauthorized, failure.Failure);
        Assert.Contains("the token is none", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, ForgeStandIn.Secret, "Basic", ":" + ForgeStandIn.Secret)]
    [InlineData("ada", ForgeStandIn.Secret, "Basic", "ada:" + ForgeStandIn.Secret)]
    [InlineData(null, "eyJhbGciOi.eyJzdWIi.c2lnbmF0dXJl", "Bearer", null)]
    public async Task A_token_is_shown_as_what_it_is(string? user, string secret, string scheme, string? parameter)
    {
        AuthenticationHeaderValue? shown = null;
        StandIn.Intercept = async context =>
        {
            shown = AuthenticationHeaderValue.Parse(context.Request.Headers.Authorization!);
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("""{"value":[],"count":0}""");
            return true;
        };
        using var session = OpenAs(new AccessToken(user, secret));
        Assert.Empty(await session.Forge.ListOpenAsync(Token));
        Assert.Equal((scheme, parameter ?? secret), (shown!.Scheme, parameter is null ? shown.Parameter : Encoding.UTF8.GetString(Convert.FromBase64String(shown.Parameter!))));
    }

    private async Task<PullRequest> CreateAsync(PullRequestOptions options, PullRequestText? text = null)
    {
        await BranchAsync("bumper/web", "a: 2\n");
        return await Forge.CreateAsync(new NewPullRequest("bumper/web", "main", text ?? new PullRequestText("t", "b"), options), Token);
    }
}
