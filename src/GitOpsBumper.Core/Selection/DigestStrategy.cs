using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Selection;

/// <summary>One tag that moves, such as <c>latest</c>: the tag stays, its digest is followed.</summary>
/// <param name="wanted">The only tag that can be chosen.</param>
public sealed class DigestStrategy(Tag wanted) : ITagStrategy
{
    private readonly string _other = $"is not '{wanted}', the tag whose digest is followed";

    public UpdateStrategy Kind => UpdateStrategy.Digest;

    public bool NeedsBuildDate => false;

    public Tag Wanted => wanted;

    public bool TryAccept(Tag tag, out SelectionStep fallsAt, [NotNullWhen(false)] out string? reason)
    {
        fallsAt = SelectionStep.Constraint;
        reason = tag == wanted ? null : _other;
        return reason is null;
    }

    /// <summary>Zero for the same tag, whose digests say whether there is something new; tags alone do not order.</summary>
    public int? Compare(TagCandidate candidate, TagCandidate current) => candidate.Tag == current.Tag ? 0 : null;

    public IReadOnlyList<Tag> BestFirst(IReadOnlyList<Tag> tags, SelectionCounts fallen)
    {
        var found = tags.Where(tag => tag == wanted).ToArray();
        fallen.Add(SelectionStep.Constraint, tags.Count - found.Length);
        return found;
    }
}
