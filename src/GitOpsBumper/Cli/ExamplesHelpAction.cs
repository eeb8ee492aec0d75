using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace GitOpsBumper.Cli;

/// <summary>The help of a command, and below it how it is used in practice.</summary>
internal sealed class ExamplesHelpAction(HelpAction inner) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        inner.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        if (parseResult.CommandResult.Command is TaughtCommand command)
        {
            output.WriteLine("Examples:");
            foreach (var line in command.Examples.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                output.WriteLine($"  {line.TrimEnd('\r')}");
            output.WriteLine();
        }

        return ExitCode.Done;
    }
}
