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
    public Surroundings Surroundings => new(Error, Terminal.Progress, Environment);

    public SettingsLoader Loader(ParseResult parsed) => new(parsed, Environment);
}
