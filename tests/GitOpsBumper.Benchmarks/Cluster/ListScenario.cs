using System.Diagnostics;
using System.Globalization;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Adapters.Kubernetes.Watching;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.EndToEndTests.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace GitOpsBumper.Benchmarks.Cluster;

/// <summary>How long the first list of a large cluster takes, and how much memory it leaves occupied.</summary>
internal static class ListScenario
{
    public const int DefaultApplications = 10_000;
    private const double Megabyte = 1024 * 1024;
    private const double TargetMegabytes = 120;

    /// <summary>Starts the cluster here and lists it in a process of its own, with the collector that the product has.</summary>
    public static async Task<int> RunAsync(int applications, CancellationToken token)
    {
        await using var cluster = await FatCluster.StartAsync(applications);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["DOTNET_gcConcurrent"] = "1", ["DOTNET_TieredPGO"] = "0" };
        foreach (var name in new[] { "PATH", "HOME", "DOTNET_ROOT" })
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
                environment[name] = value;
        }

        var result = await ChildProcess.RunAsync(
            Environment.ProcessPath!, ["list-from", cluster.Url.ToString()], new RunOptions { Environment = environment, AllowFailure = true }, token);
        Console.WriteLine($"{applications} Applications, {cluster.SentBytes / Megabyte:0} MB of JSON");
        Console.Write(result.Text);
        Console.Error.Write(result.ErrorText);
        return result.ExitCode;
    }

    /// <summary>The process that is measured.</summary>
    public static async Task<int> ListAsync(Uri cluster, CancellationToken token)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        using var connection = new KubernetesConnection(new KubernetesAccess { Server = cluster, Namespace = "argocd", Name = "fat" }, new RequestCounter(), TimeProvider.System);
        var set = new ObjectSet<ApplicationSnapshot>(
            connection, ObjectKinds.Application, new ObjectScope(), new ChangeQueue(), TimeProvider.System, NullLogger<ObjectSet<ApplicationSnapshot>>.Instance);
        using var self = Process.GetCurrentProcess();
        var idle = self.PeakWorkingSet64 / Megabyte;
        var started = Stopwatch.GetTimestamp();
        var running = set.RunAsync(stop.Token);
        await set.WaitForSyncAsync(token);
        var took = Stopwatch.GetElapsedTime(started);
        self.Refresh();
        var peak = self.PeakWorkingSet64 / Megabyte;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"listed       {set.Objects.Count} in {took.TotalSeconds:0.00} s"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"memory       peak {peak:0} MB of the process (target {TargetMegabytes:0}), {idle:0} MB before the list"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"kept         {GC.GetTotalMemory(forceFullCollection: true) / Megabyte:0} MB of objects"));
        await stop.CancelAsync();
        try
        {
            await running;
        }
        catch (OperationCanceledException)
        {
            // That is how a watch ends.
        }

        GC.KeepAlive(set);
        return peak <= TargetMegabytes ? 0 : 1;
    }
}
