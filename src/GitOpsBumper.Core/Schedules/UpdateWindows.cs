using System.Diagnostics.CodeAnalysis;
using NodaTime;

namespace GitOpsBumper.Core.Schedules;

/// <summary>
/// When something may be written: while some window is open and no freeze is on; with freezes alone, whenever none is on. Windows go by the wall clock of their zone: an hour that it shows twice
/// counts twice, one that it leaves out does not come.
/// </summary>
public sealed class UpdateWindows
{
    /// <summary>Lifts windows that hold by default.</summary>
    public const string Any = "any";

    internal const string Allowed = "[!][days] [HH:MM-HH:MM] [time zone], for example Mon-Fri 09:00-16:00 Europe/Paris, several with ';' between them, with '!' for a freeze";

    private const int MaxEntries = 32;
    private const int MaxLength = 4000;

    /// <summary>So far is looked ahead for the next opening.</summary>
    public static readonly TimeSpan Horizon = TimeSpan.FromDays(400);

    private readonly IReadOnlyList<WindowEntry> _windows;
    private readonly IReadOnlyList<WindowEntry> _freezes;

    private UpdateWindows(string text, IReadOnlyList<WindowEntry> entries)
    {
        Text = text;
        _windows = [.. entries.Where(entry => !entry.IsFreeze)];
        _freezes = [.. entries.Where(entry => entry.IsFreeze)];
    }

    /// <summary>As it was given.</summary>
    public string Text { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out UpdateWindows? windows, [NotNullWhen(false)] out string? problem)
    {
        windows = null;
        if (text.Length > MaxLength)
        {
            problem = $"update windows of {text.Length} characters are too long, allowed are {MaxLength}";
            return false;
        }

        var texts = text.Split([';', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (texts.Length is 0 or > MaxEntries)
        {
            problem = texts.Length == 0 ? $"'{text}' has no windows; allowed are {Allowed}" : $"{texts.Length} update windows are given, allowed are {MaxEntries}";
            return false;
        }

        var entries = new List<WindowEntry>();
        foreach (var one in texts)
        {
            if (!WindowReader.TryRead(one, out var entry, out problem))
                return false;
            entries.Add(entry);
        }

        var read = new UpdateWindows(text, entries);
        if (!read.EverOpens)
        {
            problem = $"'{Shortened.Text(text)}' never opens: its freezes leave nothing of its windows";
            return false;
        }

        windows = read;
        problem = null;
        return true;
    }

    public bool IsOpen(DateTimeOffset at) => IsOpen(Instant.FromDateTimeOffset(at));

    /// <summary>The first moment, not before another one, at which it is open; null when none comes within <see cref="Horizon"/>.</summary>
    public DateTimeOffset? NextOpen(DateTimeOffset at) => NextOpen(Instant.FromDateTimeOffset(at), Duration.FromTimeSpan(Horizon))?.ToDateTimeOffset();

    /// <summary>The zone that people who wait for a moment think in.</summary>
    public DateTimeZone ZoneAt(DateTimeOffset at)
    {
        var moment = Instant.FromDateTimeOffset(at);
        return (_windows.FirstOrDefault(window => window.IsOn(moment)) ?? _windows.Concat(_freezes).First()).Zone;
    }

    public override string ToString() => Text;

    /// <summary>Weeks are alike, but for what stands on dates: so a week of either half of a year tells, and the days that are named.</summary>
    private bool EverOpens => new[] { new LocalDate(2024, 1, 10), new LocalDate(2024, 7, 10) }.Concat(_windows.Select(window => window.Dates?.Start).OfType<LocalDate>())
        .Any(date => NextOpen(date.PlusDays(-2).AtMidnight().InUtc().ToInstant(), Duration.FromDays(date.Year == 2024 ? 16 : 400), ignoresDates: date.Year == 2024) is not null);

    private bool IsOpen(Instant at) => (_windows.Count == 0 || _windows.Any(window => window.IsOn(at))) && !_freezes.Any(freeze => freeze.IsOn(at));

    private Instant? NextOpen(Instant at, Duration ahead, bool ignoresDates = false)
    {
        var end = at + ahead;
        var freezes = ignoresDates ? [.. _freezes.Where(freeze => freeze.Dates is null)] : _freezes;
        while (at < end)
        {
            var now = at;
            if (freezes.Where(freeze => freeze.IsOn(now)).Select(freeze => (Instant?)freeze.EndAfter(now)).Max() is { } thawed)
                at = thawed;
            else if (_windows.Count == 0 || _windows.Any(window => window.IsOn(now)))
                return at;
            else if (_windows.Select(window => window.BeginAfter(now)).Min() is { } begin)
                at = begin;
            else
                return null;
        }

        return null;
    }
}
