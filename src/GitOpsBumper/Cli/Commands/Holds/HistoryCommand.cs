using System.CommandLine;
using GitOpsBumper.Configuration;
using GitOpsBumper.Hosting;

namespace GitOpsBumper.Cli.Commands.Holds;

/// <summary><c>bumper history</c>: what the bot wrote, and what people did about it.</summary>
internal static class HistoryCommand
{
    public static Command Create(CommandContext context)
    {
        var application = ApplicationArgument.Create();
        var alias = ApplicationArgument.Alias("One image only.");
        var command = new TaughtCommand("history", "Shows the versions of an application's images as git knows them: written, taken back, held, let go.", """
            # what happened to web?
            bumper history web
            # one of its images, for a script
            bumper history argocd/web sidecar --output json
            """)
        {
            application, alias,
        }.With(SettingDefinitions.Cycle);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var run = await SingleRun.OpenAsync(context.Surroundings, context.Loader(parsed), cancellationToken);
            var opened = await HoldRun.OpenAsync(context, run, parsed.GetRequiredValue(application), cancellationToken);
            HistoryView.Print(context.Terminal, run.Settings.Output, opened.Application.Name, parsed.GetValue(alias) is { } name ? [opened.Image(name)] : opened.Images);
            return ExitCode.Done;
        });
        return command;
    }
}
