using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace GitOpsBumper.Core.Selection.Re2;

/// <summary>
/// Writes an RE2 expression, as Go's <c>regexp</c> package accepts it, in .NET's syntax. Everything that both spell alike but read differently is spelled out:
/// <c>$</c> is the very end, <c>\d</c>, <c>\w</c> and <c>\s</c> are ASCII, a class has no subtraction.
/// </summary>
/// <seealso href="https://pkg.go.dev/regexp/syntax#hdr-Syntax"/>
internal sealed class Re2Translator
{
    private const int MaxRepeat = 1000;

    private readonly Re2Cursor _cursor;
    private readonly StringBuilder _output = new();
    private readonly List<string?> _groups = [null];
    private readonly Stack<Flags> _outerFlags = new();
    private Flags _flags;
    private Before _before;

    private Re2Translator(string pattern) => _cursor = new Re2Cursor(pattern);

    [Flags]
    private enum Flags
    {
        None = 0,
        IgnoreCase = 1,
        MultiLine = 2,
        DotIsAny = 4,
    }

    /// <summary>What stands before a repetition operator decides whether it may stand there.</summary>
    private enum Before
    {
        Nothing,
        Item,
        Repetition,
    }

    public static bool TryTranslate(string pattern, [NotNullWhen(true)] out Re2Translation? translation, [NotNullWhen(false)] out string? problem)
    {
        translation = null;
        problem = null;
        try
        {
            translation = new Re2Translator(pattern).Translate();
            return true;
        }
        catch (Re2Error error)
        {
            problem = $"regular expression '{Shortened.Text(pattern)}' has '{Shortened.Text(error.Fragment)}': {error.Message}";
            return false;
        }
    }

    private Re2Translation Translate()
    {
        while (!_cursor.AtEnd)
            TranslateNext();
        if (_outerFlags.Count > 0)
            throw new Re2Error("(", "the parenthesis is not closed");
        return new Re2Translation(_output.ToString(), _groups);
    }

    private void TranslateNext()
    {
        var start = _cursor.Position;
        var c = _cursor.Take();
        switch (c)
        {
            case '(':
                OpenGroup(start);
                break;
            case ')' when _outerFlags.TryPop(out var outer):
                _flags = outer;
                Write(")");
                break;
            case ')':
                throw new Re2Error(")", "the parenthesis was not opened");
            case '|':
                Write("|", Before.Nothing);
                break;
            case '*' or '+' or '?':
                Repeat(start, c.ToString());
                break;
            case '{' when TryTakeCounts(out var counts):
                Repeat(start, counts);
                break;
            case '.':
                Write(_flags.HasFlag(Flags.DotIsAny) ? @"[\s\S]" : @"[^\n]");
                break;
            case '^':
                Write(_flags.HasFlag(Flags.MultiLine) ? "(?m:^)" : @"\A");
                break;
            case '$':
                Write(_flags.HasFlag(Flags.MultiLine) ? "(?m:$)" : @"\z");
                break;
            case '[':
                Write(TranslateClass(start));
                break;
            case '\\':
                TranslateEscape(start);
                break;
            default:
                WriteLiteral(c);
                break;
        }
    }

    private void Write(string text, Before before = Before.Item)
    {
        _output.Append(text);
        _before = before;
    }

    private void WriteLiteral(char c)
    {
        if (char.IsSurrogate(c))
            throw new Re2Error(c.ToString(), "characters above U+FFFF are not supported, tags have ASCII characters alone");
        Write(CharacterSet.Escape(c));
    }

    private void Repeat(int start, string repetition)
    {
        if (_before == Before.Nothing)
            throw new Re2Error(repetition, "there is nothing before it to repeat");
        if (_before == Before.Repetition)
            throw new Re2Error(_cursor.Since(start), "a repetition cannot be repeated without parentheses");
        Write(_cursor.TrySkip("?") ? repetition + "?" : repetition, Before.Repetition);
    }

    /// <summary>After a brace that does not read <c>{n}</c>, <c>{n,}</c> or <c>{n,m}</c> the brace is a character like others.</summary>
    private bool TryTakeCounts([NotNullWhen(true)] out string? counts)
    {
        counts = null;
        var start = _cursor.Position;
        var inner = _cursor.TakeUpTo("}")?.Split(',');
        var first = inner is null or { Length: > 2 } ? null : ReadCount(inner[0]);
        var last = inner is not [_, var text] ? first : text.Length == 0 ? MaxRepeat : ReadCount(text);
        if (first is null || last is null)
        {
            _cursor.Position = start;
            return false;
        }

        counts = _cursor.Since(start - 1);
        if (first > MaxRepeat || last > MaxRepeat)
            throw new Re2Error(counts, $"at most {MaxRepeat} repetitions are allowed");
        if (first > last)
            throw new Re2Error(counts, "the first count is greater than the second");
        return true;
    }

