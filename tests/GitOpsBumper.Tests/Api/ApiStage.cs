using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using GitOpsBumper.Adapters.Identity;
using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Adapters.Kubernetes.Reviews;
using GitOpsBumper.Api;
using GitOpsBumper.Api.Callers;
using GitOpsBumper.Api.Serving;
using GitOpsBumper.Configuration.Hooks;
using GitOpsBumper.Configuration.Secrets;
using GitOpsBumper.Controller.Triggers;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Tests.Adapters.Http;
using GitOpsBumper.Tests.Adapters.Kubernetes.Watching;
using GitOpsBumper.Tests.Adapters.Registries;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Api;

/// <summary>
/// The port for webhooks and pipelines, asked by HTTP. Behind it are the Applications <c>argocd/web</c> and <c>argocd/shop</c>, which list
/// <c>registry.example.com/team/web</c> and <c>.../shop</c>, nobody who works on what is asked for, and an API server that knows no token.
/// </summary>
internal sealed class ApiStage : IAsyncDisposable
{
    private static readonly NamespacedName[] Applications = [new("argocd", "web"), new("argocd", "shop")];

    private readonly System.Diagnostics.Metrics.Meter _meter = new("the-api-of-a-test");
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly TriggerDesk _desk = new(TimeProvider.System);
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _distrusted = new();
    private readonly IdTokenVerifier _verifier;
    private ScriptedServer _cluster = null!;
    private KubernetesConnection _connection = null!;
    private ApiServer _server = null!;
    private int _port;

    private ApiStage(IdTokenVerifier verifier) => _verifier = verifier;

    /// <summary>Those that somebody has asked for.</summary>
    public IReadOnlyList<string> Due => [.. Applications.Where(_desk.IsDue).Select(application => $"{application}{(_desk.IsUrgent(application) ? " urgently" : "")}")];

    /// <summary>Tags whose digests are asked for again; without tag: of all.</summary>
    public IReadOnlyList<string> Distrusted => [.. _distrusted];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="issuers">As <c>api.oidc</c> has them; null: nobody's tokens are believed.</param>
    /// <param name="verifier">Of tokens; disposed of with this.</param>
    /// <param name="secret">Keys and values of the bot's secret.</param>
    public static async Task<ApiStage> StartAsync(string? issuers = null, IdTokenVerifier? verifier = null, params (string Key, string Value)[] secret)
    {
        var stage = new ApiStage(verifier ?? new IdTokenVerifier());
        stage._cluster = await ScriptedServer.StartAsync(context => context.SendAsync(201, """{"status": {"authenticated": false}}"""));
        stage._connection = Connections.To(stage._cluster);
        IReadOnlyList<string> problems = [];
        var known = issuers is null ? [] : JobIssuerReader.Read(issuers, out problems);
        Assert.Empty(problems);
        await stage.ListenAsync(Secrets.Layer(secret), known);
        return stage;
    }

    /// <param name="method">Of HTTP.</param>
    /// <param name="path">With its query.</param>
    /// <param name="body">Null: none.</param>
    /// <param name="token">Null: none.</param>
    public async Task<(int Status, JsonNode Body)> SendAsync(HttpMethod method, string path, string? body = null, string? token = null)
    {
        using var request = new HttpRequestMessage(method, $"http://127.0.0.1:{_port}{path}");
        if (body is not null)
            request.Content = new StringContent(body, new UTF8Encoding(false), "application/json");
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await _http.SendAsync(request, Token);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!);
    }

    public Task<(int Status, JsonNode Body)> TriggerAsync(string token, string ask) => SendAsync(HttpMethod.Post, "/api/v1/trigger", ask, token);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _connection.Dispose();
        await _cluster.DisposeAsync();
        _http.Dispose();
        _verifier.Dispose();
        _meter.Dispose();
    }

    private async Task ListenAsync(SecretLayer secrets, IReadOnlyList<JobIssuer> issuers)
    {
        var settings = new HookSection { IsEnabled = true, UsesTls = false };
        var services = QuietApi.With(secrets, _connection, _meter, _desk, TimeProvider.System) with
        {
            Settings = () => settings,
            UsersOf = (image, _) => [.. Applications.Where(application => $"{image}" == $"registry.example.com/team/{application.Name}").Select(application => new TriggerTarget(application, new HashSet<string> { application.Name }))],
            ImagesOf = application => Applications.Contains(application) ? [Asking.Repository($"registry.example.com/team/{application.Name}")] : null,
            Distrust = (repository, tag, _) => _distrusted.Enqueue($"{repository}:{tag}"),
        };
        var callers = new CallerFinder(new ReviewClient(_connection), _verifier, services.Secrets, () => issuers, TimeProvider.System);
        var endpoints = new ApiEndpoints(services, callers, _verifier);
        for (var attempt = 1; _server is null; attempt++)
        {
            _port = FreePort();
            try
            {
                _server = await ApiServer.StartAsync(IPAddress.Loopback, settings with { Port = _port }, null, services, endpoints, Token);
            }
            catch (IOException) when (attempt < 5)
            {
                // Somebody else was faster.
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
