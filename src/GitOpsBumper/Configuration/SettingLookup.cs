using System.CommandLine;

namespace GitOpsBumper.Configuration;

/// <summary>Where settings come from, besides the file that one of them names.</summary>
/// <param name="Flags">The parsed command line.</param>
/// <param name="Environment">Reads a variable; null when it is not set.</param>
internal sealed record SettingsSources(ParseResult Flags, Func<string, string?> Environment)
{
    public ConfigMapLayer ConfigMaps { get; init; } = ConfigMapLayer.Empty;

    /// <summary>Where nobody says which namespace is Argo CD's: that of the pod. Null outside a cluster.</summary>
    public string? PodNamespace { get; init; }
}

/// <param name="Origin">As messages call it, so that people find it: the flag, the variable, the key and its file or config map.</param>
/// <param name="Values">One or more; nothing is checked yet.</param>
internal sealed record SettingValue(string Origin, IReadOnlyList<string> Values);

/// <summary>The one place where it is decided which source of a setting wins: flag before environment before file before config map.</summary>
internal sealed class SettingLookup
{
    private readonly SettingsSources _sources;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<string>> _file = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
    private readonly string? _path;

    /// <param name="sources">All but the file.</param>
    /// <param name="problems">Gets what is wrong with the file.</param>
    public SettingLookup(SettingsSources sources, List<string> problems)
    {
        _sources = sources;
        _path = Find(SettingDefinitions.Config)?.Values[0];
        if (_path is not null)
            _file = ConfigurationFile.Read(_path, problems);
    }

    /// <summary>Null outside a cluster.</summary>
    public string? PodNamespace => _sources.PodNamespace;

    /// <summary>Null: not set, the default counts.</summary>
    public SettingValue? Find(Setting setting)
    {
        if (setting.GivenIn(_sources.Flags) is { } given)
            return new SettingValue(setting.Flag, given.Count > 0 ? given : ["true"]);
        foreach (var name in setting.Environment)
        {
            if (_sources.Environment(name) is { Length: > 0 } value)
                return new SettingValue(name, [value]);
        }

        return _file.TryGetValue(setting.FileKey, out var values) && values.Count > 0
            ? new SettingValue($"'{setting.FileKey}' of {_path}", values)
            : _sources.ConfigMaps.Find(setting);
    }

    /// <summary>A text that a config map holds itself; null without it.</summary>
    public SettingSource? Text(string configMapKey) => _sources.ConfigMaps.Text(configMapKey);

    /// <summary>All that the sources say, to tell whether they say anything else later.</summary>
    public IReadOnlyList<string> Everything() =>
    [
        PodNamespace ?? "",
        .. SettingDefinitions.All.SelectMany(setting => Find(setting) is { } found ? [setting.Flag, found.Origin, .. found.Values] : (IReadOnlyList<string>)[setting.Flag]),
        .. ConfigMapLayer.Texts.Select(key => _sources.ConfigMaps.Text(key) is SettingSource.InConfigMap { Text: var text } ? text : ""),
    ];

    /// <summary>What a message about the setting calls it.</summary>
    public string OriginOf(Setting setting) => Find(setting)?.Origin ?? setting.Flag;
}