    private static int? ReadCount(string text)
    {
        if (text.Length == 0 || !text.All(char.IsAsciiDigit) || (text.Length > 1 && text[0] == '0'))
            return null;
        return int.TryParse(text, out var count) ? count : int.MaxValue;
    }

    private void OpenGroup(int start)
    {
        if (!_cursor.TrySkip("?"))
        {
            _groups.Add(null);
            _outerFlags.Push(_flags);
            Write("(", Before.Nothing);
        }
        else if (_cursor.TrySkip("P<") || (_cursor.Current == '<' && !IsLookbehind() && _cursor.TrySkip("<")))
        {
            var name = _cursor.TakeUpTo(">");
            if (string.IsNullOrEmpty(name) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
                throw new Re2Error(_cursor.Since(start), "the name of a group is made of letters, digits and '_', and ends with '>'");
            if (_groups.Contains(name))
                throw new Re2Error(_cursor.Since(start), $"there is a group '{name}' already");
            _groups.Add(name);
            _outerFlags.Push(_flags);
            Write("(", Before.Nothing);
        }
        else
        {
            ReadFlags(start);
        }
    }

    private bool IsLookbehind()
    {
        var start = _cursor.Position;
        var isLookbehind = _cursor.TrySkip("<=") || _cursor.TrySkip("<!");
        _cursor.Position = start;
        return isLookbehind;
    }

    /// <summary><c>(?i)</c> up to the end of the group, <c>(?i:...)</c> and <c>(?:...)</c>.</summary>
    private void ReadFlags(int start)
    {
        var flags = _flags;
        var clear = false;
        var sawFlag = false;
        while (true)
        {
            var c = _cursor.AtEnd ? throw new Re2Error(_cursor.Since(start), "the parenthesis is not closed") : _cursor.Take();
            if (c is ':' or ')' && (sawFlag || !clear))
            {
                SetFlags(flags, c == ':');
                return;
            }

            if (c == '-' && !clear)
            {
                clear = true;
                sawFlag = false;
                continue;
            }

            var flag = c switch
            {
                'i' => Flags.IgnoreCase,
                'm' => Flags.MultiLine,
                's' => Flags.DotIsAny,
                'U' => throw new Re2Error(_cursor.Since(start), "the flag U (ungreedy) is not supported, write '*?' instead of '*'"),
                '=' or '!' or '<' => throw new Re2Error(_cursor.Since(start), "looking ahead or behind is not part of RE2"),
                _ => throw new Re2Error(_cursor.Since(start), "RE2 does not know this group; flags are i, m and s"),
            };
            flags = clear ? flags & ~flag : flags | flag;
            sawFlag = true;
        }
    }

    private void SetFlags(Flags flags, bool opensGroup)
    {
        if (opensGroup)
            _outerFlags.Push(_flags);
        _flags = flags;
        Write($"(?{(flags.HasFlag(Flags.IgnoreCase) ? "i" : "-i")}{(opensGroup ? ":" : ")")}", Before.Nothing);
    }

    private void TranslateEscape(int start)
    {
        var letter = _cursor.Current;
        switch (letter)
        {
            case 'A' or 'b' or 'B' or 'z':
                Write(@"\" + _cursor.Take());
                break;
            case 'C':
                _cursor.Take();
                throw new Re2Error(_cursor.Since(start), "single bytes are not supported");
            case 'Q':
                _cursor.Take();
                foreach (var c in _cursor.TakeUpTo(@"\E") ?? _cursor.TakeRest())
                    WriteLiteral(c);
                break;
            case 'p' or 'P':
                _cursor.Take();
                var category = new CharacterSet();
                category.AddCategory(_cursor.TakeCategory(out var isNegated), isNegated);
                Write(category.Write(isNegated: false));
                break;
            default:
                if (CharacterSet.RangesOfPerl(char.ToLowerInvariant(letter)) is { } ranges)
                    Write(WritePerl(ranges, char.IsUpper(_cursor.Take())));
                else
                    WriteLiteral(_cursor.TakeEscape());
                break;
        }
    }

    private static string WritePerl(string ranges, bool isNegated)
    {
        var set = new CharacterSet();
        set.AddRanges(ranges, isNegated: false);
        return set.Write(isNegated);
    }

    private string TranslateClass(int start) => new Re2ClassReader(_cursor).Read(start);
}
