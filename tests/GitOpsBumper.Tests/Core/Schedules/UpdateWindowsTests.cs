using GitOpsBumper.Core.Schedules;
using NodaTime;

namespace GitOpsBumper.Tests.Core.Schedules;

/// <summary>When something may be written, by the annotation <c>update-window</c>.</summary>
public sealed class UpdateWindowsTests
{
    [Theory]
    // 20 November 2026 is a Friday.
    [InlineData("Mon-Fri 09:00-16:00 Europe/Paris", "2026-11-20 07:59", "2026-11-20 08:00")]
    [InlineData("Mon-Fri 09:00-16:00 Europe/Paris", "2026-11-20 08:00", "2026-11-20 08:00")]
    [InlineData("Mon-Fri 09:00-16:00 Europe/Paris", "2026-11-20 14:59", "2026-11-20 14:59")]
    [InlineData("Mon-Fri 09:00-16:00 Europe/Paris", "2026-11-20 15:00", "2026-11-23 08:00")]
    [InlineData("sat,SUNDAY", "2026-11-20 15:00", "2026-11-21 00:00")]
    [InlineData("Sat, Sun 10:00-11:00", "2026-11-20 15:00", "2026-11-21 10:00")]
    [InlineData("Fri-Mon 10:00-11:00", "2026-11-23 11:00", "2026-11-27 10:00")]
    [InlineData("22:00-04:00", "2026-11-20 03:59", "2026-11-20 03:59")]
    [InlineData("22:00-04:00", "2026-11-20 04:00", "2026-11-20 22:00")]
    [InlineData("Fri 22:00-04:00", "2026-11-20 03:00", "2026-11-20 22:00")]
    [InlineData("Fri 22:00-04:00", "2026-11-21 03:00", "2026-11-21 03:00")]
    [InlineData("Fri 22:00-04:00", "2026-11-21 04:00", "2026-11-27 22:00")]
    [InlineData("!Fri 15:00-24:00", "2026-11-20 15:30", "2026-11-21 00:00")]
    [InlineData("!Fri 15:00-24:00; !Sat; !Sun", "2026-11-20 15:30", "2026-11-23 00:00")]
    [InlineData("!2026-12-20..2027-01-03 Europe/Berlin", "2026-12-19 23:00", "2027-01-03 23:00")]
    [InlineData("!2026-12-20..2027-01-03 Europe/Berlin", "2026-12-19 22:59", "2026-12-19 22:59")]
    [InlineData("!2026-12-24", "2026-12-24 10:00", "2026-12-25 00:00")]
    [InlineData("Mon-Fri 09:00-16:00\n!2026-11-23", "2026-11-21 10:00", "2026-11-24 09:00")]
    [InlineData("09:00-10:00 Europe/Paris;14:00-15:00 America/New_York", "2026-11-20 09:00", "2026-11-20 19:00")]
    [InlineData("Mon 09:00-12:00; !Mon 09:00-10:30 ", "2026-11-20 09:00", "2026-11-23 10:30")]
    [InlineData("2026-11-25 10:00-12:00", "2026-11-20 09:00", "2026-11-25 10:00")]
    [InlineData("2026-11-25 10:00-12:00", "2026-11-25 12:00", null)]
    [InlineData("Mon; !2026-01-01..2030-12-31", "2026-11-25 12:00", null)]
    // Berlin leaves out 02:00 to 03:00 on 29 March 2026, and has it twice on 25 October.
    [InlineData("02:30-03:30 Europe/Berlin", "2026-03-28 12:00", "2026-03-29 01:00")]
    [InlineData("02:15-02:45 Europe/Berlin", "2026-03-28 12:00", "2026-03-30 00:15")]
    [InlineData("02:15-02:45 Europe/Berlin", "2026-10-25 00:45", "2026-10-25 01:15")]
    [InlineData("!02:30-23:59 Europe/Berlin", "2026-10-25 00:30", "2026-10-25 01:00")]
    public void The_next_opening_is_known(string text, string at, string? opens)
    {
        var windows = Parse(text);
        Assert.Equal(opens is null ? null : Moments.Utc(opens), windows.NextOpen(Moments.Utc(at)));
        Assert.Equal(at == opens, windows.IsOpen(Moments.Utc(at)));
    }

