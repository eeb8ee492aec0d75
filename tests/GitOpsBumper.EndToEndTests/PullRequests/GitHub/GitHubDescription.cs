using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using GitOpsBumper.EndToEndTests.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.EndToEndTests.PullRequests.GitHub;

/// <summary>
/// GitHub's own description of its REST API, and in front of what stands in for GitHub a proxy (Prism) that holds every request and every answer against it.
/// </summary>
/// <seealso href="https://github.com/github/rest-api-description"/>
/// <seealso href="https://docs.stoplight.io/docs/prism/83dbbd75532cf-http-mocking#proxy"/>
public sealed class GitHubDescription : IAsyncDisposable
{
    private const string Repository = "/repos/{owner}/{repo}";

    /// <summary>By which the proxy's own side knows for whom it asks.</summary>
    private const string Behind = "X-Behind";

    /// <summary>The proxy reads a document of that many paths in an instant, and the whole one of more than ten megabytes in a minute.</summary>
    private static readonly string[] Paths =
    [
        $"{Repository}/pulls", $"{Repository}/pulls/{{pull_number}}", $"{Repository}/pulls/{{pull_number}}/requested_reviewers", $"{Repository}/pulls/{{pull_number}}/merge",
        $"{Repository}/issues/{{issue_number}}/comments", $"{Repository}/issues/{{issue_number}}/labels", $"{Repository}/issues/{{issue_number}}/assignees",
    ];

    private readonly ScratchFolder _folder = new("gob-openapi-");
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private readonly ConcurrentDictionary<string, RequestDelegate> _waiting = new(StringComparer.Ordinal);
    private readonly WebApplication _web;
    private ChildProcess? _proxy;
    private int _port;

    private GitHubDescription()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _web = builder.Build();
        _web.Run(context => _waiting[context.Request.Headers[Behind].ToString()](context));
    }

    /// <summary>Where <c>./check</c> installs it.</summary>
    private static string Modules => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/", ".cache"),
        "gitopsbumper", "npm", "github", "node_modules");

    /// <exception cref="ServerMissingException">Node or the packages are not installed.</exception>
    public static async Task<GitHubDescription> StartAsync(CancellationToken token)
    {
        var node = Executable.Require("node", "npm");
        var program = Path.Combine(Modules, "@stoplight", "prism-cli", "dist", "index.js");
        var document = Path.Combine(Modules, "@octokit", "openapi", "generated", "api.github.com.json");
        if (!File.Exists(program) || !File.Exists(document))
            throw new ServerMissingException("GitHub's description of its API is not installed: apt-get install npm, and ./check installs it");
        var description = new GitHubDescription();
        try
        {
            await description._web.StartAsync(token);
            description._folder.Write("github.json", Cut(JsonNode.Parse(await File.ReadAllBytesAsync(document, token))!.AsObject()).ToJsonString());
            description._proxy = await Startup.OnFreePortAsync("prism", port => description.Launch(node, program, port), description.IsReadyAsync, TimeProvider.System, token);
            return description;
        }
        catch
        {
            await description.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks the proxy the same, which asks in turn what stands behind it, and hands on its answer.</summary>
    /// <param name="context">Of the request.</param>
    /// <param name="path">As the description has it.</param>
    /// <param name="answer">Of what stands behind it.</param>
    /// <returns>What is not as described, and then there is no answer; else null.</returns>
    public async Task<string?> PassAsync(HttpContext context, string path, RequestDelegate answer)
    {
        var id = Guid.NewGuid().ToString("N");
        _waiting[id] = answer;
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), $"http://127.0.0.1:{_port}{path}{context.Request.QueryString}");
        if (context.Request.ContentLength > 0)
            request.Content = new StreamContent(context.Request.Body);
        foreach (var (name, values) in context.Request.Headers.Where(header => header.Key is not ("Host" or "Content-Length")))
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.ToArray()))
                request.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
        }

        request.Headers.Add(Behind, id);
        using var response = await _http.SendAsync(request, context.RequestAborted);
        _waiting.TryRemove(id, out _);
        var body = await response.Content.ReadAsByteArrayAsync(context.RequestAborted);
        if (response.Content.Headers.ContentType?.MediaType == "application/problem+json")
            return $"{request.Method} {path}: {System.Text.Encoding.UTF8.GetString(body)}";
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var name in new[] { "ETag", "Link", "Retry-After" })
        {
            if (response.Headers.TryGetValues(name, out var values))
                context.Response.Headers[name] = values.ToArray();
        }

        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        if (body.Length > 0)
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_proxy is not null)
            await _proxy.DisposeAsync();
        await _web.DisposeAsync();
        _http.Dispose();
        _folder.Dispose();
    }

    private ChildProcess Launch(string node, string program, int port)
    {
        _port = port;
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = "/usr/bin:/bin", ["HOME"] = _folder.Path };
        return ChildProcess.StartServer(node, [program, "proxy", "github.json", _web.Urls.First(), "--errors", "--host", "127.0.0.1", "--port", $"{port}"], _folder.Path, environment);
    }

    private async Task<bool> IsReadyAsync(int port, CancellationToken token)
    {
        using var response = await _http.GetAsync(new Uri($"http://127.0.0.1:{port}/none"), token);
        return (await response.Content.ReadAsStringAsync(token)).Contains("NO_PATH_MATCHED_ERROR", StringComparison.Ordinal);
    }

    /// <summary>The paths that are used, and all that they refer to.</summary>
    private static JsonObject Cut(JsonObject whole)
    {
        var part = new JsonObject { ["openapi"] = whole["openapi"]!.DeepClone(), ["info"] = whole["info"]!.DeepClone(), ["paths"] = new JsonObject(), ["components"] = new JsonObject() };
        var references = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in Paths)
            part["paths"]![path] = Take(whole["paths"]![path]!);
        return part;

        JsonNode Take(JsonNode from)
        {
            Follow(from);
            return from.DeepClone();
        }

        void Follow(JsonNode? node)
        {
            if (node is JsonArray array)
            {
                foreach (var item in array)
                    Follow(item);
            }
            else if (node is JsonObject members)
            {
                if (members["$ref"] is JsonValue reference && reference.TryGetValue<string>(out var target) && references.Add(target))
                    Refer(target.Split('/'));
                foreach (var (_, member) in members)
                    Follow(member);
            }
        }

        // As in #/components/schemas/pull-request.
        void Refer(string[] target)
        {
            var section = part["components"]![target[2]] ??= new JsonObject();
            section[target[3]] = Take(whole["components"]![target[2]]![target[3]]!);
        }
    }
}
