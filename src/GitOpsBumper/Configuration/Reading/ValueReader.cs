using System.Globalization;
using GitOpsBumper.Core;

namespace GitOpsBumper.Configuration.Reading;

/// <summary>Reads values of settings; what is wrong with one is added to the problems, and it counts as not set.</summary>
internal abstract class ValueReader(SettingLookup lookup, List<string> problems)
{
    protected static IReadOnlyList<KeyValuePair<string, bool>> Switches { get; } = [new("true", true), new("false", false)];

    protected void Add(string problem) => problems.Add(problem);

    protected IReadOnlyList<string> Many(Setting setting) => lookup.Find(setting)?.Values ?? [];

    protected string Name(Setting setting) => lookup.OriginOf(setting);

    protected string? One(Setting setting)
    {
        var values = Many(setting);
        if (values.Count > 1)
            problems.Add($"{Name(setting)} is given {values.Count} times, it is allowed once");
        return values.Count == 0 ? null : values[0];
    }

    /// <summary>Comma separated, also when it is given several times.</summary>
    protected IReadOnlyList<string> List(Setting setting) =>
        [.. Many(setting).SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    /// <summary>A file where a path is given, else the text in a config map.</summary>
    protected SettingSource? Source(Setting path, string configMapKey) => One(path) is { } file
        ? new SettingSource.InFile(Existing(path, file, folders: false))
        : lookup.Text(configMapKey);

    protected string Existing(Setting setting, string path, bool folders)
    {
        if (path.Length > 0 && !File.Exists(path) && !(folders && Directory.Exists(path)))
            problems.Add($"{Name(setting)} '{path}' does not exist{(folders ? "" : " or is not a file")}");
        return FullPath(setting, path);
    }

    protected string Folder(Setting setting, string path)
    {
        if (path.Length > 0 && !Directory.Exists(path))
            problems.Add($"{Name(setting)} '{path}' does not exist or is not a folder");
        return FullPath(setting, path);
    }

    protected string FullPath(Setting setting, string path)
    {
        if (path.Length > 0 && !path.Contains('\0', StringComparison.Ordinal))
            return Path.GetFullPath(path);
        problems.Add($"{Name(setting)} is {(path.Length == 0 ? "empty" : "no path")}, it has to be the path of something");
        return path;
    }

    protected T? Choice<T>(Setting setting, IReadOnlyList<KeyValuePair<string, T>> allowed)
        where T : struct
    {
        if (One(setting) is not { } text)
            return null;
        foreach (var (name, value) in allowed)
        {
            if (string.Equals(name, text, StringComparison.OrdinalIgnoreCase))
                return value;
        }

        problems.Add($"{Name(setting)} '{text}' is not known, allowed: {string.Join(", ", allowed.Select(choice => choice.Key))}");
        return null;
    }

    protected int? Number(Setting setting, int least, int most)
    {
        if (One(setting) is not { } text)
            return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        problems.Add($"{Name(setting)} '{text}' is not a whole number from {least} to {most}");
        return null;
    }

    protected TimeSpan? Duration(Setting setting, TimeSpan least, TimeSpan most)
    {
        if (One(setting) is not { } text)
            return null;
        if (GoDuration.TryParse(text, out var duration) && duration >= least && duration <= most)
            return duration;
        problems.Add($"{Name(setting)} '{text}' is not a duration from {GoDuration.Format(least)} to {GoDuration.Format(most)}, for example 30s, 5m or 1h30m");
        return null;
    }
}
