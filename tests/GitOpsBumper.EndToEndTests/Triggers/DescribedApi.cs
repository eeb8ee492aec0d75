using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Triggers;

/// <summary>The API of a controller behind a proxy (Prism) that refuses each request and each answer that is not as the controller's own description says.</summary>
internal sealed class DescribedApi : IAsyncDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };
    private readonly ScratchFolder _folder = new("gob-openapi-");
    private readonly TriggerStage _stage;
    private ChildProcess _proxy = null!;
    private string _address = "";

    private DescribedApi(TriggerStage stage) => _stage = stage;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Skips the test where there is no Prism.</summary>
    public static async Task<DescribedApi> OpenAsync(TriggerStage stage)
    {
        var (node, program) = Prism();
        var api = new DescribedApi(stage);
        try
        {
            api._folder.Write("openapi.json", await api._http.GetStringAsync(new Uri(stage.Url, "/openapi.json"), Token));
            var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = "/usr/bin:/bin", ["HOME"] = api._folder.Path };
            api._proxy = await Startup.OnFreePortAsync(
                "prism",
                port =>
                {
                    api._address = $"http://127.0.0.1:{port}";
                    return ChildProcess.StartServer(node, [program, "proxy", "openapi.json", $"{stage.Url}", "--errors", "--host", "127.0.0.1", "--port", $"{port}"], api._folder.Path, environment);
                },
                async (port, cancel) =>
                    (await (await api._http.GetAsync(new Uri($"http://127.0.0.1:{port}/none"), cancel)).Content.ReadAsStringAsync(cancel)).Contains("NO_PATH_MATCHED_ERROR", StringComparison.Ordinal),
                TimeProvider.System,
                Token);
            return api;
        }
        catch
        {
            await api.DisposeAsync();
            throw;
        }
    }

    /// <param name="status">That has to come.</param>
    /// <param name="path">With its query.</param>
    /// <param name="body">Null: the request is a GET.</param>
    /// <param name="user">Who asks.</param>
    public async Task<JsonNode> AnswersAsync(HttpStatusCode status, string path, string? body = null, string user = "admin")
    {
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, _address + path);
        if (body is not null)
            request.Content = new StringContent(body, null, "application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _stage.TokenOf(user));
        using var answer = await _http.SendAsync(request, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.StatusCode == status, $"{path} {body}: {(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_proxy is not null)
            await _proxy.DisposeAsync();
        _http.Dispose();
        _folder.Dispose();
    }

    private static (string Node, string Program) Prism()
    {
        try
        {
            var node = Executable.Require("node", "npm");
            var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } given ? given : Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/", ".cache");
            var program = Path.Combine(cache, "gitopsbumper", "npm", "github", "node_modules", "@stoplight", "prism-cli", "dist", "index.js");
            return File.Exists(program) ? (node, program) : throw new ServerMissingException("Prism is not installed: apt-get install npm, and ./check installs it");
        }
        catch (ServerMissingException missing)
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }
}
