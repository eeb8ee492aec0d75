using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using GitOpsBumper.Benchmarks.Scale;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.Benchmarks.Cluster;

/// <summary>A controller that is measured: by its log, and by what the kernel says of it.</summary>
internal sealed class ControllerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Task _reading;

    private ControllerProcess(Process process, int port)
    {
        Port = port;
        _process = process;
        process.StandardInput.Close();
        _reading = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), ReadAsync(process.StandardError));
    }

    /// <summary>Of webhooks and triggers.</summary>
    public int Port { get; }

    /// <summary>In bytes.</summary>
    public long Resident => Status("VmRSS:");

    /// <summary>In bytes, from the start.</summary>
    public long PeakMemory => Status("VmHWM:");

    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static ControllerProcess Start(string bumper, ScaleWorld world, string kubeconfig, int port)
    {
        var home = world.NewFolder("home");
        string[] arguments =
        [
            "run", "--kubeconfig", kubeconfig, "--argocd-namespace", "argocd", "--interval", "0", "--health-port", "0", "--metrics-port", "0", "--cache-dir", world.NewFolder("cache"), "--log-level", "debug",
            "--enable-webhook", "--disable-tls", "--bind-address", "127.0.0.1", "--webhook-port", $"{port}",
        ];
        return new ControllerProcess(ChildProcess.StartMeasured(bumper, arguments, home, BumperRun.EnvironmentOf(home)), port);
    }

    /// <summary>Until a line of the log contains the text.</summary>
    /// <returns>The time since the start of the process.</returns>
    public async Task<TimeSpan> WaitAsync(string text, CancellationToken token)
    {
        var last = "";
        while (await _lines.Reader.WaitToReadAsync(token))
        {
            while (_lines.Reader.TryRead(out var line))
            {
                last = line;
                if (line.Contains(text, StringComparison.Ordinal))
                    return Stopwatch.GetElapsedTime(_started);
            }
        }

        throw new InvalidOperationException($"the controller ended and never said '{text}'; at last it said: {last}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
            _lines.Writer.TryWrite(line);
        _lines.Writer.Complete();
    }

    private long Status(string field)
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line.AsSpan(field.Length, line.Length - field.Length - 3).Trim(), CultureInfo.InvariantCulture) * 1024;
    }
}
