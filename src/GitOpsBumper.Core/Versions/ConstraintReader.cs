namespace GitOpsBumper.Core.Versions;

/// <summary>
/// Reads one group of a constraint, the text between two <c>||</c>: comparisons joined by comma or space, or ranges <c>1.2 - 1.4</c>.
/// </summary>
internal sealed class ConstraintReader(string text)
{
    private readonly List<VersionComparator> _comparators = [];
    private int _position;

    public IReadOnlyList<VersionComparator> Comparators => _comparators;

    /// <summary>Null when the whole group was read.</summary>
    public string? Read()
    {
        SkipSpace();
        var problem = ReadTerm();
        while (problem is null && !AtEnd)
        {
            var hasSeparator = SkipSpace();
            if (AtEnd)
                break;
            if (Current == ',')
            {
                _position++;
                SkipSpace();
                hasSeparator = true;
            }

            problem = hasSeparator ? ReadTerm() : $"'{Shortened.Text(Rest)}' follows a version without space or comma";
        }

        return problem;
    }

    private bool AtEnd => _position >= text.Length;

    private char Current => AtEnd ? '\0' : text[_position];

    private string Rest => text[_position..];

    private string? ReadTerm()
    {
        var start = _position;
        if (ReadOperator() is not { } kind)
            return $"'{Shortened.Text(text[start.._position])}' is no operator";
        var hasOperator = _position > start;
        SkipSpace();
        var problem = ReadVersion(out var bound, out var open);
        if (problem is not null)
            return problem;
        if (hasOperator || !TrySkipRangeDash())
        {
            _comparators.Add(new VersionComparator(kind, bound, open));
            return null;
        }

        problem = ReadVersion(out var upper, out var upperOpen);
        _comparators.Add(new VersionComparator(ComparatorKind.GreaterOrEqual, bound, open));
        _comparators.Add(new VersionComparator(ComparatorKind.LessOrEqual, upper, upperOpen));
        return problem;
    }

    /// <summary>Null when the characters make no operator.</summary>
    private ComparatorKind? ReadOperator()
    {
        var start = _position;
        while (Current is '=' or '!' or '<' or '>' or '~' or '^')
            _position++;
        return text[start.._position] switch
        {
            "" or "=" => ComparatorKind.Equal,
            "!=" => ComparatorKind.NotEqual,
            ">" => ComparatorKind.Greater,
            "<" => ComparatorKind.Less,
            ">=" or "=>" => ComparatorKind.GreaterOrEqual,
            "<=" or "=<" => ComparatorKind.LessOrEqual,
            "~" or "~>" => ComparatorKind.Tilde,
            "^" => ComparatorKind.Caret,
            _ => null,
        };
    }

    private string? ReadVersion(out SemVerKey bound, out OpenFrom open)
    {
        var start = _position;
        if (Current == 'v')
            _position++;
        var numbers = new List<string> { ReadNumber() };
        while (numbers.Count < 3 && numbers[^1].Length > 0 && Current == '.')
        {
            _position++;
            numbers.Add(ReadNumber());
        }

        var suffixStart = _position;
        while (char.IsAsciiLetterOrDigit(Current) || Current is '-' or '+' or '.' or '*')
            _position++;
        var suffix = text[suffixStart.._position];
        open = OpenFromOf(numbers);
        bound = default;
        if (numbers[^1].Length > 0 && SemVerKey.TryParse(Complete(numbers, open) + suffix, out bound))
            return null;
        var version = text[start.._position];
        return version.Length > 0 ? $"'{Shortened.Text(version)}' is not a version"
            : AtEnd ? "a version is missing at the end"
            : $"there is no version at '{Shortened.Text(Rest)}'";
    }

    private string ReadNumber()
    {
        var start = _position;
        while (char.IsAsciiDigit(Current) || Current is 'x' or 'X' or '*')
            _position++;
        return text[start.._position];
    }

    private static OpenFrom OpenFromOf(List<string> numbers) =>
        IsWildcard(numbers, 0) ? OpenFrom.Major
        : IsWildcard(numbers, 1) ? OpenFrom.Minor
        : IsWildcard(numbers, 2) ? OpenFrom.Patch
        : OpenFrom.Nowhere;

    private static bool IsWildcard(List<string> numbers, int index) => index >= numbers.Count || numbers[index] is "x" or "X" or "*";

    /// <summary>What stands behind a wildcard does not count: <c>1.x.3</c> is <c>1.x</c>.</summary>
    private static string Complete(List<string> numbers, OpenFrom open) => open switch
    {
        OpenFrom.Major => "0.0.0",
        OpenFrom.Minor => numbers[0] + ".0.0",
        OpenFrom.Patch => $"{numbers[0]}.{numbers[1]}.0",
        _ => string.Join('.', numbers),
    };

    private bool TrySkipRangeDash()
    {
        var start = _position;
        if (SkipSpace() && Current == '-')
        {
            _position++;
            if (SkipSpace())
                return true;
        }

        _position = start;
        return false;
    }

    /// <summary>The spaces that Go's <c>\s</c> knows.</summary>
    private bool SkipSpace()
    {
        var start = _position;
        while (Current is ' ' or '\t' or '\n' or '\f' or '\r')
            _position++;
        return _position > start;
    }
}
