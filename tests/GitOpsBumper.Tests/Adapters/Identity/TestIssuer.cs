using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace GitOpsBumper.Tests.Adapters.Identity;

/// <summary>An issuer of ID tokens on the loopback address, with TLS and a certificate of its own.</summary>
internal sealed class TestIssuer : IAsyncDisposable
{
    private readonly WebApplication _web;
    private readonly RSA _key = RSA.Create(2048);
    private readonly X509Certificate2 _certificate;

    private TestIssuer(WebApplication web, X509Certificate2 certificate) => (_web, _certificate) = (web, certificate);

    public string Url => _web.Urls.First().TrimEnd('/').Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

    public string AuthorityPem => _certificate.ExportCertificatePem();

    /// <summary>Of the documents.</summary>
    public int Requests { get; private set; }

    public static async Task<TestIssuer> StartAsync(CancellationToken token)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var web = builder.Build();
        var issuer = new TestIssuer(web, certificate);
        web.Run(issuer.AnswerAsync);
        await web.StartAsync(token);
        return issuer;
    }

    /// <summary>A token of this issuer, good for five minutes, unless the test says otherwise.</summary>
    public string Sign(string audience, IReadOnlyDictionary<string, object> claims, string? issuer = null, TimeSpan? expires = null, SigningCredentials? by = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        var end = now + (expires ?? TimeSpan.FromMinutes(5));
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? Url,
            Audience = audience,
            Claims = claims.ToDictionary(),
            NotBefore = now.UtcDateTime.AddHours(-1),
            IssuedAt = now.UtcDateTime.AddHours(-1),
            Expires = end.UtcDateTime,
            SigningCredentials = by ?? new SigningCredentials(new RsaSecurityKey(_key) { KeyId = "one" }, SecurityAlgorithms.RsaSha256),
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _web.DisposeAsync();
        _key.Dispose();
        _certificate.Dispose();
    }

    private Task AnswerAsync(HttpContext context)
    {
        Requests++;
        context.Response.ContentType = "application/json";
        switch (context.Request.Path.Value)
        {
            case "/.well-known/openid-configuration":
                return context.Response.WriteAsync(new JsonObject { ["issuer"] = Url, ["jwks_uri"] = $"{Url}/keys" }.ToJsonString());
            case "/keys":
                var key = _key.ExportParameters(false);
                var jwk = new JsonObject { ["kty"] = "RSA", ["use"] = "sig", ["kid"] = "one", ["alg"] = "RS256", ["n"] = Base64UrlEncoder.Encode(key.Modulus), ["e"] = Base64UrlEncoder.Encode(key.Exponent) };
                return context.Response.WriteAsync(new JsonObject { ["keys"] = new JsonArray(jwk) }.ToJsonString());
            default:
                context.Response.StatusCode = 404;
                return Task.CompletedTask;
        }
    }
}
