using System.Diagnostics;
using System.Globalization;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Faults;

/// <summary><c>bumper run --once</c>, killed at any moment, again and again, while somebody else pushes to the same branches.</summary>
public sealed class KillRoundsTests(World world)
{
    /// <summary>How many rounds, where somebody wants more than usual.</summary>
    internal const string RoundsVariable = "GITOPSBUMPER_KILL_ROUNDS";

    private const int UsualRounds = 20;
    private const int Seed = 20260501;
    private const string WriteBranch = "bump-worker";
    private static readonly string[] Names = ["api", "web", "worker"];
    private static readonly string[] Branches = ["main", WriteBranch];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_version_arrives_once_and_nobody_loses_a_commit_however_often_we_are_killed()
    {
        var rounds = int.Parse(Environment.GetEnvironmentVariable(RoundsVariable) ?? $"{UsualRounds}", CultureInfo.InvariantCulture);
        using var stage = await PrepareAsync();
        var random = new Random(Seed);
        var versions = 0;
        var killed = 0;
        await NextVersionAsync();
        await MeasureAsync(stage);
        await NextVersionAsync();
        var longest = await MeasureAsync(stage);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        IReadOnlyList<string> theirs = [];
#pragma warning disable CA2025 // It is waited for, whatever happens.
        var competitor = CompeteAsync(stage, end.Token);
#pragma warning restore CA2025
        try
        {
            for (var round = 0; round < rounds; round++)
            {
                Assert.False(competitor.IsCompleted, "the competitor gave up");
                if (await HasArrivedAsync(stage, $"1.{versions}.0"))
                    await NextVersionAsync();
                using var process = Start(stage);
#pragma warning disable CA5394 // What is wanted is the same sequence in every run.
                var life = longest * 1.1 * random.NextDouble();
#pragma warning restore CA5394
                // About one in four may end by itself, however busy the machine is meanwhile.
                if (await EndsAsync(process, life))
                {
                    longest *= 0.85;
                }
                else
                {
                    process.Kill();
                    killed++;
                    longest *= 1.05;
                }

                await process.WaitForExitAsync(Token);
            }
        }
        finally
        {
            await end.CancelAsync();
            theirs = await competitor;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{rounds} rounds, the last of at most {longest.TotalMilliseconds * 1.1:0} ms, {killed} killed, {versions} versions, {theirs.Count} commits of the competitor");
        // What a killed bot left running may still win a race against this one.
        var last = await stage.RunAsync();
        last.MustExit(0);
        await MustBeWholeAsync(stage, versions, theirs);
        Assert.InRange(killed, rounds / 3, rounds);
        Assert.True(versions >= rounds / 20, $"only {versions} versions arrived in {rounds} rounds");

        async Task NextVersionAsync() => await stage.PushTagsAsync("web", $"1.{++versions}.0");
    }

    private static async Task MustBeWholeAsync(Stage stage, int versions, IReadOnlyList<string> theirs)
    {
        var expected = Names.SelectMany(_ => Enumerable.Range(1, versions), (name, version) => $"{name} 1.{version}.0").Order(StringComparer.Ordinal);
        Assert.Equal(expected, (await Trailers.ReadAsync(stage.Repository, Branches)).Order(StringComparer.Ordinal));
        var kept = (await stage.Repository.GitAsync(["rev-list", .. Branches], Token)).Split('\n').ToHashSet(StringComparer.Ordinal);
        Assert.NotEmpty(theirs);
        Assert.All(theirs, commit => Assert.Contains(commit, kept));
        await stage.Repository.GitAsync(["fsck", "--full"], Token);
        Assert.Empty(Directory.GetFiles(stage.Repository.Folder, "*.lock", SearchOption.AllDirectories));
        var clone = Directory.GetDirectories(Path.Combine(stage.CacheFolder, "git"), "*.git").Single();
        Assert.Empty(Directory.GetFiles(clone, "*.lock", SearchOption.AllDirectories));
        Assert.Empty(Directory.GetFiles(clone, "tmp_*", SearchOption.AllDirectories));
        // Both are readable, and nothing is due.
        var before = await stage.CountCommitsAsync();
        (await stage.RunAsync()).MustExit(0);
        Assert.Equal(before, await stage.CountCommitsAsync());
        foreach (var name in Names)
            Assert.Contains($"value: 1.{versions}.0\n", await stage.Repository.ReadAsync(name == "worker" ? WriteBranch : "main", Place(name), Token), StringComparison.Ordinal);
    }

    private async Task<Stage> PrepareAsync()
    {
        var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0");
        foreach (var name in Names)
        {
            var annotations = new Dictionary<string, string>(StringComparer.Ordinal);
            if (name == "worker")
                annotations["git-branch"] = "main:bump-{{ .AppName }}";
            stage.Deploy(new Deployment(name, stage.Image("web")) { Annotations = annotations });
        }

        await stage.PublishAsync();
        return stage;
    }

    private static string Place(string name) => new Deployment(name, "").OverrideFile;

    /// <summary>How long a run takes that nobody kills, here and now.</summary>
    private static async Task<TimeSpan> MeasureAsync(Stage stage)
    {
        var started = Stopwatch.GetTimestamp();
        using var process = Start(stage);
        await process.WaitForExitAsync(Token);
        Assert.Equal(0, process.ExitCode);
        return Stopwatch.GetElapsedTime(started);
    }

    private static Process Start(Stage stage)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin", ["HOME"] = stage.Scripts };
        var process = ChildProcess.StartMeasured("dotnet", [Path.Combine(AppContext.BaseDirectory, "bumper.dll"), .. stage.Arguments("run", "--once")], stage.Scripts, environment);
        process.StandardInput.Close();
        // Read, and not kept.
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static async Task<bool> EndsAsync(Process process, TimeSpan within)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(within);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException) when (!Token.IsCancellationRequested)
        {
            return false;
        }
    }

    private static async Task<bool> HasArrivedAsync(Stage stage, string version)
    {
        foreach (var name in Names)
        {
            var text = await stage.Repository.ReadAsync(name == "worker" ? WriteBranch : "main", Place(name), Token);
            if (text?.Contains($"value: {version}\n", StringComparison.Ordinal) != true)
                return false;
        }

        return true;
    }

    /// <summary>Ada pushes until the end: other files, remarks in the files that we write, and now and then something on the branch of ours.</summary>
    /// <returns>The commits that the server took.</returns>
    private static async Task<IReadOnlyList<string>> CompeteAsync(Stage stage, CancellationToken end)
    {
        var random = new Random(Seed + 1);
        var taken = new List<string>();
        for (var number = 1; !end.IsCancellationRequested; number++)
        {
            var branch = number % 4 == 0 && await stage.Repository.ExistsAsync(WriteBranch, Token) ? WriteBranch : "main";
            await stage.Ada.PullAsync(Token, branch);
            var file = (number % 3) switch
            {
                0 => Place("web"),
                1 => Place("worker"),
                _ => "notes.txt",
            };
            var text = file == "notes.txt" ? "" : await File.ReadAllTextAsync(Path.Combine(stage.Ada.Folder, file), Token);
            var commit = await stage.Ada.CommitAsync($"Remark {number}", file, Remark(text, number), Token);
            // Who loses the race simply tries something else next.
            var pushed = await GitCommand.TryAsync(stage.Ada.Folder, ["push", "--quiet", "origin", $"HEAD:refs/heads/{branch}"], Token);
            if (pushed.ExitCode == 0)
                taken.Add(commit);
#pragma warning disable CA5394 // As above.
            await WaitAsync(TimeSpan.FromMilliseconds(random.Next(600)), end);
#pragma warning restore CA5394
        }

        return taken;
    }

    /// <summary>The first line is what Ada says.</summary>
    private static string Remark(string text, int number) => $"# remark {number}\n{(text.StartsWith('#') ? text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..] : text)}";

    private static async Task WaitAsync(TimeSpan time, CancellationToken end)
    {
        try
        {
            await Task.Delay(time, TimeProvider.System, end);
        }
        catch (OperationCanceledException)
        {
            // The rounds are over.
        }
    }
}
