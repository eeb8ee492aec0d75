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
        fallsAt = Read(tag, out _, out reason) ?? SelectionStep.Platform;
        return reason is null;
    }

    public int? Compare(TagCandidate candidate, TagCandidate current) =>
        SemVerKey.TryParse(candidate.Tag.Text, out var left) && SemVerKey.TryParse(current.Tag.Text, out var right) ? SemVerKey.Compare(left, right) : null;

    public IReadOnlyList<Tag> BestFirst(IReadOnlyList<Tag> tags, SelectionCounts fallen) => TagRanking.BestFirst<VersionRank>(Read, tags, fallen);

    private SelectionStep? Read(Tag tag, out VersionRank rank, out string? reason)
    {
        rank = default;
        if (!SemVerKey.TryParse(tag.Text, out var key))
        {
            reason = "is not a version";
            return SelectionStep.Parse;
        }

        rank = new VersionRank(key);
        reason = constraint.IsSatisfiedBy(key) ? null : key.IsPrerelease && !constraint.AllowsPrereleases ? _prerelease : _outside;
        return reason is null ? null : SelectionStep.Constraint;
    }

    private readonly struct VersionRank(SemVerKey key) : IRank<VersionRank>
    {
        private const int MajorBits = 24;
        private const int MinorBits = 20;
        private const int PatchBits = 19;

        private readonly SemVerKey _key = key;

        /// <summary>The three numbers side by side; the first one that has no room is full, and what follows it is left out.</summary>
        public ulong Coarse
        {
            get
            {
                var coarse = 0UL;
                if (!TryAppend(ref coarse, _key.Major, MajorBits))
                    return coarse << (MinorBits + PatchBits + 1);
                if (!TryAppend(ref coarse, _key.Minor, MinorBits))
                    return coarse << (PatchBits + 1);
                return TryAppend(ref coarse, _key.Patch, PatchBits) && !_key.IsPrerelease ? (coarse << 1) | 1 : coarse << 1;
            }
        }

        public static int Compare(in VersionRank left, in VersionRank right) => SemVerKey.Compare(left._key, right._key);

        private static bool TryAppend(ref ulong coarse, ulong number, int bits)
        {
            var full = (1UL << bits) - 1;
            coarse = (coarse << bits) | Math.Min(number, full);
            return number < full;
        }
    }
}
