using GitOpsBumper.Adapters.PullRequests;
using GitOpsBumper.Core.PullRequests;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.PullRequests.GitLab;

/// <summary>What every forge does, and what GitLab alone does.</summary>
public sealed class GitLabContractTests(World world) : ForgeContractTests(world)
{
    private protected override ForgeKind Kind => ForgeKind.GitLab;

    private GitLabStandIn GitLab => (GitLabStandIn)StandIn;

    private protected override ForgeStandIn Create(HostedRepository repository) => new GitLabStandIn(repository);

    [Fact]
    public async Task A_draft_stays_one_through_changes_and_its_title_is_read_without_the_word()
    {
        var created = await OpenAsync(new PullRequestOptions { IsDraft = true });
        Assert.Equal(("Draft: t", "t"), (StandIn.Request(1).Title, created.Title));
        var found = Assert.Single(await Forge.ListOpenAsync(Token));
        Assert.Equal("t", found.Title);
        await Forge.UpdateAsync(found, new PullRequestText("u", "b"), Token);
        Assert.Equal(("Draft: u", true), (StandIn.Request(1).Title, StandIn.Request(1).IsDraft));

        // A person makes it ready, and a draft again in other words.
        StandIn.Request(1).Title = "u";
        StandIn.Request(1).IsDraft = false;
        await Forge.UpdateAsync(Assert.Single(await Forge.ListOpenAsync(Token)), new PullRequestText("v", "b"), Token);
        Assert.Equal(("v", false), (StandIn.Request(1).Title, StandIn.Request(1).IsDraft));
        StandIn.Request(1).Title = "[DRAFT]v";
        StandIn.Request(1).IsDraft = true;
        await Forge.CloseAsync(Assert.Single(await Forge.ListOpenAsync(Token)), new PullRequestText(new string('w', Forge.Limits.TitleCharacters), "b"), Token);
        Assert.StartsWith("[DRAFT] www", StandIn.Request(1).Title, StringComparison.Ordinal);
        Assert.Equal(StandInState.Closed, StandIn.Request(1).State);
    }

    [Fact]
    public async Task A_title_that_begins_like_a_draft_on_a_request_that_is_none_is_left_alone()
    {
        StandIn.OpenByHand("topic", "main", "draft: is no word of this forge", "");
        Assert.Equal("draft: is no word of this forge", Assert.Single(await Forge.ListOpenAsync(Token)).Title);
    }

