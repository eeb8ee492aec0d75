using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Selection;

namespace GitOpsBumper.Core.Planning;

/// <summary>How a candidate stands to the current value: what does not outrank it changes nothing, and that is why nothing loops.</summary>
/// <param name="IsUpdate">The candidate is to be written.</param>
/// <param name="Reason">A sentence.</param>
internal sealed record Standing(bool IsUpdate, string Reason)
{
    /// <summary>
    /// Where several containers run different versions, being ahead of one of them is enough: once written, the file speaks alone. Where several places in git differ, none of them is
    /// to go down, and all are written or none.
    /// </summary>
    public static Standing Of(ImagePolicy policy, ImageState state, TagCandidate candidate, IReadOnlyList<TagCandidate> currents)
    {
        if (currents.Count == 0)
            return new Standing(true, state.CurrentText is null ? $"{candidate.Tag} is the newest allowed tag, nothing is written yet" : $"{candidate.Tag} is the newest allowed tag, '{state.CurrentText}' is none");
        if (state.IsWritten && !policy.AllowDowngrade && currents.FirstOrDefault(current => policy.Strategy.Compare(candidate, current) is < 0) is { } above)
        {
            var one = Compare(policy, candidate, above);
            return currents.Count == 1 ? one : one with { Reason = $"{one.Reason}; the places that say {state.CurrentText} are written together or not at all" };
        }

        Standing? keep = null;
        foreach (var current in currents)
        {
            var one = Compare(policy, candidate, current);
            if (one.IsUpdate)
                return one;
            keep ??= one;
        }

        return keep!;
    }

    private static Standing Compare(ImagePolicy policy, TagCandidate candidate, TagCandidate current)
    {
        if (candidate.Tag == current.Tag)
            return new Standing(false, $"{current.Tag} is the newest allowed tag");
        return policy.Strategy.Compare(candidate, current) switch
        {
            null => new Standing(true, $"{candidate.Tag} is the newest allowed tag, {current.Tag} cannot be compared with it"),
            > 0 when policy.Strategy is SemVerStrategy strategy && strategy.IsOtherVariant(current.Tag) =>
                new Standing(true, $"{candidate.Tag} is the newest allowed tag, {current.Tag} is another variant"),
            > 0 => new Standing(true, $"{candidate.Tag} is newer than {current.Tag}"),
            0 => new Standing(false, $"{current.Tag} stays, {candidate.Tag} is equal to it"),
            < 0 when policy.AllowDowngrade => new Standing(true, $"{candidate.Tag} is the newest allowed tag, {current.Tag} is above it and allow-downgrade is set"),
            < 0 => new Standing(false, $"{current.Tag} stays, the newest allowed tag {candidate.Tag} is older; allow-downgrade: \"true\" would let it go down"),
        };
    }
}
