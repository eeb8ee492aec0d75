using System.Diagnostics;
using System.Text;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.Benchmarks.Scale;

/// <summary>
/// What the bare transports take for the same work when everything is known beforehand: the blobs to fetch, the commits to make, the lists to get.
/// </summary>
internal sealed record Baseline(TimeSpan Cloning, TimeSpan FetchBlobs, TimeSpan FastImport, TimeSpan Push, TimeSpan TagLists)
{
    public TimeSpan Sum => Cloning + FetchBlobs + FastImport + Push + TagLists;

    public static async Task<Baseline> MeasureAsync(ScaleWorld world, CancellationToken token)
    {
        var folder = world.NewFolder("baseline");
        var clone = Path.Combine(folder, "clone.git");
        var cloneTime = await TimeGitAsync(folder, ["clone", "--quiet", "--bare", "--filter=blob:none", "--depth", "1", world.Copy.Url, clone], null, token);

        var blobs = await ListBlobsAsync(clone, world.Shape.LinesOfValues > 0 ? "/values.yaml" : "/.argocd-source-", token);
        var fetchTime = await TimeGitAsync(
            clone,
            ["-c", "fetch.negotiationAlgorithm=noop", "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--filter=blob:none", "--stdin", "origin"],
            blobs,
            token);

        var commits = await PrepareCommitsAsync(world, clone, token);
        var importTime = await TimeGitAsync(clone, ["fast-import", "--quiet", "--force"], commits, token);
        var pushTime = await TimeGitAsync(clone, ["push", "--quiet", "origin", "main"], null, token);

        var urls = world.NewFolder("baseline") + "/urls";
        await File.WriteAllLinesAsync(
            urls,
            Enumerable.Range(0, world.ImageRepositories).SelectMany(repository => new[]
            {
                $"url = \"{world.Registry.Url}v2/{ScaleWorld.RepositoryPath(repository)}/tags/list\"",
                "output = \"/dev/null\"",
            }),
            token);
        var started = Stopwatch.GetTimestamp();
        await ChildProcess.RunAsync(Executable.Require("curl", "curl"), ["--parallel", "--silent", "--fail", "--config", urls], new RunOptions(), token);
        return new Baseline(cloneTime, fetchTime, importTime, pushTime, Stopwatch.GetElapsedTime(started));
    }

    private static async Task<TimeSpan> TimeGitAsync(string folder, IReadOnlyList<string> arguments, string? input, CancellationToken token)
    {
        var started = Stopwatch.GetTimestamp();
        await GitCommand.RunAsync(folder, arguments, token, input);
        return Stopwatch.GetElapsedTime(started);
    }

    private static async Task<string> ListBlobsAsync(string clone, string name, CancellationToken token)
    {
        var tree = await GitCommand.RunAsync(clone, ["ls-tree", "-r", "main"], token);
        var blobs = new StringBuilder();
        foreach (var line in tree.Split('\n').Where(line => line.Contains(name, StringComparison.Ordinal)))
            blobs.Append(line.AsSpan(line.IndexOf(" blob ", StringComparison.Ordinal) + 6, 40)).Append('\n');
        return blobs.ToString();
    }

    private static async Task<string> PrepareCommitsAsync(ScaleWorld world, string clone, CancellationToken token)
    {
        var tip = await GitCommand.RunAsync(clone, ["rev-parse", "main"], token);
        using var memory = new MemoryStream();
        await using (var commits = new FastImportWriter(memory))
        {
            for (var application = 0; application < world.Applications; application++)
            {
                commits.BeginCommit($"build: automatic update of app-{application:D5}", application == 0 ? tip : null);
                commits.WriteFile(world.WrittenFile(application), world.Written(application, ScaleWorld.NewTag));
            }
        }

        return Encoding.UTF8.GetString(memory.ToArray());
    }
}
