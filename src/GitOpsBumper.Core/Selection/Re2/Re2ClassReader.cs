namespace GitOpsBumper.Core.Selection.Re2;

/// <summary>Reads what stands behind an opening bracket, up to the closing one.</summary>
internal sealed class Re2ClassReader(Re2Cursor cursor)
{
    private readonly CharacterSet _set = new();

    /// <param name="start">Where the bracket stands, to name the class when it is wrong.</param>
    public string Read(int start)
    {
        var isNegated = cursor.TrySkip("^");
        var isFirst = true;

        // A closing bracket that comes first is a member.
        while (isFirst || cursor.Current != ']')
        {
            if (cursor.AtEnd)
                throw new Re2Error(cursor.Since(start), "the bracket is not closed");
            if (!TryReadPosix() && !TryReadEscapedSet())
                ReadRange(start);
            isFirst = false;
        }

        cursor.Take();
        return _set.Write(isNegated);
    }

    /// <summary><c>[:alpha:]</c> and <c>[:^alpha:]</c>.</summary>
    private bool TryReadPosix()
    {
        var start = cursor.Position;
        if (!cursor.TrySkip("[:"))
            return false;
        if (cursor.TakeUpTo(":]") is not { } name)
        {
            cursor.Position = start;
            return false;
        }

        var isNegated = name.StartsWith('^');
        var ranges = CharacterSet.RangesOfPosix(isNegated ? name[1..] : name)
            ?? throw new Re2Error(cursor.Since(start), "there is no class of this name; there are alpha, digit, alnum, upper, lower, space, punct, xdigit and a few more");
        _set.AddRanges(ranges, isNegated);
        return true;
    }

    /// <summary><c>\d</c>, <c>\W</c>, <c>\pL</c> and the like.</summary>
    private bool TryReadEscapedSet()
    {
        var start = cursor.Position;
        if (!cursor.TrySkip(@"\") || cursor.AtEnd)
        {
            cursor.Position = start;
            return false;
        }

        var letter = cursor.Take();
        if (letter is 'p' or 'P')
        {
            _set.AddCategory(cursor.TakeCategory(out var isNegated), isNegated);
            return true;
        }

        if (CharacterSet.RangesOfPerl(char.ToLowerInvariant(letter)) is { } ranges)
        {
            _set.AddRanges(ranges, char.IsUpper(letter));
            return true;
        }

        cursor.Position = start;
        return false;
    }

    private void ReadRange(int classStart)
    {
        var start = cursor.Position;
        var first = ReadMember(classStart);
        var last = first;
        var dash = cursor.Position;
        if (cursor.TrySkip("-"))
        {
            if (cursor.AtEnd || cursor.Current == ']')
                cursor.Position = dash;
            else
                last = ReadMember(classStart);
        }

        if (last < first)
            throw new Re2Error(cursor.Since(start), "the range ends before it starts");
        _set.Add(first, last);
    }

    private char ReadMember(int classStart)
    {
        if (cursor.AtEnd)
            throw new Re2Error(cursor.Since(classStart), "the bracket is not closed");
        var c = cursor.Take();
        if (char.IsSurrogate(c))
            throw new Re2Error(cursor.Since(classStart), "characters above U+FFFF are not supported, tags have ASCII characters alone");
        return c == '\\' ? cursor.TakeEscape() : c;
    }
}
