using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;

namespace GitOpsBumper.EndToEndTests.Rollback;

/// <summary>The bot writes to a branch of its own, Ada brings it into main in one of the ways that there are, and takes it back on one of the two.</summary>
public sealed class WriteBranchTests(World world)
{
    private const string Bump = "main:bump";

    /// <summary>What a person, or a button of a git host, does to bring the branch in; and how it is taken back.</summary>
    private static readonly Dictionary<string, (string In, string Out)> ByWay = new(StringComparer.Ordinal)
    {
        ["merge"] = ("git merge -q --no-ff --no-edit origin/bump", "git revert --no-commit -m 1 HEAD"),
        ["squash of GitHub"] = (
            "git merge -q --squash origin/bump; (echo 'Bump (#12)'; echo; git log --reverse --format='* %s%n%n%b' main..origin/bump; printf -- '---------\\n\\nCo-authored-by: Eve <eve@example.com>\\n') | git commit -q -F -",
            "git revert --no-commit HEAD"),
        ["rebase"] = ("git checkout -q -B theirs origin/bump; git rebase -q main; git checkout -q main; git merge -q --ff-only theirs", "git revert --no-commit start..HEAD"),
        ["cherry-pick"] = ("git cherry-pick -x main..origin/bump", "git revert --no-commit start..HEAD"),
    };

    public static MatrixTheoryData<string, string> Ways => new(["application", "repository"], ByWay.Keys);

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task What_came_from_the_branch_and_is_taken_back_on_main_is_not_written_to_a_branch_again(string grouping, string way)
    {
        using var play = await RollbackStage.SetAsync(world, new Layout(grouping) { Branch = Bump });
        Assert.Equal("api 1.0.0 updated, web 1.0.0 updated, side 1.0.0 updated", await play.RunAsync());
        await play.PushAsync("1.3.0", "web");
        await play.RunAsync();
        Assert.Equal("api 1.2.0, web 1.3.0, side 1.2.0", await play.TagsAsync("bump"));

        await play.TypeAsync($"git commit -q --allow-empty -m Meanwhile; git tag start; {ByWay[way].In}; git push -q origin main :bump");
        Assert.Equal("api 1.2.0 up-to-date, web 1.3.0 up-to-date, side 1.2.0 up-to-date", await play.RunAsync());
        await play.TypeAsync($"{ByWay[way].Out}; git checkout HEAD -- apps/api; git commit -q -m 'Not this web'; git push -q origin main");
        Assert.Equal("api 1.2.0 up-to-date, web 1.0.0 rejected, side 1.0.0 rejected", await play.RunAsync());
        Assert.False(await play.Stage.Repository.ExistsAsync("bump", Stage.Token));

        await play.PushAsync("1.2.1", "api", "side");
        Assert.Equal("api 1.2.0 updated, web 1.0.0 rejected, side 1.0.0 updated", await play.RunAsync());
        Assert.Equal("api 1.2.1, web 1.0.0, side 1.2.1", await play.TagsAsync("bump"));
    }

    [Theory]
    [InlineData("application", "merge")]
    [InlineData("repository", "merge")]
    [InlineData("application", "squash of GitHub")]
    [InlineData("repository", "rebase")]
    public async Task What_is_taken_back_on_the_branch_stays_away_there_and_on_main(string grouping, string way)
    {
        using var play = await RollbackStage.SetAsync(world, new Layout(grouping) { Branch = Bump });
        Assert.Equal("api 1.0.0 updated, web 1.0.0 updated, side 1.0.0 updated", await play.RunAsync());
        await play.TypeAsync("git checkout -q -B bump origin/bump; git revert --no-commit $before..HEAD; git checkout HEAD -- apps/api; git commit -q -m 'Not this web'; git push -q origin bump");
        Assert.Equal("api 1.0.0 up-to-date, web 1.0.0 rejected, side 1.0.0 rejected", await play.RunAsync());
        await play.PushAsync("1.2.1", "side");
        Assert.Equal("api 1.0.0 up-to-date, web 1.0.0 rejected, side 1.0.0 updated", await play.RunAsync());
        Assert.Equal("api 1.2.0, web 1.0.0, side 1.2.1", await play.TagsAsync("bump"));

        await play.TypeAsync($"git commit -q --allow-empty -m Meanwhile; git tag start; {ByWay[way].In}; git push -q origin main :bump");
        Assert.Equal("api 1.2.0 up-to-date, web 1.0.0 rejected, side 1.2.1 up-to-date", await play.RunAsync());
        await play.PushAsync("1.2.1", "web");
        Assert.Equal("api 1.2.0 up-to-date, web 1.0.0 updated, side 1.2.1 up-to-date", await play.RunAsync());
        Assert.Equal("api 1.2.0, web 1.2.1, side 1.2.1", await play.TagsAsync("bump"));
    }

