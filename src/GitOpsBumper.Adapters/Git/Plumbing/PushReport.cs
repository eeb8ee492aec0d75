namespace GitOpsBumper.Adapters.Git.Plumbing;

/// <summary>The answer of <c>git push --porcelain</c>: one line per branch.</summary>
/// <seealso href="https://git-scm.com/docs/git-push#_output"/>
internal static class PushReport
{
    private static string[] RaceSigns { get; } =
        ["stale info", "fetch first", "non-fast-forward", "cannot lock ref", "failed to update ref", "incorrect old value", "reference already exists", "remote ref updated since checkout"];

    private const string NameTaken = "exists; cannot create";

    public static IReadOnlyDictionary<BranchName, PushOutcome> Parse(string output, string error, IReadOnlyList<RefUpdate> updates)
    {
        var outcomes = new Dictionary<BranchName, PushOutcome>();
        foreach (var line in output.Split('\n'))
        {
            var parts = line.Split('\t');
            if (parts.Length < 3 || parts[0].Length > 1)
                continue;
            var target = parts[1][(parts[1].IndexOf(':', StringComparison.Ordinal) + 1)..];
            if (updates.FirstOrDefault(update => update.Branch.Ref == target) is { } update)
                outcomes[update.Branch] = parts[0] == "!" ? Refused(parts[2], error) : new PushOutcome.Pushed();
        }

        return outcomes;
    }

    /// <summary>Whether the server refused a branch, and refused none for anything but a lost race.</summary>
    public static bool IsRace(string output) =>
        Refusals(output).Any() && Refusals(output).All(line => RaceSigns.Any(sign => line.Contains(sign, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Of a push of one reference; null where it was not refused. What has no line of its own is no answer to the push.</summary>
    public static PushOutcome? FindRefusal(string output, string error) => Refusals(output).FirstOrDefault() is { } line && line.Split('\t') is [_, _, var summary, ..] ? Refused(summary, error) : null;

    public static bool IsRefusal(string output) => Refusals(output).Any();

    private static IEnumerable<string> Refusals(string output) => output.Split('\n').Where(line => line.StartsWith("!\t", StringComparison.Ordinal));

    private static PushOutcome Refused(string summary, string error)
    {
        // Branches a and a/b cannot both be there. To git that is a lock it did not get.
        if (summary.Contains(NameTaken, StringComparison.Ordinal) || error.Contains(NameTaken, StringComparison.Ordinal))
            return new PushOutcome.Rejected($"its name stands in the way of another branch, or the other way round: git cannot have both 'a' and 'a/b' ({GitErrors.Quote(summary)})");
        if (RaceSigns.Any(sign => summary.Contains(sign, StringComparison.OrdinalIgnoreCase)))
            return new PushOutcome.LostRace();
        var open = summary.IndexOf('(', StringComparison.Ordinal);
        var reason = open < 0 ? summary : summary[(open + 1)..].TrimEnd(')');
        var words = string.Join('\n', error.Split('\n').Where(line => line.StartsWith("remote:", StringComparison.Ordinal)).Select(line => line["remote:".Length..]));
        return new PushOutcome.Rejected(string.IsNullOrWhiteSpace(words) ? GitErrors.Quote(reason) : $"{GitErrors.Quote(reason)}: {GitErrors.Quote(words)}");
    }
}
