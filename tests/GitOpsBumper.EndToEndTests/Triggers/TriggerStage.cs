using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using GitOpsBumper.EndToEndTests.Controller;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Triggers;

/// <summary>A controller that looks by itself once, and then only when it is asked.</summary>
internal sealed class TriggerStage : IAsyncDisposable
{
    private readonly ScratchFolder _folder = new("gob-trigger-");
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };

    private TriggerStage(ClusterStage cluster, int port, RunningController controller) => (Cluster, Port, Controller) = (cluster, port, controller);

    public ClusterStage Cluster { get; }

    public RunningController Controller { get; }

    /// <summary>Of webhooks and the API.</summary>
    public int Port { get; }

    public Uri Url => new($"http://127.0.0.1:{Port}");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="world">Has the servers.</param>
    /// <param name="prepare">Deploys what is looked at.</param>
    /// <param name="port">Null: any.</param>
    /// <param name="registry">Null: the one that is open to everybody.</param>
    /// <param name="more">Of the controller's arguments.</param>
    public static async Task<TriggerStage> SetAsync(World world, Func<ClusterStage, Task> prepare, int? port = null, DockerRegistry? registry = null, params string[] more)
    {
        var cluster = await ClusterStage.SetAsync(world, registry: registry);
        var given = port ?? Startup.FreePort();
        await prepare(cluster);
        return new TriggerStage(cluster, given, await RunningController.StartAsync(cluster, ["--interval", "0", "--enable-webhook", "--webhook-port", $"{given}", "--disable-tls", .. more]));
    }

    /// <summary>Lets a user change one Application.</summary>
    public Task AllowAsync(string user, string application) =>
        Cluster.Cluster.AllowAsync(user, $"[{{apiGroups: [argoproj.io], resources: [applications], resourceNames: [{application}], verbs: [patch]}}]", Cluster.Namespace, Token);

    /// <summary><c>bumper trigger</c> as a user of the cluster, or with any token.</summary>
    public Task<Outcome> TriggerAsync(string token, params string[] more) =>
        Stage.ExecuteAsync(["trigger", "--server", $"{Url}", "--token-file", _folder.Write("token", token), "--wait", "60s", .. more]);

    public string TokenOf(string user) => Cluster.Cluster.TokenOf(user);

    public async Task<(int Status, JsonNode Body)> PostAsync(string path, string body, string? token = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Url, path)) { Content = new StringContent(body, new UTF8Encoding(false), "application/json") };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _http.SendAsync(request, Token);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!);
    }

    public async Task<(int Status, string Body)> GetAsync(string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Url, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await _http.SendAsync(request, Token);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Token));
    }

    public async ValueTask DisposeAsync()
    {
        await Controller.DisposeAsync();
        Cluster.Dispose();
        _http.Dispose();
        _folder.Dispose();
    }
}
