using System.Diagnostics;
using System.Text;

namespace GitOpsBumper.EndToEndTests.Servers;

/// <summary>How a short command runs.</summary>
public sealed record RunOptions
{
    public string? WorkingDirectory { get; init; }

    /// <summary>The whole environment; null inherits ours.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>Standard input; null is empty.</summary>
    public string? Input { get; init; }

    /// <summary>Writes standard input piece by piece instead of <see cref="Input"/>: for the hundred megabytes of a fast-import.</summary>
    public Func<Stream, Task>? WriteInput { get; init; }

    /// <summary>Otherwise an exit code other than 0 throws.</summary>
    public bool AllowFailure { get; init; }
}

/// <summary>What a short command said.</summary>
public sealed record RunResult(int ExitCode, string Text, string ErrorText);

/// <summary>
/// Starts the programs of test worlds. A server runs in a session of its own beside a guard that waits for the end of our side of a pipe
/// and then kills the whole session: it ends with us even when we are killed.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private const string GuardScript =
        "exec 3<&0; (cat <&3 >/dev/null; kill -KILL 0) >/dev/null 2>&1 & \"$@\" 3<&- </dev/null & wait $!";

    private const int KeptErrorCharacters = 8_000;

    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly Lock _gate = new();
    private readonly Task _pumps;

    private ChildProcess(Process process, Action<string>? onLine)
    {
        _process = process;
        _pumps = Task.WhenAll(PumpAsync(process.StandardOutput, onLine ?? Keep), PumpAsync(process.StandardError, Keep));
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Of a process that has ended.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>The end of what the server complained about.</summary>
    public string Errors
    {
        get
        {
            lock (_gate)
                return _errors.ToString();
        }
    }

    /// <param name="onLine">Gets each line of standard output; null keeps them with the errors.</param>
    public static ChildProcess StartServer(
        string program, IReadOnlyList<string> arguments, string workingDirectory, IReadOnlyDictionary<string, string> environment, Action<string>? onLine = null)
    {
        var setsid = Executable.Require("setsid", "util-linux");
        var info = Describe(setsid, ["sh", "-c", GuardScript, "sh", program, .. arguments], workingDirectory, environment);
        return new ChildProcess(Start(info), onLine);
    }

    public static async Task<RunResult> RunAsync(string program, IReadOnlyList<string> arguments, RunOptions options, CancellationToken token)
    {
        using var process = Start(Describe(program, arguments, options.WorkingDirectory, options.Environment));
        var output = process.StandardOutput.ReadToEndAsync(token);
        var errors = process.StandardError.ReadToEndAsync(token);
        try
        {
            await WriteInputAsync(process, options);
            await process.WaitForExitAsync(token);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        var result = new RunResult(process.ExitCode, await output, await errors);
        if (result.ExitCode != 0 && !options.AllowFailure)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {result.ExitCode}: {result.ErrorText}{result.Text}");
        return result;
    }

    /// <summary>
    /// For programs that are measured: the process itself, without guard; the caller reads both streams and disposes it.
    /// </summary>
    public static Process StartMeasured(
        string program, IReadOnlyList<string> arguments, string? workingDirectory, IReadOnlyDictionary<string, string>? environment) =>
        Start(Describe(program, arguments, workingDirectory, environment));

    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (Exception trouble) when (trouble is IOException or OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _pumps;
        _process.Dispose();
    }

    private static async Task WriteInputAsync(Process process, RunOptions options)
    {
        try
        {
            if (options.Input is not null)
                await process.StandardInput.WriteAsync(options.Input);
            if (options.WriteInput is not null)
                await options.WriteInput(process.StandardInput.BaseStream);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended without reading everything; its exit code tells why.
        }
    }

    private static async Task PumpAsync(StreamReader reader, Action<string> onLine)
    {
        while (await reader.ReadLineAsync() is { } line)
            onLine(line);
    }

    private void Keep(string line)
    {
        lock (_gate)
        {
            _errors.Append(line).Append('\n');
            if (_errors.Length > 2 * KeptErrorCharacters)
                _errors.Remove(0, _errors.Length - KeptErrorCharacters);
        }
    }

    private static ProcessStartInfo Describe(
        string program, IReadOnlyList<string> arguments, string? workingDirectory, IReadOnlyDictionary<string, string>? environment)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = workingDirectory ?? "",
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        if (environment is null)
            return info;
        info.Environment.Clear();
        foreach (var (name, value) in environment)
            info.Environment[name] = value;
        return info;
    }

    private static Process Start(ProcessStartInfo info)
    {
        var process = new Process { StartInfo = info };
#pragma warning disable RS0030 // The one place in which test worlds start processes; the product's own runner is what they test.
        process.Start();
#pragma warning restore RS0030
        return process;
    }
}
