using GitOpsBumper.EndToEndTests.Fixtures;

namespace GitOpsBumper.EndToEndTests.Rollback;

/// <summary>
/// <c>git merge --squash</c> offers the messages of what it squashes, the newest first and set in by four blanks: an image that was written twice on the branch is told from its end.
/// </summary>
public sealed class SquashTests(World world)
{
    [Theory]
    [InlineData("application")]
    [InlineData("repository")]
    public async Task What_git_squashed_and_a_person_reverts_is_not_written_again(string grouping)
    {
        using var play = await RollbackStage.SetAsync(world, new Layout(grouping) { Branch = "main:bump" });
        await play.RunAsync();
        await play.PushAsync("1.3.0", "web");
        await play.RunAsync();
        Assert.Equal("api 1.2.0, web 1.3.0, side 1.2.0", await play.TagsAsync("bump"));

        await play.TypeAsync("git merge -q --squash origin/bump; git commit -q --no-edit; git push -q origin main :bump");
        Assert.Equal("api 1.2.0 up-to-date, web 1.3.0 up-to-date, side 1.2.0 up-to-date", await play.RunAsync());
        await play.TypeAsync("git revert --no-commit HEAD; git checkout HEAD -- apps/api; git commit -q -m 'Not this web'; git push -q origin main");
        Assert.Equal("api 1.2.0 up-to-date, web 1.0.0 rejected, side 1.0.0 rejected", await play.RunAsync());
        await play.PushAsync("1.3.1", "web");
        await play.RunAsync();
        Assert.Equal("api 1.2.0, web 1.3.1, side 1.0.0", await play.TagsAsync("bump"));
    }

    [Theory]
    [InlineData("application")]
    [InlineData("repository")]
    public async Task What_git_squashed_with_a_revert_in_it_is_taken_back_from_its_end(string grouping)
    {
        using var play = await RollbackStage.SetAsync(world, new Layout(grouping) { Branch = "main:bump" });
        await play.RunAsync();
        await play.TypeAsync("git checkout -q -B bump origin/bump; git checkout $before -- apps/web; git commit -q -m 'Not this web'; git push -q origin bump");
        await play.PushAsync("1.2.1", "web");
        Assert.Equal("api 1.0.0 up-to-date, web 1.0.0 updated, side 1.0.0 rejected", await play.RunAsync());

        await play.TypeAsync("git merge -q --squash origin/bump; git commit -q --no-edit; git push -q origin main :bump");
        Assert.Equal("api 1.2.0 up-to-date, web 1.2.1 up-to-date, side 1.0.0 rejected", await play.RunAsync());
        await play.TypeAsync("git revert --no-edit HEAD; git push -q origin main");
        Assert.Equal("api 1.0.0 rejected, web 1.0.0 rejected, side 1.0.0 rejected", await play.RunAsync());
    }
}
