using System.Runtime.InteropServices;

namespace GitOpsBumper.Core.Versions;

/// <summary>
/// A version as numbers and as places in the text it was read from. A value type, so that ranking a hundred thousand tags makes no garbage.
/// </summary>
internal readonly struct SemVerKey
{
    /// <summary>Masterminds/semver 3.5 refuses anything longer.</summary>
    public const int MaxLength = 256;

    private readonly string _text;

    // Small, because a hundred thousand of these are sorted: no text is longer than MaxLength.
    private readonly ushort _prereleaseStart;
    private readonly ushort _prereleaseLength;
    private readonly byte _numberCount;

    private SemVerKey(string text, in Numbers numbers, int prereleaseStart, int prereleaseLength)
    {
        _text = text;
        Major = numbers.Major;
        Minor = numbers.Minor;
        Patch = numbers.Patch;
        _numberCount = (byte)numbers.Count;
        _prereleaseStart = (ushort)prereleaseStart;
        _prereleaseLength = (ushort)prereleaseLength;
    }

    public ulong Major { get; }

    public ulong Minor { get; }

    public ulong Patch { get; }

    /// <summary>How many of the three numbers the text gives.</summary>
    public int NumberCount => _numberCount;

    public bool IsPrerelease => _prereleaseLength > 0;

    public ReadOnlySpan<char> Prerelease => _text.AsSpan(_prereleaseStart, _prereleaseLength);

    /// <summary>Where the build metadata starts in the text; behind its end when there is none.</summary>
    public int MetadataStart
    {
        get
        {
            var plus = _text.IndexOf('+', StringComparison.Ordinal);
            return plus < 0 ? _text.Length : plus + 1;
        }
    }

    public static bool TryParse(string text, out SemVerKey key)
    {
        key = default;
        if (text.Length > MaxLength)
            return false;
        if (!TryReadNumbers(text, out var numbers, out var position))
            return false;
        var prereleaseStart = position;
        if (TrySkip(text, '-', ref position))
        {
            prereleaseStart = position;
            if (!TrySkipIdentifiers(text, ref position, leadingZeros: false))
                return false;
        }

        var prereleaseLength = position - prereleaseStart;
        if (TrySkip(text, '+', ref position) && !TrySkipIdentifiers(text, ref position, leadingZeros: true))
            return false;
        if (position < text.Length)
            return false;
        key = new SemVerKey(text, numbers, prereleaseStart, prereleaseLength);
        return true;
    }

    /// <summary>The version that a text begins with, for those who read what follows it by other rules.</summary>
    /// <param name="text">What <paramref name="numbers"/> were read from.</param>
    /// <param name="numbers">Of <see cref="TryReadNumbers"/>.</param>
    /// <param name="prereleaseStart">Where the pre-release starts in the text.</param>
    /// <param name="prereleaseLength">Zero when there is none.</param>
    public static SemVerKey Of(string text, in Numbers numbers, int prereleaseStart, int prereleaseLength) => new(text, numbers, prereleaseStart, prereleaseLength);

    /// <summary>The optional <c>v</c> and one to three numbers.</summary>
    /// <param name="text">Read from its beginning.</param>
    /// <param name="numbers">Those left out are zero.</param>
    /// <param name="position">Behind them.</param>
    public static bool TryReadNumbers(string text, out Numbers numbers, out int position)
    {
        numbers = default;
        position = text.StartsWith('v') ? 1 : 0;
        if (!TryReadNumber(text, ref position, out var major))
            return false;
        ulong minor = 0;
        ulong patch = 0;
        var count = 1;
        if (TrySkip(text, '.', ref position))
        {
            if (!TryReadNumber(text, ref position, out minor))
                return false;
            count = 2;
            if (TrySkip(text, '.', ref position))
            {
                if (!TryReadNumber(text, ref position, out patch))
                    return false;
                count = 3;
            }
        }

        numbers = new Numbers(major, minor, patch, count);
        return true;
    }

    /// <summary>Precedence by clause 11 of SemVer 2.0.0: build metadata does not count.</summary>
    public static int Compare(in SemVerKey left, in SemVerKey right)
    {
        if (left.Major != right.Major)
            return left.Major < right.Major ? -1 : 1;
        if (left.Minor != right.Minor)
            return left.Minor < right.Minor ? -1 : 1;
        if (left.Patch != right.Patch)
            return left.Patch < right.Patch ? -1 : 1;
        if (left.IsPrerelease && right.IsPrerelease)
            return ComparePrereleases(left.Prerelease, right.Prerelease);
        return right.IsPrerelease.CompareTo(left.IsPrerelease);
    }

    private static int ComparePrereleases(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        while (!left.IsEmpty && !right.IsEmpty)
        {
            var order = CompareIdentifiers(TakeIdentifier(ref left), TakeIdentifier(ref right));
            if (order != 0)
                return order;
        }

        return right.IsEmpty.CompareTo(left.IsEmpty);
    }

    private static ReadOnlySpan<char> TakeIdentifier(ref ReadOnlySpan<char> rest)
    {
        var dot = rest.IndexOf('.');
        var identifier = dot < 0 ? rest : rest[..dot];
        rest = dot < 0 ? [] : rest[(dot + 1)..];
        return identifier;
    }

    private static int CompareIdentifiers(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var leftIsNumber = !left.ContainsAnyExceptInRange('0', '9');
        var rightIsNumber = !right.ContainsAnyExceptInRange('0', '9');
        if (leftIsNumber != rightIsNumber)
            return leftIsNumber ? -1 : 1;

        // Leading zeros were refused when reading, so the longer number is the greater one, whatever its size.
        if (leftIsNumber && left.Length != right.Length)
            return left.Length < right.Length ? -1 : 1;
        return Math.Sign(left.SequenceCompareTo(right));
    }

    private static bool TrySkip(string text, char expected, ref int position)
    {
        if (position >= text.Length || text[position] != expected)
            return false;
        position++;
        return true;
    }

    private static bool TryReadNumber(string text, ref int position, out ulong number)
    {
        number = 0;
        var start = position;
        while (position < text.Length && char.IsAsciiDigit(text[position]))
        {
            var digit = (ulong)(text[position] - '0');
            if (number > (ulong.MaxValue - digit) / 10)
                return false;
            number = (number * 10) + digit;
            position++;
        }

        return position > start;
    }

    private static bool TrySkipIdentifiers(string text, ref int position, bool leadingZeros)
    {
        do
        {
            var start = position;
            var isNumber = true;
            while (position < text.Length && (char.IsAsciiLetterOrDigit(text[position]) || text[position] == '-'))
                isNumber &= char.IsAsciiDigit(text[position++]);
            var length = position - start;
            if (length == 0 || (isNumber && !leadingZeros && length > 1 && text[start] == '0'))
                return false;
        }
        while (TrySkip(text, '.', ref position));
        return true;
    }

    /// <summary>What stands before any pre-release; <paramref name="Count"/> says how many of them were written.</summary>
    [StructLayout(LayoutKind.Auto)]
    public readonly record struct Numbers(ulong Major, ulong Minor, ulong Patch, int Count);
}
