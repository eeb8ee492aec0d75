using System.Diagnostics;
using System.Globalization;
using System.Text;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Adapters.Registries.Ages;
using GitOpsBumper.Adapters.Registries.Manifests;
using GitOpsBumper.Benchmarks.Scale;
using GitOpsBumper.Core.Images;
using GitOpsBumper.EndToEndTests.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace GitOpsBumper.Benchmarks.Registries;

/// <summary>What a registry that is far away costs: requests and seconds of two cycles, beside the same requests by curl.</summary>
internal static class RegistriesScenario
{
    private const double MostTimesCurl = 2;

    public static async Task<int> RunAsync(RegistriesOptions options, CancellationToken token)
    {
        using var folder = new ScratchFolder("gob-registries-");
        var bumper = options.Bumper ?? await PublishedBumper.MakeAsync(folder.Folder("publish"), token);
        await using var registry = await DistantRegistry.StartAsync(options, token);
        var report = new ScaleReport();
        var pages = (RegistriesOptions.Tags + options.Page - 1) / options.Page;
        report.Say($"{options.Repositories} repositories of {RegistriesOptions.Tags} tags in {pages} pages, {RegistriesOptions.Latency.TotalMilliseconds:0} ms before each answer, {RegistriesOptions.Concurrency} requests at once");

        var urls = folder.Write("urls", string.Concat(
            Enumerable.Range(0, options.Repositories).SelectMany(registry.PagesOf).Select(url => $"url = \"{url}\"\noutput = \"/dev/null\"\n")));
        var curl = await TimeAsync(
            Executable.Require("curl", "curl"), ["--parallel", "--parallel-max", $"{RegistriesOptions.Concurrency}", "--silent", "--fail", "--config", urls], folder.Path, registry, report, "curl --parallel", token);

        await WriteWorldAsync(folder, registry, options, token);
        string[] arguments =
        [
            "run", "--once", "--manifests", folder.Folder("manifests"), "--registries-conf-path", folder.File("registries.conf"), "--cache-dir", folder.Folder("cache"),
            "--docker-config", "none", "--allow-local-repositories",
        ];
        var first = await TimeAsync(bumper, arguments, folder.Folder("home"), registry, report, "bumper run --once, first", token);
        var second = await TimeAsync(bumper, arguments, folder.Folder("home"), registry, report, "bumper run --once, second", token);
        report.Hold($"one request per page (first {first.Requests.All}, second {second.Requests.All})", first.Requests.All == options.Repositories * pages && second.Requests.All == first.Requests.All);
        report.Hold($"at most {MostTimesCurl} times curl ({first.Wall / curl.Wall:F2}, {second.Wall / curl.Wall:F2})", first.Wall <= MostTimesCurl * curl.Wall && second.Wall <= MostTimesCurl * curl.Wall);

        // What a controller does: the second cycle of one process.
        var cycles = await ChildProcess.RunAsync(
            Environment.ProcessPath!,
            ["registries-from", registry.Url.ToString(), options.Repositories.ToString(CultureInfo.InvariantCulture)],
            new RunOptions { Environment = BumperRun.EnvironmentOf(folder.Folder("home")) },
            token);
        report.Say(cycles.Text.TrimEnd());
        var both = registry.Count();
        report.Say($"  both cycles: {both.All} requests, {both.NotModified} of them answered with 304");
        report.Hold("the second cycle of a process asks under condition where it can", both.NotModified == (options.Validators ? options.Repositories * pages : 0));
        return report.Finish();
    }

