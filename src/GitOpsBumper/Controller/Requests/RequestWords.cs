using System.Globalization;
using GitOpsBumper.Core.PullRequests;

namespace GitOpsBumper.Controller.Requests;

/// <summary>What is said of requests, in reports and in the requests themselves.</summary>
internal static class RequestWords
{
    private const int MaxReasons = 10;
    private const int MaxReason = 300;

    /// <summary>Why what is due is not written; null where it is.</summary>
    public static string? Reason(RequestWork work, RequestLimits limits, int open) => work.Plan.Standing switch
    {
        RequestStanding.Waiting when work.Situation.IsPartial => $"what is open as {work.Situation.Open!.Url} stays as it is, because {Missing(work)}",
        RequestStanding.Waiting => $"it is proposed in {work.Situation.Open!.Url}, which waits to be merged",
        RequestStanding.LeftToPeople when work.Situation.Open is { } request => $"people have committed to branch '{work.Branch}' of {request.Url}, so it is left to them and nothing newer is put into it",
        RequestStanding.LeftToPeople => $"branch '{work.Branch}' has commits of people, and no request is open for it",
        RequestStanding.Postponed => limits.MaxOpen > 0 && open >= limits.MaxOpen
            ? string.Create(CultureInfo.InvariantCulture, $"it will be proposed when one of {open} open requests is merged or closed: --max-open-requests is {limits.MaxOpen}")
            : string.Create(CultureInfo.InvariantCulture, $"it will be proposed in one of the next cycles: --max-new-requests-per-cycle is {limits.MaxNew}"),
        _ => null,
    };

    /// <summary>With a mark, so that it is said once.</summary>
    public static string Left() =>
        $"{CommentMark("left")}\n\nThere are commits of people on this branch, so it is theirs from now on: nothing newer will be put into it, and it will not be closed when it is no longer needed. "
        + "Merge it, and the bot goes on from there. Close it, and these versions are turned down; the next newer one gets a request of its own.";

    public static string Withdrawn(IReadOnlyList<string> reasons, bool keepsBranch) =>
        $"{CommentMark("withdrawn")}\n\nNothing of this is due any more{(reasons.Count == 0 ? "" : $": {string.Join("; ", reasons.Take(MaxReasons).Select(Quote))}")}. It is closed{(keepsBranch ? "" : ", and its branch is deleted")}.";

    /// <summary>What stands in annotations and files is shown, and means nothing: neither a line of its own, nor somebody's name.</summary>
    private static string Quote(string reason) => $"`{string.Concat(reason.Take(MaxReason).Select(c => char.IsControl(c) ? ' ' : c == '`' ? '\'' : c))}`";

    public static string CommentMark(string about) => $"{RequestMark.CommentBegin}{about})";

    private static string Missing(RequestWork work)
    {
        var failed = work.Applications.FirstOrDefault(RequestShares.IsUnknown);
        if (failed is { Failure: null, Shut: { IsPassed: false } shut })
            return $"{failed.Application.Name} {shut.Reason}";
        return failed is null ? "not all of it could be looked at" : $"{failed.Application.Name} could not be looked at";
    }
}
