using System.CommandLine;
using GitOpsBumper.Adapters.Processes;
using GitOpsBumper.Cli.Output;
using GitOpsBumper.Configuration;
using GitOpsBumper.Demo;
using GitOpsBumper.Hosting;

namespace GitOpsBumper.Cli.Commands;

/// <summary><c>bumper demo</c>: the main job on a world that fits into a temporary folder.</summary>
internal static class DemoCommand
{
    public static Command Create(CommandContext context)
    {
        var keep = new Option<bool>("--keep") { Description = "Leave the temporary folder, to look around in it." };
        var command = new TaughtCommand("demo", "Shows the whole thing on an embedded registry and a local repository. Needs git and nothing else.", """
            bumper demo
            # look at the repository afterwards
            bumper demo --keep
            """)
        {
            keep,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(context, parsed.GetValue(keep), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, bool keep, CancellationToken cancellationToken)
    {
        var terminal = context.Terminal;
        DemoWorld world;
        try
        {
            world = await DemoWorld.CreateAsync(cancellationToken);
        }
        catch (ProcessException failure)
        {
            throw new UsageException([$"the demo needs git: {failure.Message}"]);
        }

        try
        {
            terminal.Line($"A registry with three repositories listens on {world.Registry.Host}, a git repository is at {world.Repository}.");
            terminal.Line($"Three annotated Applications are in {world.Applications}.");
            var settings = new BumperSettings
            {
                Manifests = [world.Applications],
                CacheDir = Path.Combine(world.Folder, "cache"),
                TagRevalidate = TimeSpan.Zero,
                Credentials = new CredentialSection { UsesDockerConfig = false, RecognisesClouds = false },
                Git = new GitSection { AllowLocalRepositories = true },
            };
            var worst = await StepAsync(context, settings, "1. bumper plan: what would be written", writes: false, cancellationToken);
            worst = Math.Max(worst, await StepAsync(context, settings, "2. bumper run --once: write it", writes: true, cancellationToken));
            world.PushNewVersions();
            worst = Math.Max(worst, await StepAsync(context, settings, "3. CI has pushed web 1.5.1 and moved api's tag stable: once more", writes: true, cancellationToken));
            worst = Math.Max(worst, await StepAsync(context, settings, "4. Nothing is new: nothing is written", writes: true, cancellationToken));
            terminal.Line();
            terminal.Line("git log main", "bold");
            foreach (var line in (await world.LogAsync(cancellationToken)).TrimEnd().Split('\n'))
                terminal.Line($"  {line}");
            Farewell(terminal, world, keep);
            return worst;
        }
        finally
        {
            if (keep)
                await world.Registry.DisposeAsync();
            else
                await world.DisposeAsync();
        }
    }

    private static async Task<int> StepAsync(CommandContext context, BumperSettings settings, string heading, bool writes, CancellationToken cancellationToken)
    {
        context.Terminal.Line();
        context.Terminal.Line(heading, "bold");
        context.Terminal.Line();
        using var run = SingleRun.OpenManifests(context.Surroundings, _ => settings, cancellationToken);
        return await CycleCommand.RunAsync(context, run, writes, cancellationToken);
    }

    private static void Farewell(Terminal terminal, DemoWorld world, bool keep)
    {
        terminal.Line();
        terminal.Line("Where to look next", "bold");
        terminal.Line("  docs/reference/annotations.md   what an Application can ask for");
        terminal.Line("  bumper test nginx:~1.27         which tag of an image would be chosen, and why not the others");
        terminal.Line("  bumper lint <folder>            mistakes in the annotations of your own Applications");
        terminal.Line("  bumper plan --manifests ...     what would be committed for them");
        if (keep)
            terminal.Line($"  {world.Folder}   everything the demo made; the registry is gone");
    }
}
