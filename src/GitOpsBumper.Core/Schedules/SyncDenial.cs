using GitOpsBumper.Core.Applications;
using NodaTime;

namespace GitOpsBumper.Core.Schedules;

/// <summary>
/// A window of a project that denies, as Argo CD reads it: on when it has begun within its duration, by the wall clock of its zone. One that cannot be read denies all the time, for nobody
/// knows when it was meant to.
/// </summary>
/// <seealso href="https://argo-cd.readthedocs.io/en/stable/user-guide/sync_windows/"/>
public sealed class SyncDenial
{
    /// <summary>More beginnings in a row than that are taken for no end.</summary>
    private const int MaxBeginnings = 10_000;

    private readonly SyncWindow _window;
    private readonly string _project;
    private readonly CronFields? _cron;
    private readonly Duration _duration;

    private SyncDenial(SyncWindow window, string project)
    {
        (_window, _project) = (window, project);
        if (window.Problem is { } unread)
            Problem = unread;
        else if (window.Kind != SyncWindow.Deny)
            Problem = $"kind '{Shortened.Text(window.Kind)}' is not known; allowed are {SyncWindow.Allow} and {SyncWindow.Deny}";
        else if (!CronFields.TryParse(window.Schedule, out _cron, out var problem))
            Problem = $"schedule: {problem}";
        else if (!GoDuration.TryParse(window.Duration, out var duration) || duration <= TimeSpan.Zero)
            Problem = $"duration '{Shortened.Text(window.Duration)}' is no duration, for example 1h30m";
        else if (window.TimeZone.Length > 0 && !TimeZones.TryFind(window.TimeZone, out var zone, out problem))
            Problem = problem;
        else
            (_duration, Zone) = (Duration.FromTimeSpan(duration), window.TimeZone.Length > 0 && TimeZones.TryFind(window.TimeZone, out zone, out _) ? zone : DateTimeZone.Utc);
    }

    /// <summary>Why it cannot be read; null: it can.</summary>
    public string? Problem { get; }

    public DateTimeZone Zone { get; } = DateTimeZone.Utc;

    /// <summary>Those of a project's windows that an Application has to wait for; windows that allow are none of them.</summary>
    public static IReadOnlyList<SyncDenial> Of(AppProject project, ApplicationSnapshot application) =>
        [.. project.SyncWindows.Where(window => window.Kind != SyncWindow.Allow && window.IsFor(application)).Select(window => new SyncDenial(window, project.Name.Name))];

    public bool IsOn(DateTimeOffset at) => Problem is not null || Begun(Local(at)) is not null;

    /// <summary>When it is on no more; null: nobody knows, or not within the horizon.</summary>
    public DateTimeOffset? EndAfter(DateTimeOffset at)
    {
        if (Problem is not null)
            return null;
        var local = Local(at);
        var last = local.PlusDays((int)UpdateWindows.Horizon.TotalDays);
        for (var count = 0; count < MaxBeginnings && local <= last; count++)
        {
            if (Begun(local) is not { } begun)
                return Zone.First(local).ToDateTimeOffset() is var end && end > at ? end : Zone.Last(local).ToDateTimeOffset();
            local = begun + Period.FromTicks((long)_duration.TotalTicks);
        }

        return null;
    }

    /// <summary>Behind "waits for the end of".</summary>
    public override string ToString() => Problem is null
        ? $"a deny window of project '{_project}' ({Shortened.Text(_window.Schedule)} for {Shortened.Text(_window.Duration)})"
        : $"a sync window of project '{_project}' that cannot be read, which counts as denying: {Problem}";

    private LocalDateTime Local(DateTimeOffset at) => Instant.FromDateTimeOffset(at).InZone(Zone).LocalDateTime;

    private LocalDateTime? Begun(LocalDateTime now) => _cron!.LastUntil(now, now - Period.FromTicks((long)_duration.TotalTicks));
}