    [Theory]
    [InlineData("", "'' has no windows; allowed are [!][days] [HH:MM-HH:MM] [time zone], for example Mon-Fri 09:00-16:00 Europe/Paris, several with ';' between them, with '!' for a freeze")]
    [InlineData("!", "'!' names neither days nor hours; allowed are [!][days] [HH:MM-HH:MM] [time zone], for example Mon-Fri 09:00-16:00 Europe/Paris, several with ';' between them, with '!' for a freeze")]
    [InlineData("Mon-Fry 09:00-16:00", "'Mon-Fry' are no days; allowed are Mon to Sun, ranges (Mon-Fri), lists (Sat,Sun) and dates (2026-12-20..2027-01-03)")]
    [InlineData("Mon 9-16", "time zone '9-16' is not known; allowed are the names of IANA such as Europe/Paris, and UTC")]
    [InlineData("Mon 09:00-25:00", "'09:00-25:00' are no hours; allowed is <from>-<to>, each 00:00 to 24:00, for example 09:00-16:00 or 22:00-04:00")]
    [InlineData("Mon 09:00-09:00", "'09:00-09:00' has no length; a whole day is 00:00-24:00")]
    [InlineData("Mon 09:00-10:00 Europe/Pari", "time zone 'Europe/Pari' is not known; allowed are the names of IANA such as Europe/Paris, and UTC; did you mean 'Europe/Paris'?")]
    [InlineData("2026-02-30", "'2026-02-30' are no dates; allowed are a day (2026-12-24) and a first and a last day (2026-12-20..2027-01-03)")]
    [InlineData("!2027-01-03..2026-12-20", "'2027-01-03..2026-12-20' ends before it begins")]
    [InlineData("!00:00-24:00", "'!00:00-24:00' never opens: its freezes leave nothing of its windows")]
    [InlineData("Mon 09:00-12:00; !Mon-Fri", "'Mon 09:00-12:00; !Mon-Fri' never opens: its freezes leave nothing of its windows")]
    [InlineData("2026-12-24; !2026-12-20..2026-12-31", "'2026-12-24; !2026-12-20..2026-12-31' never opens: its freezes leave nothing of its windows")]
    public void What_are_no_windows_is_told(string text, string problem)
    {
        Assert.False(UpdateWindows.TryParse(text, out _, out var told));
        Assert.Equal(problem, told);
    }

    [Fact]
    public void Windows_are_bounded()
    {
        Assert.False(UpdateWindows.TryParse(string.Join(';', Enumerable.Repeat("Mon", 33)), out _, out var problem));
        Assert.Equal("33 update windows are given, allowed are 32", problem);
        Assert.False(UpdateWindows.TryParse(new string(';', 4001), out _, out _));
    }

    [Fact]
    public void Around_every_change_of_clocks_they_open_and_shut_by_the_wall_clock()
    {
        (string Text, Func<LocalDateTime, bool> IsOpen)[] all =
        [
            ("02:15-02:45 {0}", time => Minute(time) is >= 135 and < 165),
            ("22:30-00:30 {0}", time => Minute(time) is >= 1350 or < 30),
            ("Sun 00:00-24:00 {0}", time => time.DayOfWeek == IsoDayOfWeek.Sunday),
            ("Sat,Sun 23:15-01:15 {0}", time => (Minute(time) >= 1395 && IsWeekend(time.Date)) || (Minute(time) < 75 && IsWeekend(time.Date.PlusDays(-1)))),
            ("!00:10-01:20 {0}; !01:50-23:40 {0}", time => Minute(time) is < 10 or (>= 80 and < 110) or >= 1420),
            ("00:00-04:00 {0}; !01:30-02:30 {0}", time => Minute(time) is < 90 or (>= 150 and < 240)),
        ];
        foreach (var zone in Moments.Zones.Select(id => DateTimeZoneProviders.Tzdb[id]))
        {
            foreach (var change in Moments.Changes(zone))
            {
                var begin = change - Duration.FromHours(26);
                foreach (var (text, isOpen) in all)
                {
                    var windows = Parse(text.Replace("{0}", zone.Id, StringComparison.Ordinal));
                    Instant? next = null;
                    for (var minute = 50 * 60; minute >= 0; minute--)
                    {
                        var moment = begin + Duration.FromMinutes(minute);
                        if (isOpen(moment.InZone(zone).LocalDateTime))
                            next = moment;
                        if (minute % 31 != 0 || next is null)
                            continue;
                        Assert.Equal(next == moment, windows.IsOpen(moment.ToDateTimeOffset()));
                        Assert.Equal(next.Value.ToDateTimeOffset(), windows.NextOpen(moment.ToDateTimeOffset()));
                    }
                }
            }
        }

        static int Minute(LocalDateTime time) => (time.Hour * 60) + time.Minute;
        static bool IsWeekend(LocalDate date) => date.DayOfWeek is IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday;
    }

    private static UpdateWindows Parse(string text)
    {
        Assert.True(UpdateWindows.TryParse(text, out var windows, out var problem), problem);
        return windows;
    }
}
