namespace GitOpsBumper.Configuration.Schedules;

/// <summary>The settings of times at which something may be written.</summary>
internal static class WindowSettingDefinitions
{
    public static Setting UpdateWindow { get; } = new("--update-window",
        "When something may be written where an Application does not say it (gitopsbumper.io/update-window), for example 'Mon-Fri 09:00-16:00 Europe/Paris; !2026-12-20..2027-01-03'. Default: always.", "windows",
        environment: ["BUMPER_UPDATE_WINDOW"]);

    public static Setting RespectSyncWindows { get; } = new("--respect-sync-windows",
        "Write nothing while a deny window of an Application's AppProject is active. Default: sync windows are left to Argo CD.", null, environment: ["BUMPER_RESPECT_SYNC_WINDOWS"]);

    public static IReadOnlyList<Setting> All { get; } = [UpdateWindow, RespectSyncWindows];
}
