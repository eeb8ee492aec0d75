using GitOpsBumper.Cli.Output;
using GitOpsBumper.Configuration;

namespace GitOpsBumper.Cli.Commands;

/// <summary>What <c>run --once</c> and <c>plan</c> share: one cycle and its report.</summary>
internal static class CycleCommand
{
    public static async Task<int> RunAsync(CommandContext context, BumperSettings settings, bool writes, CancellationToken cancellationToken)
    {
        if (settings.Manifests.Count == 0)
            throw new UsageException([$"no Applications to look at: give {SettingDefinitions.Manifests.Flag} <file or folder>"]);
        using var run = context.Open(settings, cancellationToken);
        var applications = run.Manifests.Applications.Where(settings.Filter.Accepts).ToList();
        var report = await run.CreateCycle(writes).RunAsync(applications, cancellationToken);
        context.Terminal.EndProgress();
        if (settings.Output == OutputFormat.Json)
            await context.Terminal.Output.WriteLineAsync(JsonReport.Render(report));
        else
            TextReport.Print(context.Terminal, report, withDiff: !writes);
        return report.AnyFailed || run.Manifests.Problems.Any(problem => !problem.IsNote) ? ExitCode.SomeFailed : ExitCode.Done;
    }
}
