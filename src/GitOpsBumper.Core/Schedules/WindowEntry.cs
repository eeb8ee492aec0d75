using NodaTime;

namespace GitOpsBumper.Core.Schedules;

/// <summary>One window: hours of certain days, by the wall clock of a zone.</summary>
/// <param name="IsFreeze">Nothing is written while it is on; else something may.</param>
/// <param name="Weekdays">A bit for each, Monday the first; all of them where dates are given.</param>
/// <param name="Begin">In minutes of the day that it belongs to.</param>
/// <param name="End">Of the same day, at most 24:00; not after <paramref name="Begin"/>: of the next one.</param>
/// <param name="Zone">Whose clock counts.</param>
internal sealed record WindowEntry(bool IsFreeze, int Weekdays, int Begin, int End, DateTimeZone Zone)
{
    private const int Ahead = 8;

    /// <summary>The first and the last day, in place of days of the week; null: every week.</summary>
    public DateInterval? Dates { get; init; }

    private bool PassesMidnight => End <= Begin;

    public bool IsOn(Instant at)
    {
        var now = at.InZone(Zone).LocalDateTime;
        var minute = (now.Hour * 60) + now.Minute;
        return PassesMidnight
            ? (minute >= Begin && IsDay(now.Date)) || (minute < End && IsDay(now.Date.PlusDays(-1)))
            : minute >= Begin && minute < End && IsDay(now.Date);
    }

    /// <summary>When it is on no more.</summary>
    /// <param name="at">It is on.</param>
    public Instant EndAfter(Instant at)
    {
        var now = at.InZone(Zone).LocalDateTime;
        var minute = (now.Hour * 60) + now.Minute;
        var local = Time(PassesMidnight && minute >= Begin ? now.Date.PlusDays(1) : now.Date, End);
        var end = Zone.First(local) is var first && first > at ? first : Zone.Last(local);
        return Zone.NextChange(at) is { } change && change < end && !IsOn(change) ? change : end;
    }

    /// <summary>When it is on next; null: never again.</summary>
    /// <param name="at">It is not on.</param>
    public Instant? BeginAfter(Instant at)
    {
        var date = at.InZone(Zone).Date.PlusDays(-1);
        if (Dates is { } dates)
            date = LocalDate.Max(date, dates.Start);
        Instant? begin = null;
        for (var day = 0; day <= Ahead + 1 && begin is null; day++, date = date.PlusDays(1))
        {
            if (!IsDay(date))
                continue;
            var local = Time(date, Begin);
            begin = new[] { Zone.First(local), Zone.Last(local) }.Where(moment => moment > at && IsOn(moment)).Cast<Instant?>().Min();
        }

        // The clock may be put into it, forward or back.
        for (var change = Zone.NextChange(at); change is { } moment && (begin is null ? moment - at < Duration.FromDays(Ahead) : moment < begin); change = Zone.NextChange(moment))
        {
            if (IsOn(moment))
                return moment;
        }

        return begin;
    }

    private bool IsDay(LocalDate date) => Dates?.Contains(date) ?? (Weekdays & (1 << ((int)date.DayOfWeek - 1))) != 0;

    private static LocalDateTime Time(LocalDate date, int minute) => minute == 24 * 60 ? date.PlusDays(1).AtMidnight() : date.At(new LocalTime(minute / 60, minute % 60));
}
