using System.CommandLine;
using System.CommandLine.Parsing;

namespace GitOpsBumper.Configuration;

/// <summary>One setting under all its names. Which of them wins is decided in <see cref="SettingsReader"/> alone.</summary>
internal sealed class Setting
{
    private readonly string[] _aliases;
    private readonly string _description;
    private readonly string? _valueName;
    private readonly bool _isOptional;

    /// <param name="flag">With its dashes; without them it is the key in the configuration file.</param>
    /// <param name="description">For <c>--help</c>, a sentence.</param>
    /// <param name="aliases">Other spellings of the flag, those of Image Updater among them.</param>
    /// <param name="environment">Names of environment variables, the first one set and not empty counts.</param>
    /// <param name="valueName">What stands for the value in <c>--help</c>; null for a switch, which is on when it is given.</param>
    /// <param name="configMapKey">Its key in Image Updater's config map; null where that has none.</param>
    /// <param name="isOptional">Whether the flag may stand without its value, which is true then.</param>
    public Setting(string flag, string description, string? valueName, string[]? aliases = null, string[]? environment = null, string? configMapKey = null, bool isOptional = false)
    {
        (Flag, _aliases, _description, _valueName, _isOptional) = (flag, aliases ?? [], description, valueName, isOptional);
        Environment = environment ?? [];
        ConfigMapKey = configMapKey;
    }

    public string Flag { get; }

    public string FileKey => Flag[2..];

    public IReadOnlyList<string> Environment { get; }

    public string? ConfigMapKey { get; }

    /// <summary>For one command: an option keeps all commands that it was ever given to, and looks through them each time.</summary>
    public Option<string[]> CreateOption() => new(Flag, _aliases)
    {
        Description = _description + (Environment.Count == 0 ? "" : $" [environment: {string.Join(", ", Environment)}]"),
        HelpName = _valueName,
        Arity = _valueName is null ? ArgumentArity.Zero : _isOptional ? ArgumentArity.ZeroOrOne : ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    /// <summary>What stands on the command line; null: nothing.</summary>
    public IReadOnlyList<string>? GivenIn(ParseResult parsed) =>
        parsed.CommandResult.Children.OfType<OptionResult>().FirstOrDefault(given => !given.Implicit && given.Option.Name == Flag) is { } result ? result.GetValueOrDefault<string[]>() ?? [] : null;
}
