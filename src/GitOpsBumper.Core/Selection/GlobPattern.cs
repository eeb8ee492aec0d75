using System.Diagnostics.CodeAnalysis;

namespace GitOpsBumper.Core.Selection;

/// <summary>
/// A pattern as Go's <c>filepath.Match</c> reads it on Unix: <c>*</c> and <c>?</c> match anything but <c>/</c>, <c>[a-z]</c> and <c>[^a-z]</c> one character, a backslash
/// takes the special meaning away. The whole text must match.
/// </summary>
/// <seealso href="https://pkg.go.dev/path/filepath#Match"/>
public sealed class GlobPattern
{
    public const int MaxLength = 256;

    private readonly Chunk[] _chunks;

    private GlobPattern(string text, Chunk[] chunks)
    {
        Text = text;
        _chunks = chunks;
    }

    public string Text { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out GlobPattern? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        if (text.Length > MaxLength)
        {
            problem = $"pattern '{text[..40]}...' has {text.Length} characters, a pattern has at most {MaxLength}";
            return false;
        }

        var reader = new Reader(text);
        if (!reader.TryReadAll(out var reason))
        {
            problem = $"pattern '{Shortened.Text(text)}' cannot be read: {reason}; allowed are '*', '?', '[a-z]', '[^a-z]' and '\\' before a special character";
            return false;
        }

        problem = null;
        value = new GlobPattern(text, [.. reader.Chunks]);
        return true;
    }

    /// <summary>
    /// Each chunk is put at the first place where it fits, and never moved again: with stars that all match the same characters a later place cannot help.
    /// So the time is bounded by the product of both lengths.
    /// </summary>
    public bool Matches(string text)
    {
        var position = 0;
        for (var i = 0; i < _chunks.Length; i++)
        {
            var isLast = i == _chunks.Length - 1;
            if (!TryPlace(_chunks[i], text, isLast, ref position))
                return false;
        }

        return position == text.Length;
    }

    public override string ToString() => Text;

    private static bool TryPlace(Chunk chunk, string text, bool isLast, ref int position)
    {
        for (var start = position; start + chunk.Elements.Length <= text.Length; start++)
        {
            var end = start + chunk.Elements.Length;
            if (chunk.FitsAt(text, start) && (!isLast || end == text.Length))
            {
                position = end;
                return true;
            }

            if (!chunk.AfterStar || start == text.Length || text[start] == '/')
                return false;
        }

        return false;
    }

    private readonly record struct CharRange(char First, char Last);

    /// <summary>One character of the text. Without ranges it is <c>?</c>, anything but a slash.</summary>
    private sealed record Element(CharRange[] Ranges, bool IsNegated)
    {
        public bool Matches(char c)
        {
            if (Ranges.Length == 0)
                return c != '/';
            foreach (var range in Ranges)
            {
                if (c >= range.First && c <= range.Last)
                    return !IsNegated;
            }

            return IsNegated;
        }
    }

    /// <summary>What stands between two stars.</summary>
    private sealed record Chunk(bool AfterStar, Element[] Elements)
    {
        public bool FitsAt(string text, int start)
        {
            for (var i = 0; i < Elements.Length; i++)
            {
                if (!Elements[i].Matches(text[start + i]))
                    return false;
            }

            return true;
        }
    }

    private sealed class Reader(string text)
    {
        private int _position;

        public List<Chunk> Chunks { get; } = [];

        public bool TryReadAll([NotNullWhen(false)] out string? reason)
        {
            reason = null;
            while (_position < text.Length)
            {
                var afterStar = false;
                for (; _position < text.Length && text[_position] == '*'; _position++)
                    afterStar = true;
                var elements = new List<Element>();
                while (_position < text.Length && text[_position] != '*')
                {
                    if (!TryReadElement(out var element, out reason))
                        return false;
                    elements.Add(element);
                }

                Chunks.Add(new Chunk(afterStar, [.. elements]));
            }

            return true;
        }

        private bool TryReadElement([NotNullWhen(true)] out Element? element, [NotNullWhen(false)] out string? reason)
        {
            var c = text[_position++];
            reason = null;
            element = c switch
            {
                '?' => new Element([], IsNegated: false),
                '[' => ReadClass(out reason),
                '\\' when _position == text.Length => null,
                '\\' => Literal(text[_position++]),
                _ => Literal(c),
            };
            if (element is null)
                reason ??= "it ends with '\\'";
            return element is not null;
        }

        private static Element Literal(char c) => new([new CharRange(c, c)], IsNegated: false);

        private Element? ReadClass(out string? reason)
        {
            var isNegated = _position < text.Length && text[_position] == '^';
            if (isNegated)
                _position++;
            var ranges = new List<CharRange>();
            while (ranges.Count == 0 || _position == text.Length || text[_position] != ']')
            {
                if (!TryReadMember(out var first, out reason))
                    return null;
                var last = first;
                if (_position < text.Length && text[_position] == '-')
                {
                    _position++;
                    if (!TryReadMember(out last, out reason))
                        return null;
                }

                ranges.Add(new CharRange(first, last));
            }

            _position++;
            reason = null;
            return new Element([.. ranges], isNegated);
        }

        private bool TryReadMember(out char member, out string? reason)
        {
            member = '\0';
            if (_position < text.Length && text[_position] is '-' or ']')
            {
                reason = $"'{text[_position]}' stands in '[...]' where a character is expected";
                return false;
            }

            if (_position < text.Length && text[_position] == '\\')
                _position++;
            reason = _position < text.Length ? null : "'[' is not closed";
            if (reason is null)
                member = text[_position++];
            return reason is null;
        }
    }
}
