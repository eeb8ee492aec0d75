using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Planning;

/// <summary>
/// A digest that stands alone in git (<c>digest-format: digest</c>) does not say which tag it was, and so not whether a candidate is newer.
/// The registry is asked what the allowed tags point to, best first, until one points to it: one question as long as nothing is due.
/// </summary>
internal static class LoneDigest
{
    /// <summary>What is older than so many allowed tags is not looked for.</summary>
    private const int MaxTags = 64;

    /// <summary>Puts the tag's name to the current value.</summary>
    /// <param name="policy">Of the image.</param>
    /// <param name="state">Comes back with the tag, where the current value is a digest alone and a tag was found.</param>
    /// <param name="ranked">The allowed tags, best first; at least one.</param>
    /// <param name="known">What the registry answered so far.</param>
    /// <returns>Null when planning can go on; otherwise what to ask, or the decision.</returns>
    public static PlanStep? Name(ImagePolicy policy, ref ImageState state, IReadOnlyList<Tag> ranked, RegistryKnowledge known)
    {
        if (state is not { IsWritten: true, Current: [{ Tag: null, Digest: { } digest }] })
            return null;
        var most = Math.Min(ranked.Count, MaxTags);
        for (var index = 0; index < most; index++)
        {
            if (!known.TryGet(new RegistryQuestion.DigestOf(ranked[index]), out var answer))
                return Ask(ranked, index, most);
            switch (answer)
            {
                case RegistryAnswer.DigestIs { Digest: var found } when found == digest:
                    state = state with { Current = [new ImageVersion(ranked[index], digest)] };
                    return null;
                case RegistryAnswer.Failed:
                    return CandidatePlanner.Failed(answer);
            }
        }

        if (policy.AllowDowngrade)
            return null;
        var tags = most == ranked.Count ? $"none of the {most} allowed tags" : $"none of the {most} newest allowed tags";
        return CandidatePlanner.UpToDate(
            new ImageVersion(ranked[0], null),
            $"{CandidatePlanner.Short(digest)} stays: {tags} points to it, so that nobody can tell whether {ranked[0]} is newer; allow-downgrade: \"true\" would write it all the same");
    }

    /// <summary>Twice as many questions at a time as before, so that few rounds find an old one.</summary>
    private static PlanStep.Ask Ask(IReadOnlyList<Tag> ranked, int index, int most) =>
        new([.. ranked.Skip(index).Take(Math.Min(Math.Max(1, index), most - index)).Select(tag => new RegistryQuestion.DigestOf(tag))]);
}
