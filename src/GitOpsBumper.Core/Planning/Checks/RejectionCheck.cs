using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Annotations.Rollbacks;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Selection;

namespace GitOpsBumper.Core.Planning.Checks;

/// <summary>Stops what a person took back, in whatever spelling it comes again, and what is older than it: nobody asked for a step up to something in between.</summary>
internal static class RejectionCheck
{
    /// <summary>Null when nothing that was taken back stands in the way.</summary>
    public static RejectedVersion? Find(ImagePolicy policy, ImageState state, ImageDecision.Update update)
    {
        if (RejectedVersion.Find(state.Rejected, update.Known) is { } same)
            return same;
        if (update.Chosen is not { } tag || policy.Strategy.NeedsBuildDate || policy.Strategy is DigestStrategy)
            return null;
        foreach (var rejected in state.Rejected)
        {
            // The tag that stays may get its digest written, and one that the policy leaves out today counts no more.
            if (rejected.Version.Tag is { } taken && IsWanted(policy, taken) && !state.Current.Any(current => current.Tag == tag) && Stops(policy, state, tag, update, rejected, taken))
                return rejected;
        }

        return null;
    }

    /// <summary>What holds the image until a person goes on, where that is wanted; null when nothing does.</summary>
    public static RejectedVersion? FindHold(ImagePolicy policy, ImageState state) => policy.Rollbacks.OnRollback == OnRollback.Hold
        ? state.Rejected.FirstOrDefault(rejected => !rejected.IsReleased && !IsAbove(policy, state, rejected))
        : null;

    public static string HoldReason(ImageDecision.Update update, RejectedVersion rejected) =>
        $"{update.Value} is not written: {rejected.Version} {rejected.Story}, and on-rollback is hold; write a newer version into git, or let go of the image with 'bumper unpin'";

    public static string Reason(ImageDecision.Update update, RejectedVersion rejected) => rejected.Version.IsSame(update.Known)
        ? $"{update.Value} {rejected.Story}: it is not written again, a newer version will be"
        : $"{update.Value} is not newer than {rejected.Version}, which {rejected.Story}: a newer version will be written";

    private static bool Stops(ImagePolicy policy, ImageState state, Tag tag, ImageDecision.Update update, RejectedVersion rejected, Tag taken)
    {
        var order = policy.Strategy.Compare(new TagCandidate(tag, null), new TagCandidate(taken, null));
        // The same tag with another digest was pushed again: another image.
        if (order == 0)
            return tag != taken || update.Known.Digest is null || rejected.Version.Digest is null;
        return order < 0 && state.Current.All(current => current.Tag is not { } now || policy.Strategy.Compare(new TagCandidate(taken, null), new TagCandidate(now, null)) is > 0);
    }

    /// <summary>A person went forward: what was left lies behind. Where only dates tell, nobody knows that.</summary>
    private static bool IsAbove(ImagePolicy policy, ImageState state, RejectedVersion rejected) =>
        !policy.Strategy.NeedsBuildDate && policy.Strategy is not DigestStrategy && rejected.Version.Tag is { } taken && state.Current.Count > 0
        && state.Current.All(current => current.Tag is { } now && policy.Strategy.Compare(new TagCandidate(now, null), new TagCandidate(taken, null)) is > 0);

    private static bool IsWanted(ImagePolicy policy, Tag tag) => policy.Filter.FallsAt(tag) is null && policy.Strategy.TryAccept(tag, out _, out _);
}
