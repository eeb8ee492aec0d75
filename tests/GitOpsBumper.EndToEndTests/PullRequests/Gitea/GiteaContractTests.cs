using GitOpsBumper.Adapters.PullRequests;
using GitOpsBumper.Core.PullRequests;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.PullRequests.Gitea;

/// <summary>What every forge does, and what Gitea and Forgejo alone do.</summary>
public sealed class GiteaContractTests(World world) : ForgeContractTests(world)
{
    private protected override ForgeKind Kind => ForgeKind.Gitea;

    private GiteaStandIn Gitea => (GiteaStandIn)StandIn;

    private protected override ForgeStandIn Create(HostedRepository repository) => new GiteaStandIn(repository);

    [Fact]
    public async Task A_draft_stays_one_through_changes_and_its_title_is_read_without_the_word()
    {
        var created = await OpenAsync(new PullRequestOptions { IsDraft = true });
        Assert.Equal(("WIP: t", "t"), (StandIn.Request(1).Title, created.Title));
        var found = Assert.Single(await Forge.ListOpenAsync(Token));
        Assert.Equal("t", found.Title);
        Assert.Null(await Forge.HasConflictsAsync(found, Token));
        await Forge.UpdateAsync(found, new PullRequestText("u", "b"), Token);
        Assert.Equal(("WIP: u", true), (StandIn.Request(1).Title, StandIn.Request(1).IsDraft));

        // A person makes it ready, and a draft again in other words.
        StandIn.Request(1).Title = "u";
        StandIn.Request(1).IsDraft = false;
        await Forge.UpdateAsync(Assert.Single(await Forge.ListOpenAsync(Token)), new PullRequestText("v", "b"), Token);
        Assert.Equal(("v", false), (StandIn.Request(1).Title, StandIn.Request(1).IsDraft));
        StandIn.Request(1).Title = "[wip]v";
        StandIn.Request(1).IsDraft = true;
        var longest = new string('w', Forge.Limits.TitleCharacters);
        await Forge.CloseAsync(Assert.Single(await Forge.ListOpenAsync(Token)), new PullRequestText(longest, "b"), Token);
        Assert.Equal(($"[wip] {longest}", StandInState.Closed), (StandIn.Request(1).Title, StandIn.Request(1).State));
    }

    [Fact]
    public async Task A_server_that_caps_pages_and_does_not_know_its_address_is_read_to_the_end()
    {
        (Gitea.MaxItems, Gitea.RootUrl) = (20, "http://localhost:3000");
        for (var index = 0; index < 45; index++)
            StandIn.OpenByHand($"topic/{index}", "main", "t", "");
        Assert.Equal(45, (await Forge.ListOpenAsync(Token)).Count);
        Assert.Equal(3, StandIn.Asked.Count);
    }

    [Fact]
    public async Task What_was_pushed_to_refs_for_is_not_of_the_repository_and_a_branch_that_is_gone_keeps_its_name()
    {
        await BranchAsync("topic/a", "a: 2\n");
        await BranchAsync("topic/b", "a: 3\n");
        var pushed = await Forge.CreateAsync(new NewPullRequest("topic/a", "main", new PullRequestText("t", "b"), new PullRequestOptions()), Token);
        await Forge.CreateAsync(new NewPullRequest("topic/b", "main", new PullRequestText("t", "b"), new PullRequestOptions()), Token);
        Assert.True(pushed.IsOfRepository);
        Gitea.Pushed.Add(1);
        var found = await Forge.ListOpenAsync(Token);
        Assert.Equal([(false, "refs/pull/1/head"), (true, "topic/b")], found.Select(request => (request.IsOfRepository, request.SourceBranch)));
    }

    [Fact]
    public async Task Labels_are_the_repositorys_over_pages_or_its_owners_and_others_are_told()
    {
        for (var index = 0; index < 60; index++)
            Gitea.Labels.Add($"label {index}", 100 + index);
        Gitea.OwnerLabels = new Dictionary<string, long> { ["of all"] = 500 };
        var options = new PullRequestOptions { Labels = ["label 59", "of all", "none"] };
        var created = await OpenAsync(options);
        Assert.Equal(["label 59", "of all"], StandIn.Request(1).Labels);
        Assert.Equal(["neither the repository nor its owner has a label 'none'"], await Forge.FinishAsync(created, options, Token));
        StandIn.Request(1).Labels.Remove("of all");
        Assert.Single(await Forge.FinishAsync(created, options, Token));
        Assert.Equal(["label 59", "of all"], StandIn.Request(1).Labels);
    }

