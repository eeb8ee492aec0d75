using GitOpsBumper.EndToEndTests.Fixtures;

namespace GitOpsBumper.EndToEndTests.Rollback;

/// <summary>Both applications write to one file, each to its own places: what is taken back of one is none of the other's.</summary>
public sealed class SharedFileTests(World world)
{
    public static MatrixTheoryData<string, string> Targets => new(["helmvalues", "kustomization"], ["application", "repository"]);

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task One_place_of_the_file_is_edited_back(string target, string grouping)
    {
        using var play = await RollbackStage.StartAsync(world, new Layout(grouping) { Target = target });
        await play.TypeAsync($"{play.Edit("web", "1.1.0")}; git commit -q -a -m 'Not this web'; git push -q origin main");
        Assert.Equal("api 1.2.0 up-to-date, web 1.1.0 rejected, side 1.2.0 up-to-date", await play.RunAsync());
        await play.PushAsync("1.2.1", "api", "side");
        Assert.Equal("api 1.2.1 updated, web 1.1.0 rejected, side 1.2.1 updated", await play.RunAsync());
        await play.TypeAsync($"{play.Edit("api", "1.2.0")}; git commit -q -a -m 'Nor this api'; git push -q origin main");
        Assert.Equal("api 1.2.0 rejected, web 1.1.0 rejected, side 1.2.1 up-to-date", await play.RunAsync());
        await play.MustGoOnAsync("1.3.0");
    }

    [Theory]
    [InlineData("helmvalues", "application", "api 1.0.0 rejected, web 1.2.0 up-to-date, side 1.2.0 up-to-date")]
    [InlineData("kustomization", "application", "api 1.0.0 rejected, web 1.2.0 up-to-date, side 1.2.0 up-to-date")]
    [InlineData("helmvalues", "repository", "api 1.0.0 rejected, web 1.0.0 rejected, side 1.0.0 rejected")]
    [InlineData("kustomization", "repository", "api 1.0.0 rejected, web 1.0.0 rejected, side 1.0.0 rejected")]
    public async Task The_first_commit_of_the_run_is_reverted_and_comes_back(string target, string grouping, string reverted)
    {
        using var play = await RollbackStage.StartAsync(world, new Layout(grouping) { Target = target });
        await play.TypeAsync("git revert --no-edit $(git rev-list --reverse $before..HEAD | head -1); git push -q origin main");
        Assert.Equal(reverted, await play.RunAsync());
        await play.TypeAsync("git revert --no-edit HEAD; git push -q origin main");
        Assert.Equal("api 1.2.0 up-to-date, web 1.2.0 up-to-date, side 1.2.0 up-to-date", await play.RunAsync());
        await play.MustGoOnAsync("1.3.0");
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task The_whole_file_is_checked_out_as_it_was(string target, string grouping)
    {
        using var play = await RollbackStage.StartAsync(world, new Layout(grouping) { Target = target });
        await play.PushAsync("1.3.0", "side");
        Assert.Equal("api 1.2.0 up-to-date, web 1.2.0 up-to-date, side 1.3.0 updated", await play.RunAsync());
        await play.TypeAsync("git checkout $before -- deploy; git commit -q -m 'As it was'; git push -q origin main");
        Assert.Equal("api 1.0.0 rejected, web 1.0.0 rejected, side 1.0.0 rejected", await play.RunAsync());
        await play.PushAsync("1.2.1", "web");
        Assert.Equal("api 1.0.0 rejected, web 1.2.1 updated, side 1.0.0 rejected", await play.RunAsync());
        await play.PushAsync("1.3.1", "side");
        Assert.Equal("api 1.0.0 rejected, web 1.2.1 up-to-date, side 1.3.1 updated", await play.RunAsync());
    }
}
