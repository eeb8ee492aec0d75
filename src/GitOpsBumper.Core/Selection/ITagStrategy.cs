using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Selection;

/// <summary>How the best of several tags is told.</summary>
public enum UpdateStrategy
{
    /// <summary>The highest version within the constraint.</summary>
    SemVer,

    /// <summary>The image that was built last.</summary>
    NewestBuild,

    /// <summary>The last tag in ordinal order.</summary>
    Alphabetical,

    /// <summary>The greatest number, of any size.</summary>
    Numerical,

    /// <summary>One tag that moves: its digest is followed.</summary>
    Digest,
}

/// <summary>Which tags of a filtered list can be candidates, and which of two is better.</summary>
public interface ITagStrategy
{
    UpdateStrategy Kind { get; }

    /// <summary>Whether <see cref="Compare"/> needs <see cref="TagCandidate.Created"/>, which costs requests to the registry.</summary>
    bool NeedsBuildDate { get; }

    /// <summary>The steps parse and constraint. Called for every tag of a list, so reasons are made once, not per tag.</summary>
    /// <param name="tag">A tag that the filter let through.</param>
    /// <param name="fallsAt"><see cref="SelectionStep.Parse"/> or <see cref="SelectionStep.Constraint"/>; without meaning when the tag is accepted.</param>
    /// <param name="reason">Why, to be read after the tag.</param>
    bool TryAccept(Tag tag, out SelectionStep fallsAt, [NotNullWhen(false)] out string? reason);

    /// <summary>
    /// Above zero when <paramref name="candidate"/> is better. Zero is equal rank, as of <c>1.20</c> and <c>1.20.0</c>: replacing one by the other would be no update. Null
    /// when there is no telling, because one of them has nothing to order by.
    /// </summary>
    int? Compare(TagCandidate candidate, TagCandidate current);

    /// <summary>
    /// The tags that <see cref="TryAccept"/> would accept, the best one first, equal ranks by ordinal text (greatest first); in the order given where the build date is needed.
    /// Together in one pass, because a list can have a hundred thousand tags.
    /// </summary>
    /// <param name="tags">Tags that the filter let through.</param>
    /// <param name="fallen">Counts the others.</param>
    IReadOnlyList<Tag> BestFirst(IReadOnlyList<Tag> tags, SelectionCounts fallen);
}
