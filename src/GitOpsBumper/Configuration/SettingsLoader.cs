using System.CommandLine;

namespace GitOpsBumper.Configuration;

/// <summary>Reads the settings again and again: what a config map says is known only when there is a cluster to ask, and changes while the process lives.</summary>
/// <param name="flags">The parsed command line.</param>
/// <param name="environment">Reads a variable; null when it is not set.</param>
internal sealed class SettingsLoader(ParseResult flags, Func<string, string?> environment)
{
    /// <param name="configMaps">What the cluster's config maps say.</param>
    /// <param name="podNamespace">Null outside a cluster.</param>
    /// <param name="problems">Each a sentence; with problems the settings must not be used.</param>
    public BumperSettings Load(ConfigMapLayer configMaps, string? podNamespace, out IReadOnlyList<string> problems) =>
        SettingsReader.Read(new SettingsSources(flags, environment) { ConfigMaps = configMaps, PodNamespace = podNamespace }, out problems);

    /// <exception cref="UsageException">Some setting is wrong.</exception>
    public BumperSettings Load(ConfigMapLayer? configMaps = null, string? podNamespace = null)
    {
        var settings = Load(configMaps ?? ConfigMapLayer.Empty, podNamespace, out var problems);
        return problems.Count == 0 ? settings : throw new UsageException(problems);
    }
}
