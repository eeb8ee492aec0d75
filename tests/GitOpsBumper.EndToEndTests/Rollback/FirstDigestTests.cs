using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Rollback;

/// <summary>The bot has written no more than the digest to a tag that stood there, and a person takes it away again: the tag is what was before, and not what the bot wrote.</summary>
public sealed class FirstDigestTests(World world)
{
    [Theory]
    [InlineData("application")]
    [InlineData("repository")]
    public async Task The_first_digest_of_a_followed_tag_is_taken_back(string grouping)
    {
        using var play = await RollbackStage.SetAsync(world, new Layout(grouping)
        {
            WebConstraint = ":stable",
            WebTag = "stable",
            WebAnnotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["web.update-strategy"] = "digest" },
        });
        var first = await PushAsync(play, "stable", 1);
        Assert.Equal($"api 1.2.0 updated, web stable@{first} updated, side 1.2.0 updated", await play.RunAsync());
        await play.TypeAsync($"{play.Edit("web", "stable")}; git commit -q -a -m 'No digest'; git push -q origin main");
        Assert.Equal("api 1.2.0 up-to-date, web stable rejected, side 1.2.0 up-to-date", await play.RunAsync());
        var second = await PushAsync(play, "stable", 2);
        Assert.Equal($"api 1.2.0 up-to-date, web stable@{second} updated, side 1.2.0 up-to-date", await play.RunAsync());
    }

    [Theory]
    [InlineData("application")]
    [InlineData("repository")]
    public async Task The_digest_alone_of_a_version_that_stays_is_taken_back(string grouping)
    {
        using var play = await RollbackStage.SetAsync(world, new Layout(grouping) { WebTag = "1.2.0", WebAnnotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["web.pin-digest"] = "true" } });
        var stays = await PushAsync(play, "1.2.0", 1);
        Assert.Equal($"api 1.2.0 updated, web 1.2.0@{stays} updated, side 1.2.0 updated", await play.RunAsync());
        await play.TypeAsync($"{play.Edit("web", "1.2.0")}; git commit -q -a -m 'No digest'; git push -q origin main");
        Assert.Equal("api 1.2.0 up-to-date, web 1.2.0 rejected, side 1.2.0 up-to-date", await play.RunAsync());
        var newer = await PushAsync(play, "1.2.1", 2);
        Assert.Equal($"api 1.2.0 up-to-date, web 1.2.1@{newer} updated, side 1.2.0 up-to-date", await play.RunAsync());
    }

    private static async Task<string> PushAsync(RollbackStage play, string tag, int day) =>
        (await play.Stage.Registry.Images.PushImageAsync(play.Stage.RepositoryPath("web"), TestImage.Amd64(new DateTimeOffset(2026, 3, day, 8, 0, 0, TimeSpan.Zero)), [tag], Stage.Token)).ToString();
}
