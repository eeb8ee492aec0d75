using GitOpsBumper.Core.Yaml;

namespace GitOpsBumper.Configuration;

/// <summary>The file given with <c>--config</c>: a YAML mapping with the names of flags, without dashes, as keys.</summary>
internal static class ConfigurationFile
{
    /// <param name="path">Of the file.</param>
    /// <param name="problems">Gets a sentence for everything that is wrong.</param>
    /// <returns>What could be read.</returns>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Read(string path, List<string> problems)
    {
        var values = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (!File.Exists(path))
        {
            problems.Add($"{SettingDefinitions.Config.Flag} '{path}' does not exist or is not a file");
            return values;
        }

        if (!SettingsText.TryRead(path, out var text, out var problem))
        {
            problems.Add(problem);
            return values;
        }

        if (!YamlText.TryParse(text, out var yaml, out problem))
        {
            problems.Add($"{path}: {problem}");
            return values;
        }

        if (yaml.Root is not (null or YamlNode.Mapping))
            problems.Add($"{path} has to be a mapping of settings, for example 'cache-dir: /var/cache/bumper'");
        var known = SettingDefinitions.All.Where(setting => setting != SettingDefinitions.Config).Select(setting => setting.FileKey).ToList();
        foreach (var entry in (yaml.Root as YamlNode.Mapping)?.Entries ?? [])
        {
            var key = (entry.Key as YamlNode.Scalar)?.Value ?? "";
            var found = Values(entry.Value);
            if (!known.Contains(key))
                problems.Add($"{path}: setting '{key}' is not known, allowed: {string.Join(", ", known.Order(StringComparer.Ordinal))}");
            else if (found is null)
                problems.Add($"{path}: setting '{key}' has to be a text or a list of texts");
            else
                values[key] = found;
        }

        return values;
    }

    private static IReadOnlyList<string>? Values(YamlNode node) => node switch
    {
        YamlNode.Scalar { IsNull: true } => [],
        YamlNode.Scalar scalar => [scalar.Value],
        YamlNode.Sequence sequence when sequence.Items.All(item => item is YamlNode.Scalar) => [.. sequence.Items.Cast<YamlNode.Scalar>().Select(item => item.Value)],
        _ => null,
    };
}
