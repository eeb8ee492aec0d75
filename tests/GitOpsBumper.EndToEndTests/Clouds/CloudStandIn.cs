using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.EndToEndTests.Clouds;

/// <summary>
/// A cloud on the loopback address: its metadata server, its token services and its registry, each as far as its published protocol says. It stands in
/// for the real ones, which no test asks.
/// </summary>
internal sealed class CloudStandIn : IAsyncDisposable
{
    /// <summary>What the registry takes.</summary>
    public const string Password = "registry-passw0rd";

    private readonly WebApplication _web;
    private readonly Dictionary<string, Func<HttpContext, string, Task<string?>>> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _asked = new();

    private CloudStandIn()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _web = builder.Build();
        _web.Run(AnswerAsync);
    }

    public string Host => new Uri(_web.Urls.First()).Authority;

    public string Url => $"http://{Host}";

    /// <summary>Method and path of every request, in order.</summary>
    public IReadOnlyList<string> Asked => [.. _asked];

    /// <summary>The registry wants <c>Bearer</c>, by tokens of its own server, instead of <c>Basic</c>.</summary>
    public bool GivesTokens { get; set; }

    /// <summary>The <c>Authorization</c> headers and forms by which somebody tried to be let in.</summary>
    public ConcurrentQueue<string> Presented { get; } = new();

    public static async Task<CloudStandIn> StartAsync(CancellationToken token)
    {
        var cloud = new CloudStandIn();
        await cloud._web.StartAsync(token);
        return cloud;
    }

    /// <summary>What is asked there, with its body; an answer of null has been written already.</summary>
    public CloudStandIn On(string question, Func<HttpContext, string, Task<string?>> answer)
    {
        _answers[question] = answer;
        return this;
    }

    public CloudStandIn On(string question, Func<HttpContext, string, string> answer) => On(question, (context, body) => Task.FromResult<string?>(answer(context, body)));

    public int Count(string question) => _asked.Count(asked => asked == question);

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        var question = $"{context.Request.Method} {context.Request.Path}";
        _asked.Enqueue(question);
        if (_answers.TryGetValue(question, out var answer))
        {
            if (await answer(context, body) is { } text)
                await context.Response.WriteAsync(text);
        }
        else if (context.Request.Path.StartsWithSegments("/v2", StringComparison.Ordinal) || context.Request.Path == "/oauth2/token")
        {
            await RegistryAsync(context, body);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    private async Task RegistryAsync(HttpContext context, string form)
    {
        var (request, response) = (context.Request, context.Response);
        var authorization = request.Headers.Authorization.ToString();
        if (request.Path == "/oauth2/token" || request.Path == "/v2/token")
        {
            Presented.Enqueue(authorization.Length > 0 ? authorization : form);
            var isKnown = Decoded(authorization).EndsWith($":{Password}", StringComparison.Ordinal) || form.Contains($"refresh_token={Password}", StringComparison.Ordinal);
            response.StatusCode = isKnown || authorization.Length + form.Length == 0 ? StatusCodes.Status200OK : StatusCodes.Status401Unauthorized;
            await response.WriteAsync(JsonSerializer.Serialize(new { token = isKnown ? "pull-token" : "anonymous-token" }));
            return;
        }

        if (authorization == "Bearer pull-token" || (!GivesTokens && Decoded(authorization).EndsWith($":{Password}", StringComparison.Ordinal)))
        {
            if (!GivesTokens)
                Presented.Enqueue(authorization);
            await response.WriteAsync("""{"name":"team/web","tags":["1.0.0","1.1.0"]}""");
            return;
        }

        response.StatusCode = StatusCodes.Status401Unauthorized;
        response.Headers.WWWAuthenticate = GivesTokens ? $"Bearer realm=\"{Url}/oauth2/token\",service=\"registry\"" : $"Basic realm=\"{Url}/\"";
    }

    public static string Decoded(string authorization) =>
        authorization.StartsWith("Basic ", StringComparison.Ordinal) ? Encoding.UTF8.GetString(Convert.FromBase64String(authorization["Basic ".Length..])) : "";
}
