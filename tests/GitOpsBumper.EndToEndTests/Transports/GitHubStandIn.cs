using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using GitOpsBumper.EndToEndTests.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.EndToEndTests.Transports;

/// <summary>
/// A GitHub Enterprise Server on the loopback address, as far as its published documents say: two endpoints of its API for app 1234 with installation 77,
/// and in front of a git server a door that opens to the tokens it gave, and to nothing else. It stands in for the real one, which no test asks.
/// </summary>
internal sealed class GitHubStandIn : IAsyncDisposable
{
    public const string AppId = "1234";

    private readonly GitHttpServer _git;
    private readonly RSA _key = RSA.Create(2048);
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private readonly WebApplication _web;
    private readonly ConcurrentQueue<string> _asked = new();
    private readonly ConcurrentDictionary<string, bool> _tokens = new(StringComparer.Ordinal);

    private GitHubStandIn(GitHttpServer git)
    {
        _git = git;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(options => options.Limits.MaxRequestBodySize = null);
        _web = builder.Build();
        _web.Run(AnswerAsync);
    }

    public string Url => _web.Urls.First();

    public string ApiUrl => $"{Url}/api/v3";

    /// <summary>The key of the app, of PKCS #1 as GitHub gives it.</summary>
    public string KeyPem => _key.ExportRSAPrivateKeyPem();

    /// <summary>Method and path of every request to the API, in order.</summary>
    public IReadOnlyList<string> Asked => [.. _asked];

    /// <summary>All that were given.</summary>
    public IReadOnlyList<string> Tokens => [.. _tokens.Keys];

    public bool IsSuspended { get; set; }

    /// <summary>The tokens that were given until now.</summary>
    public void Revoke()
    {
        foreach (var token in _tokens.Keys)
            _tokens[token] = false;
    }

    /// <summary>The door stays shut, whatever token is shown.</summary>
    public bool IsShut { get; set; }

    /// <summary>After so many requests of git the tokens that were given until then are taken back.</summary>
    public int RevokesAfter { get; set; } = int.MaxValue;

    public static async Task<GitHubStandIn> StartAsync(GitHttpServer git, CancellationToken token)
    {
        var standIn = new GitHubStandIn(git);
        await standIn._web.StartAsync(token);
        return standIn;
    }

    /// <summary>Where the repository of another server is to be had here.</summary>
    public string UrlOf(HostedRepository repository) => repository.Url.Replace(_git.Url.GetLeftPart(UriPartial.Authority), Url, StringComparison.Ordinal).Replace("/open/", "/", StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        await _web.DisposeAsync();
        _http.Dispose();
        _key.Dispose();
    }

    /// <summary>Answers what is asked of the GraphQL API with a token that counts; null: there is none.</summary>
    public Func<HttpContext, Task>? GraphQl { get; set; }

    private async Task AnswerAsync(HttpContext context)
    {
        if (GraphQl is not null && context.Request.Path == "/api/graphql")
        {
            _asked.Enqueue($"{context.Request.Method} {context.Request.Path}");
            if (_tokens.TryGetValue(context.Request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal), out var isGood) && isGood)
                await GraphQl(context);
            else
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        if (context.Request.Path.StartsWithSegments("/api/v3", StringComparison.Ordinal, out var rest))
            await AnswerApiAsync(context, rest.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries));
        else
            await AnswerGitAsync(context);
    }

    private async Task AnswerApiAsync(HttpContext context, string[] path)
    {
        _asked.Enqueue($"{context.Request.Method} {context.Request.Path}");
        var (status, body) = (context.Request.Method, path) switch
        {
            _ when !IsSigned(context.Request.Headers.Authorization.ToString()) => (401, (object)new { message = "A JSON web token could not be decoded" }),
            ("GET", ["repos", _, "config", "installation"]) => (200, new { id = 77 }),
            ("POST", ["app", "installations", "77", "access_tokens"]) when IsSuspended => (403, new { message = "This installation has been suspended" }),
            ("POST", ["app", "installations", "77", "access_tokens"]) => (201, new { token = Give(), expires_at = TimeProvider.System.GetUtcNow().AddHours(1).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) }),
            _ => (404, new { message = "Not Found" }),
        };
        context.Response.StatusCode = status;
        await context.Response.WriteAsync(JsonSerializer.Serialize(body));
    }

    private string Give()
    {
        var token = $"ghs_{Guid.NewGuid():N}";
        _tokens[token] = true;
        return token;
    }

    /// <summary>What the documents ask of the JSON Web Token, checked with the public key.</summary>
    private bool IsSigned(string authorization)
    {
        var parts = authorization.Split(' ')[^1].Split('.');
        if (parts.Length != 3)
            return false;
        using var key = RSA.Create();
        key.ImportSubjectPublicKeyInfo(_key.ExportSubjectPublicKeyInfo(), out _);
        if (!key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
            return false;
        using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0]));
        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var expires = claims.RootElement.GetProperty("exp").GetInt64();
        return header.RootElement.GetProperty("alg").GetString() == "RS256" && claims.RootElement.GetProperty("iss").GetString() == AppId
            && claims.RootElement.GetProperty("iat").GetInt64() <= now && expires > now && expires <= now + 600;
    }

    private async Task AnswerGitAsync(HttpContext context)
    {
        if (RevokesAfter-- == 0)
        {
            foreach (var token in _tokens.Keys)
                _tokens[token] = false;
        }

        var request = context.Request;
        if (IsShut || !IsKnown(request.Headers.Authorization.ToString()))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"GitHub\"";
            return;
        }

        using var forwarded = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(_git.Url, $"/open{request.Path}{request.QueryString}"));
        if (request.Method == "POST")
        {
            forwarded.Content = new StreamContent(request.Body);
            forwarded.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(request.ContentType!);
            if (request.Headers.ContentEncoding.Count > 0)
                forwarded.Content.Headers.ContentEncoding.Add(request.Headers.ContentEncoding.ToString());
        }

        if (request.Headers.TryGetValue("Git-Protocol", out var protocol))
            forwarded.Headers.Add("Git-Protocol", protocol.ToString());
        using var response = await _http.SendAsync(forwarded, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private bool IsKnown(string authorization)
    {
        if (!authorization.StartsWith("Basic ", StringComparison.Ordinal))
            return false;
        var parts = Encoding.UTF8.GetString(Convert.FromBase64String(authorization["Basic ".Length..])).Split(':', 2);
        return parts[0] == "x-access-token" && _tokens.TryGetValue(parts[1], out var isGood) && isGood;
    }
}
