using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.Benchmarks.Scale;

/// <summary>One run of the published executable in a world, with what the servers saw of it.</summary>
internal sealed record BumperRun
{
    public required TimeSpan Wall { get; init; }

    /// <summary>Of the process itself, in bytes; git's are its children's.</summary>
    public required long PeakMemory { get; init; }

    public required int ExitCode { get; init; }

    public required int Updated { get; init; }

    public required int Failed { get; init; }

    public required int GitGets { get; init; }

    public required int GitPosts { get; init; }

    public required int Pushes { get; init; }

    public required int TagLists { get; init; }

    public required int OtherRegistryRequests { get; init; }

    /// <summary>In the order of the server's log.</summary>
    public required IReadOnlyList<LoggedRequest> GitLog { get; init; }

    public required string Errors { get; init; }

    /// <summary>As the report says.</summary>
    public required int ForgeRequests { get; init; }

    public int GitRequests => GitGets + GitPosts;

    public static async Task<BumperRun> MeasureAsync(ScaleWorld world, string bumper, string cacheFolder, CancellationToken token, params string[] more)
    {
        await world.Git.Log.ForgetAsync(token);
        await world.Registry.Log.ForgetAsync(token);
        var home = world.NewFolder("home");
        var started = Stopwatch.GetTimestamp();
        using var process = ChildProcess.StartMeasured(
            bumper,
            ["run", "--once", "--manifests", world.Manifests, "--registries-conf-path", world.RegistriesConf, "--cache-dir", cacheFolder, "--output", "json", .. world.MoreArguments, .. more],
            home,
            EnvironmentOf(home));
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(token);
        var errors = process.StandardError.ReadToEndAsync(token);
        var peak = WatchMemoryAsync(process.Id, token);
        await process.WaitForExitAsync(token);
        var wall = Stopwatch.GetElapsedTime(started);

        var report = Read(await output);
        var totals = report?["totals"];
        var git = await world.Repository.RequestsAsync(token);
        var registry = await world.Registry.Log.ReadAsync("/", token);
        var tagLists = registry.Count(request => request.Path.EndsWith("/tags/list", StringComparison.Ordinal));
        return new BumperRun
        {
            Wall = wall,
            PeakMemory = await peak,
            ExitCode = process.ExitCode,
            Updated = (int?)totals?["updated"] ?? 0,
            Failed = (int?)totals?["failed"] ?? 0,
            GitGets = git.Count(request => request.Method == "GET"),
            GitPosts = git.Count(request => request.Method == "POST"),
            Pushes = git.Count(request => request.Method == "POST" && request.Path.EndsWith("/git-receive-pack", StringComparison.Ordinal)),
            TagLists = tagLists,
            OtherRegistryRequests = registry.Count - tagLists,
            GitLog = git,
            Errors = await errors,
            ForgeRequests = (int?)report?["requests"]?["forge"] ?? 0,
        };
    }

    internal static IReadOnlyDictionary<string, string> EnvironmentOf(string home) => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin",
        ["HOME"] = home,
        ["DOTNET_ROOT"] = Environment.GetEnvironmentVariable("DOTNET_ROOT") ?? "",
    };

    private static JsonNode? Read(string output)
    {
        try
        {
            return JsonNode.Parse(output);
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    /// <summary>The kernel keeps the high-water mark; it only has to be read once before the end.</summary>
    private static async Task<long> WatchMemoryAsync(int process, CancellationToken token)
    {
        var peak = 0L;
        while (true)
        {
            try
            {
                var mark = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
                if (mark is null)
                    return peak;
                peak = long.Parse(mark.AsSpan(6, mark.Length - 9).Trim(), CultureInfo.InvariantCulture) * 1024;
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                return peak;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, token);
        }
    }
}
