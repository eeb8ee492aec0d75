using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace GitOpsBumper.Benchmarks.Micro;

/// <summary>What single rules cost, with the one target that docs/performance.md has for them.</summary>
internal static class MicroBenchmarks
{
    private const double MostMillisecondsForSelection = 50;

    /// <param name="args">Nothing, or a part of the names of the benchmarks to run.</param>
    public static int Run(IReadOnlyList<string> args)
    {
        // In this process: a generated project would not find the central package versions and lock files of this solution.
        var job = Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance);
        var config = ManualConfig.CreateEmpty()
            .AddJob(job)
            .AddLogger(ConsoleLogger.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddExporter(MarkdownExporter.Console)
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "gitopsbumper-benchmarks"));
        var filter = args.Count == 0 ? "*" : $"*{args[0]}*";
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(MicroBenchmarks).Assembly).Run(["--filter", filter], config);
        return summaries.SelectMany(summary => summary.Reports).All(MeetsItsTarget) ? 0 : 1;
    }

    private static bool MeetsItsTarget(BenchmarkReport report)
    {
        if (report.BenchmarkCase.Descriptor.Type != typeof(SelectionBenchmarks))
            return report.Success;
        var milliseconds = (report.ResultStatistics?.Mean ?? double.PositiveInfinity) / 1e6;
        var met = milliseconds < MostMillisecondsForSelection;
        Console.WriteLine(
            $"{(met ? "PASS" : "FAIL")}  {report.BenchmarkCase.Descriptor.WorkloadMethod.Name}: {milliseconds:F1} ms, under {MostMillisecondsForSelection} ms wanted");
        return met;
    }
}
