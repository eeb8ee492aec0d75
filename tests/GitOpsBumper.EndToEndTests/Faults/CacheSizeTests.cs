using System.Security.Cryptography;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Git;
using GitOpsBumper.EndToEndTests.Scenarios;

namespace GitOpsBumper.EndToEndTests.Faults;

public sealed class CacheSizeTests(World world)
{
    private static readonly string[] Names = ["one", "three", "two"];

    [Fact]
    public async Task A_cache_folder_that_is_too_small_for_all_clones_keeps_some_of_them_and_all_applications_are_served()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        var git = await world.GitAsync();
        foreach (var name in Names)
        {
            var deployment = new Deployment(name, stage.Image("web"));
            var bulk = $"# {Convert.ToBase64String(RandomNumberGenerator.GetBytes(500 * 1024))}\n";
            var repository = await Clones.RepositoryAsync(git, $"open/{Guid.NewGuid():N}/{name}", (deployment.OverrideFile, bulk + deployment.OverrideText("1.0.0")), ($"{deployment.Folder}/Chart.yaml", "name: a\n"));
            stage.Announce(deployment with { RepositoryUrl = repository.Url });
        }

        var outcome = (await stage.RunAsync("--cache-max-size", "1700KiB", "--log-level", "debug")).MustExit(0);
        Assert.All(Names, name => Assert.Equal("updated", outcome.Image(name).Decision));
        Assert.Contains("was removed: all clones together are larger than the 1.66MiB of --cache-max-size", outcome.Errors, StringComparison.Ordinal);
        Assert.Equal(1, Count());

        await stage.PushTagsAsync("web", "1.2.0");
        outcome = (await stage.RunAsync("--cache-max-size", "0")).MustExit(0);
        Assert.All(Names, name => Assert.Equal("1.2.0", outcome.Image(name).Candidate));
        Assert.Equal(3, Count());

        int Count() => Directory.GetDirectories(Path.Combine(stage.CacheFolder, "git")).Length;
    }
}
