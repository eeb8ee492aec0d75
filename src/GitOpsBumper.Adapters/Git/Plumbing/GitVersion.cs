using System.Globalization;
using System.Text.RegularExpressions;
using GitOpsBumper.Adapters.Processes;

namespace GitOpsBumper.Adapters.Git.Plumbing;

/// <summary>Whether the installed git can do what clones here ask of it.</summary>
internal static partial class GitVersion
{
    /// <summary>Has <c>fetch --refetch</c>; configuration by environment came with 2.31.</summary>
    public static Version Least { get; } = new(2, 36);

    /// <exception cref="GitException">There is no git, or it is too old.</exception>
    public static async Task CheckAsync(ProcessRunner runner, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ProcessResult result;
        try
        {
            result = await runner.RunAsync(new ProcessRequest("git", ["--version"]) { Timeout = timeout }, cancellationToken).ConfigureAwait(false);
        }
        catch (ProcessException failure)
        {
            throw new GitException(GitFailure.Unsupported, failure.Message, failure);
        }

        if (Parse(result.Output) is not { } version || version < Least)
            throw new GitException(GitFailure.Unsupported, $"git {Least} or newer is needed, this one says: {GitErrors.Quote(result.Output)}");
    }

    /// <summary>Reads <c>git version 2.39.5 (Apple Git-154)</c>; null for anything else.</summary>
    public static Version? Parse(string output)
    {
        var match = Words().Match(output);
        return match.Success
            && int.TryParse(match.Groups["major"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            && int.TryParse(match.Groups["minor"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var minor)
            ? new Version(major, minor)
            : null;
    }

    [GeneratedRegex(@"\Agit version (?<major>[0-9]{1,4})\.(?<minor>[0-9]{1,4})", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Words();
}
