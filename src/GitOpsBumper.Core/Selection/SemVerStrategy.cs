using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Versions;

namespace GitOpsBumper.Core.Selection;

/// <summary>The highest version that satisfies the constraint.</summary>
/// <param name="constraint">For the version; the variant is no part of it.</param>
/// <param name="isStrict">Versions have all three numbers.</param>
/// <param name="variant">
/// Null: what stands behind the numbers is a pre-release, as SemVer has it. Otherwise it is a variant, <c>alpine</c> in <c>1.27.3-alpine</c>, and only this one is wanted; the empty one is that of tags
/// without.
/// </param>
public sealed class SemVerStrategy(SemVerConstraint constraint, bool isStrict = false, string? variant = null) : ITagStrategy
{
    private readonly string _outside = $"does not satisfy constraint '{constraint.Text}'";
    private readonly string _prerelease = $"is a pre-release, which constraint '{constraint.Text}' does not ask for";

    public UpdateStrategy Kind => UpdateStrategy.SemVer;

    public bool NeedsBuildDate => false;

    public SemVerConstraint Constraint => constraint;

    public bool IsStrict => isStrict;

    public string? Variant => variant;

    /// <summary>Null when the tag has no version in front; empty when nothing follows it.</summary>
    public static string? VariantOf(Tag tag) => VariantKey.TryParse(tag.Text, out var key) ? key.Variant.ToString() : null;

    /// <summary>Whether a text can be the variant of some tag: one that begins as a pre-release can not.</summary>
    public static bool IsVariant(string text) => Tag.TryParse($"1-{text}", out var tag, out _) && VariantOf(tag) == text;

    /// <summary>The same, for a variant that is known by now.</summary>
    public SemVerStrategy WithVariant(string wanted) => new(constraint, isStrict, wanted);

    /// <summary>Whether the tag has a version, but another variant than the wanted one.</summary>
    public bool IsOtherVariant(Tag tag) => variant is not null && VariantOf(tag) is { } other && other != variant;

    public bool TryAccept(Tag tag, out SelectionStep fallsAt, [NotNullWhen(false)] out string? reason)
    {
        var step = Read(tag, out _, out reason);
        fallsAt = step ?? SelectionStep.Platform;
        if (step == SelectionStep.Parse && isStrict && TryRead(tag, out _, out _))
            reason = "is not a version of three numbers, which strict-semver asks for";
        else if (step == SelectionStep.Variant)
            reason = $"is another variant: {NameOf(VariantOf(tag)!)} instead of {NameOf(variant!)}";
        return reason is null;
    }

    /// <summary>Of two tags of equal version the wanted variant is better, so that an image can be moved to it.</summary>
    public int? Compare(TagCandidate candidate, TagCandidate current)
    {
        if (!IsComparable(candidate.Tag, out var left, out var leftIsWanted) || !IsComparable(current.Tag, out var right, out var rightIsWanted))
            return null;
        var order = VersionRank.Compare(left, right);
        return order != 0 ? order : leftIsWanted.CompareTo(rightIsWanted);
    }

    public IReadOnlyList<Tag> BestFirst(IReadOnlyList<Tag> tags, SelectionCounts fallen) => TagRanking.BestFirst<VersionRank>(Read, tags, fallen);

    /// <summary>How a variant is named to people: with its dash, or none.</summary>
    public static string NameOf(string variant) => variant.Length == 0 ? "none" : "-" + variant;

    private SelectionStep? Read(Tag tag, out VersionRank rank, out string? reason)
    {
        if (!TryRead(tag, out rank, out var isWanted) || (isStrict && rank.Version.NumberCount < 3))
        {
            reason = "is not a version";
            return SelectionStep.Parse;
        }

        if (!isWanted)
        {
            reason = "is another variant";
            return SelectionStep.Variant;
        }

        reason = constraint.IsSatisfiedBy(rank.Version) ? null : rank.Version.IsPrerelease && !constraint.AllowsPrereleases ? _prerelease : _outside;
        return reason is null ? null : SelectionStep.Constraint;
    }

    /// <param name="tag">Any.</param>
    /// <param name="rank">What it is ordered by.</param>
    /// <param name="isWanted">Of the wanted variant, or there is no talk of variants.</param>
    private bool TryRead(Tag tag, out VersionRank rank, out bool isWanted)
    {
        SemVerKey version;
        isWanted = true;
        if (variant is null)
        {
            if (!SemVerKey.TryParse(tag.Text, out version))
            {
                rank = default;
                return false;
            }
        }
        else if (VariantKey.TryParse(tag.Text, out var key))
        {
            version = key.Version;
            isWanted = key.Variant.SequenceEqual(variant);
        }
        else
        {
            rank = default;
            return false;
        }

        rank = new VersionRank(version, variant is not null);
        return true;
    }

    /// <summary>A tag such as <c>1.27</c> is a version to compare with even where it could not be chosen; a commit or a date is none, or nothing would ever be above it.</summary>
    private bool IsComparable(Tag tag, out VersionRank rank, out bool isWanted) => TryRead(tag, out rank, out isWanted) && !(isStrict && TagSelection.IsLongNumber(tag));

    private readonly struct VersionRank(SemVerKey version, bool hasVariant) : IRank<VersionRank>
    {
        private const int MajorBits = 24;
        private const int MinorBits = 20;
        private const int PatchBits = 19;

        private readonly SemVerKey _version = version;

        public SemVerKey Version => _version;

        /// <summary>The three numbers side by side; the first one that has no room is full, and what follows it is left out.</summary>
        public ulong Coarse
        {
            get
            {
                var coarse = 0UL;
                if (!TryAppend(ref coarse, _version.Major, MajorBits))
                    return coarse << (MinorBits + PatchBits + 1);
                if (!TryAppend(ref coarse, _version.Minor, MinorBits))
                    return coarse << (PatchBits + 1);
                return TryAppend(ref coarse, _version.Patch, PatchBits) && !_version.IsPrerelease ? (coarse << 1) | 1 : coarse << 1;
            }
        }

        public static int Compare(in VersionRank left, in VersionRank right) =>
            left.IsOfVariant ? VariantKey.Compare(left._version, right._version) : SemVerKey.Compare(left._version, right._version);

        private bool IsOfVariant => hasVariant;

        private static bool TryAppend(ref ulong coarse, ulong number, int bits)
        {
            var full = (1UL << bits) - 1;
            coarse = (coarse << bits) | Math.Min(number, full);
            return number < full;
        }
    }
}
