using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using NodaTime;

namespace GitOpsBumper.Core.Schedules;

/// <summary>The time zones of IANA, which come with the program: images of containers have none. They are loaded when the first is asked for.</summary>
/// <seealso href="https://www.iana.org/time-zones"/>
public static class TimeZones
{
    private static readonly Lazy<Dictionary<string, string>> Ids = new(() =>
        DateTimeZoneProviders.Tzdb.Ids.ToDictionary(id => id, StringComparer.OrdinalIgnoreCase));

    /// <param name="name">In any case: <c>Europe/Paris</c>.</param>
    /// <param name="zone">Known by its proper name.</param>
    /// <param name="problem">A sentence, with the nearest name that is known.</param>
    public static bool TryFind(string name, [NotNullWhen(true)] out DateTimeZone? zone, [NotNullWhen(false)] out string? problem)
    {
        zone = name.Equals("UTC", StringComparison.OrdinalIgnoreCase) ? DateTimeZone.Utc : Ids.Value.TryGetValue(name, out var id) ? DateTimeZoneProviders.Tzdb[id] : null;
        problem = zone is not null ? null : $"time zone '{Shortened.Text(name)}' is not known; allowed are the names of IANA such as Europe/Paris, and UTC{Suggest(name)}";
        return zone is not null;
    }

    /// <summary>A moment as people of the zone would say it: <c>Mon 2026-11-23 09:00 Europe/Paris</c>.</summary>
    public static string Show(DateTimeOffset moment, DateTimeZone zone) =>
        $"{Instant.FromDateTimeOffset(moment).InZone(zone).ToString("ddd uuuu-MM-dd HH:mm", CultureInfo.InvariantCulture)} {zone.Id}";

    /// <summary>The first moment that a wall clock shows a time; where it never does, the first one after the time that was left out.</summary>
    internal static Instant First(this DateTimeZone zone, LocalDateTime time)
    {
        var mapping = zone.MapLocal(time);
        return mapping.Count == 0 ? mapping.EarlyInterval.End : mapping.First().ToInstant();
    }

    /// <summary>As <see cref="First"/>, but the last one.</summary>
    internal static Instant Last(this DateTimeZone zone, LocalDateTime time)
    {
        var mapping = zone.MapLocal(time);
        return mapping.Count == 0 ? mapping.EarlyInterval.End : mapping.Last().ToInstant();
    }

    /// <summary>When the clock is put forward or back next; null: never.</summary>
    internal static Instant? NextChange(this DateTimeZone zone, Instant after) => zone.GetZoneInterval(after) is { HasEnd: true } interval ? interval.End : null;

    /// <summary>People leave out the continent.</summary>
    private static string Suggest(string name) => Ids.Value.Values.FirstOrDefault(id => id.EndsWith("/" + name, StringComparison.OrdinalIgnoreCase)) is { } city
        ? $"; did you mean '{city}'?"
        : NearestName.Suggest(name, Ids.Value.Values);
}
