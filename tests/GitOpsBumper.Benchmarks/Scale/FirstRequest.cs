using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.Benchmarks.Scale;

/// <summary>How long it takes from the start of the process until its first request arrives somewhere.</summary>
internal static class FirstRequest
{
    private const int Runs = 7;

    /// <summary>The middle one of several runs.</summary>
    public static async Task<TimeSpan> MeasureAsync(string bumper, CancellationToken token)
    {
        using var folder = new ScratchFolder("gob-first-");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var host = listener.LocalEndpoint.ToString()!;
        var manifest = folder.Write("application.yaml", $$"""
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata:
              name: first
              namespace: argocd
              annotations: { argocd-image-updater.argoproj.io/image-list: "web={{host}}/team/web:~1" }
            spec:
              source: { repoURL: "http://{{host}}/config.git", path: first, targetRevision: main, helm: { releaseName: first } }

            """);
        var configuration = folder.Write("registries.conf", $"registries:\n- name: first\n  prefix: {host}\n  api_url: http://{host}\n  insecure: true\n");
        var times = new List<TimeSpan>();
        for (var run = 0; run < Runs; run++)
        {
            var started = Stopwatch.GetTimestamp();
            using var process = ChildProcess.StartMeasured(
                bumper, ["run", "--once", "--manifests", manifest, "--registries-conf-path", configuration], folder.Path, BumperRun.EnvironmentOf(folder.Path));
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
            patience.CancelAfter(TimeSpan.FromSeconds(20));
            using (await listener.AcceptTcpClientAsync(patience.Token))
                times.Add(Stopwatch.GetElapsedTime(started));
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(token);
            while (listener.Pending())
                (await listener.AcceptTcpClientAsync(token)).Dispose();
        }

        times.Sort();
        return times[Runs / 2];
    }
}
