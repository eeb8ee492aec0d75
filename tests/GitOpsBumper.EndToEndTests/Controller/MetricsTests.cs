using System.Globalization;
using System.Text.RegularExpressions;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Controller;

/// <summary>What Prometheus reads of a controller that works.</summary>
public sealed partial class MetricsTests(World world) : IDisposable
{
    private readonly HttpClient _client = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_controller_says_what_it_did()
    {
        using var stage = await ClusterStage.SetAsync(world);
        await stage.Stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        var web = stage.Prepare("web", "web");
        var lost = stage.Prepare("lost", "nowhere");
        await stage.Stage.PublishAsync();
        await stage.ApplyAsync(web);
        await stage.ApplyAsync(lost);
        var port = Startup.FreePort();
        await using var controller = await RunningController.StartAsync(stage, "--interval", "0", "--metrics-port", $"{port}");
        var text = await _client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"), Token);
        Assert.All(text.Split('\n').SkipLast(1), line => Assert.Matches(Line(), line));

        var samples = Samples(text);
        Assert.Equal(1, samples["gitopsbumper_leader"]);
        Assert.Equal(2, samples["argocd_image_updater_applications_watched_total"]);
        Assert.Equal(1, samples[$"argocd_image_updater_images_watched_total{{application=\"{stage.Namespace}/web\"}}"]);
        Assert.Equal(1, samples[$"argocd_image_updater_images_updated_total{{application=\"{stage.Namespace}/web\"}}"]);
        Assert.Equal(0, samples[$"argocd_image_updater_images_errors_total{{application=\"{stage.Namespace}/web\"}}"]);
        Assert.Equal(1, samples[$"argocd_image_updater_images_errors_total{{application=\"{stage.Namespace}/lost\"}}"]);
        Assert.True(samples["argocd_image_updater_k8s_api_requests_total"] > 0);
        Assert.True(samples[$"argocd_image_updater_registry_requests_total{{registry=\"http://{stage.Stage.Registry.Host}\"}}"] > 0);
        Assert.Equal(1, samples["gitopsbumper_cycles_total{kind=\"full\",outcome=\"some_failed\"}"]);
        Assert.Equal(1, samples["gitopsbumper_images{decision=\"failed\"}"]);
        Assert.Equal(1, samples["gitopsbumper_decisions_total{decision=\"updated\"}"]);
        Assert.Equal(1, samples["gitopsbumper_git_operations_total{operation=\"push\",outcome=\"ok\"}"]);
        Assert.Equal(1, samples["gitopsbumper_git_operation_seconds_count{operation=\"push\"}"]);
        Assert.Equal(1, samples[$"gitopsbumper_registry_requests_total{{registry=\"{stage.Stage.Registry.Host}\",outcome=\"not_found\"}}"]);
        Assert.True(samples["gitopsbumper_last_cycle_timestamp_seconds"] > 1_700_000_000);
    }

    [Fact]
    public async Task Health_may_be_off_while_metrics_are_on()
    {
        using var stage = await ClusterStage.SetAsync(world);
        var port = Startup.FreePort();
        await using var controller = RunningController.Launch(stage, "--interval", "0", "--metrics-port", $"{port}", "--health-port", "0");
        await Eventually.HoldsAsync("the end of the first cycle", async () => Samples(await MetricsAsync(port)).ContainsKey("gitopsbumper_last_cycle_timestamp_seconds"), () => controller.Log);
        using var answer = await _client.GetAsync(new Uri($"http://127.0.0.1:{port}/healthz"), Token);
        Assert.Equal(("there is /metrics\n", 404), (await answer.Content.ReadAsStringAsync(Token), (int)answer.StatusCode));
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Empty while nobody answers.</summary>
    private async Task<string> MetricsAsync(int port)
    {
        try
        {
            return await _client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"), Token);
        }
        catch (HttpRequestException)
        {
            return "";
        }
    }

    private static Dictionary<string, double> Samples(string text) => text.Split('\n').Where(line => line.Length > 0 && line[0] != '#')
        .ToDictionary(line => line[..line.LastIndexOf(' ')], line => double.Parse(line[(line.LastIndexOf(' ') + 1)..].Replace("+Inf", "Infinity", StringComparison.Ordinal), CultureInfo.InvariantCulture), StringComparer.Ordinal);

    [GeneratedRegex("""^(?:# HELP [a-z_0-9]+ .+|# TYPE [a-z_0-9]+ (?:counter|gauge|histogram)|[a-z_0-9]+(?:\{[a-z_]+="[^"]*"(?:,[a-z_]+="[^"]*")*\})? [0-9.E+-]+)$""", RegexOptions.NonBacktracking)]
    private static partial Regex Line();
}
