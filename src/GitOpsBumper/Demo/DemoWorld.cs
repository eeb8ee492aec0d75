using GitOpsBumper.Adapters.Processes;

namespace GitOpsBumper.Demo;

/// <summary>What the demo works on: a registry in memory, a bare git repository and three annotated Applications in a folder.</summary>
internal sealed class DemoWorld : IAsyncDisposable
{
    private readonly ProcessRunner _processes = new(TimeProvider.System);

    private DemoWorld(string folder, DemoRegistry registry)
    {
        Folder = folder;
        Registry = registry;
    }

    public string Folder { get; }

    public DemoRegistry Registry { get; }

    public string Repository => Path.Combine(Folder, "apps.git");

    public string Applications => Path.Combine(Folder, "applications.yaml");

    public static async Task<DemoWorld> CreateAsync(CancellationToken cancellationToken)
    {
#pragma warning disable CA2000 // The world disposes its registry.
        var world = new DemoWorld(Directory.CreateTempSubdirectory("bumper-demo-").FullName, await DemoRegistry.StartAsync(cancellationToken));
#pragma warning restore CA2000
        world.PushImages();
        await File.WriteAllTextAsync(world.Applications, DemoFiles.Applications(world.Registry.Host, world.Repository), cancellationToken);
        await world.GitAsync(cancellationToken, "init", "--quiet", "--bare", "--initial-branch=main", world.Repository);
        await world.GitAsync(cancellationToken, "init", "--quiet", "--initial-branch=main", world.WorkingCopy);
        foreach (var (path, text) in DemoFiles.Repository(world.Registry.Host))
        {
            var file = Path.Combine(world.WorkingCopy, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, text, cancellationToken);
        }

        await world.GitAsync(cancellationToken, "-C", world.WorkingCopy, "add", "--all");
        await world.GitAsync(cancellationToken, "-C", world.WorkingCopy, "commit", "--quiet", "--message", "Deploy web, api and worker");
        await world.GitAsync(cancellationToken, "-C", world.WorkingCopy, "push", "--quiet", world.Repository, "main");
        return world;
    }

    /// <summary>What a pipeline does between two cycles.</summary>
    public void PushNewVersions()
    {
        Registry.Push("team/web", "1.5.1", Day(20));
        Registry.Push("team/api", "stable", Day(21));
    }

    public Task<string> LogAsync(CancellationToken cancellationToken) =>
        GitAsync(cancellationToken, "-C", Repository, "log", "--format=%h %an: %s%n%n%w(0,4,4)%b", "main");

    public async ValueTask DisposeAsync()
    {
        await Registry.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private string WorkingCopy => Path.Combine(Folder, "working-copy");

    private void PushImages()
    {
        foreach (var tag in new[] { "1.4.2", "1.4.3", "1.5.0", "1.6.0-rc.1", "2.0.0", "latest" })
            Registry.Push("team/web", tag, Day(1));
        Registry.Push("team/api", "stable", Day(2));
        Registry.Push("team/worker", "main-3f2a1b9", Day(3));
        Registry.Push("team/worker", "main-8c07d11", Day(5));
        Registry.Push("team/worker", "feature-0b1c2d3", Day(9));
    }

    private static DateTimeOffset Day(int day) => new(2026, 3, day, 9, 0, 0, TimeSpan.Zero);

    private async Task<string> GitAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["HOME"] = Folder,
            ["GIT_CONFIG_NOSYSTEM"] = "1",
            ["GIT_AUTHOR_NAME"] = "Dana Developer",
            ["GIT_AUTHOR_EMAIL"] = "dana@example.com",
            ["GIT_COMMITTER_NAME"] = "Dana Developer",
            ["GIT_COMMITTER_EMAIL"] = "dana@example.com",
        };
        var result = await _processes.RunAsync(new ProcessRequest("git", arguments) { Environment = environment, Timeout = TimeSpan.FromMinutes(1) }, cancellationToken);
        return result.ExitCode == 0 ? result.Output : throw new InvalidOperationException($"git {arguments[0]}: {result.Error}");
    }
}
