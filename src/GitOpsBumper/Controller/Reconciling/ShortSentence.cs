using System.Text;

namespace GitOpsBumper.Controller.Reconciling;

/// <summary>Sentences that quote what somebody else wrote, however long that is: for lines of a log and for Events.</summary>
internal static class ShortSentence
{
    public const int MaxQuoted = 200;
    public const int MaxLength = 1000;

    private const string Ellipsis = "...";

    /// <summary>Cuts what stands between single quotes to <see cref="MaxQuoted"/> characters, so that the reason behind it is still there, and then the whole to <see cref="MaxLength"/>.</summary>
    public static string Of(string sentence)
    {
        if (sentence.Length <= MaxQuoted)
            return sentence;
        var kept = new StringBuilder();
        var rest = sentence.AsSpan();
        while (kept.Length <= MaxLength && Quote(rest) is ({ } start, { } end))
        {
            kept.Append(rest[..start]).Append(Cut(rest[start..end], MaxQuoted));
            rest = rest[end..];
            // The quote that closes opens nothing.
            kept.Append(rest[0]);
            rest = rest[1..];
        }

        kept.Append(rest[..Math.Min(rest.Length, MaxLength + 1)]);
        return Cut(kept.ToString(), MaxLength);
    }

    /// <summary>Behind the first quote that opens and before the one that closes it: an apostrophe within a word does neither. Null: there is none.</summary>
    private static (int? Start, int? End) Quote(ReadOnlySpan<char> text)
    {
        int? start = null;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '\'')
                continue;
            if (start is null && (at == 0 || !char.IsLetterOrDigit(text[at - 1])))
                start = at + 1;
            else if (start is not null && (at + 1 == text.Length || !char.IsLetterOrDigit(text[at + 1])))
                return (start, at);
        }

        return (null, null);
    }

    private static string Cut(ReadOnlySpan<char> text, int most)
    {
        if (text.Length <= most)
            return text.ToString();
        var length = most - Ellipsis.Length;
        return $"{text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)]}{Ellipsis}";
    }
}
