using GitOpsBumper.Adapters.Processes;

namespace GitOpsBumper.Adapters.Kubernetes.Access;

/// <summary>A token that a program gets. One run at a time, for all who wait; what it gave is kept until shortly before it expires.</summary>
internal sealed class ExecToken(ExecPlugin plugin, Func<string, string?> environment, TimeProvider time) : IKubernetesToken
{
    private const int MaxOutputBytes = 1024 * 1024;
    private const int MaxQuoted = 400;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>On the way to the server, and until its clock, a token must still be good.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    private static readonly string[] SecretWords = ["KEY", "SECRET", "TOKEN", "PASS", "CREDENTIAL"];
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly Lock _gate = new();
    private readonly ProcessRunner _runner = new(time);
    private Task<ExecCredential>? _run;

    public async ValueTask<string?> GetAsync(bool renew, CancellationToken cancellationToken)
    {
        Task<ExecCredential> run;
        lock (_gate)
        {
            // A run that is under way began after the token was refused that made somebody ask, or will be found out by the next refusal.
            if (_run is null || (_run.IsCompleted && (renew || !IsGood(_run))))
                _run = Task.Run(RunAsync, CancellationToken.None);
            run = _run;
        }

        // One who gives up must not end it for the others: the run has its own limit.
        return (await run.WaitAsync(cancellationToken)).Token;
    }

    private bool IsGood(Task<ExecCredential> run) =>
        run.IsCompletedSuccessfully && (run.Result.Expires is not { } expires || expires - Margin > time.GetUtcNow());

    private async Task<ExecCredential> RunAsync()
    {
        var program = Find() ?? throw Failure($"cannot be run: {Missing()}{(plugin.InstallHint is null ? "" : $"; the kubeconfig says: {plugin.InstallHint}")}", isTransient: false);
        var output = new MemoryStream();
        var request = new ProcessRequest(program, plugin.Arguments)
        {
            InheritsEnvironment = true,
            Environment = new Dictionary<string, string>(plugin.Environment, StringComparer.Ordinal) { ["KUBERNETES_EXEC_INFO"] = plugin.Info() },
            Timeout = Patience,
            ReadOutput = (stream, cancellationToken) => KeepAsync(stream, output, cancellationToken),
        };
        ProcessResult result;
        try
        {
            result = await _runner.RunAsync(request, CancellationToken.None);
        }
        catch (ProcessException failure)
        {
            throw Failure(failure.TimedOut ? $"took longer than {Patience.TotalSeconds:0} s and was ended" : $"cannot be run: {failure.Message}", isTransient: false, failure);
        }

        if (result.ExitCode != 0)
            throw Failure($"ended with exit code {result.ExitCode}{Said(result.Error)}", isTransient: true);
        return ExecCredential.Read(output.GetBuffer().AsMemory(0, (int)output.Length), plugin.ApiVersion, out var problem) ?? throw Failure(problem, isTransient: false);
    }

    /// <summary>Where the program is; null: nowhere. Never the current folder, which may belong to somebody else.</summary>
    private string? Find()
    {
        if (plugin.Command.Contains('/', StringComparison.Ordinal))
            return File.Exists(plugin.Command) ? plugin.Command : null;
        return (environment("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathFullyQualified)
            .Select(folder => Path.Combine(folder, plugin.Command))
            .FirstOrDefault(IsExecutable);
    }

    private static bool IsExecutable(string file) => File.Exists(file) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & Executable) != UnixFileMode.None);

    private string Missing() => plugin.Command.Contains('/', StringComparison.Ordinal)
        ? "there is no such file"
        : "there is no such program on the PATH, so it is not installed, or not for this user";

    private static async Task KeepAsync(Stream stream, MemoryStream kept, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        for (int count; (count = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (kept.Length + count > MaxOutputBytes)
                throw new ProcessException($"it printed more than {MaxOutputBytes} bytes", timedOut: false);
            await kept.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
    }

    /// <summary>What the program complained of, without what the kubeconfig hands it as a secret.</summary>
    private string Said(string errors)
    {
        foreach (var (name, value) in plugin.Environment)
        {
            if (value.Length > 0 && SecretWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase)))
                errors = errors.Replace(value, "***", StringComparison.Ordinal);
        }

        var said = Quoted.Short(errors.Trim(), MaxQuoted);
        return said.Length == 0 ? " and said nothing" : $": {said.TrimEnd('.')}";
    }

    private KubernetesException Failure(string what, bool isTransient, Exception? cause = null) =>
        new($"the credential plugin '{Quoted.Short(plugin.Command)}' of {plugin.Where} {what}", isTransient, cause);
}
