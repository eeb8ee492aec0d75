using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.Git.Apps;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Tests.Adapters.Http;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.Tests.Adapters.Git.Apps;

/// <summary>An API that gives tokens to app 1234 when its signature is right, and a bot that asks it.</summary>
internal sealed class AppStage : IAsyncDisposable
{
    private readonly ScriptedServer _server;
    private int _given;

    private AppStage(ScriptedServer server, Box box)
    {
        _server = server;
        box.Stage = this;
        Apps = new GitHubApps(Counter, new HttpLimits { AttemptTimeout = JumpingTime.Never }, Time);
    }

    public static RSA Rsa { get; } = RSA.Create(2048);

    public static string Pem { get; } = Rsa.ExportRSAPrivateKeyPem();

    public JumpingTime Time { get; } = new();

    public RequestCounter Counter { get; } = new();

    public GitHubApps Apps { get; }

    /// <summary>What is answered instead of what is asked for; null: that.</summary>
    public Func<HttpContext, Task>? Instead { get; set; }

    /// <summary>What the answers' clock shows, if not what ours does.</summary>
    public TimeSpan ClockIsOff { get; set; }

    /// <summary>Holds answers back; null: none.</summary>
    public TaskCompletionSource? Gate { get; set; }

    public string ExpiresAfter { get; set; } = "01:00:00";

    public IReadOnlyList<GotRequest> Requests => _server.Requests;

    public static async Task<AppStage> StartAsync()
    {
        var box = new Box();
        return new AppStage(await ScriptedServer.StartAsync(context => box.Stage!.AnswerAsync(context)), box);
    }

    public GitRemote Remote(string repository = "team/config", params (string Name, string? Value)[] other)
    {
        Assert.True(RepositoryUrl.TryParse($"http://{_server.Host}/{repository}", out var url, out _));
        var fields = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [GitHubApp.IdField] = "1234",
            [GitHubApp.InstallationField] = "77",
            [GitHubApp.KeyField] = Pem,
            [GitHubApp.BaseUrlField] = $"http://{_server.Host}/api/v3",
        };
        foreach (var (name, value) in other)
            fields[name] = value ?? "";
        var secret = new KubernetesSecret(new NamespacedName("argocd", "app"), "Opaque", new Dictionary<string, string>(), fields);
        Assert.True(RepositorySecrets.TryReadNamed(secret, url, "default", out var credential, out var problem), problem);
        return new GitRemote(url, credential);
    }

    public async Task<string> FailsAsync(GitRemote? remote = null) =>
        (await Assert.ThrowsAsync<GitException>(() => Apps.GetAsync(remote ?? Remote(), TestContext.Current.CancellationToken))).Message;

    public async ValueTask DisposeAsync()
    {
        Apps.Dispose();
        await _server.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (Gate is not null)
            await Gate.Task;
        var now = Time.GetUtcNow() + ClockIsOff;
        context.Response.Headers.Date = now.ToString("R", CultureInfo.InvariantCulture);
        if (Instead is not null)
            await Instead(context);
        else if (!IsSigned(context.Request.Headers.Authorization.ToString(), now))
            await context.SendAsync(401, """{"message":"A JSON web token could not be decoded"}""");
        else if (context.Request.Path == "/api/v3/repos/team/config/installation" || context.Request.Path == "/api/v3/repos/team/other/installation")
            await context.SendAsync(200, """{"id":77,"account":{"login":"team"}}""");
        else if (context.Request.Method == "POST" && context.Request.Path == "/api/v3/app/installations/77/access_tokens")
            await context.SendAsync(201, JsonSerializer.Serialize(new { token = $"ghs_{Interlocked.Increment(ref _given)}", expires_at = Time.GetUtcNow() + TimeSpan.Parse(ExpiresAfter, CultureInfo.InvariantCulture) }));
        else
            await context.SendAsync(404, """{"message":"Not Found"}""");
    }

    /// <summary>As GitHub says that it checks.</summary>
    private static bool IsSigned(string authorization, DateTimeOffset now)
    {
        var parts = authorization.Replace("Bearer ", "", StringComparison.Ordinal).Split('.');
        if (parts.Length != 3 || !Rsa.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
            return false;
        using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0]));
        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
        var (issued, expires) = (claims.RootElement.GetProperty("iat").GetInt64(), claims.RootElement.GetProperty("exp").GetInt64());
        var seconds = now.ToUnixTimeSeconds();
        return header.RootElement.GetProperty("alg").GetString() == "RS256" && claims.RootElement.GetProperty("iss").GetString() == "1234"
            && issued <= seconds && expires > seconds && expires <= seconds + 600;
    }

    private sealed class Box
    {
        public AppStage? Stage { get; set; }
    }
}
