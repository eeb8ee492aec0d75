namespace GitOpsBumper.Core.Selection.Re2;

/// <summary>A place in an expression, with the readers that are needed both inside and outside of <c>[...]</c>.</summary>
internal sealed class Re2Cursor(string pattern)
{
    public int Position { get; set; }

    public bool AtEnd => Position >= pattern.Length;

    /// <summary>NUL at the end; the expression itself may not contain one unescaped that matters, since tags do not.</summary>
    public char Current => AtEnd ? '\0' : pattern[Position];

    public char Take() => pattern[Position++];

    public bool TrySkip(string expected)
    {
        if (!pattern.AsSpan(Position).StartsWith(expected, StringComparison.Ordinal))
            return false;
        Position += expected.Length;
        return true;
    }

    /// <summary>Null, and not moved, when the end mark does not come.</summary>
    public string? TakeUpTo(string endMark)
    {
        var end = pattern.IndexOf(endMark, Position, StringComparison.Ordinal);
        if (end < 0)
            return null;
        var taken = pattern[Position..end];
        Position = end + endMark.Length;
        return taken;
    }

    public string TakeRest()
    {
        var rest = pattern[Position..];
        Position = pattern.Length;
        return rest;
    }

    /// <summary>From a place on up to where the cursor stands, or to the end of the expression when it is behind it.</summary>
    public string Since(int start) => pattern[start..Math.Min(Position, pattern.Length)];

    /// <summary>What stands after a backslash where it means one character.</summary>
    public char TakeEscape()
    {
        var start = Position - 1;
        if (AtEnd)
            throw new Re2Error(@"\", "the backslash at the end has nothing to escape");
        var c = Take();
        return c switch
        {
            'a' => '\a',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\v',
            'x' => TakeHex(start),
            '0' => TakeOctal(c),
            >= '1' and <= '7' when Current is >= '0' and <= '7' => TakeOctal(c),
            >= '1' and <= '9' => throw new Re2Error(Since(start), "back references are not part of RE2"),
            < '\x80' when !char.IsAsciiLetterOrDigit(c) => c,
            _ => throw new Re2Error(Since(start), "RE2 does not know this escape"),
        };
    }

    /// <summary>Of <c>\pN</c> or <c>\p{Lu}</c>, whose <c>p</c> or <c>P</c> is already taken.</summary>
    public string TakeCategory(out bool isNegated)
    {
        var start = Position - 2;
        isNegated = pattern[Position - 1] == 'P';
        var name = TrySkip("{") ? TakeUpTo("}") : AtEnd ? null : Take().ToString();
        if (name?.StartsWith('^') == true)
        {
            isNegated = !isNegated;
            name = name[1..];
        }

        if (name is null || !CharacterSet.IsCategory(name))
            throw new Re2Error(Since(start), "only Unicode categories such as \\pL or \\p{Lu} are supported, tags have ASCII characters alone");
        return name;
    }

    private char TakeOctal(char first)
    {
        var value = first - '0';
        for (var i = 1; i < 3 && Current is >= '0' and <= '7'; i++)
            value = (value * 8) + (Take() - '0');
        return (char)value;
    }

    private char TakeHex(int start)
    {
        var digits = TrySkip("{") ? TakeUpTo("}") : Position + 2 <= pattern.Length ? pattern[Position..(Position += 2)] : null;
        if (string.IsNullOrEmpty(digits) || !digits.All(char.IsAsciiHexDigit))
            throw new Re2Error(Since(start), "a hexadecimal escape is like \\x7F or \\x{7F}");
        var significant = digits.TrimStart('0');
        if (significant.Length > 4)
            throw new Re2Error(Since(start), "characters above U+FFFF are not supported, tags have ASCII characters alone");
        return (char)(significant.Length == 0 ? 0 : Convert.ToInt32(significant, 16));
    }
}
