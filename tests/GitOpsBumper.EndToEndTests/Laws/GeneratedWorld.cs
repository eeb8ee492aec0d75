using System.Text;
using System.Text.Json.Nodes;
using GitOpsBumper.Cli;
using GitOpsBumper.Demo;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Laws;

/// <summary>A random world with real requests and real commits: a registry in memory, a bare repository, and applications of every kind.</summary>
internal sealed class GeneratedWorld : IAsyncDisposable
{
    private static readonly string[] Strategies = ["semver", "newest-build", "alphabetical", "numerical", "digest"];
    private static readonly string[] TagPool =
        ["1.9", "1.10", "1.20", "1.20.0", "v1.20.0", "2.0.0-rc.1", "2.0.0", "latest", "main-0a1b2c3", "main-4d5e6f7", "20240101123456789", "20240101123456790", "007", "sha256-0f.sig"];

    private static readonly string?[] OverrideFiles =
    [
        null, "", "# by hand\n", "helm:\n  parameters:\n  - name: image.tag\n    value: 1.20\n", "helm:\r\n  parameters:\r\n    - name: image.tag # here\r\n      value: '1.9'\r\n",
        "helm: {parameters: [{name: image.tag, value: \"latest\"}]}\n", "helm:\n  valuesObject:\n    a: 1\n", "helm: [\n",
    ];

    private readonly Random _random;
    private readonly ScratchFolder _folder = new("bumper-law-");
    private readonly DemoRegistry _registry;
    private readonly int _applications;

    private GeneratedWorld(Random random, DemoRegistry registry)
    {
        _random = random;
        _registry = registry;
        _applications = random.Next(2, 7);
    }

    private string Repository => _folder.File("apps.git");

    public static async Task<GeneratedWorld> CreateAsync(int seed, CancellationToken token)
    {
        var world = new GeneratedWorld(new Random(seed), await DemoRegistry.StartAsync(token));
        world.Push(30);
        await GitCommand.RunAsync(world._folder.Path, ["init", "--quiet", "--bare", "--initial-branch=main", world.Repository], token);
        using var person = await Person.CloneAsync("Ada", world.Repository, token);
        await person.CommitAsync("Deploy", world.Files(), token);
        await person.PushAsync(token);
        world._folder.Write("applications.yaml", world.Applications());
        return world;
    }

    /// <summary>CI pushes images, some of them over tags that exist.</summary>
    public void Push(int images)
    {
        for (; images > 0; images--)
            _registry.Push($"team/{_random.Next(3)}", Pick(TagPool), new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(_random.Next(100_000)));
    }

    /// <summary>One run of the bot.</summary>
    /// <returns>Its report.</returns>
    public async Task<JsonNode> RunAsync(CancellationToken token)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        string[] args = ["run", "--once", "--manifests", _folder.File("applications.yaml"), "--cache-dir", _folder.File("cache"), "--tag-revalidate", "0", "--output", "json", "--allow-local-repositories"];
        await CommandLine.RunAsync(args, output, error, token);
        Assert.DoesNotContain("internal error", output.ToString(), StringComparison.Ordinal);
        return JsonNode.Parse(output.ToString()) ?? throw new InvalidOperationException(error.ToString());
    }

    public Task<string> TipAsync(CancellationToken token) => GitCommand.RunAsync(Repository, ["rev-parse", "main"], token);

    public Task<string> LogAsync(CancellationToken token) => GitCommand.RunAsync(Repository, ["log", "--patch", "--format=%h %s", "main"], token);

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _folder.Dispose();
    }

    private Dictionary<string, string?> Files()
    {
        var files = new Dictionary<string, string?>(StringComparer.Ordinal);
        for (var index = 0; index < _applications; index++)
        {
            files[$"charts/{index}/Chart.yaml"] = "name: chart\n";
            if (Pick(OverrideFiles) is { } text)
                files[$"charts/{index}/.argocd-source-app-{index}.yaml"] = text;
        }

        return files;
    }

    private string Applications()
    {
        var text = new StringBuilder();
        for (var index = 0; index < _applications; index++)
        {
            var strategy = Pick(Strategies);
            var constraint = strategy == "semver" ? Pick(["", ":~1", ":*"]) : strategy == "digest" ? Pick(["", ":1.20"]) : "";
            text.AppendLine("---\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:");
            text.AppendLine($"  name: app-{index}\n  namespace: argocd\n  annotations:");
            text.AppendLine($"    gitopsbumper.io/image-list: web={_registry.Host}/team/{_random.Next(3)}{constraint}");
            text.AppendLine($"    gitopsbumper.io/web.update-strategy: {strategy}");
            if (strategy != "digest" && _random.Next(3) == 0)
                text.AppendLine("    gitopsbumper.io/web.pin-digest: \"true\"");
            if (_random.Next(4) == 0)
                text.AppendLine("    gitopsbumper.io/web.ignore-tags: latest");
            if (_random.Next(4) == 0)
                text.AppendLine("    gitopsbumper.io/web.platforms: linux/amd64");
            text.AppendLine($"spec:\n  source:\n    repoURL: {Repository}\n    path: charts/{index}\n    targetRevision: {Pick(["main", "HEAD"])}\n    helm:");
            text.AppendLine(_random.Next(2) == 0 ? "      parameters: []" : "      parameters:\n        - name: replicas\n          value: \"2\"");
        }

        return text.ToString();
    }

    private T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];
}
