using System.CommandLine;

namespace GitOpsBumper.Configuration;

/// <summary>One setting under all its names. Which of them wins is decided in <see cref="SettingsReader"/> alone.</summary>
internal sealed class Setting
{
    /// <param name="flag">With its dashes; without them it is the key in the configuration file.</param>
    /// <param name="description">For <c>--help</c>, a sentence.</param>
    /// <param name="aliases">Other spellings of the flag, those of Image Updater among them.</param>
    /// <param name="environment">Names of environment variables, the first one set and not empty counts.</param>
    /// <param name="valueName">What stands for the value in <c>--help</c>; null for a switch, which is on when it is given.</param>
    /// <param name="configMapKey">Its key in Image Updater's config map; null where that has none.</param>
    /// <param name="isOptional">Whether the flag may stand without its value, which is true then.</param>
    public Setting(string flag, string description, string? valueName, string[]? aliases = null, string[]? environment = null, string? configMapKey = null, bool isOptional = false)
    {
        Environment = environment ?? [];
        ConfigMapKey = configMapKey;
        var named = Environment.Count == 0 ? "" : $" [environment: {string.Join(", ", Environment)}]";
        Option = new Option<string[]>(flag, aliases ?? [])
        {
            Description = description + named,
            HelpName = valueName,
            Arity = valueName is null ? ArgumentArity.Zero : isOptional ? ArgumentArity.ZeroOrOne : ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
        };
    }

    public Option<string[]> Option { get; }

    public string Flag => Option.Name;

    public string FileKey => Flag[2..];

    public IReadOnlyList<string> Environment { get; }

    public string? ConfigMapKey { get; }
}
