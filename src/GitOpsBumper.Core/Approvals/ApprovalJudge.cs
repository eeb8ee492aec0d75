using System.Globalization;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Approvals;

/// <summary>A version that needs approval, and all that tells whether it has it.</summary>
public sealed record ApprovalCase
{
    public required NamespacedName Application { get; init; }

    /// <summary>Null: the image has none.</summary>
    public required string? Alias { get; init; }

    public required ApprovalPolicy Policy { get; init; }

    public required ApprovalState State { get; init; }

    /// <summary>Tag and digest.</summary>
    public required ImageVersion Version { get; init; }

    /// <summary>Null: no vote can be told from a forged one, and none counts.</summary>
    public required ApprovalKey? Key { get; init; }

    public required DateTimeOffset Now { get; init; }
}

/// <summary>Whether a version may be written.</summary>
public abstract record ApprovalVerdict
{
    private ApprovalVerdict()
    {
    }

    /// <param name="By">For the commit.</param>
    public sealed record Approved(IReadOnlyList<string> By) : ApprovalVerdict;

    /// <param name="Version">That waits, or has waited for too long.</param>
    /// <param name="Reason">A sentence that begins with the version.</param>
    public sealed record Waiting(WaitingVersion Version, string Reason) : ApprovalVerdict;
}

/// <summary>Decides whether a version is approved. What is approved is a tag and its digest: nothing that was said of another digest counts.</summary>
public static class ApprovalJudge
{
    private const int MaxName = 253;

    public static ApprovalVerdict Judge(ApprovalCase one)
    {
        var (state, version) = (one.State, one.Version);
        if (!one.Policy.NeedsVotes && IsApproved(state, version))
            return new ApprovalVerdict.Approved([$"annotation {state.Prefix}{ApprovalKeys.Approved} of {one.Application}"]);
        var by = Voters(one);
        if (by.Count >= one.Policy.Votes)
            return new ApprovalVerdict.Approved(by);
        var until = one.Policy.Deadline is { } deadline && state.Request is { } request && request.Version == version ? End(request.Since, deadline) : (DateTimeOffset?)null;
        var waiting = new WaitingVersion(version, one.Policy, by) { Until = until, IsExpired = until <= one.Now };
        return new ApprovalVerdict.Waiting(waiting, $"{waiting.Name} {Sentence(one, waiting)}{Advice(one)}");
    }

    /// <summary>The command that approves a version whatever the bot has seen and may do.</summary>
    public static string Command(ApprovalCase one) =>
        $"kubectl annotate --overwrite application {one.Application.Name} -n {one.Application.Namespace} {one.State.Prefix}{ApprovalKeys.Approved}={one.Version}";

    /// <summary>A tag alone stands for the digest that it had when the bot asked.</summary>
    private static bool IsApproved(ApprovalState state, ImageVersion version) =>
        state.Approved is { } approved && approved.Tag == version.Tag && (approved.Digest is { } digest ? digest == version.Digest : state.Request?.Version == version);

    /// <summary>Each person once, whoever wrote the line.</summary>
    private static IReadOnlyList<string> Voters(ApprovalCase one)
    {
        if (one.Key is not { } key || one.Alias is not { } alias)
            return [];
        var place = new ApprovalPlace(one.Application, alias);
        return
        [
            .. one.State.Votes
                .Where(vote => vote.Version == one.Version && vote.IsGood(place, key) && (one.Policy.Groups.Count == 0 || vote.Groups.Any(group => one.Policy.Groups.Contains(group, StringComparer.Ordinal))))
                .Select(vote => $"user {Plain(vote.By)}").Distinct(StringComparer.Ordinal),
        ];
    }

    private static string Sentence(ApprovalCase one, WaitingVersion waiting)
    {
        if (waiting.IsExpired)
            return $"waited for approval until {Show(waiting.Until!.Value)}: it is written when it is approved all the same";
        var people = one.Policy.NeedsVotes ? $" by {one.Policy.Votes} {(one.Policy.Votes == 1 ? "person" : "people")}{(one.Policy.Groups.Count == 0 ? "" : $" of {Shortened.Join(one.Policy.Groups)}")}" : "";
        var soFar = waiting.By.Count == 0 ? "" : $", {waiting.By.Count} so far: {Shortened.Join(waiting.By)}";
        return $"waits for approval{people}{(waiting.Until is { } until ? $" until {Show(until)}" : "")}{soFar}";
    }

    private static string Advice(ApprovalCase one)
    {
        if (one.Alias is null || one.State.Prefix is null)
            return "; an image without alias cannot get it: write '<alias>=<image>' in the image list";
        if (one.Policy.NeedsVotes)
        {
            return one.Key is null ? $"; without '{ApprovalKey.Name}' in the secret of the bot no votes can be counted"
                : one.State.Approved?.Tag == one.Version.Tag ? $"; the annotation {one.State.Prefix}{ApprovalKeys.Approved} is not enough, votes are given with 'bumper approve --server'"
                : "";
        }

        return one.State.Approved is { Digest: null } approved && approved.Tag == one.Version.Tag
            ? $"; the annotation {one.State.Prefix}{ApprovalKeys.Approved} names the tag alone, and nothing tells that this digest was meant: {Command(one)}"
            : "";
    }

    /// <summary>Far away rather than past the end of all calendars.</summary>
    private static DateTimeOffset End(DateTimeOffset since, TimeSpan deadline) => since > DateTimeOffset.MaxValue - deadline ? DateTimeOffset.MaxValue : since + deadline;

    private static string Show(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);

    private static string Plain(string name)
    {
        var line = new string([.. name.Select(c => char.IsControl(c) ? ' ' : c)]);
        return line.Length <= MaxName ? line : line[..MaxName];
    }
}
