using System.CommandLine;
using GitOpsBumper.Configuration;
using GitOpsBumper.Controller.Holds;
using GitOpsBumper.Core.Annotations.Rollbacks;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.Planning.Orders;
using GitOpsBumper.Hosting;

namespace GitOpsBumper.Cli.Commands.Holds;

/// <summary><c>bumper unpin</c>: let go of what is held.</summary>
internal static class UnpinCommand
{
    public static Command Create(CommandContext context)
    {
        var application = ApplicationArgument.Create();
        var alias = ApplicationArgument.Alias("Of the image; without it all images that are held.");
        var allow = new Option<bool>("--allow-rejected") { Description = "Versions that people took back may be written again." };
        var hold = new HoldOptions();
        var command = new TaughtCommand("unpin", "Lets go of a version that is held; the bot goes on with the newest allowed one.", """
            # all that is held of web
            bumper unpin web
            # one image of it, and 1.5.0, which was reverted, is fine after all
            bumper unpin web web --allow-rejected --reason "the database was at fault"
            """)
        {
            application, alias, allow, hold.Reason, hold.By, hold.DryRun,
        }.With(SettingDefinitions.Cycle);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var reason = hold.ReadReason(parsed);
            using var run = await SingleRun.OpenAsync(context.Surroundings, context.Loader(parsed), cancellationToken);
            var opened = await HoldRun.OpenAsync(context, run, parsed.GetRequiredValue(application), cancellationToken);
            IReadOnlyList<ImageRecord> images = parsed.GetValue(alias) is { } name ? [opened.Image(name)] : opened.Images;
            var allows = parsed.GetValue(allow);
            var held = images.Where(image => IsHeld(image, allows)).ToList();
            if (held.Count == 0)
            {
                var annotated = string.Concat(images.Where(image => image.Policy.Pin is not null).Select(image => $"; the annotation pin holds {image.Policy.DisplayAlias} at {image.Policy.Pin}, take it out of the Application"));
                var said = $"nothing is held in git{annotated}{(images.Any(image => image.Completed.Rejected.Any(InHistory)) ? "; what people took back is allowed again with --allow-rejected" : "")}";
                HoldView.PrintNothing(context.Terminal, run.Settings.Output, opened.Work, images, said);
                return ExitCode.Done;
            }

            var order = new HoldOrder.Unpin([.. held.Select(image => image.Policy.DisplayAlias)], allows) { By = await hold.ReadByAsync(parsed, cancellationToken), Reason = reason };
            return await opened.CommitAsync(order, parsed.GetValue(hold.DryRun), cancellationToken);
        });
        return command;
    }

    private static bool IsHeld(ImageRecord image, bool allowsRejected) =>
        image.Completed.Override is not null || image.State.ExpiredOverride is not null
        || (image.Completed.Rejected.Any(InHistory) && (allowsRejected || (image.Policy.Rollbacks.OnRollback == OnRollback.Hold && image.Completed.Rejected.Any(rejected => !rejected.IsReleased))));

    /// <summary>What an annotation rejects no commit allows again.</summary>
    private static bool InHistory(RejectedVersion rejected) => rejected.Said is null;
}
