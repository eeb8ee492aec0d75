using System.CommandLine;

namespace GitOpsBumper.Configuration;

/// <summary>Reads the settings again and again: what a config map says is known only when there is a cluster to ask, and changes while the process lives.</summary>
/// <param name="flags">The parsed command line.</param>
/// <param name="environment">Reads a variable; null when it is not set.</param>
internal sealed class SettingsLoader(ParseResult flags, Func<string, string?> environment)
{
    private (IReadOnlyList<string> Said, BumperSettings Settings)? _before;

    /// <summary>The same object as before while no source says anything else: what is made from settings need not be made again then. Not for several threads at once.</summary>
    /// <param name="configMaps">What the cluster's config maps say.</param>
    /// <param name="podNamespace">Null outside a cluster.</param>
    /// <param name="problems">Each a sentence; with problems the settings must not be used.</param>
    public BumperSettings Load(ConfigMapLayer configMaps, string? podNamespace, out IReadOnlyList<string> problems)
    {
        var found = new List<string>();
        problems = found;
        var lookup = new SettingLookup(new SettingsSources(flags, environment) { ConfigMaps = configMaps, PodNamespace = podNamespace }, found);
        // Even where nothing else is said, files that settings name may be gone.
        var settings = SettingsReader.Read(lookup, found);
        if (found.Count > 0)
            return settings;
        var said = lookup.Everything();
        if (_before is { } before && before.Said.SequenceEqual(said, StringComparer.Ordinal))
            return before.Settings;
        _before = (said, settings);
        return settings;
    }

    /// <exception cref="UsageException">Some setting is wrong.</exception>
    public BumperSettings Load(ConfigMapLayer? configMaps = null, string? podNamespace = null)
    {
        var settings = Load(configMaps ?? ConfigMapLayer.Empty, podNamespace, out var problems);
        return problems.Count == 0 ? settings : throw new UsageException(problems);
    }
}
