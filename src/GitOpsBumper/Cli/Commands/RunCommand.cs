using System.CommandLine;
using GitOpsBumper.Configuration;
using GitOpsBumper.Hosting;

namespace GitOpsBumper.Cli.Commands;

/// <summary><c>bumper run</c>: the controller; with <c>--once</c> one update cycle.</summary>
internal static class RunCommand
{
    public static Command Create(CommandContext context)
    {
        var once = new Option<bool>("--once") { Description = "One cycle, then exit." };
        var dryRun = new Option<bool>("--dry-run") { Description = "With --once: decide and show, commit nothing; the same as 'bumper plan'." };
        var command = new TaughtCommand("run", "Runs the controller: watches Applications, asks registries, commits what is due and pushes it. With --once: one cycle, then exit.", """
            # the controller, in a pod or on a laptop with a kubeconfig
            bumper run --interval 2m
            # one cycle over the Applications of the cluster
            bumper run --once
            # one cycle over the Applications in a folder
            bumper run --once --manifests apps/
            # the same for a pipeline: JSON on standard output, clones kept between runs
            bumper run --once --manifests apps/ --cache-dir /var/cache/bumper --output json
            """)
        {
            once,
            dryRun,
        }.With([.. SettingDefinitions.Cycle, .. SettingDefinitions.Controller]);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var loader = context.Loader(parsed);
            if (parsed.GetValue(once))
                return await CycleCommand.RunAsync(context, loader, writes: !parsed.GetValue(dryRun), cancellationToken);
            if (parsed.GetValue(dryRun))
                throw new UsageException(["--dry-run goes with --once; 'bumper plan' does the same"]);
            if (loader.Load().Manifests.Count > 0)
                throw new UsageException([$"{SettingDefinitions.Manifests.Flag} goes with --once: the controller watches a cluster, files do not change by themselves"]);
            using var host = new ControllerHost(context.Surroundings, loader);
            await host.RunAsync(cancellationToken);
            return ExitCode.Done;
        });
        return command;
    }
}