    /// <summary>Two cycles in a process of their own.</summary>
    public static async Task<int> AskAsync(Uri url, int repositories, CancellationToken token)
    {
        var facts = new ManifestFactsCache(TimeProvider.System, TimeSpan.FromMinutes(30), null, NullLogger<ManifestFactsCache>.Instance);
        if (!RegistryConfiguration.TryParse(Configuration(url), out var configuration, out var problems))
            throw new InvalidOperationException(string.Join('\n', problems));
        using var client = new RegistryClient(configuration, facts, new RequestCounter(), new HttpLimits(), TimeProvider.System, NullLogger<RegistryClient>.Instance)
        {
            FirstSeen = new FirstSeen(TimeProvider.System, null, NullLogger<FirstSeen>.Instance),
        };
        foreach (var name in (string[])["first", "second"])
        {
            var started = Stopwatch.GetTimestamp();
            using var cycle = new RegistryCycle(client, token);
            var lists = await Task.WhenAll(Enumerable.Range(0, repositories).Select(number => cycle.ListTagsAsync(NameOf(url, number), null, token)));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"cycle of one process, {name}: {Stopwatch.GetElapsedTime(started).TotalSeconds:0.00} s, {lists.Sum(list => list.Count)} tags"));
        }

        return 0;
    }

    private static RepositoryName NameOf(Uri url, int repository) =>
        RepositoryName.TryParse($"{url.Authority}/{DistantRegistry.PathOf(repository)}", out var name, out var problem) ? name : throw new InvalidOperationException(problem);

    private static string Configuration(Uri url) => $"registries:\n- name: distant\n  prefix: \"{url.Authority}\"\n  api_url: {url.ToString().TrimEnd('/')}\n  limit: 10000\n";

    /// <summary>As many Applications as repositories, none of them due, in one repository on this disk.</summary>
    private static async Task WriteWorldAsync(ScratchFolder folder, DistantRegistry registry, RegistriesOptions options, CancellationToken token)
    {
        folder.Write("registries.conf", Configuration(registry.Url));
        var repository = folder.Folder("config.git");
        await GitCommand.RunAsync(repository, ["init", "--quiet", "--bare", "--initial-branch=main"], token);
        using var memory = new MemoryStream();
        var manifests = new StringBuilder();
        await using (var commit = new FastImportWriter(memory))
        {
            commit.BeginCommit("Everything", from: null);
            for (var number = 0; number < options.Repositories; number++)
            {
                var name = $"app-{number:D4}";
                var image = $"{registry.Url.Authority}/{DistantRegistry.PathOf(number)}";
                var current = DistantRegistry.TagOf(RegistriesOptions.Tags - 1);
                commit.WriteFile($"apps/{name}/Chart.yaml", $"apiVersion: v2\nname: {name}\nversion: 0.1.0\n");
                commit.WriteFile(
                    $"apps/{name}/.argocd-source-{name}.yaml",
                    $"helm:\n  parameters:\n  - name: image.name\n    value: {image}\n    forcestring: true\n  - name: image.tag\n    value: {current}\n    forcestring: true\n");
                manifests.Append(CultureInfo.InvariantCulture, $$"""
                    ---
                    apiVersion: argoproj.io/v1alpha1
                    kind: Application
                    metadata: {name: {{name}}, namespace: argocd, annotations: {gitopsbumper.io/image-list: "web={{image}}:~1"} }
                    spec:
                      project: default
                      destination: {namespace: web, server: "https://kubernetes.default.svc"}
                      source: {repoURL: "{{repository}}", path: apps/{{name}}, targetRevision: main, helm: {releaseName: {{name}} } }
                    status: {sourceType: Helm, summary: {images: ["{{image}}:{{current}}"]} }

                    """);
            }
        }

        await GitCommand.RunAsync(repository, ["fast-import", "--quiet"], token, Encoding.UTF8.GetString(memory.ToArray()));
        folder.Write("manifests/applications.yaml", manifests.ToString());
    }

    private static async Task<Timed> TimeAsync(
        string program, IReadOnlyList<string> arguments, string home, DistantRegistry registry, ScaleReport report, string name, CancellationToken token)
    {
        registry.Count();
        var started = Stopwatch.GetTimestamp();
        var result = await ChildProcess.RunAsync(program, arguments, new RunOptions { Environment = BumperRun.EnvironmentOf(home), AllowFailure = true }, token);
        var timed = new Timed(Stopwatch.GetElapsedTime(started), registry.Count());
        report.Say(string.Create(CultureInfo.InvariantCulture, $"{name}: {timed.Wall.TotalSeconds:0.00} s, {timed.Requests.All} requests, exit code {result.ExitCode}"));
        report.Hold($"{name} succeeds", result.ExitCode == 0);
        if (result.ExitCode != 0)
            report.Say(result.ErrorText + result.Text);
        return timed;
    }

    private sealed record Timed(TimeSpan Wall, RequestFigures Requests);
}
