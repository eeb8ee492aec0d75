using FsCheck;
using FsCheck.Fluent;
using GitOpsBumper.Core.Schedules;
using NodaTime;

namespace GitOpsBumper.Tests.Core.Schedules;

/// <summary>When an application is looked at, by its annotation <c>schedule</c>.</summary>
public sealed class LookScheduleTests
{
    [Theory]
    [InlineData("@every 10m", "2026-11-20 08:03", "2026-11-20 08:13")]
    [InlineData("@every 1h30m", "2026-11-20 08:03", "2026-11-20 09:33")]
    [InlineData("@hourly", "2026-11-20 08:00", "2026-11-20 09:00")]
    [InlineData("@daily", "2026-11-20 08:03", "2026-11-21 00:00")]
    [InlineData("@weekly", "2026-11-20 08:03", "2026-11-22 00:00")]
    [InlineData("@monthly", "2026-11-20 08:03", "2026-12-01 00:00")]
    [InlineData("@daily Europe/Paris", "2026-11-20 08:03", "2026-11-20 23:00")]
    [InlineData("CRON_TZ=Europe/Paris 0 9 * * 1-5", "2026-11-20 08:00", "2026-11-23 08:00")]
    [InlineData("TZ=europe/paris 0 9 * * mon-FRI", "2026-11-20 07:59", "2026-11-20 08:00")]
    [InlineData("0 9 * * 1-5 Europe/Paris", "2026-07-20 06:00", "2026-07-20 07:00")]
    [InlineData("*/15 * * * *", "2026-11-20 08:03", "2026-11-20 08:15")]
    [InlineData("5/20 8 ? * ?", "2026-11-20 08:26", "2026-11-20 08:45")]
    [InlineData("0 0 29 2 *", "2026-11-20 08:03", "2028-02-29 00:00")]
    [InlineData("0 0 13 * fri", "2026-11-20 08:03", "2026-11-27 00:00")]
    [InlineData("0 0 13 * fri", "2026-12-11 00:00", "2026-12-13 00:00")]
    [InlineData("0 0 13 * *", "2026-11-20 08:03", "2026-12-13 00:00")]
    [InlineData("0 0 */2 * 1", "2026-11-20 08:03", "2026-11-21 00:00")]
    [InlineData("0 0 * * 7", "2026-11-20 08:03", "2026-11-22 00:00")]
    [InlineData("0 0 * * fri-sun", "2026-11-21 00:00", "2026-11-22 00:00")]
    [InlineData("0 0 1 jan,JUL *", "2026-11-20 08:03", "2027-01-01 00:00")]
    public void The_next_time_is_known(string text, string after, string next) => Assert.Equal(Moments.Utc(next), Parse(text).Next(Moments.Utc(after)));

    [Theory]
    [InlineData("@every 5s", "'5s' is no duration of at least 10s, for example @every 10m or @every 1h30m")]
    [InlineData("@every", "'' is no duration of at least 10s, for example @every 10m or @every 1h30m")]
    [InlineData("5m", "'5m' has 1 fields, cron has five: minute, hour, day of month, month, day of week")]
    [InlineData("@yesterday", "'@yesterday' is no schedule; allowed are @every <duration>, @hourly, @daily, @weekly, @monthly and five fields of cron")]
    [InlineData("0 9 * * 1-5 Europe/Pariss", "time zone 'Europe/Pariss' is not known; allowed are the names of IANA such as Europe/Paris, and UTC; did you mean 'Europe/Paris'?")]
    [InlineData("CRON_TZ=berlin 0 9 * * *", "time zone 'berlin' is not known; allowed are the names of IANA such as Europe/Paris, and UTC; did you mean 'Europe/Berlin'?")]
    [InlineData("0 0 31 2 *", "'0 0 31 2 *' never comes: no month that it allows has such a day")]
    [InlineData("60 * * * *", "'60' is no minute; allowed are *, 0 to 59, ranges (a-b), steps (*/n, a-b/n) and lists of these (a,b)")]
    [InlineData("0 9-8 * * *", "'9-8' is no hour; allowed are *, 0 to 23, ranges (a-b), steps (*/n, a-b/n) and lists of these (a,b)")]
    [InlineData("0 9 * * noday", "'noday' is no day of week; allowed are *, 0 to 6 and sun to sat, ranges (a-b), steps (*/n, a-b/n) and lists of these (a,b)")]
    [InlineData("*/0 * * * *", "'*/0' is no minute; allowed are *, 0 to 59, ranges (a-b), steps (*/n, a-b/n) and lists of these (a,b)")]
    [InlineData("0 9 * 13 *", "'13' is no month; allowed are *, 1 to 12 and jan to dec, ranges (a-b), steps (*/n, a-b/n) and lists of these (a,b)")]
    [InlineData("0 9 , * *", "',' is no day of month; allowed are *, 1 to 31, ranges (a-b), steps (*/n, a-b/n) and lists of these (a,b)")]
    public void What_is_no_schedule_is_told(string text, string problem)
    {
        Assert.False(LookSchedule.TryParse(text, out _, out var told));
        Assert.Equal(problem, told);
    }

