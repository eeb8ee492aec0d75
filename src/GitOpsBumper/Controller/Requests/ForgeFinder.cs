using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Adapters.Credentials;
using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.PullRequests;
using GitOpsBumper.Configuration.PullRequests;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Annotations.Requests;

namespace GitOpsBumper.Controller.Requests;

/// <summary>Finds out for a repository which forge it lies on. Never by words in the name of its host.</summary>
internal sealed class ForgeFinder(PullRequestSection settings, CredentialResolver credentials)
{
    /// <exception cref="ForgeUnknownException">Nobody says which forge it is, or there is no token for it.</exception>
    /// <exception cref="CredentialException">The token is named and cannot be had.</exception>
    public async Task<ForgeTarget> FindAsync(RepositoryUrl url, GitCredential? credential, PullRequestPolicy policy, CancellationToken cancellationToken)
    {
        if (!TryFind(url, credential, policy, out var location, out var problem))
            throw new ForgeUnknownException(problem);
        if (settings.TokenOf(url) is { } named)
        {
            if (named.Reference is not { } reference)
                return WithoutApi(url, location, "--forge-token says that there is none");
            var token = await credentials.TokenAsync(reference, cancellationToken);
            return new ForgeTarget(location, new AccessToken(token.IsToken ? null : token.Username, token.Password.Reveal()));
        }

        if (credential?.Token is null && credential?.App is null)
            return WithoutApi(url, location, url.IsSsh ? "a key of ssh opens no API" : "its repository secret has none");
        return new ForgeTarget(location, credential.Token);
    }

    private bool TryFind(RepositoryUrl url, GitCredential? credential, PullRequestPolicy policy, [NotNullWhen(true)] out ForgeLocation? location, [NotNullWhen(false)] out string? problem)
    {
        location = null;
        var named = policy.Forge is { } word ? ForgeHost.Kinds.First(pair => pair.Key == word).Value : (ForgeKind?)null;
        // An app is one of GitHub's, and its secret says where its API is.
        var host = settings.HostOf(url) ?? (credential?.App is { } app ? new ForgeHost(url.Host, ForgeKind.GitHub, app.ApiUrl) : named is { } kind && !IsElsewhere(kind) ? new ForgeHost(url.Host, kind, null) : null);
        problem = host switch
        {
            _ when url.IsLocal => $"{AnnotationKeys.PullRequest}: repository '{url}' is a folder of this machine, which has no requests",
            null => $"{AnnotationKeys.PullRequest}: nobody says which forge {url.Host} is; allowed is --forge {url.Host}=<forge>, with one of {string.Join(", ", ForgeHost.Kinds.Select(pair => pair.Key))}",
            { Kind: var known } when named is { } other && other != known => $"{AnnotationKeys.PullRequest}: the Application says {ForgeHost.WordOf(other)}, but {url.Host} is {ForgeHost.WordOf(known)}; allowed is \"true\"",
            _ => null,
        };
        if (problem is not null || host is null)
        {
            problem ??= $"the forge of {url.Host} is not known";
            return false;
        }

        var api = host.Api ?? (host.Kind == ForgeKind.GitHub ? credential?.App?.ApiUrl : null);
        if (!ForgeAddress.TryFind(url, host.Kind, api, out location, out problem))
            return false;
        // Whoever writes an Application does not make the bot show its token to everybody on the way.
        if (location.ApiUrl.Scheme != Uri.UriSchemeHttps && !location.ApiUrl.IsLoopback)
            problem = $"{AnnotationKeys.PullRequest}: the API of {url.Host} would be asked over http, where a token is sent for everybody to read; write https:// in the URL of the repository";
        return problem is null;
    }

    /// <summary>Whoever writes an Application does not send the token of one host to another: the API of these is not where the repository is.</summary>
    private static bool IsElsewhere(ForgeKind kind) => kind is ForgeKind.BitbucketCloud or ForgeKind.AzureDevOps;

    /// <summary>Some forges open requests for who pushes.</summary>
    private static ForgeTarget WithoutApi(RepositoryUrl url, ForgeLocation location, string why) =>
        PushedRequests.Knows(location.Kind) ? new ForgeTarget(location, null) { HasApi = false } : throw new ForgeUnknownException(NoToken(url, why));

    private static string NoToken(RepositoryUrl url, string why) =>
        $"{AnnotationKeys.PullRequest}: there is no token for the API of {url.Host}: {why}; allowed is --forge-token {url.Host}=secret:<namespace>/<name>#<field>, or a repository secret with a token as its password";
}

/// <summary>No request can be opened for a repository. The message is a sentence.</summary>
internal sealed class ForgeUnknownException(string message) : Exception(message);
