using System.CommandLine;
using GitOpsBumper.Cli.Output;
using GitOpsBumper.Configuration;
using GitOpsBumper.Hosting;

namespace GitOpsBumper.Cli;

/// <summary>What commands get from the process they run in.</summary>
/// <param name="Terminal">For the report.</param>
/// <param name="Error">For logs and messages.</param>
/// <param name="Environment">Reads a variable; null when it is not set.</param>
internal sealed record CommandContext(Terminal Terminal, TextWriter Error, Func<string, string?> Environment)
{
    /// <exception cref="UsageException">Some setting is wrong.</exception>
    public BumperSettings ReadSettings(ParseResult parsed)
    {
        var settings = SettingsReader.Read(parsed, Environment, out var problems);
        return problems.Count == 0 ? settings : throw new UsageException(problems);
    }

    /// <exception cref="UsageException">A file that the settings name is wrong.</exception>
    public ManifestRun Open(BumperSettings settings, CancellationToken cancellationToken) => new(Error, Terminal.Progress, Environment, settings, cancellationToken);
}
