using GitOpsBumper.Cli.Output;
using GitOpsBumper.Configuration;
using GitOpsBumper.Hosting;
using GitOpsBumper.Reports;

namespace GitOpsBumper.Cli.Commands;

/// <summary>What <c>run --once</c> and <c>plan</c> share: one cycle and its report.</summary>
internal static class CycleCommand
{
    public static async Task<int> RunAsync(CommandContext context, SettingsLoader loader, bool writes, CancellationToken cancellationToken)
    {
        using var run = await SingleRun.OpenAsync(context.Surroundings, loader, cancellationToken);
        return await RunAsync(context, run, writes, cancellationToken);
    }

    public static async Task<int> RunAsync(CommandContext context, SingleRun run, bool writes, CancellationToken cancellationToken)
    {
        if (writes)
            await run.CheckSigningAsync(cancellationToken);
        var applications = run.Manifests.Applications.Where(run.Settings.Filter.Accepts).ToList();
        var report = await run.CreateCycle(writes).RunAsync(applications, cancellationToken);
        context.Terminal.EndProgress();
        if (run.Settings.Output == OutputFormat.Json)
            await context.Terminal.Output.WriteLineAsync(JsonReport.Render(report));
        else
            TextReport.Print(context.Terminal, report, withDiff: !writes);
        if (writes)
        {
            await run.KeepApprovalsAsync(cancellationToken);
            await run.TellAsync(report, cancellationToken);
        }

        return report.AnyFailed || run.Manifests.Problems.Any(problem => !problem.IsNote) ? ExitCode.SomeFailed : ExitCode.Done;
    }
}
