using System.Text;
using System.Text.Json.Nodes;
using GitOpsBumper.Cli;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Controller;

/// <summary><c>bumper run</c> in this process.</summary>
internal sealed class RunningController : IAsyncDisposable
{
    private readonly LineLog _log = new();
    private readonly CancellationTokenSource _end = new();
    private readonly HttpClient _http;
    private readonly Task<int> _running;

    private RunningController(int port, string[] arguments)
    {
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(20) };
        _running = Task.Run(() => CommandLine.RunAsync(arguments, _log, _log, _end.Token));
    }

    /// <summary>Everything it has said.</summary>
    public string Log => _log.ToString();

    /// <summary>The exit code, at its end.</summary>
    public Task<int> Ended => _running;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts it, and does not wait for anything.</summary>
    public static RunningController Launch(ClusterStage stage, params string[] more) => Launch(port => stage.Arguments(port, more));

    /// <param name="arguments">With this port for health and status.</param>
    public static RunningController Launch(Func<int, string[]> arguments)
    {
        var port = Startup.FreePort();
        return new RunningController(port, arguments(port));
    }

    /// <summary>Starts it and waits for the end of its first cycle.</summary>
    public static async Task<RunningController> StartAsync(ClusterStage stage, params string[] more)
    {
        var controller = Launch(stage, more);
        await controller.SeesAsync("the end of the first cycle", status => status["lastCycle"] is JsonObject);
        return controller;
    }

    /// <summary>The status document; null while nobody answers.</summary>
    public async Task<JsonNode?> StatusAsync()
    {
        try
        {
            return JsonNode.Parse(await _http.GetStringAsync(new Uri("/api/v1/status", UriKind.Relative), Token));
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    public async Task<(int Status, string Text)> GetAsync(string path)
    {
        using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative), Token);
        return ((int)answer.StatusCode, (await answer.Content.ReadAsStringAsync(Token)).TrimEnd('\n'));
    }

    /// <summary>Waits until the status document says what is expected.</summary>
    public Task SeesAsync(string what, Func<JsonNode, bool> holds) => Eventually.HoldsAsync(
        what,
        async () =>
        {
            Assert.False(_running.IsCompleted, $"it ended\n{Log}");
            return await StatusAsync() is { } status && holds(status);
        },
        () => Log);

    /// <summary>Waits until the image of an application is decided so.</summary>
    public Task DecidesAsync(string application, string decision, string reason = "") => SeesAsync($"{application}: {decision} {reason}", status =>
        status["applications"]!.AsArray().Where(report => (string?)report!["name"] == application).SelectMany(report => report!["images"]!.AsArray())
            .Any(image => (string?)image!["decision"] == decision && ((string?)image["reason"] ?? "").Contains(reason, StringComparison.Ordinal)));

    public Task SaysAsync(string text) => Eventually.HoldsAsync(
        $"'{text}' in the log",
        () =>
        {
            var hasEnded = _running.IsCompleted;
            var isSaid = Log.Contains(text, StringComparison.Ordinal);
            Assert.True(isSaid || !hasEnded, $"it ended and never said '{text}'\n{Log}");
            return isSaid;
        },
        () => Log);

    /// <summary>As SIGTERM does.</summary>
    public async Task<int> StopAsync()
    {
        await _end.CancelAsync();
        return await _running.WaitAsync(TimeSpan.FromSeconds(60), Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await ((Task)_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _http.Dispose();
        _end.Dispose();
        await _log.DisposeAsync();
    }

    /// <summary>Written to and read at the same time.</summary>
    private sealed class LineLog : TextWriter
    {
        private readonly Lock _gate = new();
        private readonly StringBuilder _text = new();

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            lock (_gate)
                _text.Append(value);
        }

        public override void Write(string? value)
        {
            lock (_gate)
                _text.Append(value);
        }

        public override void WriteLine(string? value) => Write($"{value}\n");

        public override Task WriteLineAsync(string? value)
        {
            WriteLine(value);
            return Task.CompletedTask;
        }

        public override string ToString()
        {
            lock (_gate)
                return _text.ToString();
        }
    }
}
