using GitOpsBumper.EndToEndTests.Fixtures;

namespace GitOpsBumper.EndToEndTests.Rollback;

/// <summary>Versions that are taken back, brought again, and taken back once more; by reverts, cherry-picks and merges.</summary>
public sealed class BackAndForthTests(World world)
{
    [Theory]
    [InlineData("application")]
    [InlineData("repository")]
    public async Task Each_revert_of_a_revert_turns_it_round(string grouping)
    {
        const string Away = "api 1.2.0 up-to-date, web 1.0.0 rejected, side 1.0.0 rejected";
        const string There = "api 1.2.0 up-to-date, web 1.2.0 up-to-date, side 1.2.0 up-to-date";
        using var play = await RollbackStage.StartAsync(world, new Layout(grouping));
        await play.TypeAsync("git revert --no-commit HEAD; git checkout HEAD -- apps/api; git commit -q -m 'Not this web'; git push -q origin main");
        Assert.Equal(Away, await play.RunAsync());
        for (var turn = 0; turn < 3; turn++)
        {
            await play.TypeAsync("git revert --no-edit HEAD; git push -q origin main");
            Assert.Equal(turn % 2 == 0 ? There : Away, await play.RunAsync());
        }

        await play.TypeAsync("git revert --no-edit HEAD; git revert --no-edit HEAD; git push -q origin main");
        Assert.Equal(There, await play.RunAsync());
        await play.PushAsync("1.2.1", "side");
        Assert.Equal("api 1.2.0 up-to-date, web 1.2.0 up-to-date, side 1.2.1 updated", await play.RunAsync());
        await play.TypeAsync("git revert --no-edit HEAD; git push -q origin main");
        Assert.Equal("api 1.2.0 up-to-date, web 1.2.0 up-to-date, side 1.2.0 rejected", await play.RunAsync());
    }

    [Theory]
    [InlineData("application")]
    [InlineData("repository")]
    public async Task A_cherry_picked_commit_brings_back_what_was_reverted(string grouping)
    {
        using var play = await RollbackStage.StartAsync(world, new Layout(grouping));
        var bot = await play.TypeAsync("git rev-parse HEAD");
        await play.TypeAsync($"git revert --no-edit $before..{bot}; git push -q origin main");
        Assert.Equal("api 1.0.0 rejected, web 1.0.0 rejected, side 1.0.0 rejected", await play.RunAsync());
        await play.TypeAsync($"git cherry-pick -x $before..{bot}; git push -q origin main");
        Assert.Equal("api 1.2.0 up-to-date, web 1.2.0 up-to-date, side 1.2.0 up-to-date", await play.RunAsync());
        await play.TypeAsync("git checkout $before -- apps/web; git commit -q -m 'Still not this web'; git push -q origin main");
        Assert.Equal("api 1.2.0 up-to-date, web 1.0.0 rejected, side 1.0.0 rejected", await play.RunAsync());
        await play.MustGoOnAsync("1.2.1");
    }

    [Theory]
    [InlineData("application")]
    [InlineData("repository")]
    public async Task A_commit_that_comes_a_second_time_with_a_merge_changes_nothing(string grouping)
    {
        using var play = await RollbackStage.StartAsync(world, new Layout(grouping));
        await play.TypeAsync("git checkout -q -b topic $before; git cherry-pick -x $before..main; git checkout -q main; git merge -q --no-ff --no-edit topic; git push -q origin main");
        await play.PushAsync("1.3.0", "web");
        Assert.Equal("api 1.2.0 up-to-date, web 1.3.0 updated, side 1.2.0 up-to-date", await play.RunAsync());
        await play.TypeAsync($"{play.Edit("web", "1.2.0")}; {play.Edit("api", "1.0.0")}; git commit -q -a -m 'Back'; git push -q origin main");
        Assert.Equal("api 1.0.0 rejected, web 1.2.0 rejected, side 1.2.0 up-to-date", await play.RunAsync());
        await play.MustGoOnAsync("1.3.1");
    }

    [Theory]
    [InlineData("application")]
    [InlineData("repository")]
    public async Task An_old_commit_that_is_merged_late_does_not_hold_off_what_is_newer(string grouping)
    {
        using var play = await RollbackStage.StartAsync(world, new Layout(grouping));
        await play.TypeAsync("git checkout -q -b topic $before; git cherry-pick -x $before..main");
        await play.PushAsync("1.3.0", "web", "side", "api");
        Assert.Equal("api 1.3.0 updated, web 1.3.0 updated, side 1.3.0 updated", await play.RunAsync());
        await play.TypeAsync("git merge -q --no-ff --no-edit -X ours topic; git push -q origin main");
        Assert.Equal("api 1.3.0 up-to-date, web 1.3.0 up-to-date, side 1.3.0 up-to-date", await play.RunAsync());
        await play.PushAsync("1.4.0", "web", "api");
        Assert.Equal("api 1.4.0 updated, web 1.4.0 updated, side 1.3.0 up-to-date", await play.RunAsync());
        await play.TypeAsync($"{play.Edit("web", "1.3.0")}; {play.Edit("api", "1.0.0")}; git commit -q -a -m 'Back'; git push -q origin main");
        Assert.Equal("api 1.0.0 rejected, web 1.3.0 rejected, side 1.3.0 up-to-date", await play.RunAsync());
    }

    [Theory]
    [InlineData("application")]
    [InlineData("repository")]
    public async Task A_merge_that_is_reverted_in_part_takes_back_that_part(string grouping)
    {
        using var play = await RollbackStage.StartAsync(world, new Layout(grouping));
        // Ada's branch has gone its own way, and pulls: what the bot did comes in from the side.
        await play.TypeAsync("git reset -q --hard $before; git commit -q --allow-empty -m 'My side'; git pull -q --no-rebase --no-edit origin main; git push -q origin main");
        Assert.Equal("api 1.2.0 up-to-date, web 1.2.0 up-to-date, side 1.2.0 up-to-date", await play.RunAsync());
        await play.TypeAsync("git revert --no-commit -m 1 HEAD; git checkout HEAD -- apps/api; git commit -q -m 'Not this web'; git push -q origin main");
        Assert.Equal("api 1.2.0 up-to-date, web 1.0.0 rejected, side 1.0.0 rejected", await play.RunAsync());
        await play.PushAsync("1.2.1", "side", "api");
        Assert.Equal("api 1.2.1 updated, web 1.0.0 rejected, side 1.2.1 updated", await play.RunAsync());
        await play.TypeAsync($"{play.Edit("web", "1.2.0")}; git commit -q -a -m 'This web after all'; git push -q origin main");
        Assert.Equal("api 1.2.1 up-to-date, web 1.2.0 up-to-date, side 1.2.1 up-to-date", await play.RunAsync());
        await play.MustGoOnAsync("1.3.0");
    }
}
