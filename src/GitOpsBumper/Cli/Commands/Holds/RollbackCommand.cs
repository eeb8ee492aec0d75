using System.CommandLine;
using GitOpsBumper.Configuration;
using GitOpsBumper.Hosting;

namespace GitOpsBumper.Cli.Commands.Holds;

/// <summary><c>bumper rollback</c>: pin to the version before the current one.</summary>
internal static class RollbackCommand
{
    public static Command Create(CommandContext context)
    {
        var application = ApplicationArgument.Create();
        var alias = ApplicationArgument.Alias("Of the image; an application with one image needs none.");
        var pinning = new PinOptions();
        var hold = new HoldOptions();
        var command = new TaughtCommand("rollback", "Holds an image at the version before the current one, as git's history knows it.", """
            # the last release of web is bad
            bumper rollback web --reason "checkout fails"
            # one of several images, until tomorrow
            bumper rollback shop frontend --until 24h
            """)
        {
            application, alias, pinning.Until, pinning.With, pinning.Force, hold.Reason, hold.By, hold.DryRun,
        }.With(SettingDefinitions.Cycle);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (until, with, reason) = (pinning.ReadUntil(parsed), pinning.ReadWith(parsed), hold.ReadReason(parsed));
            using var run = await SingleRun.OpenAsync(context.Surroundings, context.Loader(parsed), cancellationToken);
            var opened = await HoldRun.OpenAsync(context, run, parsed.GetRequiredValue(application), cancellationToken);
            var image = opened.Image(parsed.GetValue(alias));
            if (image.Effective is not { } current)
                throw new UsageException([$"nothing is written for {image.Policy.DisplayAlias} of {opened.Application.Name} yet, so there is nothing to go back from"]);
            if (image.Memory.Before(current)?.Version is not { } before)
                throw new UsageException([$"the history of {opened.Application.Name} knows no version of {image.Policy.DisplayAlias} before {current.Text}; name one with 'bumper pin'"]);
            var request = new PinRequest(before, until, with, parsed.GetValue(pinning.Force), reason ?? $"rollback from {current.Text}");
            return await PinCommand.PinAsync(opened, image, request, hold, parsed, cancellationToken);
        });
        return command;
    }
}
