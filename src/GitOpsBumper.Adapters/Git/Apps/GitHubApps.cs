using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using GitOpsBumper.Adapters.Git.Transport;
using GitOpsBumper.Adapters.Http;

namespace GitOpsBumper.Adapters.Git.Apps;

/// <summary>
/// Gets tokens for GitHub Apps and keeps them until some minutes before they expire: one for all repositories of an installation. Lives as long as the
/// process.
/// </summary>
/// <seealso href="https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app"/>
public sealed class GitHubApps : IDisposable
{
    /// <summary>So long before it expires a token is replaced: what begins with it has to end with it.</summary>
    public static readonly TimeSpan Reserve = TimeSpan.FromMinutes(5);

    /// <summary>Installations change seldom, and a wrong one shows.</summary>
    private static readonly TimeSpan InstallationLasts = TimeSpan.FromHours(1);

    /// <summary>What GitHub gives; a clock that is wrong must not make it longer.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private const int MaxBytes = 256 * 1024;
    private const int MaxTokenLength = 16 * 1024;
    private const int RequestsPerSecond = 10;

    private readonly RequestCounter _counter;
    private readonly HttpLimits _limits;
    private readonly TimeProvider _time;
    private readonly HostGates _gates;
    private readonly AppMemory<TokenKey, InstallationToken> _tokens;
    private readonly AppMemory<InstallationKey, Installation> _installations;

    /// <param name="counter">Counts the requests.</param>
    /// <param name="limits">Of each request.</param>
    /// <param name="time">Of signatures and expiry.</param>
    public GitHubApps(RequestCounter counter, HttpLimits limits, TimeProvider time)
    {
        _counter = counter;
        _limits = limits;
        _time = time;
        _gates = new HostGates(_ => new HostLimits(4, RequestsPerSecond), time);
        _tokens = new AppMemory<TokenKey, InstallationToken>(time);
        _installations = new AppMemory<InstallationKey, Installation>(time);
    }

    /// <summary>A token that opens the repository, to git and to the APIs, for at least the <see cref="Reserve"/>.</summary>
    /// <param name="remote">Whose credential is an app.</param>
    /// <param name="cancellationToken">Stops waiting and asking.</param>
    /// <exception cref="GitException">There is none; the message names the secret and what is wrong.</exception>
    public async Task<InstallationToken> GetAsync(GitRemote remote, CancellationToken cancellationToken)
    {
        var app = remote.Credential!.App!;
        try
        {
            var installation = app.InstallationId ?? (await FindAsync(remote, app, cancellationToken)).Id;
            return await _tokens.GetAsync(TokenKey.Of(app, installation), () => FetchAsync(remote, app, installation, cancellationToken), cancellationToken);
        }
        catch (AppException failure)
        {
            throw new GitException(failure.Failure, $"there is no token for {remote.Url}: GitHub App {app.Id} of secret {app.Secret}: {failure.Message}", failure);
        }
    }

    /// <summary>It was refused: whoever asks next gets a new one, unless there is one already.</summary>
    public void Refused(GitRemote remote, InstallationToken token)
    {
        var app = remote.Credential!.App!;
        _tokens.DropAll(key => key.IsOf(app), token);
    }

    /// <summary>A way to the API of the app, for further requests.</summary>
    /// <exception cref="GitException">The client certificate cannot be used.</exception>
    public ApiConnection Connect(GitRemote remote) => new(remote, remote.Credential!.App!.ApiUrl, client =>
    {
        client.DefaultRequestHeaders.Add("X-GitHub-Api-Version", "2022-11-28");
        return new HttpExchange(client, _gates, _counter, _limits, _time);
    });

    public void Dispose() => _gates.Dispose();

