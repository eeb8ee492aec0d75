using System.Net.Http.Headers;
using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.Git.Apps;
using GitOpsBumper.Adapters.Git.Transport;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.PullRequests.Azure;
using GitOpsBumper.Adapters.PullRequests.Bitbucket;
using GitOpsBumper.Adapters.PullRequests.Gitea;
using GitOpsBumper.Adapters.PullRequests.GitHub;
using GitOpsBumper.Adapters.PullRequests.GitLab;

namespace GitOpsBumper.Adapters.PullRequests;

/// <summary>Ways to the APIs of forges. Lives as long as the process, for what they want to be spared.</summary>
public sealed class Forges : IDisposable
{
    private const int Concurrency = 4;
    private const int RequestsPerSecond = 10;

    private readonly GitHubApps _apps;
    private readonly RequestCounter _counter;
    private readonly HttpLimits _limits;
    private readonly TimeProvider _time;
    private readonly HostGates _gates;
    private readonly ForgeReplies _replies = new();
    private readonly MergeableMemory _mergeable = new();

    /// <param name="apps">Give tokens to those that are apps.</param>
    /// <param name="counter">Counts the requests.</param>
    /// <param name="limits">Of each request.</param>
    /// <param name="time">For pauses.</param>
    public Forges(GitHubApps apps, RequestCounter counter, HttpLimits limits, TimeProvider time)
    {
        (_apps, _counter, _limits, _time) = (apps, counter, limits, time);
        _gates = new HostGates(_ => new HostLimits(Concurrency, RequestsPerSecond), time);
    }

    /// <summary>A way to the requests of one repository.</summary>
    /// <param name="remote">The repository; certificates and proxy of its secret count for the API of the same host.</param>
    /// <param name="location">Where they are.</param>
    /// <param name="token">Null: none; of a repository that a GitHub App opens, the app's own.</param>
    /// <exception cref="GitException">The client certificate cannot be used.</exception>
    /// <exception cref="ForgeException">The location is none of the forge.</exception>
    public ForgeSession Open(GitRemote remote, ForgeLocation location, AccessToken? token)
    {
        HttpExchange? once = null;
        var forge = ForgeFamily.Of(location.Kind);
#pragma warning disable CA2000 // It belongs to the session.
        var connection = new ApiConnection(remote, location.ApiUrl, client =>
        {
            foreach (var (name, value) in forge.Dialect.Headers)
                client.DefaultRequestHeaders.Add(name, value);
            once = new HttpExchange(client, _gates, _counter, _limits with { Retries = 0 }, _time);
            return new HttpExchange(client, _gates, _counter, _limits, _time);
        });
#pragma warning restore CA2000
        var login = token is null && remote.Credential?.App is not null ? ForgeLogin.Of(_apps, remote) : ForgeLogin.Of(token is null ? null : forge.Header(token));
        var api = new ForgeApi(connection.Exchange, once!, login, forge.Dialect, location.ApiUrl, _replies);
        try
        {
            return new ForgeSession(connection, forge.Open(api, location), location, _mergeable);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public void Dispose() => _gates.Dispose();
}

/// <summary>What there is of each kind of forge.</summary>
/// <param name="Dialect">How it words what it does not do.</param>
/// <param name="Header">How a token is shown to it.</param>
/// <param name="Open">The requests of a repository.</param>
internal sealed record ForgeFamily(ForgeDialect Dialect, Func<AccessToken, AuthenticationHeaderValue> Header, Func<ForgeApi, ForgeLocation, IForge> Open)
{
    public static ForgeFamily Of(ForgeKind kind) => kind switch
    {
        ForgeKind.GitHub => GitHubFamily.Family,
        ForgeKind.GitLab => new(GitLabDialect.Dialect, static token => TokenHeader.Bearer(token.Secret), static (api, location) => new GitLabForge(api, location)),
        ForgeKind.Gitea => new(GiteaDialect.Dialect, static token => new AuthenticationHeaderValue("token", token.Secret), static (api, location) => new GiteaForge(api, location)),
        ForgeKind.BitbucketCloud => new(BitbucketCloudForge.Dialect, BitbucketHeader.Of, static (api, location) => new BitbucketCloudForge(api, location)),
        ForgeKind.BitbucketServer => new(BitbucketServerForge.Dialect, BitbucketHeader.Of, static (api, location) => new BitbucketServerForge(api, location)),
        ForgeKind.AzureDevOps => new(AzureForge.Dialect, AzureForge.Header, static (api, location) => new AzureForge(api, location)),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a forge"),
    };
}
