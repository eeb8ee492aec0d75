using System.Globalization;
using NodaTime;

namespace GitOpsBumper.Tests.Core.Schedules;

/// <summary>Moments of tests, and the days on which clocks are put forward or back.</summary>
internal static class Moments
{
    /// <summary>Over midnight, by half an hour, on either half of the globe, and by the law of the day.</summary>
    public static IReadOnlyList<string> Zones { get; } =
    [
        "Europe/Berlin", "Europe/London", "America/New_York", "America/Havana", "America/Nuuk", "Asia/Beirut", "Africa/Cairo", "Africa/Casablanca", "Australia/Lord_Howe", "Pacific/Chatham", "America/Santiago",
    ];

    public static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>All changes of a zone from 2024 to 2030.</summary>
    public static IEnumerable<Instant> Changes(DateTimeZone zone) => zone.GetZoneIntervals(Instant.FromUtc(2024, 1, 1, 0, 0), Instant.FromUtc(2031, 1, 1, 0, 0)).Where(interval => interval.HasStart).Select(interval => interval.Start).Skip(1);
}
