using GitOpsBumper.Adapters.Processes;
using GitOpsBumper.Adapters.Telemetry;

namespace GitOpsBumper.Adapters.Git.Plumbing;

/// <summary>What metrics call a git process, and how it ended.</summary>
internal static class GitOperation
{
    /// <summary>Null for what is local and quick, and is not measured.</summary>
    public static string? Of(IReadOnlyList<string> arguments)
    {
        var first = 0;
        while (first < arguments.Count && arguments[first] == "-c")
            first += 2;
        return first < arguments.Count ? arguments[first] switch
        {
            "ls-remote" => "list",
            "fetch" => "fetch",
            "push" => "push",
            "fast-import" => "commit",
            _ => null,
        } : null;
    }

    public static CallOutcome OutcomeOf(ProcessResult result, RepositoryUrl url)
    {
        if (result.ExitCode == 0)
            return CallOutcome.Ok;
        if (PushReport.IsRefusal(result.Output))
            return PushReport.IsRace(result.Output) ? CallOutcome.LostRace : CallOutcome.Refused;
        return GitErrors.Read(result.Error, url, "").Failure switch
        {
            GitFailure.AuthenticationFailed => CallOutcome.Unauthorized,
            GitFailure.HostKey => CallOutcome.Untrusted,
            GitFailure.RepositoryNotFound => CallOutcome.NotFound,
            GitFailure.Network or GitFailure.Proxy => CallOutcome.Unreachable,
            GitFailure.Timeout => CallOutcome.Timeout,
            GitFailure.CorruptClone => CallOutcome.Damaged,
            _ => CallOutcome.Failed,
        };
    }
}
