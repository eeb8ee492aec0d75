using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using NodaTime;
using NodaTime.Text;

namespace GitOpsBumper.Core.Schedules;

/// <summary>Reads one entry of windows: <c>[!][days or dates] [HH:MM-HH:MM] [zone]</c>.</summary>
internal static class WindowReader
{
    private const int AllDays = 0x7f;
    private const int DayMinutes = 24 * 60;

    private static readonly string[] DayNames = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

    public static bool TryRead(string text, [NotNullWhen(true)] out WindowEntry? entry, [NotNullWhen(false)] out string? problem)
    {
        entry = null;
        problem = null;
        var isFreeze = text.StartsWith('!');
        var words = new Queue<string>(Joined(isFreeze ? text[1..] : text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (words.Count == 0)
            problem = $"'{text}' names neither days nor hours; allowed are {UpdateWindows.Allowed}";
        int? weekdays = null;
        DateInterval? dates = null;
        if (problem is null && words.TryPeek(out var word) && word.Length > 0 && IsDate(word))
            dates = ReadDates(words.Dequeue(), out problem);
        else if (problem is null && words.TryPeek(out word) && ReadDays(word) is { } days)
        {
            weekdays = days;
            words.Dequeue();
        }

        var (begin, end) = (0, DayMinutes);
        var hasHours = problem is null && words.TryPeek(out word) && IsHours(word);
        if (hasHours && !TryReadHours(words.Dequeue(), out begin, out end, out problem))
            return false;
        var zone = DateTimeZone.Utc;
        if (problem is null && words.TryDequeue(out word))
        {
            if (weekdays is null && dates is null && !hasHours && !word.Contains('/', StringComparison.Ordinal))
                problem = $"'{Shortened.Text(word)}' are no days; allowed are Mon to Sun, ranges (Mon-Fri), lists (Sat,Sun) and dates (2026-12-20..2027-01-03)";
            else if (words.Count > 0)
                problem = $"'{Shortened.Text(words.Peek())}' stands behind what should be the time zone, '{Shortened.Text(word)}'; allowed are {UpdateWindows.Allowed}";
            else if (TimeZones.TryFind(word, out var found, out problem))
                zone = found;
        }

        if (problem is not null)
            return false;
        entry = new WindowEntry(isFreeze, weekdays ?? AllDays, begin, end, zone) { Dates = dates };
        return true;
    }

    /// <summary>Lists may have a blank behind the comma.</summary>
    private static string Joined(string text)
    {
        while (text.Contains(", ", StringComparison.Ordinal))
            text = text.Replace(", ", ",", StringComparison.Ordinal);
        return text;
    }

    private static bool IsHours(string word) => char.IsAsciiDigit(word[0]) && word.Contains(':', StringComparison.Ordinal);

    private static bool IsDate(string word) => char.IsAsciiDigit(word[0]) && !word.Contains(':', StringComparison.Ordinal);

    private static bool TryReadHours(string word, out int begin, out int end, [NotNullWhen(false)] out string? problem)
    {
        (begin, end) = (0, 0);
        if (word.Split('-') is not [var from, var to] || !TryReadTime(from, out begin) || !TryReadTime(to, out end) || begin == DayMinutes)
            problem = $"'{Shortened.Text(word)}' are no hours; allowed is <from>-<to>, each 00:00 to 24:00, for example 09:00-16:00 or 22:00-04:00";
        else if (begin == end)
            problem = $"'{word}' has no length; a whole day is 00:00-24:00";
        else
            problem = null;
        return problem is null;
    }

    private static bool TryReadTime(string text, out int minutes)
    {
        minutes = 0;
        if (text.Split(':') is not [{ Length: 1 or 2 } hour, { Length: 2 } minute]
            || !int.TryParse(hour, NumberStyles.None, CultureInfo.InvariantCulture, out var hours) || !int.TryParse(minute, NumberStyles.None, CultureInfo.InvariantCulture, out minutes) || minutes > 59)
            return false;
        minutes += hours * 60;
        return minutes <= DayMinutes;
    }

    private static DateInterval? ReadDates(string word, out string? problem)
    {
        var pattern = LocalDatePattern.Iso;
        var ends = word.Split("..");
        problem = null;
        if (ends.Length > 2 || !pattern.Parse(ends[0]).TryGetValue(default, out var first) || !pattern.Parse(ends[^1]).TryGetValue(default, out var last) || first.Year is < 2000 or > 2200 || last.Year > 2200)
            problem = $"'{Shortened.Text(word)}' are no dates; allowed are a day (2026-12-24) and a first and a last day (2026-12-20..2027-01-03)";
        else if (last < first)
            problem = $"'{word}' ends before it begins";
        else
            return new DateInterval(first, last);
        return null;
    }

    /// <summary>Null when these are no days.</summary>
    private static int? ReadDays(string word)
    {
        var days = 0;
        foreach (var part in word.Split(','))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || Day(ends[0]) is not (>= 0 and var first) || Day(ends[^1]) is not (>= 0 and var last))
                return null;
            for (var day = first; ; day = (day + 1) % 7)
            {
                days |= 1 << day;
                if (day == last)
                    break;
            }
        }

        return days;
    }

    private static int Day(string name) => name.Length < 3 ? -1 : Array.FindIndex(
        DayNames, day => day.Equals(name, StringComparison.OrdinalIgnoreCase) || (name.Length == 3 && day.StartsWith(name, StringComparison.OrdinalIgnoreCase)));
}
