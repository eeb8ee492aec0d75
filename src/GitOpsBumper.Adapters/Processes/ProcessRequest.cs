namespace GitOpsBumper.Adapters.Processes;

/// <summary>A program to run: an argument list, never a command line, and an environment that holds what is named here and nothing else, unless it asks for ours.</summary>
/// <param name="FileName">Found on the <c>PATH</c> of this process, or a full path.</param>
/// <param name="Arguments">Each one arrives as it is.</param>
public sealed record ProcessRequest(string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>Besides <c>PATH</c> and <c>LC_ALL=C</c>; wins over what is inherited.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Gives the program our whole environment besides. Only for programs that the user configured as his own, and that find their
    /// accounts there, such as <c>AWS_PROFILE</c>.
    /// </summary>
    public bool InheritsEnvironment { get; init; }

    /// <summary>Null: the folder of this process.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>After this long the process and all it started are killed.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Writes standard input; null: there is none.</summary>
    public Func<Stream, CancellationToken, Task>? WriteInput { get; init; }

    /// <summary>Of standard output, where it is kept; a program that prints more is ended.</summary>
    public int MaxOutputBytes { get; init; } = ProcessRunner.MaxKeptBytes;

    /// <summary>Reads standard output while the process runs; null: it is kept, up to <see cref="MaxOutputBytes"/>.</summary>
    public Func<Stream, CancellationToken, Task>? ReadOutput { get; init; }
}

/// <param name="ExitCode">Of the process.</param>
/// <param name="Output">Standard output as UTF-8, empty where the request reads it itself.</param>
/// <param name="Error">Standard error as UTF-8, its beginning where it is long.</param>
public sealed record ProcessResult(int ExitCode, string Output, string Error);

/// <summary>A process could not be started, or took too long.</summary>
public sealed class ProcessException(string message, bool timedOut, Exception? inner = null) : Exception(message, inner)
{
    public bool TimedOut => timedOut;
}