    [Theory]
    // Berlin leaves out 02:00 to 03:00 on 29 March 2026, and has it twice on 25 October.
    [InlineData("30 2 * * *", "2026-03-28 12:00", "2026-03-29 01:00", "2026-03-30 00:30")]
    [InlineData("30 2 * * *", "2026-10-24 12:00", "2026-10-25 00:30", "2026-10-26 01:30")]
    [InlineData("*/30 * * * *", "2026-03-29 00:30", "2026-03-29 01:00", "2026-03-29 01:30")]
    [InlineData("*/30 * * * *", "2026-10-25 00:30", "2026-10-25 01:00", "2026-10-25 01:30")]
    [InlineData("*/30 2 * * *", "2026-10-24 12:00", "2026-10-25 00:00", "2026-10-25 00:30", "2026-10-26 01:00")]
    public void Clocks_that_are_put_forward_or_back_neither_lose_a_time_nor_repeat_it(string text, string after, params string[] times)
    {
        var schedule = Parse($"{text} Europe/Berlin");
        var at = Moments.Utc(after);
        foreach (var time in times)
        {
            at = schedule.Next(at)!.Value;
            Assert.Equal(Moments.Utc(time), at);
        }
    }

    [Fact]
    public void Around_every_change_of_clocks_the_next_time_is_that_of_somebody_who_waits_for_it_minute_by_minute()
    {
        (string Text, Func<LocalDateTime, bool> Fires, bool IsHourly)[] all =
        [
            ("*/15 * * * *", time => time.Minute % 15 == 0, true),
            ("30 2 * * *", time => time is { Minute: 30, Hour: 2 }, false),
            ("0 0 * * *", time => time is { Minute: 0, Hour: 0 }, false),
            ("*/20 1-3 * * *", time => time.Minute % 20 == 0 && time.Hour is >= 1 and <= 3, false),
            ("45 23 * * sat,sun", time => time is { Minute: 45, Hour: 23, DayOfWeek: IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday }, false),
            ("7 * * * *", time => time.Minute == 7, true),
        ];
        foreach (var zone in Moments.Zones.Select(id => DateTimeZoneProviders.Tzdb[id]))
        {
            foreach (var change in Moments.Changes(zone))
            {
                var begin = change - Duration.FromHours(30);
                var clock = Enumerable.Range(0, 60 * 60).Select(minute => begin + Duration.FromMinutes(minute)).ToList();
                foreach (var (text, fires, isHourly) in all)
                {
                    var expected = clock.Where(moment => Fires(zone, moment, fires, isHourly)).ToList();
                    var schedule = Parse($"{text} {zone.Id}");
                    for (var start = 0; start < 36 * 60; start += 41)
                        Check(schedule, clock[start], expected);
                }
            }
        }

        static void Check(LookSchedule schedule, Instant from, List<Instant> expected)
        {
            if (expected.Find(moment => moment > from) is var first && first != default)
                Assert.Equal(first.ToDateTimeOffset(), schedule.Next(from.ToDateTimeOffset()));
        }
    }

    [Fact]
    public void Every_schedule_is_that_of_its_fields()
    {
        var cases =
            from minutes in Some(0, 59)
            from hours in Some(0, 23)
            from days in Some(1, 31)
            from weekdays in Some(0, 6)
            from zone in Gen.Elements(Moments.Zones.ToArray())
            from start in Gen.Choose(0, 365 * 24 * 60)
            select (minutes, hours, days, weekdays, zone, start);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(Arb.From(cases), drawn =>
        {
            var (minutes, hours, days, weekdays, id, start) = drawn;
            var zone = DateTimeZoneProviders.Tzdb[id];
            var schedule = Parse($"{Text(minutes)} {Text(hours)} {Text(days)} * {Text(weekdays)} {id}");
            var from = Instant.FromUtc(2026, 1, 1, 0, 0) + Duration.FromMinutes(start);
            var next = Instant.FromDateTimeOffset(schedule.Next(from.ToDateTimeOffset())!.Value);
            Assert.True(next > from);
            for (var moment = from + Duration.FromMinutes(1); moment < next && moment < from + Duration.FromDays(20); moment += Duration.FromMinutes(1))
                Assert.False(Fires(zone, moment, On, hours.Count == 0));
            Assert.True(Fires(zone, next, On, hours.Count == 0));

            bool On(LocalDateTime time) => Has(minutes, time.Minute) && Has(hours, time.Hour)
                && (days.Count > 0 && weekdays.Count > 0 ? days.Contains(time.Day) || weekdays.Contains((int)time.DayOfWeek % 7) : Has(days, time.Day) && Has(weekdays, (int)time.DayOfWeek % 7));
        }));

        // None means all of them.
        static Gen<IReadOnlyList<int>> Some(int first, int last) =>
            Gen.Choose(0, 3).SelectMany(count => Gen.Choose(first, last).ListOf(count)).Select(list => (IReadOnlyList<int>)[.. list.Where(value => value <= 28 || last > 31).Distinct()]);
        static string Text(IReadOnlyList<int> values) => values.Count == 0 ? "*" : string.Join(',', values);
        static bool Has(IReadOnlyList<int> values, int value) => values.Count == 0 || values.Contains(value);
    }

    /// <summary>A time of the wall clock at its first moment, or at every one; or one that was left out, at the end of what was.</summary>
    private static bool Fires(DateTimeZone zone, Instant moment, Func<LocalDateTime, bool> fires, bool isHourly)
    {
        var interval = zone.GetZoneInterval(moment);
        var local = moment.InZone(zone).LocalDateTime;
        if (fires(local) && (isHourly || zone.MapLocal(local).First().ToInstant() == moment))
            return true;
        if (!interval.HasStart || interval.Start != moment)
            return false;
        var before = zone.GetZoneInterval(moment - Duration.Epsilon);
        for (var skipped = moment.WithOffset(before.WallOffset).LocalDateTime; skipped < local; skipped = skipped.PlusMinutes(1))
        {
            if (fires(skipped))
                return true;
        }

        return false;
    }

    private static LookSchedule Parse(string text)
    {
        Assert.True(LookSchedule.TryParse(text, out var schedule, out var problem), problem);
        return schedule;
    }
}
