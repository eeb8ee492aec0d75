using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Versions;

namespace GitOpsBumper.Core.Selection;

/// <summary>The highest version that satisfies the constraint.</summary>
public sealed class SemVerStrategy(SemVerConstraint constraint) : ITagStrategy
{
    private readonly string _outside = $"does not satisfy constraint '{constraint.Text}'";
    private readonly string _prerelease = $"is a pre-release, which constraint '{constraint.Text}' does not ask for";

    public UpdateStrategy Kind => UpdateStrategy.SemVer;

    public bool NeedsBuildDate => false;

    public SemVerConstraint Constraint => constraint;

    public bool TryAccept(Tag tag, out SelectionStep fallsAt, [NotNullWhen(false)] out string? reason)
    {
        if (!SemVerKey.TryParse(tag.Text, out var key))
        {
            fallsAt = SelectionStep.Parse;
            reason = "is not a version";
            return false;
        }

        fallsAt = SelectionStep.Constraint;
        reason = constraint.IsSatisfiedBy(key) ? null : key.IsPrerelease && !constraint.AllowsPrereleases ? _prerelease : _outside;
        return reason is null;
    }

    public int? Compare(TagCandidate candidate, TagCandidate current) =>
        SemVerKey.TryParse(candidate.Tag.Text, out var left) && SemVerKey.TryParse(current.Tag.Text, out var right) ? SemVerKey.Compare(left, right) : null;

    public IReadOnlyList<Tag> BestFirst(IReadOnlyList<Tag> accepted)
    {
        var ranked = new List<RankedTag<SemVerKey>>(accepted.Count);
        foreach (var tag in accepted)
        {
            if (SemVerKey.TryParse(tag.Text, out var key))
                ranked.Add(new RankedTag<SemVerKey>(key, tag));
        }

        return RankedTag<SemVerKey>.BestFirst<Precedence>(ranked);
    }

    private readonly struct Precedence : IComparer<SemVerKey>
    {
        public int Compare(SemVerKey x, SemVerKey y) => SemVerKey.Compare(x, y);
    }
}
