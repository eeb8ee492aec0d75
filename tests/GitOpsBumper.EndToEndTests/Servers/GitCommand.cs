namespace GitOpsBumper.EndToEndTests.Servers;

/// <summary>Runs git with an environment that no setting of this machine reaches.</summary>
public static class GitCommand
{
    /// <summary>Prints what git said on standard output, without the last line end.</summary>
    public static async Task<string> RunAsync(string folder, IReadOnlyList<string> arguments, CancellationToken token, string? input = null)
    {
        var result = await TryAsync(folder, arguments, token, input);
        return result.ExitCode == 0
            ? result.Text.TrimEnd('\n')
            : throw new InvalidOperationException($"git {string.Join(' ', arguments)} ended with {result.ExitCode}: {result.ErrorText}");
    }

    public static Task<RunResult> TryAsync(string folder, IReadOnlyList<string> arguments, CancellationToken token, string? input = null) =>
        ChildProcess.RunAsync(
            Program, arguments, new RunOptions { WorkingDirectory = folder, Environment = Environment(folder), Input = input, AllowFailure = true }, token);

    /// <exception cref="ServerMissingException">git is not installed.</exception>
    public static string Program => Executable.Require("git", "git");

    public static IReadOnlyDictionary<string, string> Environment(string home, string? globalConfiguration = null) => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["PATH"] = System.Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin",
        ["HOME"] = home,
        ["LC_ALL"] = "C",
        ["GIT_CONFIG_NOSYSTEM"] = "1",
        ["GIT_CONFIG_GLOBAL"] = globalConfiguration ?? "/dev/null",
        ["GIT_TERMINAL_PROMPT"] = "0",
    };
}
