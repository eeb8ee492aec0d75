using GitOpsBumper.Configuration;
using GitOpsBumper.Configuration.Git;
using GitOpsBumper.Configuration.Hooks;

namespace GitOpsBumper.Hosting;

/// <summary>The settings that are looked at once, when the controller starts.</summary>
internal static class StartSettings
{
    /// <summary>The new settings, but with what the watch of a running controller was started with: both would not fit together else.</summary>
    public static BumperSettings Keep(BumperSettings start, BumperSettings now) =>
        now with { ArgoCdNamespace = start.ArgoCdNamespace, Filter = now.Filter.WithSelectorOf(start.Filter) };

    /// <summary>The flags of those that differ.</summary>
    public static IEnumerable<string> Changed(BumperSettings before, BumperSettings now)
    {
        if (!(before.Kubernetes.Namespaces ?? []).SequenceEqual(now.Kubernetes.Namespaces ?? [], StringComparer.Ordinal))
            yield return ClusterSettingDefinitions.Namespace.Flag;
        if (before.Filter.Selector != now.Filter.Selector)
            yield return SettingDefinitions.Selector.Flag;
        if (before.ArgoCdNamespace != now.ArgoCdNamespace)
            yield return SettingDefinitions.ArgoCdNamespace.Flag;
        if (before.CacheDir != now.CacheDir)
            yield return SettingDefinitions.CacheDir.Flag;
        if (before.TagRevalidate != now.TagRevalidate)
            yield return SettingDefinitions.TagRevalidate.Flag;
        if (before.Git.Timeout != now.Git.Timeout)
            yield return GitSettingDefinitions.GitTimeout.Flag;
        if (before.Git.MaxCacheBytes != now.Git.MaxCacheBytes)
            yield return GitSettingDefinitions.CacheMaxSize.Flag;
        if (before.Git.MaxConcurrency != now.Git.MaxConcurrency)
            yield return SettingDefinitions.MaxConcurrency.Flag;
        foreach (var flag in HookChanges(before.Hooks, now.Hooks))
            yield return flag;
        if (before.Controller.LeaderElection != now.Controller.LeaderElection)
            yield return ClusterSettingDefinitions.LeaderElection.Flag;
        if (before.Controller.LeaseName != now.Controller.LeaseName)
            yield return ClusterSettingDefinitions.LeaseName.Flag;
        if (before.Controller.LeaderElectionTimes != now.Controller.LeaderElectionTimes)
            yield return ClusterSettingDefinitions.LeaseDuration.Flag;
    }

    private static IEnumerable<string> HookChanges(HookSection before, HookSection now)
    {
        if (before.IsEnabled != now.IsEnabled)
            yield return HookSettingDefinitions.EnableWebhook.Flag;
        if (before.Port != now.Port)
            yield return HookSettingDefinitions.WebhookPort.Flag;
        if (before.UsesTls != now.UsesTls)
            yield return HookSettingDefinitions.DisableTls.Flag;
        if (before.OldestTls != now.OldestTls)
            yield return HookSettingDefinitions.TlsMinVersion.Flag;
    }
}
