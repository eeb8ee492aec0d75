using System.CommandLine;
using GitOpsBumper.Configuration;

namespace GitOpsBumper.Cli.Commands;

/// <summary><c>bumper run --once</c>: one update cycle.</summary>
internal static class RunCommand
{
    public static Command Create(CommandContext context)
    {
        var once = new Option<bool>("--once") { Description = "One cycle, then exit." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Decide and show, commit nothing: the same as 'bumper plan'." };
        var command = new TaughtCommand("run", "Runs the update cycle: reads Applications, asks registries, commits what is due and pushes it.", """
            # one cycle over the Applications in a folder
            bumper run --once --manifests apps/
            # the same for a pipeline: JSON on standard output, clones kept between runs
            bumper run --once --manifests apps/ --cache-dir /var/cache/bumper --output json
            """)
        {
            once,
            dryRun,
        }.With(SettingDefinitions.Cycle);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = context.ReadSettings(parsed);
            if (!parsed.GetValue(once))
                throw new UsageException(["this version runs one cycle at a time: add --once, and let cron, a CronJob or a pipeline repeat it"]);
            var writes = !parsed.GetValue(dryRun);
            return await CycleCommand.RunAsync(context, settings, writes, cancellationToken);
        });
        return command;
    }
}