    [Theory]
    [InlineData("application")]
    [InlineData("repository")]
    public async Task A_branch_that_is_merged_for_the_record_alone_is_taken_back(string grouping)
    {
        using var play = await RollbackStage.SetAsync(world, new Layout(grouping) { Branch = Bump });
        await play.RunAsync();
        await play.TypeAsync("git merge -q -s ours --no-edit origin/bump; git push -q origin main :bump");
        Assert.Equal("api 1.0.0 rejected, web 1.0.0 rejected, side 1.0.0 rejected", await play.RunAsync());
        await play.PushAsync("1.2.1", "side");
        Assert.Equal("api 1.0.0 rejected, web 1.0.0 rejected, side 1.0.0 updated", await play.RunAsync());
        Assert.Equal("api 1.0.0, web 1.0.0, side 1.2.1", await play.TagsAsync("bump"));
    }

    [Theory]
    [InlineData("application")]
    [InlineData("repository")]
    public async Task A_branch_of_each_set_of_versions_is_not_made_again_for_the_set_that_was_taken_back(string grouping)
    {
        using var play = await RollbackStage.SetAsync(world, new Layout(grouping) { Branch = "main:bump-{{ .SHA256 }}" });
        await play.RunAsync();
        Assert.Equal(2, (await BranchesAsync(play)).Length);
        await play.TypeAsync("for branch in $(git branch -r --list 'origin/bump-*' --format='%(refname:lstrip=3)'); do git merge -q --no-ff --no-edit origin/$branch; git push -q origin main :$branch; done");
        Assert.Equal("api 1.2.0 up-to-date, web 1.2.0 up-to-date, side 1.2.0 up-to-date", await play.RunAsync());
        await play.TypeAsync("git revert -m 1 --no-edit $(git log -1 --first-parent --format=%H -- apps/web); git push -q origin main");
        Assert.Equal("api 1.2.0 up-to-date, web 1.0.0 rejected, side 1.0.0 rejected", await play.RunAsync());
        Assert.Empty(await BranchesAsync(play));

        await play.PushAsync("1.2.1", "web");
        Assert.Equal("api 1.2.0 up-to-date, web 1.0.0 updated, side 1.0.0 rejected", await play.RunAsync());
        Assert.Equal("api 1.2.0, web 1.2.1, side 1.0.0", await play.TagsAsync(Assert.Single(await BranchesAsync(play))));
    }

    [Theory]
    [InlineData("application")]
    [InlineData("repository")]
    public async Task Of_two_open_branches_the_later_is_merged_and_taken_back_and_the_earlier_is_left(string grouping)
    {
        using var play = await RollbackStage.SetAsync(world, new Layout(grouping) { Branch = "main:bump-{{ .AppName }}-{{ range .Images }}{{ .NewTag }}-{{ end }}x" });
        await play.RunAsync();
        await play.PushAsync("1.3.0", "web", "side");
        await play.RunAsync();
        Assert.Equal(["bump-api-1.2.0-x", "bump-web-1.2.0-1.2.0-x", "bump-web-1.3.0-1.3.0-x"], await BranchesAsync(play));
        await play.TypeAsync("git merge -q --no-ff --no-edit origin/bump-web-1.3.0-1.3.0-x; git push -q origin main :bump-web-1.3.0-1.3.0-x; git revert --no-edit -m 1 HEAD; git push -q origin main");
        Assert.Equal("api 1.0.0 up-to-date, web 1.0.0 rejected, side 1.0.0 rejected", await play.RunAsync());
        // The earlier one is merged after all, and what was newer stays away.
        await play.TypeAsync("git merge -q --no-ff --no-edit origin/bump-web-1.2.0-1.2.0-x; git push -q origin main");
        Assert.Equal("api 1.0.0 up-to-date, web 1.2.0 rejected, side 1.2.0 rejected", await play.RunAsync());
        Assert.Equal(["bump-api-1.2.0-x", "bump-web-1.2.0-1.2.0-x"], await BranchesAsync(play));
    }

    [Theory]
    [InlineData("application", false)]
    [InlineData("repository", false)]
    [InlineData("application", true)]
    [InlineData("repository", true)]
    public async Task What_was_taken_back_or_is_held_on_main_is_not_written_to_a_branch_that_is_older(string grouping, bool isHeld)
    {
        using var play = await RollbackStage.SetAsync(world, new Layout(grouping));
        await play.TypeAsync("git push -q origin main:bump");
        await play.RunAsync();
        var hold = isHeld ? "printf '  - name: web.overrideTag\\n    value: 1.0.0\\n' >> apps/web/.argocd-source-web.yaml; git add apps;" : "";
        await play.TypeAsync($"git checkout $before -- apps/web; {hold} git commit -q -m 'Not this web'; git push -q origin main");
        var web = isHeld ? "pinned" : "rejected";
        Assert.Equal($"api 1.2.0 up-to-date, web 1.0.0 {web}, side 1.0.0 rejected", await play.RunAsync());

        play.Announce(Bump);
        await play.PushAsync("1.2.1", "side");
        Assert.Equal($"api 1.2.0 up-to-date, web 1.0.0 {web}, side 1.0.0 updated", await play.RunAsync());
        Assert.Equal("api 1.0.0, web 1.0.0, side 1.2.1", await play.TagsAsync("bump"));
    }

    private static async Task<string[]> BranchesAsync(RollbackStage play) =>
        (await play.Stage.Repository.GitAsync(["for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/bump*"], Stage.Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
