using System.Text;

namespace GitOpsBumper.Core.Notifications;

/// <summary>Lines that a service takes: escaped as it wants them, and not more than it wants.</summary>
public static class FittedText
{
    private const string Ellipsis = "...";

    /// <summary>Whole lines as long as they fit, and how many there were besides. A first line that is too long by itself is cut; no character is cut in two.</summary>
    /// <param name="lines">Plain.</param>
    /// <param name="most">What the service takes, escapes and line ends counted.</param>
    /// <param name="escape">Of one line; what it returns for a part of a line is not longer than what it returns for the whole.</param>
    /// <param name="measure">The size of what is escaped; null counts UTF-16 units.</param>
    public static string Of(IReadOnlyList<string> lines, int most, Func<string, string> escape, Func<string, int>? measure = null)
    {
        var size = measure ?? (static text => text.Length);
        var whole = string.Join('\n', lines.Select(escape));
        if (size(whole) <= most)
            return whole;
        var kept = new StringBuilder();
        var count = 0;
        foreach (var line in lines)
        {
            var longer = (count == 0 ? "" : "\n") + escape(line);
            if (size(kept.ToString()) + size(longer) + size(More(lines.Count - count - 1, escape)) > most)
                break;
            kept.Append(longer);
            count++;
        }

        if (count > 0)
            return kept.Append(More(lines.Count - count, escape)).ToString();
        var rest = More(lines.Count - 1, escape);
        return size(rest) < most - escape(Ellipsis).Length ? Line(lines[0], most - size(rest), escape, measure) + rest : Line(lines[0], most, escape, measure);
    }

    /// <summary>One line, cut where it is too long.</summary>
    public static string Line(string line, int most, Func<string, string> escape, Func<string, int>? measure = null)
    {
        var size = measure ?? (static text => text.Length);
        var whole = escape(line);
        if (size(whole) <= most)
            return whole;
        var (low, high) = (0, line.Length);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (size(escape(line[..Whole(line, middle)] + Ellipsis)) <= most)
                low = middle;
            else
                high = middle - 1;
        }

        var cut = escape(line[..Whole(line, low)] + Ellipsis);
        return size(cut) <= most ? cut : "";
    }

    /// <summary>The text, or its beginning and an ellipsis, of at most so many UTF-16 units.</summary>
    public static string Cut(string text, int most) => Line(text, most, static part => part);

    public static int Bytes(string text) => Encoding.UTF8.GetByteCount(text);

    private static string More(int lines, Func<string, string> escape) => lines <= 0 ? "" : "\n" + escape(lines == 1 ? "and 1 more line" : $"and {lines} more lines");

    /// <summary>Not behind the first half of a surrogate pair.</summary>
    private static int Whole(string text, int length) => length > 0 && char.IsHighSurrogate(text[length - 1]) ? length - 1 : length;
}
