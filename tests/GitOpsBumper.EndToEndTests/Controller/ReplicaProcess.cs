using System.Text;
using System.Text.Json.Nodes;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Controller;

/// <summary><c>bumper run</c> as a process of its own, which may be killed. What it leaves running, such as a push, goes on, as it may on a machine.</summary>
internal sealed class ReplicaProcess : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly HttpClient _http;
    private readonly StringBuilder _log;
    private readonly TaskCompletionSource<int> _pid;

    private ReplicaProcess(ChildProcess process, int port, StringBuilder log, TaskCompletionSource<int> pid)
    {
        _process = process;
        _log = log;
        _pid = pid;
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(5) };
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Of a process that has ended.</summary>
    public int ExitCode => _process.ExitCode;

    public string Log
    {
        get
        {
            lock (_log)
                return _log.ToString();
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="stage">What it works on.</param>
    /// <param name="pod">The name it has in the lease.</param>
    /// <param name="folder">Keeps its clones, also those of earlier processes of the pod.</param>
    /// <param name="more">Arguments that the test adds.</param>
    public static ReplicaProcess Start(ClusterStage stage, string pod, ScratchFolder folder, params string[] more)
    {
        var log = new StringBuilder();
        var pid = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var port = Startup.FreePort();
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin",
            ["HOME"] = folder.Folder("home"),
            ["HOSTNAME"] = pod,
            ["POD_IP"] = "127.0.0.1",
        };
        string[] arguments =
        [
            // What a shell starts in the background ignores these signals, and so would what it starts.
            "-c", "echo $$; exec env --default-signal=INT,QUIT \"$@\" 2>&1", "sh", "dotnet", Path.Combine(AppContext.BaseDirectory, "bumper.dll"),
            .. stage.Arguments(port, ["--cache-dir", folder.Folder($"cache-{pod}"), "--leader-election", "true", .. more]),
        ];
        var process = ChildProcess.StartServer("sh", arguments, folder.Path, environment, line =>
        {
            if (!pid.Task.IsCompleted)
            {
                pid.SetResult(int.Parse(line, System.Globalization.CultureInfo.InvariantCulture));
                return;
            }

            lock (log)
                log.Append(line).Append('\n');
        });
        return new ReplicaProcess(process, port, log, pid);
    }

    public Task<int> PidAsync() => _pid.Task.WaitAsync(Token);

    public async Task<bool> LeadsAsync() => await StatusAsync() is { } status && (bool)status["leader"]! && status["lastCycle"] is JsonObject;

    /// <summary>The status document; null while nobody answers.</summary>
    public async Task<JsonNode?> StatusAsync()
    {
        try
        {
            return JsonNode.Parse(await _http.GetStringAsync(new Uri("/api/v1/status", UriKind.Relative), Token));
        }
        catch (Exception failure) when (failure is HttpRequestException || (failure is TaskCanceledException && !Token.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <param name="signal">Without SIG: KILL, TERM, INT, QUIT, STOP, CONT.</param>
    public async Task SignalAsync(string signal) =>
        await ChildProcess.RunAsync("kill", [$"-{signal}", $"{await PidAsync()}"], new RunOptions { AllowFailure = true }, Token);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }
}
