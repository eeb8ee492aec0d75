using System.CommandLine;
using GitOpsBumper.Configuration;

namespace GitOpsBumper.Cli.Commands;

/// <summary><c>bumper plan</c>: everything that <c>run</c> does, except to commit.</summary>
internal static class PlanCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new TaughtCommand("plan", "Shows what 'bumper run' would do: every decision with its reason, and the diff of every file.", """
            # what would be committed now, for the cluster of the current context
            bumper plan
            # for Applications in a folder
            bumper plan --manifests apps/
            # one Application only
            bumper plan --app web
            """).With(SettingDefinitions.Cycle);
        command.SetAction((parsed, cancellationToken) => CycleCommand.RunAsync(context, context.Loader(parsed), writes: false, cancellationToken));
        return command;
    }
}