    [Fact]
    public async Task A_project_in_subgroups_is_one_part_of_the_path()
    {
        GitLab.Project = $"Group/sub.group/deep er/{GitLab.Project}";
        using var session = OpenWith(TokenOf(ForgeStandIn.Secret), null, "Group", "sub.group", "deep er");
        StandIn.OpenByHand("topic", "main", "t", "b");
        Assert.Single(await session.Forge.ListOpenAsync(Token));
        Assert.StartsWith("GET /api/v4/projects/Group%2Fsub.group%2Fdeep", StandIn.Asked[^1], StringComparison.Ordinal);
        var failure = await Assert.ThrowsAsync<ForgeException>(() => Forge.ListOpenAsync(Token));
        Assert.Equal(ForgeFailure.NotFound, failure.Failure);
        Assert.Contains("'404 Project Not Found'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Users_who_are_not_known_or_not_taken_are_told_and_those_of_people_stay()
    {
        var options = new PullRequestOptions { Reviewers = ["@Ada", "nobody"], Assignees = ["stranger"] };
        var created = await OpenAsync(options);
        Assert.Equal(["ada"], StandIn.Request(1).Reviewers);
        var said = await Forge.FinishAsync(created, options, Token);
        Assert.Equal(2, said.Count);
        Assert.Contains("'nobody', who was to be reviewer", said[0], StringComparison.Ordinal);
        Assert.Contains("'stranger' as assignee of !1", said[1], StringComparison.Ordinal);

        // Grace was chosen by a person; the free edition takes one.
        StandIn.Request(1).Reviewers.Clear();
        StandIn.Request(1).Reviewers.Add("grace");
        Assert.Contains("'ada' as reviewer", Assert.Single(await Forge.FinishAsync(created, new PullRequestOptions { Reviewers = ["ada"] }, Token)), StringComparison.Ordinal);
        Assert.Equal(["grace"], StandIn.Request(1).Reviewers);
    }

    [Theory]
    [InlineData(MergeMethod.Squash, "remove_source_branch=True squash=True")]
    [InlineData(MergeMethod.Merge, "remove_source_branch=True squash=False")]
    public async Task Auto_merge_is_set_once_with_the_method(MergeMethod method, string flags)
    {
        var options = new PullRequestOptions { AutoMerge = method };
        var created = await OpenAsync(options);
        Assert.Equal(flags, GitLab.Flags[1]);
        Assert.Empty(await Forge.FinishAsync(created, options, Token));
        Assert.Equal((StandInState.Open, method), (StandIn.Request(1).State, StandIn.Request(1).AutoMerge));
        Assert.Empty(await Forge.FinishAsync(created, options, Token));
        Assert.Single(StandIn.Asked, asked => asked.EndsWith("/merge", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Auto_merge_waits_for_a_forge_that_is_still_looking()
    {
        var options = new PullRequestOptions { AutoMerge = MergeMethod.Merge };
        var created = await OpenAsync(options);
        foreach (var status in new[] { "preparing", "checking", "unchecked", "approvals_syncing" })
        {
            GitLab.Looking = status;
            var failure = await Assert.ThrowsAsync<ForgeException>(() => Forge.FinishAsync(created, options, Token));
            Assert.True(failure.IsTransient);
            Assert.Contains(status, failure.Message, StringComparison.Ordinal);
            Assert.Null(await Forge.HasConflictsAsync(created, Token));
        }

        GitLab.Looking = null;
        Assert.Empty(await Forge.FinishAsync(created, options, Token));
        Assert.NotNull(StandIn.Request(1).AutoMerge);
    }

    [Fact]
    public async Task Without_a_pipeline_there_is_nothing_to_wait_for()
    {
        var options = new PullRequestOptions { AutoMerge = MergeMethod.Merge };
        var created = await OpenAsync(options);
        GitLab.HasPipeline = false;
        Assert.Empty(await Forge.FinishAsync(created, options, Token));
        Assert.Equal(StandInState.Merged, StandIn.Request(1).State);
        Assert.Equal("a: 2\n", await StandIn.Repository.ReadAsync("main", "a.yaml", Token));
        Assert.Empty(await Forge.FinishAsync(created, options, Token));
    }

    [Fact]
    public async Task What_cannot_be_merged_by_itself_is_told()
    {
        var options = new PullRequestOptions { AutoMerge = MergeMethod.Merge, IsDraft = true };
        var created = await OpenAsync(options);
        var draft = Assert.Single(await Forge.FinishAsync(created, options, Token));
        Assert.Contains("'405 Method Not Allowed'", draft, StringComparison.Ordinal);
        Assert.EndsWith("(draft_status)", draft, StringComparison.Ordinal);
        GitLab.MayMerge = false;
        Assert.Equal("!1 is not merged by itself: GitLab does not let the user of the token merge into main", Assert.Single(await Forge.FinishAsync(created, options, Token)));
        Assert.Null(StandIn.Request(1).AutoMerge);
    }

    [Fact]
    public async Task Branches_that_do_not_fit_are_no_request_that_exists_already()
    {
        var same = await Assert.ThrowsAsync<ForgeException>(() => Forge.CreateAsync(new NewPullRequest("main", "main", new PullRequestText("t", "b"), new PullRequestOptions()), Token));
        Assert.Equal(ForgeFailure.Invalid, same.Failure);
        Assert.Contains("same project/branch", same.Message, StringComparison.Ordinal);
        var missing = await Assert.ThrowsAsync<ForgeException>(() => Forge.CreateAsync(new NewPullRequest("none", "main", new PullRequestText("t", "b"), new PullRequestOptions()), Token));
        Assert.Contains("'source_branch does not exist'", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_words_are_told_whatever_they_come_in()
    {
        (string Body, string Words)[] answers =
        [
            ("""{"message":{"title":["is too long","can't be blank"],"base":[]}}""", "'title is too long; can't be blank; base'"),
            ("""{"message":[{"code":7},"x"]}""", "'code 7; x'"),
            ("""{"error":"title is missing"}""", "'title is missing'"),
            ("""{"error":"insufficient_scope","error_description":"more is needed","scope":"api"}""", "'insufficient_scope: more is needed'"),
            ("""{"message":"\ud800"}""", "answered 403 to"),
            ("""["403"]""", "answered 403 to"),
        ];
        foreach (var (body, words) in answers)
        {
            StandIn.Intercept = async context =>
            {
                context.Response.StatusCode = 403;
                await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, body);
                return true;
            };
            var failure = await Assert.ThrowsAsync<ForgeException>(() => Forge.ListOpenAsync(Token));
            Assert.Equal(ForgeFailure.Forbidden, failure.Failure);
            Assert.Contains(words, failure.Message, StringComparison.Ordinal);
            Assert.EndsWith("the token needs the scope api, and the role Developer or a higher one in the project", failure.Message, StringComparison.Ordinal);
        }
    }

    private async Task<PullRequest> OpenAsync(PullRequestOptions options)
    {
        await BranchAsync("bumper/web", "a: 2\n");
        return await Forge.CreateAsync(new NewPullRequest("bumper/web", "main", new PullRequestText("t", "b"), options), Token);
    }
}
