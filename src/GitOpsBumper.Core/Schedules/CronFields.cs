using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using NodaTime;

namespace GitOpsBumper.Core.Schedules;

/// <summary>The five fields of cron: minute, hour, day of the month, month, day of the week. Times are those of a wall clock, whatever its zone.</summary>
/// <seealso href="https://pkg.go.dev/github.com/robfig/cron/v3#hdr-CRON_Expression_Format"/>
internal sealed class CronFields
{
    private static readonly string[] MonthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] DayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private static readonly Field Minute = new("minute", 0, 59, []);
    private static readonly Field Hour = new("hour", 0, 23, []);
    private static readonly Field Day = new("day of month", 1, 31, []);
    private static readonly Field Month = new("month", 1, 12, MonthNames);
    private static readonly Field Weekday = new("day of week", 0, 6, DayNames);

    private readonly ulong _minutes;
    private readonly ulong _hours;
    private readonly ulong _days;
    private readonly ulong _months;
    private readonly ulong _weekdays;
    private readonly bool _either;

    private CronFields(Values minutes, Values hours, Values days, Values months, Values weekdays)
    {
        (_minutes, _hours, _days, _months) = (minutes.Set, hours.Set, days.Set, months.Set);
        // 7 is Sunday too.
        _weekdays = (weekdays.Set | (weekdays.Set >> 7)) & 0x7f;
        _either = !days.IsAny && !weekdays.IsAny;
    }

    /// <summary>Whether it fires in every hour: then an hour that the clock shows twice counts twice.</summary>
    public bool IsHourly => _hours == (1UL << 24) - 1;

    public static bool TryParse(string text, [NotNullWhen(true)] out CronFields? fields, [NotNullWhen(false)] out string? problem)
    {
        fields = null;
        var parts = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != 5)
        {
            problem = $"'{Shortened.Text(text)}' has {parts.Length} fields, cron has five: minute, hour, day of month, month, day of week";
            return false;
        }

        if (!TryRead(parts[0], Minute, out var minutes, out problem) || !TryRead(parts[1], Hour, out var hours, out problem) || !TryRead(parts[2], Day, out var days, out problem)
            || !TryRead(parts[3], Month, out var months, out problem) || !TryRead(parts[4], Weekday, out var weekdays, out problem))
            return false;
        fields = new CronFields(minutes, hours, days, months, weekdays);
        return true;
    }

    /// <summary>Whether it fires on a day at all.</summary>
    public bool IsOn(LocalDate date)
    {
        if (!Has(_months, date.Month))
            return false;
        var (day, weekday) = (Has(_days, date.Day), Has(_weekdays, (int)date.DayOfWeek % 7));
        return _either ? day || weekday : day && weekday;
    }

    public bool HasHour(int hour) => Has(_hours, hour);

    public bool HasMinute(int minute) => Has(_minutes, minute);

    /// <summary>The last time of the wall clock that is not after another one, and after a third; null: there is none.</summary>
    public LocalDateTime? LastUntil(LocalDateTime until, LocalDateTime after)
    {
        for (var date = until.Date; date >= after.Date; date = date.PlusDays(-1))
        {
            if (!IsOn(date))
                continue;
            var isLast = date == until.Date;
            for (var hour = isLast ? until.Hour : 23; hour >= 0; hour--)
            {
                if (!Has(_hours, hour))
                    continue;
                for (var minute = isLast && hour == until.Hour ? until.Minute : 59; minute >= 0; minute--)
                {
                    if (Has(_minutes, minute))
                        return date.At(new LocalTime(hour, minute)) is var time && time > after ? time : null;
                }
            }
        }

        return null;
    }

    private static bool Has(ulong set, int value) => (set & (1UL << value)) != 0;

    private static bool TryRead(string text, Field field, out Values values, [NotNullWhen(false)] out string? problem)
    {
        values = new Values(0, false);
        foreach (var part in text.Split(','))
        {
            if (!TryReadPart(part, field, out var read))
            {
                var names = field.Names.Length == 0 ? "" : $" and {field.Names[0]} to {field.Names[^1]}";
                problem = $"'{Shortened.Text(text)}' is no {field.Name}; allowed are *, {field.First} to {field.Last}{names}, ranges (a-b), steps (*/n, a-b/n) and lists of these (a,b)";
                return false;
            }

            values = new Values(values.Set | read.Set, values.IsAny || read.IsAny);
        }

        problem = null;
        return true;
    }

    /// <summary>As in Go's library, a step makes <c>*</c> a restriction, and one number with a step goes on to the end.</summary>
    private static bool TryReadPart(string text, Field field, out Values values)
    {
        values = new Values(0, false);
        var (range, step) = (text, 1);
        if (text.Split('/') is { Length: > 1 } stepped)
        {
            if (stepped.Length > 2 || !int.TryParse(stepped[1], NumberStyles.None, CultureInfo.InvariantCulture, out step) || step is < 1 or > 60)
                return false;
            range = stepped[0];
        }

        int first, last;
        var isAny = range is "*" or "?";
        if (isAny)
            (first, last) = (field.First, field.Last);
        else if (range.Split('-') is { Length: 2 } ends)
        {
            if (!field.TryNumber(ends[0], out first) || !field.TryNumber(ends[1], out last))
                return false;
            // A week may end with Sunday.
            if (field == Weekday && last == 0 && first > 0)
                last = 7;
        }
        else if (field.TryNumber(range, out first))
            last = text.Length == range.Length ? first : Math.Max(first, field.Last);
        else
            return false;

        if (first > last)
            return false;
        var set = 0UL;
        for (var value = first; value <= last; value += step)
            set |= 1UL << value;
        values = new Values(set, isAny && step == 1);
        return true;
    }

    /// <param name="IsAny">It restricts nothing.</param>
    private readonly record struct Values(ulong Set, bool IsAny);

    private sealed record Field(string Name, int First, int Last, string[] Names)
    {
        public bool TryNumber(string text, out int number)
        {
            if (Array.FindIndex(Names, name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is var index and >= 0)
            {
                number = First + index;
                return true;
            }

            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= First && number <= (Names == DayNames ? 7 : Last);
        }
    }
}