    private Task<Installation> FindAsync(GitRemote remote, GitHubApp app, CancellationToken cancellationToken)
    {
        var parts = new Uri(remote.Url.Text).AbsolutePath.Trim('/').Split('/');
        if (parts.Length != 2)
            throw new AppException(GitFailure.AuthenticationFailed, $"it has no {GitHubApp.InstallationField}, and a URL that does not end with owner and repository does not tell where it is installed");
        var name = parts[1].EndsWith(".git", StringComparison.OrdinalIgnoreCase) ? parts[1][..^4] : parts[1];
        return _installations.GetAsync(
            new InstallationKey(app.ApiUrl, app.Id, app.Key, $"{parts[0]}/{name}".ToLowerInvariant()),
            async () =>
            {
                var reply = await AskAsync(remote, app, HttpMethod.Get, $"repos/{parts[0]}/{name}/installation", "app-installation", cancellationToken);
                if (!reply.IsSuccess)
                    throw AppRefusal.Of(reply, app, $"it is not installed in {parts[0]}/{name}, or there is no such repository", _time.GetUtcNow());
                if (Root(reply) is not { ValueKind: JsonValueKind.Object } root || !root.TryGetProperty("id", out var id) || !id.TryGetInt64(out var number))
                    throw AppRefusal.Strange(app, "an installation without an id");
                return new Kept<Installation>(new Installation(number), _time.GetUtcNow() + InstallationLasts);
            },
            cancellationToken);
    }

    private async Task<Kept<InstallationToken>> FetchAsync(GitRemote remote, GitHubApp app, long installation, CancellationToken cancellationToken)
    {
        var reply = await AskAsync(
            remote, app, HttpMethod.Post, string.Create(CultureInfo.InvariantCulture, $"app/installations/{installation}/access_tokens"), "app-token", cancellationToken);
        if (!reply.IsSuccess)
        {
            if (app.InstallationId is null && reply.Status == HttpStatusCode.NotFound)
                _installations.DropAll(key => key.IsOf(app), new Installation(installation));
            throw AppRefusal.Of(reply, app, $"it has no installation {installation}: {GitHubApp.InstallationField} is wrong, or it was uninstalled", _time.GetUtcNow());
        }

        var root = Root(reply);
        var token = Text(root, "token");
        if (token is not { Length: > 0 and <= MaxTokenLength } || token.Any(c => c is <= ' ' or > '~'))
            throw AppRefusal.Strange(app, "no token");
        var now = _time.GetUtcNow();
        var expires = DateTimeOffset.TryParse(Text(root, "expires_at"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var said) && said < now + Longest ? said : now + Longest;
        return new Kept<InstallationToken>(new InstallationToken(token, expires), expires - Reserve);
    }

    /// <exception cref="AppException">There is no answer.</exception>
    private async Task<HttpReply> AskAsync(GitRemote remote, GitHubApp app, HttpMethod method, string path, string kind, CancellationToken cancellationToken)
    {
        using var connection = Connect(remote);
        var call = new HttpCall(method, new Uri($"{app.ApiUrl.AbsoluteUri.TrimEnd('/')}/{path}"), kind, MaxBytes)
        {
            Accept = "application/vnd.github+json",
            Authorization = new AuthenticationHeaderValue("Bearer", AppAssertion.Create(app, _time.GetUtcNow())),
        };
        try
        {
            return await connection.Exchange.SendAsync(call, cancellationToken);
        }
        catch (HttpExchangeException failure)
        {
            throw new AppException(failure.IsTransient ? GitFailure.Network : GitFailure.Other, $"{app.ApiUrl.Authority} {failure.Message}");
        }
    }

    private static JsonElement Root(HttpReply reply) => AppRefusal.Parse(reply);

    private static string? Text(JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>The key is part of it: who knows the numbers of an app does not get its tokens.</summary>
    private sealed record TokenKey(Uri Api, long App, AppKey Key, long Installation)
    {
        public static TokenKey Of(GitHubApp app, long installation) => new(app.ApiUrl, app.Id, app.Key, installation);

        public bool IsOf(GitHubApp app) => Of(app, Installation) == this;
    }

    private sealed record InstallationKey(Uri Api, long App, AppKey Key, string Repository)
    {
        public bool IsOf(GitHubApp app) => new InstallationKey(app.ApiUrl, app.Id, app.Key, Repository) == this;
    }

    private sealed record Installation(long Id);
}
