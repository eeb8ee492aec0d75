using System.Diagnostics.CodeAnalysis;
using NodaTime;

namespace GitOpsBumper.Core.Schedules;

/// <summary>
/// When to look: <c>@every 10m</c>, <c>@hourly</c>, <c>@daily</c>, <c>@weekly</c>, <c>@monthly</c>, or five fields of cron with a time zone before them (<c>CRON_TZ=Europe/Paris</c>)
/// or behind them; without one in UTC.
/// </summary>
public sealed class LookSchedule
{
    /// <summary>29 February comes back after eight years at the latest.</summary>
    private const int Years = 9;

    private const int MaxLength = 500;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(10);

    /// <summary>From here it is tried whether there is any time at all.</summary>
    private static readonly DateTimeOffset Trial = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TimeSpan? _every;
    private readonly CronFields? _cron;
    private readonly DateTimeZone _zone;

    private LookSchedule(string text, TimeSpan? every, CronFields? cron, DateTimeZone zone) => (Text, _every, _cron, _zone) = (text, every, cron, zone);

    /// <summary>As it was given.</summary>
    public string Text { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out LookSchedule? schedule, [NotNullWhen(false)] out string? problem)
    {
        schedule = null;
        text = text.Trim();
        if (text.Length > MaxLength)
        {
            problem = $"a schedule of {text.Length} characters is too long, allowed are {MaxLength}";
            return false;
        }

        if (text.StartsWith("@every", StringComparison.OrdinalIgnoreCase))
            return TryParseEvery(text, out schedule, out problem);
        var (fields, name) = Split(text);
        DateTimeZone zone = DateTimeZone.Utc;
        if (name is not null)
        {
            if (!TimeZones.TryFind(name, out var found, out problem))
                return false;
            zone = found;
        }

        if (fields.StartsWith('@'))
        {
            fields = fields.ToLowerInvariant() switch
            {
                "@hourly" => "0 * * * *",
                "@daily" or "@midnight" => "0 0 * * *",
                "@weekly" => "0 0 * * 0",
                "@monthly" => "0 0 1 * *",
                _ => "",
            };
            if (fields.Length == 0)
            {
                problem = $"'{Shortened.Text(text)}' is no schedule; allowed are @every <duration>, @hourly, @daily, @weekly, @monthly and five fields of cron";
                return false;
            }
        }

        if (!CronFields.TryParse(fields, out var cron, out problem))
            return false;
        schedule = new LookSchedule(text, null, cron, zone);
        if (schedule.Next(Trial) is not null)
            return true;
        schedule = null;
        problem = $"'{Shortened.Text(text)}' never comes: no month that it allows has such a day";
        return false;
    }

    /// <summary>
    /// The first time after a moment; null: there is none. A time that the wall clock leaves out comes when it goes on, and one that it shows twice comes the first time; what comes every hour
    /// comes in every hour that passes.
    /// </summary>
    public DateTimeOffset? Next(DateTimeOffset after)
    {
        if (_every is { } every)
            return after < DateTimeOffset.MaxValue - every ? after + every : null;
        var from = Instant.FromDateTimeOffset(after);
        // Where the clock was put back over midnight, the day before is not over.
        var date = from.InZone(_zone).Date.PlusDays(-1);
        var end = date.PlusYears(Years);
        Instant? next = null;
        for (; date < end && (next is null || _zone.First(date.AtMidnight()) < next); date = date.PlusDays(1))
        {
            if (_cron!.IsOn(date) && _zone.Last(date.PlusDays(1).AtMidnight()) > from && NextOn(date, from) is { } found && !(next < found))
                next = found;
        }

        return next?.ToDateTimeOffset();
    }

    public override string ToString() => Text;

    private static bool TryParseEvery(string text, [NotNullWhen(true)] out LookSchedule? schedule, [NotNullWhen(false)] out string? problem)
    {
        var duration = text["@every".Length..].Trim();
        if (GoDuration.TryParse(duration, out var every) && every >= Shortest)
        {
            (schedule, problem) = (new LookSchedule(text, every, null, DateTimeZone.Utc), null);
            return true;
        }

        (schedule, problem) = (null, $"'{Shortened.Text(duration)}' is no duration of at least {GoDuration.Format(Shortest)}, for example @every 10m or @every 1h30m");
        return false;
    }

    private static (string Fields, string? Zone) Split(string text)
    {
        foreach (var prefix in (string[])["CRON_TZ=", "TZ="])
        {
            if (text.StartsWith(prefix, StringComparison.Ordinal))
            {
                var parts = text[prefix.Length..].Split((char[]?)null, 2, StringSplitOptions.TrimEntries);
                return (parts.Length > 1 ? parts[1] : "", parts[0]);
            }
        }

        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var fields = text.StartsWith('@') ? 1 : 5;
        return words.Length == fields + 1 ? (string.Join(' ', words[..fields]), words[^1]) : (text, null);
    }

    private Instant? NextOn(LocalDate date, Instant after)
    {
        Instant? next = null;
        for (var hour = 0; hour < 24; hour++)
        {
            if (!_cron!.HasHour(hour) || _zone.Last(date.At(new LocalTime(hour, 59, 59))) <= after)
                continue;
            for (var minute = 0; minute < 60; minute++)
            {
                if (!_cron.HasMinute(minute))
                    continue;
                var mapping = _zone.MapLocal(date.At(new LocalTime(hour, minute)));
                var first = mapping.Count == 0 ? mapping.EarlyInterval.End : mapping.First().ToInstant();
                if (first > after && !(next < first))
                    next = first;
                // What follows a time that the clock shows once comes after it.
                if (mapping.Count == 1 && first > after)
                    return next;
                if (mapping.Count == 2 && _cron.IsHourly && mapping.Last().ToInstant() is var last && last > after && !(next < last))
                    next = last;
            }
        }

        return next;
    }
}
