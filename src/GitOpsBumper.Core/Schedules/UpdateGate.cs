namespace GitOpsBumper.Core.Schedules;

/// <summary>Something that is to be written has to wait.</summary>
/// <param name="Until">Null: nobody knows, or not within <see cref="UpdateWindows.Horizon"/>.</param>
/// <param name="Reason">To be read after what waits: <c>waits for the update window: opens Mon 2026-11-23 09:00 Europe/Paris</c>.</param>
public sealed record ShutGate(DateTimeOffset? Until, string Reason)
{
    /// <summary>Somebody said that it is urgent: nothing waits, and it is told.</summary>
    public bool IsPassed { get; init; }

    /// <summary>Nothing is ever written: people are told, and no pin passes.</summary>
    public bool IsForGood { get; init; }

    /// <summary>Of an Application whose owner wants to be told and no more.</summary>
    public static ShutGate OnlyTelling { get; } = new(null, "would be written, but the mode of the Application is notify") { IsForGood = true };
}

/// <summary>What an Application's updates have to pass: its windows, and what its project denies.</summary>
public static class UpdateGate
{
    private const int MaxTurns = 1000;

    /// <summary>Null: it is open.</summary>
    /// <param name="windows">Null: there are none.</param>
    /// <param name="denials">Of the project.</param>
    /// <param name="now">When something is to be written.</param>
    public static ShutGate? Find(UpdateWindows? windows, IReadOnlyList<SyncDenial> denials, DateTimeOffset now)
    {
        var denial = denials.FirstOrDefault(one => one.IsOn(now));
        var isShut = windows?.IsOpen(now) == false;
        if (!isShut && denial is null)
            return null;
        var until = NextOpen(windows, denials, now);
        if (isShut)
        {
            return new ShutGate(until, until is { } opening
                ? $"waits for the update window: opens {TimeZones.Show(opening, windows!.ZoneAt(opening))}"
                : $"waits for the update window, which does not open within {(int)UpdateWindows.Horizon.TotalDays} days{(denial is null ? "" : $", and for {denial}")}");
        }

        return new ShutGate(until, denial!.Problem is not null ? $"waits for {denial}"
            : until is { } end ? $"waits for the end of {denial}: {TimeZones.Show(end, denial.Zone)}"
            : $"waits for the end of {denial}, which is not within {(int)UpdateWindows.Horizon.TotalDays} days");
    }

    private static DateTimeOffset? NextOpen(UpdateWindows? windows, IReadOnlyList<SyncDenial> denials, DateTimeOffset now)
    {
        var at = now;
        for (var turn = 0; turn < MaxTurns && at - now <= UpdateWindows.Horizon; turn++)
        {
            if (windows is not null)
            {
                if (windows.NextOpen(at) is not { } open)
                    return null;
                at = open;
            }

            var moment = at;
            if (denials.FirstOrDefault(one => one.IsOn(moment)) is not { } denial)
                return at;
            if (denial.EndAfter(at) is not { } end)
                return null;
            at = end;
        }

        return null;
    }
}
