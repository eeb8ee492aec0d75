using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.EndToEndTests.Servers;

/// <summary>What a token allows on one repository: <c>pull</c>, <c>push</c>, <c>delete</c>.</summary>
public sealed record TokenAccess(string Repository, IReadOnlyList<string> Actions);

/// <summary>How a <see cref="TokenServer"/> behaves.</summary>
public sealed record TokenServerOptions
{
    /// <summary>The account that may pull; null lets everybody pull without credentials.</summary>
    public BasicAccount? Account { get; init; }

    /// <summary>An identity token that is as good as the account; null: none is.</summary>
    public string? RefreshToken { get; init; }

    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>ES256 instead of RS256.</summary>
    public bool EllipticCurve { get; init; }

    /// <summary>Answers with <c>access_token</c> alone, as registries that speak OAuth 2 do.</summary>
    public bool NamesItAccessToken { get; init; }
}

/// <summary>The realm of the bearer scheme: gives out signed tokens that a docker-registry accepts.</summary>
/// <seealso href="https://distribution.github.io/distribution/spec/auth/token/"/>
public sealed class TokenServer : IAsyncDisposable
{
    private readonly TokenServerOptions _options;
    private readonly TimeProvider _clock;
    private readonly AsymmetricAlgorithm _key;
    private readonly X509Certificate2 _certificate;
    private readonly WebApplication _web;
    private readonly ConcurrentQueue<LoggedRequest> _requests = new();

    private TokenServer(TokenServerOptions options, TimeProvider clock)
    {
        _options = options;
        _clock = clock;
        var name = new X500DistinguishedName("CN=token-server");
        CertificateRequest request;
        if (options.EllipticCurve)
        {
            var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            _key = key;
            request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        }
        else
        {
            var key = RSA.Create(2048);
            _key = key;
            request = new CertificateRequest(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }

        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        _certificate = request.CreateSelfSigned(clock.GetUtcNow().AddDays(-1), clock.GetUtcNow().AddDays(1));

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _web = builder.Build();
        _web.Run(AnswerAsync);
    }

    public string Realm => $"{_web.Urls.First()}/token";

    public string Service => "test-registry";

    public string Issuer => "test-issuer";

    /// <summary>What the registry trusts.</summary>
    public string CertificatePem => _certificate.ExportCertificatePem();

    /// <summary>The token requests so far; the scopes are in the query.</summary>
    public IReadOnlyList<LoggedRequest> Requests => [.. _requests];

    public static async Task<TokenServer> StartAsync(TokenServerOptions options, TimeProvider clock, CancellationToken token)
    {
        var server = new TokenServer(options, clock);
        await server._web.StartAsync(token);
        return server;
    }

    /// <summary>A token without asking over HTTP.</summary>
    public string Issue(IReadOnlyList<TokenAccess> access)
    {
        var now = _clock.GetUtcNow();
        var header = new JsonObject
        {
            ["typ"] = "JWT",
            ["alg"] = _options.EllipticCurve ? "ES256" : "RS256",
            ["x5c"] = new JsonArray(Convert.ToBase64String(_certificate.RawData)),
        };
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["aud"] = Service,
            ["sub"] = _options.Account?.User ?? "",
            ["nbf"] = now.AddMinutes(-1).ToUnixTimeSeconds(),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.Add(_options.Lifetime).ToUnixTimeSeconds(),
            ["jti"] = Guid.NewGuid().ToString("N"),
            ["access"] = new JsonArray([.. access.Select(Describe)]),
        };
        var content = $"{Encode(header)}.{Encode(claims)}";
        var bytes = Encoding.ASCII.GetBytes(content);
        var signature = _key switch
        {
            RSA rsa => rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            ECDsa curve => curve.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
            _ => throw new InvalidOperationException("the key is neither RSA nor ECDSA"),
        };
        return $"{content}.{Base64Url.EncodeToString(signature)}";
    }

    public async ValueTask DisposeAsync()
    {
        await _web.DisposeAsync();
        _certificate.Dispose();
        _key.Dispose();
    }

    private static JsonNode Describe(TokenAccess access) => new JsonObject
    {
        ["type"] = "repository",
        ["name"] = access.Repository,
        ["actions"] = new JsonArray([.. access.Actions.Select(action => (JsonNode)action)]),
    };

    private static string Encode(JsonObject json) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(json));

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var form = request.HasFormContentType ? await request.ReadFormAsync(context.RequestAborted) : null;
        var allowed = form is null
            ? _options.Account is not { } account || account.Matches(request.Headers.Authorization)
            : form["grant_type"] == "refresh_token" && _options.RefreshToken is { } token && form["refresh_token"] == token && form["service"] == Service;
        context.Response.StatusCode = allowed ? StatusCodes.Status200OK : StatusCodes.Status401Unauthorized;
        _requests.Enqueue(new LoggedRequest(request.Method, request.Path, request.QueryString.Value?.TrimStart('?') ?? "", context.Response.StatusCode));
        if (!allowed)
            return;
        var scopes = (form?["scope"] ?? request.Query["scope"]).SelectMany(scope => (scope ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var answer = Issue([.. scopes.Select(ReadPull).OfType<TokenAccess>()]);
        var body = new JsonObject { ["expires_in"] = (int)_options.Lifetime.TotalSeconds, ["issued_at"] = _clock.GetUtcNow().UtcDateTime.ToString("O") };
        body[_options.NamesItAccessToken ? "access_token" : "token"] = answer;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body.ToJsonString()), context.RequestAborted);
    }

    /// <summary>Whoever asks for more than pulling gets pulling.</summary>
    private static TokenAccess? ReadPull(string scope)
    {
        var parts = scope.Split(':');
        return parts is ["repository", _, _] && parts[2].Split(',').Contains("pull", StringComparer.Ordinal) ? new TokenAccess(parts[1], ["pull"]) : null;
    }
}
