namespace GitOpsBumper.Core.Versions;

/// <summary>
/// A tag read as version, pre-release and variant: <c>3.13.0rc2-slim-bookworm</c> is 3.13.0, <c>rc2</c> and <c>slim-bookworm</c>. What stands behind the version is a pre-release only where it begins
/// with a word that means one; everything else is a variant. What is not recognised is thereby never offered to those who run another variant.
/// </summary>
internal readonly struct VariantKey
{
    private const int MaxWordLength = 9;

    private readonly string _text;
    private readonly int _variantStart;

    private VariantKey(string text, in SemVerKey version, int variantStart)
    {
        _text = text;
        Version = version;
        _variantStart = variantStart;
    }

    /// <summary>Without the variant.</summary>
    public SemVerKey Version { get; }

    /// <summary>Without the dash in front; empty when there is none.</summary>
    public ReadOnlySpan<char> Variant => _text.AsSpan(_variantStart);

    public static bool TryParse(string text, out VariantKey key)
    {
        key = default;
        if (text.Length > SemVerKey.MaxLength || !SemVerKey.TryReadNumbers(text, out var numbers, out var end))
            return false;
        var start = end;
        var length = 0;
        if (end < text.Length)
        {
            var isGlued = text[end] != '-';
            start = isGlued ? end : end + 1;
            length = PrereleaseLength(text.AsSpan(start), isGlued, numbers.Count);
            if (isGlued && length == 0)
                return false;
        }

        // Behind the numbers, or behind the pre-release, there is a dash and the variant, or the end.
        var variantStart = length > 0 || end == text.Length ? start + length : end;
        if (variantStart == text.Length - 1)
            return false;
        key = new VariantKey(text, VersionOf(text, numbers, start, length), Math.Min(variantStart + 1, text.Length));
        return true;
    }

    /// <summary>The order of versions that were read as this does: as clause 11 of SemVer 2.0.0, but that numbers behind a word count as numbers (<c>rc10</c> comes after <c>rc9</c>, and <c>rc1</c> is <c>rc.1</c>) and capital letters as small ones.</summary>
    public static int Compare(in SemVerKey left, in SemVerKey right) =>
        left.IsPrerelease && right.IsPrerelease && (left.Major, left.Minor, left.Patch) == (right.Major, right.Minor, right.Patch)
            ? ComparePrereleases(left.Prerelease, right.Prerelease)
            : SemVerKey.Compare(left, right);

    /// <summary>Constraints compare letters by their code, so capital ones are made small; few tags have any.</summary>
    private static SemVerKey VersionOf(string text, in SemVerKey.Numbers numbers, int start, int length)
    {
        var prerelease = text.AsSpan(start, length);
        return prerelease.ContainsAnyInRange('A', 'Z')
            ? SemVerKey.Of(prerelease.ToString().ToLowerInvariant(), numbers, 0, length)
            : SemVerKey.Of(text, numbers, start, length);
    }

    /// <summary>Zero when the text begins with no pre-release: <c>word[number]{.number}</c>, then a dash or the end.</summary>
    /// <param name="text">Behind the numbers, and behind the dash where there is one.</param>
    /// <param name="isGlued">There is no dash.</param>
    /// <param name="numberCount">Of the version.</param>
    private static int PrereleaseLength(ReadOnlySpan<char> text, bool isGlued, int numberCount)
    {
        var letters = Run(text, char.IsAsciiLetter);
        var digits = Run(text[letters..], char.IsAsciiDigit);
        var end = letters + digits;
        while (end < text.Length && text[end] == '.')
        {
            var more = Run(text[(end + 1)..], char.IsAsciiDigit);
            if (more == 0 || (more > 1 && text[end + 1] == '0'))
                return 0;
            end += 1 + more;
        }

        var isWhole = end == text.Length || text[end] == '-';
        return isWhole && letters <= MaxWordLength && IsWord(text[..letters], hasNumber: end > letters, isGlued, numberCount) ? end : 0;
    }

    private static bool IsWord(ReadOnlySpan<char> letters, bool hasNumber, bool isGlued, int numberCount)
    {
        Span<char> small = stackalloc char[MaxWordLength];
        return small[..letters.ToLowerInvariant(small)] switch
        {
            "alpha" or "beta" or "rc" => true,

            // Python's way. One number with a letter and digits may as well be a commit.
            "a" or "b" => isGlued && hasNumber && numberCount > 1,
            "pre" or "preview" or "ea" or "milestone" or "snapshot" or "nightly" or "canary" => !isGlued,

            // Alone it is rather an image with tools in it.
            "dev" => !isGlued && hasNumber,
            _ => false,
        };
    }

    private static int ComparePrereleases(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var x = Run(left, char.IsAsciiLetter);
        var y = Run(right, char.IsAsciiLetter);
        var order = Math.Sign(left[..x].SequenceCompareTo(right[..y]));
        left = left[x..];
        right = right[y..];
        while (order == 0 && !left.IsEmpty && !right.IsEmpty)
            order = CompareNumbers(TakeNumber(ref left), TakeNumber(ref right));
        return order != 0 ? order : right.IsEmpty.CompareTo(left.IsEmpty);
    }

    /// <summary>Without leading zeros, so that the longer one is the greater one.</summary>
    private static ReadOnlySpan<char> TakeNumber(ref ReadOnlySpan<char> rest)
    {
        rest = rest.TrimStart('.');
        var length = Run(rest, char.IsAsciiDigit);
        var number = rest[..length].TrimStart('0');
        rest = rest[length..];
        return number;
    }

    private static int CompareNumbers(ReadOnlySpan<char> left, ReadOnlySpan<char> right) =>
        left.Length != right.Length ? Math.Sign(left.Length.CompareTo(right.Length)) : Math.Sign(left.SequenceCompareTo(right));

    private static int Run(ReadOnlySpan<char> text, Func<char, bool> isMember)
    {
        var length = 0;
        while (length < text.Length && isMember(text[length]))
            length++;
        return length;
    }
}