    [Fact]
    public async Task Nobody_goes_without_because_of_another_and_those_of_people_stay()
    {
        var owner = Gitea.FullName.Split('/')[0];
        var options = new PullRequestOptions { Reviewers = ["nobody", "grace", $"{owner}/platform", $"{owner}/none", "others/platform", "ada"], Assignees = ["nobody", "Ada"] };
        var created = await OpenAsync(options);
        StandIn.Request(1).Assignees.Add("grace");
        var said = await Forge.FinishAsync(created, options, Token);
        Assert.Equal(["grace", "ada"], StandIn.Request(1).Assignees);
        Assert.Equal([$"{owner}/platform", "ada"], StandIn.Request(1).Reviewers);
        Assert.Collection(
            said,
            sentence => Assert.Equal("there is nobody called 'nobody' whom #1 could be assigned to", sentence),
            sentence => Assert.Equal("there is no 'nobody' who could be asked to review #1", sentence),
            sentence => Assert.Contains("'grace' is not asked to review #1", sentence, StringComparison.Ordinal),
            sentence => Assert.Equal($"there is no '{owner}/none' who could be asked to review #1", sentence),
            sentence => Assert.Contains("'others/platform' is no team", sentence, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Auto_merge_waits_for_checks_and_may_be_set_twice()
    {
        var created = await OpenAsync(new PullRequestOptions());
        foreach (var method in Enum.GetValues<MergeMethod>())
        {
            StandIn.Request(1).AutoMerge = null;
            var options = new PullRequestOptions { AutoMerge = method };
            Assert.Empty(await Forge.FinishAsync(created, options, Token));
            Assert.Equal((StandInState.Open, method), (StandIn.Request(1).State, StandIn.Request(1).AutoMerge));
            Assert.Empty(await Forge.FinishAsync(created, options, Token));
        }
    }

    [Fact]
    public async Task Auto_merge_waits_for_a_forge_that_is_still_looking_and_merges_at_once_without_checks()
    {
        var options = new PullRequestOptions { AutoMerge = MergeMethod.Merge };
        var created = await OpenAsync(options);
        (Gitea.IsChecking, Gitea.HasChecks) = (true, false);
        var failure = await Assert.ThrowsAsync<ForgeException>(() => Forge.FinishAsync(created, options, Token));
        Assert.True(failure.IsTransient);
        Assert.Contains("Please try again later", failure.Message, StringComparison.Ordinal);
        Gitea.IsChecking = false;
        Assert.Empty(await Forge.FinishAsync(created, options, Token));
        Assert.Equal(StandInState.Merged, StandIn.Request(1).State);
        Assert.Empty(await Forge.FinishAsync(created, options, Token));
    }

    [Fact]
    public async Task A_draft_that_cannot_be_merged_by_itself_is_told()
    {
        var options = new PullRequestOptions { AutoMerge = MergeMethod.Merge, IsDraft = true };
        var created = await OpenAsync(options);
        var said = Assert.Single(await Forge.FinishAsync(created, options, Token));
        Assert.StartsWith("#1 is not merged by itself: ", said, StringComparison.Ordinal);
        Assert.Contains("'Work in progress PRs cannot be merged'", said, StringComparison.Ordinal);
        Assert.Null(StandIn.Request(1).AutoMerge);
    }

    [Fact]
    public async Task A_token_of_too_small_a_scope_is_told_which_it_lacks()
    {
        using var reader = OpenWith(ForgeStandIn.ReadOnlySecret);
        StandIn.OpenByHand("topic", "main", "t", "b");
        var request = Assert.Single(await reader.Forge.ListOpenAsync(Token));
        var failure = await Assert.ThrowsAsync<ForgeException>(() => reader.Forge.UpdateAsync(request, new PullRequestText("u", "b"), Token));
        Assert.Contains("required=[write:repository]", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("the token needs the scopes write:repository and write:issue, and a user who may write to the repository", failure.Message, StringComparison.Ordinal);
        Assert.Equal("t", StandIn.Request(1).Title);
    }

    private async Task<PullRequest> OpenAsync(PullRequestOptions options)
    {
        await BranchAsync("bumper/web", "a: 2\n");
        return await Forge.CreateAsync(new NewPullRequest("bumper/web", "main", new PullRequestText("t", "b"), options), Token);
    }
}
