using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Adapters.Git;

namespace GitOpsBumper.Adapters.PullRequests;

/// <summary>Finds out from a repository's URL where its forge keeps the requests.</summary>
public static class ForgeAddress
{
    private const string AzureHost = "dev.azure.com";
    private const string OldAzureDomain = ".visualstudio.com";

    /// <summary>The hosts that are one forge and no other. All others have to be named.</summary>
    private static readonly Dictionary<string, ForgeKind> KnownHosts = new(StringComparer.OrdinalIgnoreCase)
    {
        ["github.com"] = ForgeKind.GitHub,
        ["ssh.github.com"] = ForgeKind.GitHub,
        ["gitlab.com"] = ForgeKind.GitLab,
        ["altssh.gitlab.com"] = ForgeKind.GitLab,
        ["gitea.com"] = ForgeKind.Gitea,
        ["codeberg.org"] = ForgeKind.Gitea,
        ["bitbucket.org"] = ForgeKind.BitbucketCloud,
        ["altssh.bitbucket.org"] = ForgeKind.BitbucketCloud,
        [AzureHost] = ForgeKind.AzureDevOps,
        ["ssh.dev.azure.com"] = ForgeKind.AzureDevOps,
        ["vs-ssh.visualstudio.com"] = ForgeKind.AzureDevOps,
    };

    /// <summary>The forge of a host that everybody knows; null for any other.</summary>
    /// <param name="host">With a port where it has one.</param>
    public static ForgeKind? KindOf(string host)
    {
        var name = NameOf(host);
        return KnownHosts.TryGetValue(name, out var kind) ? kind : name.EndsWith(OldAzureDomain, StringComparison.OrdinalIgnoreCase) ? ForgeKind.AzureDevOps : null;
    }

    /// <param name="url">Of the repository.</param>
    /// <param name="kind">Of its forge.</param>
    /// <param name="api">The top of the API as a person named it; null: where the forge has it usually.</param>
    /// <param name="location">Where the requests are.</param>
    /// <param name="problem">A sentence: the URL is none of a repository of such a forge.</param>
    public static bool TryFind(RepositoryUrl url, ForgeKind kind, Uri? api, [NotNullWhen(true)] out ForgeLocation? location, [NotNullWhen(false)] out string? problem)
    {
        location = null;
        if (url.IsLocal)
        {
            problem = $"repository '{url}' is a folder of this machine, which has no requests";
            return false;
        }

        var parts = PathOf(url);
        location = kind switch
        {
            ForgeKind.GitHub when parts.Count == 2 => new ForgeLocation(kind, api ?? GitHubApi(url), parts),
            ForgeKind.GitLab when parts.Count >= 2 => new ForgeLocation(kind, api ?? Top(url, "/api/v4"), parts),
            ForgeKind.Gitea when parts.Count == 2 => new ForgeLocation(kind, api ?? Top(url, "/api/v1"), parts),
            ForgeKind.BitbucketCloud when parts.Count == 2 => new ForgeLocation(kind, api ?? new Uri("https://api.bitbucket.org/2.0"), parts),
            ForgeKind.BitbucketServer => BitbucketServer(url, api, parts),
            ForgeKind.AzureDevOps => Azure(url, api, parts),
            _ => null,
        };
        problem = location is null ? $"repository '{url}' is none that {kind} has: its URL would end with {Ending(kind)}" : null;
        return location is not null;
    }

    private static string Ending(ForgeKind kind) => kind switch
    {
        ForgeKind.GitLab => "group and project",
        ForgeKind.BitbucketCloud => "workspace and repository",
        ForgeKind.BitbucketServer => "scm, project and repository",
        ForgeKind.AzureDevOps => "organisation, project, _git and repository",
        _ => "owner and repository",
    };

    private static Uri GitHubApi(RepositoryUrl url) => KindOf(url.Host) == ForgeKind.GitHub ? new Uri("https://api.github.com") : Top(url, "/api/v3");

    /// <summary>On the host of the repository; of ssh at its usual port of https.</summary>
    private static Uri Top(RepositoryUrl url, string path) => url.IsHttp
        ? new Uri($"{new Uri(url.Text).GetLeftPart(UriPartial.Authority)}{path}")
        : new Uri($"https://{(NameOf(url.Host) == "altssh.gitlab.com" ? "gitlab.com" : NameOf(url.Host))}{path}");

    private static ForgeLocation? BitbucketServer(RepositoryUrl url, Uri? api, IReadOnlyList<string> parts)
    {
        // What lies before scm is where the server itself lies on its host.
        var scm = url.IsHttp ? parts.ToList().FindIndex(part => part.Equals("scm", StringComparison.OrdinalIgnoreCase)) : -1;
        if (parts.Count - scm != 3 || (url.IsHttp && scm < 0 && api is null))
            return null;
        var context = string.Concat(parts.Take(Math.Max(0, scm)).Select(part => $"/{Uri.EscapeDataString(part)}"));
        return new ForgeLocation(ForgeKind.BitbucketServer, api ?? Top(url, $"{context}/rest/api/1.0"), [.. parts.Skip(scm + 1)]);
    }

    private static ForgeLocation? Azure(RepositoryUrl url, Uri? api, IReadOnlyList<string> parts)
    {
        var host = NameOf(url.Host);
        if (!url.IsHttp)
            // v3/organisation/project/repository
            return parts is ["v3", var organisation, var project, var repository] ? new ForgeLocation(ForgeKind.AzureDevOps, api ?? new Uri($"https://{AzureHost}/{Uri.EscapeDataString(organisation)}"), [project, repository]) : null;
        var git = parts.ToList().IndexOf("_git");
        if (git < 0 || git != parts.Count - 2 || parts.Count < 3)
            return api is not null && parts.Count == 2 ? new ForgeLocation(ForgeKind.AzureDevOps, api, parts) : null;
        var isOldDomain = host.EndsWith(OldAzureDomain, StringComparison.OrdinalIgnoreCase);
        // A project's first repository has its name, and its URL may leave the project out.
        var above = isOldDomain ? 0 : 1;
        var hasProject = git > above && !(git == 1 && parts[0].Equals("DefaultCollection", StringComparison.OrdinalIgnoreCase));
        var collection = string.Concat(parts.Take(hasProject ? git - 1 : git).Select(part => $"/{Uri.EscapeDataString(part)}"));
        return new ForgeLocation(ForgeKind.AzureDevOps, api ?? Top(url, collection), [hasProject ? parts[git - 1] : parts[^1], parts[^1]]);
    }

    private static IReadOnlyList<string> PathOf(RepositoryUrl url)
    {
        var path = url.Text;
        if (url.Text.Contains("://", StringComparison.Ordinal))
            path = new Uri(url.Text).AbsolutePath;
        else if (path.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon)
            path = path[(colon + 1)..];
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToList();
        if (parts.Count > 0 && parts[^1].EndsWith(".git", StringComparison.OrdinalIgnoreCase))
            parts[^1] = parts[^1][..^4];
        return parts.Any(part => part.Length == 0 || part is "." or ".." || part.Contains('/', StringComparison.Ordinal)) ? [] : parts;
    }

    /// <summary>Without the port.</summary>
    private static string NameOf(string host)
    {
        var colon = host.LastIndexOf(':');
        return colon > host.LastIndexOf(']') ? host[..colon] : host;
    }
}
