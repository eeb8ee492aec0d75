using System.Net;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Triggers;

/// <summary>What the API says of itself, held against what it does by a proxy (Prism) that checks every request and every answer.</summary>
public sealed class OpenApiTests(World world)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_API_does_what_its_description_says()
    {
        var (node, program) = Prism();
        await using var stage = await TriggerStage.SetAsync(world, cluster => cluster.DeployAsync("1.0.0", "1.1.0"));
        using var folder = new ScratchFolder("gob-openapi-");
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        folder.Write("openapi.json", await http.GetStringAsync(new Uri(stage.Url, "/openapi.json"), Token));
        var address = "";
        await using var proxy = await Startup.OnFreePortAsync(
            "prism",
            port =>
            {
                address = $"http://127.0.0.1:{port}";
                var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = "/usr/bin:/bin", ["HOME"] = folder.Path };
                return ChildProcess.StartServer(node, [program, "proxy", "openapi.json", $"{stage.Url}", "--errors", "--host", "127.0.0.1", "--port", $"{port}"], folder.Path, environment);
            },
            async (port, cancel) => (await (await http.GetAsync(new Uri($"http://127.0.0.1:{port}/none"), cancel)).Content.ReadAsStringAsync(cancel)).Contains("NO_PATH_MATCHED_ERROR", StringComparison.Ordinal),
            TimeProvider.System,
            Token);

        var image = stage.Cluster.Stage.Image("web");
        var name = $"{stage.Cluster.Namespace}/web";
        var id = "";
        foreach (var (status, body, token, query) in new (HttpStatusCode, string, string, string)[]
        {
            (HttpStatusCode.OK, $$"""{"image": "{{image}}", "tag": "1.1.0"}""", "admin", "?wait=60s"),
            (HttpStatusCode.OK, $$"""{"application": "{{name}}", "urgent": false}""", "admin", "?wait=60s"),
            (HttpStatusCode.Accepted, $$"""{"application": "{{name}}"}""", "admin", ""),
            (HttpStatusCode.NotFound, """{"image": "ghcr.io/nobody/uses"}""", "admin", ""),
            (HttpStatusCode.Forbidden, $$"""{"application": "{{name}}"}""", "user-3", ""),
            (HttpStatusCode.BadRequest, """{"image": "UPPER:CASE"}""", "admin", ""),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{address}/api/v1/trigger{query}") { Content = new StringContent(body, null, "application/json") };
            request.Headers.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", stage.TokenOf(token));
            using var answer = await http.SendAsync(request, Token);
            var text = await answer.Content.ReadAsStringAsync(Token);
            Assert.True(answer.StatusCode == status, $"{body}: {(int)answer.StatusCode} {text}");
            if (status == HttpStatusCode.Accepted)
                id = (string)System.Text.Json.Nodes.JsonNode.Parse(text)!["id"]!;
        }

        using var again = new HttpRequestMessage(HttpMethod.Get, $"{address}/api/v1/triggers/{id}?wait=60s");
        again.Headers.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", stage.TokenOf("admin"));
        using var done = await http.SendAsync(again, Token);
        Assert.True(done.StatusCode == HttpStatusCode.OK, await done.Content.ReadAsStringAsync(Token));
        // Nobody else's business.
        Assert.Equal(404, (await stage.GetAsync($"/api/v1/triggers/{id}", stage.TokenOf("user-3"))).Status);
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
