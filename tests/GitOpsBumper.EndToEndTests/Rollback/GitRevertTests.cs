using GitOpsBumper.EndToEndTests.Fixtures;

namespace GitOpsBumper.EndToEndTests.Rollback;

/// <summary>With one commit per application and with one for all: what a person takes back is left, and the neighbours go on.</summary>
public sealed class GitRevertTests(World world)
{
    [Theory]
    [InlineData("application", "api 1.2.0 up-to-date, web 1.0.0 rejected, side 1.0.0 rejected", "api 1.2.0 up-to-date, web 1.2.1 updated, side 1.0.0 rejected")]
    [InlineData("repository", "api 1.0.0 rejected, web 1.0.0 rejected, side 1.0.0 rejected", "api 1.0.0 rejected, web 1.2.1 updated, side 1.0.0 rejected")]
    public async Task A_commit_is_reverted_for_all_that_it_was_made_for(string grouping, string reverted, string later)
    {
        using var play = await RollbackStage.StartAsync(world, new Layout(grouping));
        await play.TypeAsync("git revert --no-edit HEAD; git push -q origin main");
        Assert.Equal(reverted, await play.RunAsync());
        await play.PushAsync("1.2.1", "web");
        Assert.Equal(later, await play.RunAsync());
        await play.MustGoOnAsync("1.3.0");
    }

    [Theory]
    [InlineData("application", "git revert --no-commit $before..HEAD; git checkout HEAD -- apps/web")]
    [InlineData("repository", "git revert --no-commit HEAD; git checkout HEAD -- apps/web")]
    [InlineData("application", "git checkout $before -- apps/api")]
    [InlineData("repository", "git checkout HEAD~1 -- apps/api")]
    [InlineData("repository", "git restore --source=HEAD~1 --staged --worktree apps/api")]
    public async Task Only_the_folder_that_is_taken_back_counts(string grouping, string lines)
    {
        using var play = await RollbackStage.StartAsync(world, new Layout(grouping));
        await play.TypeAsync($"{lines}; git commit -q -m 'Not this api'; git push -q origin main");
        Assert.Equal("api 1.0.0 rejected, web 1.2.0 up-to-date, side 1.2.0 up-to-date", await play.RunAsync());
        await play.PushAsync("1.2.1", "side", "api");
        Assert.Equal("api 1.2.1 updated, web 1.2.0 up-to-date, side 1.2.1 updated", await play.RunAsync());
    }

    [Theory]
    [InlineData("application", "1.0.0")]
    [InlineData("repository", "1.0.0")]
    [InlineData("application", "1.1.0")]
    [InlineData("repository", "1.1.0")]
    public async Task An_edit_by_hand_of_one_image_leaves_the_others_of_the_file(string grouping, string version)
    {
        using var play = await RollbackStage.StartAsync(world, new Layout(grouping));
        await play.TypeAsync($"{play.Edit("side", version)}; git commit -q -a -m 'Hold on'; git push -q origin main");
        Assert.Equal($"api 1.2.0 up-to-date, web 1.2.0 up-to-date, side {version} rejected", await play.RunAsync());
        await play.PushAsync("1.2.1", "web");
        Assert.Equal($"api 1.2.0 up-to-date, web 1.2.1 updated, side {version} rejected", await play.RunAsync());
        await play.PushAsync("1.2.1", "side");
        Assert.Equal("api 1.2.0 up-to-date, web 1.2.1 up-to-date, side 1.2.1 updated", await play.RunAsync());
    }

    [Theory]
    [InlineData("application")]
    [InlineData("repository")]
    public async Task An_image_that_is_removed_from_the_file_stays_out_until_there_is_something_newer(string grouping)
    {
        using var play = await RollbackStage.StartAsync(world, new Layout(grouping));
        await play.TypeAsync("sed -i '/side.name/,$d' apps/web/.argocd-source-web.yaml; git commit -q -a -m 'No side'; git push -q origin main");
        Assert.Equal("api 1.2.0 up-to-date, web 1.2.0 up-to-date, side - rejected", await play.RunAsync());
        await play.PushAsync("1.2.1", "web");
        Assert.Equal("api 1.2.0 up-to-date, web 1.2.1 updated, side - rejected", await play.RunAsync());
        await play.MustGoOnAsync("1.3.0");
    }

