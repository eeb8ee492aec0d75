using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Rollback;

/// <summary>What is not ordered by its version: by digest and by build date. The neighbours are ordered as ever.</summary>
public sealed class StrategyRollbackTests(World world)
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    private int _day;

    [Theory]
    [InlineData("application", "tag@digest")]
    [InlineData("repository", "tag@digest")]
    [InlineData("application", "digest")]
    public async Task A_digest_that_is_taken_back_stays_away_also_when_the_tag_moves_back_to_it(string grouping, string format)
    {
        var before = format == "digest" ? "" : "stable@";
        using var play = await RollbackStage.SetAsync(world, new Layout(grouping)
        {
            WebConstraint = ":stable",
            WebTag = "stable",
            WebAnnotations = Say([("web.update-strategy", "digest"), ("web.digest-format", format)]),
        });
        var first = await BuildAsync(play, "stable");
        Assert.Equal($"api 1.2.0 updated, web {before}{first} updated, side 1.2.0 updated", await play.RunAsync());
        var second = await BuildAsync(play, "stable");
        Assert.Equal($"api 1.2.0 up-to-date, web {before}{second} updated, side 1.2.0 up-to-date", await play.RunAsync());
        await play.TypeAsync("git revert --no-edit HEAD; git push -q origin main");
        Assert.Equal($"api 1.2.0 up-to-date, web {before}{first} rejected, side 1.2.0 up-to-date", await play.RunAsync());

        var third = await BuildAsync(play, "stable");
        Assert.Equal($"api 1.2.0 up-to-date, web {before}{third} updated, side 1.2.0 up-to-date", await play.RunAsync());
        // What was taken back is still away when the tag is moved back to it.
        _day = 1;
        Assert.Equal(second, await BuildAsync(play, "stable"));
        Assert.Equal($"api 1.2.0 up-to-date, web {before}{third} rejected, side 1.2.0 up-to-date", await play.RunAsync());
    }

    [Theory]
    [InlineData("application")]
    [InlineData("repository")]
    public async Task A_build_that_is_taken_back_is_held_off_by_its_tag(string grouping)
    {
        using var play = await BuildsAsync(grouping);
        await BuildAsync(play, "main-b");
        Assert.Equal("api 1.2.0 updated, web main-b updated, side 1.2.0 updated", await play.RunAsync());
        await play.TypeAsync($"{play.Edit("web", "main-a")}; git commit -q -a -m 'Not this build'; git push -q origin main");
        Assert.Equal("api 1.2.0 up-to-date, web main-a rejected, side 1.2.0 up-to-date", await play.RunAsync());
        // No digest is written: the tag alone says what was taken back.
        await BuildAsync(play, "main-b");
        Assert.Equal("api 1.2.0 up-to-date, web main-a rejected, side 1.2.0 up-to-date", await play.RunAsync());
        await BuildAsync(play, "main-c");
        Assert.Equal("api 1.2.0 up-to-date, web main-c updated, side 1.2.0 up-to-date", await play.RunAsync());
    }

    [Theory]
    [InlineData("application")]
    [InlineData("repository")]
    public async Task A_build_with_its_digest_that_is_taken_back_is_written_when_the_tag_is_pushed_again(string grouping)
    {
        using var play = await BuildsAsync(grouping, ("web.pin-digest", "true"));
        var a = await BuildAsync(play, "main-a");
        Assert.Equal($"api 1.2.0 updated, web main-a@{a} updated, side 1.2.0 updated", await play.RunAsync());
        var b = await BuildAsync(play, "main-b");
        Assert.Equal($"api 1.2.0 up-to-date, web main-b@{b} updated, side 1.2.0 up-to-date", await play.RunAsync());
        await play.TypeAsync("git revert --no-edit HEAD; git push -q origin main");
        Assert.Equal($"api 1.2.0 up-to-date, web main-a@{a} rejected, side 1.2.0 up-to-date", await play.RunAsync());
        var again = await BuildAsync(play, "main-b");
        Assert.Equal($"api 1.2.0 up-to-date, web main-b@{again} updated, side 1.2.0 up-to-date", await play.RunAsync());
        Assert.Equal($"api 1.2.0 up-to-date, web main-b@{again} up-to-date, side 1.2.0 up-to-date", await play.RunAsync());
    }

    private async Task<RollbackStage> BuildsAsync(string grouping, params (string Key, string Value)[] more)
    {
        var play = await RollbackStage.SetAsync(world, new Layout(grouping)
        {
            WebConstraint = "",
            WebTag = "main-a",
            WebAnnotations = Say([("web.update-strategy", "newest-build"), ("web.allow-tags", "regexp:^main-"), .. more]),
        });
        await BuildAsync(play, "main-a");
        return play;
    }

    /// <summary>Each build is a day younger than the one before.</summary>
    private async Task<string> BuildAsync(RollbackStage play, string tag) =>
        (await play.Stage.Registry.Images.PushImageAsync(play.Stage.RepositoryPath("web"), TestImage.Amd64(Monday.AddDays(_day++)), [tag], Stage.Token)).ToString();

    private static Dictionary<string, string> Say(IEnumerable<(string Key, string Value)> annotations) =>
        annotations.ToDictionary(annotation => annotation.Key, annotation => annotation.Value, StringComparer.Ordinal);
}
