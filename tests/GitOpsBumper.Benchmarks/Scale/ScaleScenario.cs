using System.Diagnostics;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.Benchmarks.Scale;

/// <summary>The figures of one world.</summary>
internal sealed record ScaleFigures(int Applications, Baseline Baseline, BumperRun Cold, BumperRun Quiet);

/// <summary>Builds worlds, runs bumper in them and holds what it took against the targets of docs/performance.md.</summary>
internal static class ScaleScenario
{
    private const double MostTimesBaseline = 3;
    private const double MostGrowth = 12;
    private const long MostMemory = 200_000_000;
    private const int MostGitRequestsCold = 10;
    private const int MostGitRequestsQuiet = 3;

    /// <summary>Above that only the growth counts.</summary>
    private const int MostApplicationsOfAbsoluteTargets = 1_000;

    private static readonly TimeSpan MostUntilFirstRequest = TimeSpan.FromMilliseconds(200);

    public static async Task<int> RunAsync(ScaleOptions options, CancellationToken token)
    {
        using var published = new ScratchFolder("gob-publish-");
        var bumper = options.Bumper ?? await PublishedBumper.MakeAsync(published.Path, token);
        var report = new ScaleReport();
        var first = await FirstRequest.MeasureAsync(bumper, token);
        report.Say($"start to first request: {first.TotalMilliseconds:F0} ms");
        report.Hold("start to first request under 0.2 s", first <= MostUntilFirstRequest);

        var figures = new List<ScaleFigures>();
        foreach (var applications in options.Applications)
            figures.Add(await MeasureAsync(applications, options.Shape, options.WorkFolder, bumper, report, token));
        if (figures.Count > 1)
            Compare(figures[0], figures[^1], report);
        return report.Finish();
    }

    private static async Task<ScaleFigures> MeasureAsync(int applications, ScaleShape shape, string? workFolder, string bumper, ScaleReport report, CancellationToken token)
    {
        var started = Stopwatch.GetTimestamp();
        await using var world = await ScaleWorld.BuildAsync(applications, shape, workFolder, token);
        report.Say($"""

            {applications} applications, {applications * shape.FilesPerApplication} files, {shape.Commits} commits,{(shape.LinesOfValues > 0 ? $" values of {shape.LinesOfValues} lines," : "")}{(shape.IsSigned ? " signed," : "")} {world.ImageRepositories} image repositories of {ScaleWorld.TagsPerRepository} tags (built in {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s)
            """);
        var baseline = await Baseline.MeasureAsync(world, token);
        report.Say($"""
            bare transports: {baseline.Sum.TotalSeconds:F2} s = clone {baseline.Cloning.TotalSeconds:F2} + blobs {baseline.FetchBlobs.TotalSeconds:F2} + fast-import {baseline.FastImport.TotalSeconds:F2} + push {baseline.Push.TotalSeconds:F2} + tag lists {baseline.TagLists.TotalSeconds:F2}
            """);

        var cache = world.NewFolder("cache");
        var before = await world.Repository.TipAsync("main", token);
        var cold = await BumperRun.MeasureAsync(world, bumper, cache, token);
        report.Say(Describe("cold", cold));
        if (cold.ExitCode != 0)
            report.Say(cold.Errors);
        await HoldColdAsync(world, before, baseline, cold, report, token);

        var quiet = await BumperRun.MeasureAsync(world, bumper, cache, token);
        report.Say(Describe("nothing due", quiet));
        HoldQuiet(world, quiet, report);
        return new ScaleFigures(applications, baseline, cold, quiet);
    }

    private static async Task HoldColdAsync(ScaleWorld world, string before, Baseline baseline, BumperRun cold, ScaleReport report, CancellationToken token)
    {
        var commits = await world.Repository.GitAsync(["rev-list", "--count", $"{before}..refs/heads/main"], token);
        var last = await world.Repository.ReadAsync("main", world.WrittenFile(world.Applications - 1), token);
        var changed = await world.Repository.GitAsync(["diff", "--name-only", before, "refs/heads/main"], token);
        report.Hold("cold: exit code 0, every application updated", cold.ExitCode == 0 && cold.Updated == world.Applications && cold.Failed == 0);
        report.Hold("cold: one commit per application, one file each", commits == $"{world.Applications}" && changed.Split('\n').Length == world.Applications);
        report.Hold("cold: the new tag is on the branch, nothing else changed", last == world.Written(world.Applications - 1, ScaleWorld.NewTag));
        report.Hold($"cold: at most {MostGitRequestsCold} git requests", cold.GitRequests is > 0 and <= MostGitRequestsCold);
        report.Hold("cold: one push", cold.Pushes == 1);
        report.Hold("cold: one tag list per image repository, nothing else", cold.TagLists == world.ImageRepositories && cold.OtherRegistryRequests <= 1);
        if (world.Shape.IsSigned)
        {
            var unsigned = await world.Repository.GitAsync(["log", "--format=%H", "--invert-grep", "--grep=^Everything", $"{before}..refs/heads/main"], token);
            var signed = await Task.WhenAll(unsigned.Split('\n').Take(3).Select(commit => world.Repository.GitAsync(["cat-file", "commit", commit], token)));
            report.Hold("cold: commits are signed", signed.All(commit => commit.Contains("-----BEGIN SSH SIGNATURE-----", StringComparison.Ordinal)));
        }

        // The targets are for a repository and commits as they mostly are.
        if (world.Applications > MostApplicationsOfAbsoluteTargets || world.Shape != ScaleShape.Default)
            return;
        report.Hold($"cold: at most {MostTimesBaseline} times the bare transports ({cold.Wall / baseline.Sum:F2})", cold.Wall <= MostTimesBaseline * baseline.Sum);
        report.Hold("cold: peak memory under 200 MB", cold.PeakMemory < MostMemory);
    }

    private static void HoldQuiet(ScaleWorld world, BumperRun quiet, ScaleReport report)
    {
        report.Hold("nothing due: exit code 0, nothing updated", quiet is { ExitCode: 0, Updated: 0, Failed: 0 });
        report.Hold($"nothing due: at most {MostGitRequestsQuiet} git requests", quiet.GitRequests is > 0 and <= MostGitRequestsQuiet);
        if (quiet.GitRequests > MostGitRequestsQuiet)
            report.Say(string.Join('\n', quiet.GitLog));
        report.Hold("nothing due: no push", quiet.Pushes == 0);
        if (world.Applications <= MostApplicationsOfAbsoluteTargets && world.Shape == ScaleShape.Default)
            report.Hold("nothing due: peak memory under 200 MB", quiet.PeakMemory < MostMemory);
    }

    private static void Compare(ScaleFigures small, ScaleFigures large, ScaleReport report)
    {
        var cold = large.Cold.Wall / small.Cold.Wall;
        var quiet = large.Quiet.Wall / small.Quiet.Wall;
        report.Say("");
        report.Hold($"{large.Applications} against {small.Applications}, cold: at most {MostGrowth} times ({cold:F1})", cold <= MostGrowth);
        report.Hold($"{large.Applications} against {small.Applications}, nothing due: at most {MostGrowth} times ({quiet:F1})", quiet <= MostGrowth);
    }

    private static string Describe(string name, BumperRun run) =>
        $"{name}: {run.Wall.TotalSeconds:F2} s, peak {run.PeakMemory / 1e6:F0} MB; git: {run.GitGets} GET, {run.GitPosts} POST, of them {run.Pushes} pushes; "
        + $"registry: {run.TagLists} tag lists, {run.OtherRegistryRequests} other; {run.Updated} updated, {run.Failed} failed, exit code {run.ExitCode}";
}