    [Theory]
    [InlineData("application", "git revert --no-edit HEAD~2")]
    [InlineData("repository", "git revert --no-commit HEAD~1 || git checkout HEAD -- apps/web; git commit -q -m 'Not this api'")]
    public async Task An_older_commit_is_reverted_under_a_newer_one_that_stays(string grouping, string lines)
    {
        using var play = await RollbackStage.StartAsync(world, new Layout(grouping));
        await play.PushAsync("1.3.0", "web");
        Assert.Equal("api 1.2.0 up-to-date, web 1.3.0 updated, side 1.2.0 up-to-date", await play.RunAsync());
        // What is of the newer one conflicts with it, and is kept.
        await play.TypeAsync($"{lines}; git push -q origin main");
        Assert.Equal("api 1.0.0 rejected, web 1.3.0 up-to-date, side 1.2.0 up-to-date", await play.RunAsync());
        await play.MustGoOnAsync("1.4.0");
    }

    [Theory]
    [InlineData("application")]
    [InlineData("repository")]
    public async Task A_conflict_that_is_committed_as_it_is_stops_its_application_alone(string grouping)
    {
        using var play = await RollbackStage.StartAsync(world, new Layout(grouping));
        await play.PushAsync("1.3.0", "web");
        await play.RunAsync();
        await play.TypeAsync("git revert --no-commit HEAD~1 || git checkout HEAD -- apps/api; git add --all; git commit -q -m 'Revert, I think'; git push -q origin main");
        await play.PushAsync("1.3.0", "api");
        var outcome = (await play.Stage.RunAsync("--commit-grouping", grouping)).MustExit(1);
        Assert.Equal(("updated", "failed", "failed"), (outcome.Image("api", "api").Decision, outcome.Image("web").Decision, outcome.Image("web", "side").Decision));
        Assert.Contains("is not YAML", outcome.Image("web").Reason, StringComparison.Ordinal);

        await play.TypeAsync("git checkout $before -- apps/web; git commit -q -m 'Now really'; git push -q origin main");
        Assert.Equal("api 1.3.0 up-to-date, web 1.0.0 rejected, side 1.0.0 rejected", await play.RunAsync());
    }

    [Theory]
    [InlineData("application")]
    [InlineData("repository")]
    public async Task Several_commits_are_taken_back_at_once_and_all_their_versions_stay_away(string grouping)
    {
        using var play = await RollbackStage.StartAsync(world, new Layout(grouping));
        await play.PushAsync("1.3.0", "web", "api");
        Assert.Equal("api 1.3.0 updated, web 1.3.0 updated, side 1.2.0 up-to-date", await play.RunAsync());
        await play.TypeAsync("git revert --no-edit $before..HEAD; git push -q origin main");
        Assert.Equal("api 1.0.0 rejected, web 1.0.0 rejected, side 1.0.0 rejected", await play.RunAsync());
        // One step of it comes again, by hand.
        await play.TypeAsync($"{play.Edit("web", "1.2.0")}; git commit -q -a -m 'This one was good'; git push -q origin main");
        Assert.Equal("api 1.0.0 rejected, web 1.2.0 rejected, side 1.0.0 rejected", await play.RunAsync());
        await play.MustGoOnAsync("1.3.1");
    }

    [Theory]
    [InlineData("application")]
    [InlineData("repository")]
    public async Task Commits_of_an_earlier_bot_under_another_name_are_remembered(string grouping)
    {
        using var play = await RollbackStage.SetAsync(world, new Layout(grouping));
        Assert.Equal(
            "api 1.2.0 updated, web 1.2.0 updated, side 1.2.0 updated",
            await play.RunAsync("--git-commit-user", "Old Bot", "--git-commit-email", "old@example.com", "--git-author-user", "Release Team", "--git-author-email", "team@example.com"));
        Assert.Equal("Release Team, Old Bot", await play.TypeAsync("git log -1 --format='%an, %cn'"));
        await play.TypeAsync("git checkout $before -- apps/web; git commit -q -m 'Not this web'; git push -q origin main");
        // The new bot has no memory but git.
        Directory.Delete(play.Stage.CacheFolder, recursive: true);
        Assert.Equal("api 1.2.0 up-to-date, web 1.0.0 rejected, side 1.0.0 rejected", await play.RunAsync());
        await play.MustGoOnAsync("1.2.1");
    }
}
