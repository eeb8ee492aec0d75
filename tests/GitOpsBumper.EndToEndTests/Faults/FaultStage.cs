using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;

namespace GitOpsBumper.EndToEndTests.Faults;

/// <summary>Two applications whose image gets a new version again and again, whatever goes wrong; in the end each version has to be committed once for each.</summary>
internal sealed class FaultStage : IDisposable
{
    private static readonly string[] Names = ["api", "web"];
    private readonly List<string> _versions = [];

    private FaultStage(Stage stage) => Stage = stage;

    public Stage Stage { get; }

    /// <summary>The clone, once there is one.</summary>
    public string CloneFolder => Directory.GetDirectories(System.IO.Path.Combine(Stage.CacheFolder, "git"), "*.git").Single();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="world">Has the servers.</param>
    /// <param name="reach">Gives the address that the bot uses for the repository's; null: its own.</param>
    public static async Task<FaultStage> SetAsync(World world, Func<string, string>? reach = null)
    {
        var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0");
        foreach (var name in Names)
            stage.Deploy(new Deployment(name, stage.Image("web")) { RepositoryUrl = reach?.Invoke(stage.Repository.Url) });
        await stage.PublishAsync();
        return new FaultStage(stage);
    }

    /// <summary>A version that is due from now on.</summary>
    public async Task<string> ReleaseAsync()
    {
        var version = $"1.{_versions.Count + 1}.0";
        await Stage.PushTagsAsync("web", version);
        _versions.Add(version);
        return version;
    }

    /// <summary>Somebody else's commit, so that there is something to fetch.</summary>
    public Task OtherCommitAsync()
    {
        Stage.File("notes.txt", $"{Guid.NewGuid()}\n");
        return Stage.PublishAsync();
    }

    /// <summary>Every version that was released was committed once for each application, and the repository is whole.</summary>
    public async Task MustHaveEachOnceAsync()
    {
        var expected = Names.SelectMany(_ => _versions, (name, version) => $"{name} {version}").Order(StringComparer.Ordinal);
        Assert.Equal(expected, (await Trailers.ReadAsync(Stage.Repository, "main")).Order(StringComparer.Ordinal));
        await Stage.Repository.GitAsync(["fsck", "--full"], Token);
    }

    public void Dispose() => Stage.Dispose();
}
