using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using GitOpsBumper.Cli.Commands;
using GitOpsBumper.Cli.Commands.Approvals;
using GitOpsBumper.Cli.Commands.Holds;
using GitOpsBumper.Cli.Commands.Notifications;
using GitOpsBumper.Cli.Commands.Triggers;
using GitOpsBumper.Cli.Output;
using GitOpsBumper.Configuration;

namespace GitOpsBumper.Cli;

/// <summary>The executable <c>bumper</c>: its commands, and what they have in common.</summary>
internal static class CommandLine
{
    /// <summary>Runs one command.</summary>
    /// <param name="args">Without the executable's name.</param>
    /// <param name="output">For the report.</param>
    /// <param name="error">For logs, progress and messages.</param>
    /// <param name="cancellationToken">Ends what can be ended; a push under way is finished.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var shell = new CommandContext(new Terminal(output, error), error, Environment.GetEnvironmentVariable);
        // What people try first.
        var parsed = CreateRoot(shell).Parse(args is ["--version"] ? ["version"] : args);
        if (parsed.Action is ParseErrorAction mistake)
        {
            mistake.ShowHelp = false;
            await parsed.InvokeAsync(new InvocationConfiguration { Output = error, Error = error }, cancellationToken);
            await error.WriteLineAsync($"See '{Path(parsed)} --help'.");
            return ExitCode.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await error.WriteLineAsync("bumper: interrupted; what was pushed is pushed, the rest is untouched");
            return ExitCode.Interrupted;
        }
        catch (UsageException problem)
        {
            foreach (var sentence in problem.Problems)
                await error.WriteLineAsync($"bumper: {sentence}");
            return ExitCode.Usage;
        }
    }

    internal static RootCommand CreateRoot(CommandContext context)
    {
        var root = new RootCommand("Writes new image versions into git, where Argo CD finds them.");
        root.Options.Remove(root.Options.OfType<VersionOption>().Single());
        foreach (var command in Commands(context))
            root.Add(command);
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new ExamplesHelpAction((HelpAction)help.Action!);
        return root;
    }

    private static IEnumerable<Command> Commands(CommandContext context) =>
    [
        RunCommand.Create(context),
        PlanCommand.Create(context),
        TestCommand.Create(context),
        ExplainCommand.Create(context),
        PinCommand.Create(context),
        UnpinCommand.Create(context),
        RollbackCommand.Create(context),
        HistoryCommand.Create(context),
        ApprovalCommand.CreateApprove(context),
        ApprovalCommand.CreateReject(context),
        LintCommand.Create(context),
        TemplateCommand.Create(context),
        NotifyCommand.Create(context),
        TriggerCommand.Create(context),
        DemoCommand.Create(context),
        VersionCommand.Create(context),
        CompletionCommand.Create(context),
    ];

    private static string Path(ParseResult parsed)
    {
        var names = new List<string>();
        for (var command = parsed.CommandResult; command?.Command is { } one and not RootCommand; command = command.Parent as CommandResult)
            names.Insert(0, one.Name);
        return string.Join(' ', names.Prepend("bumper"));
    }
}
