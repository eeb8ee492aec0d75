using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Adapters.PullRequests;

namespace GitOpsBumper.Configuration.PullRequests;

/// <summary>What a person says of a host.</summary>
/// <param name="Host">With a port where the URLs of repositories have one.</param>
/// <param name="Kind">Whose API it speaks.</param>
/// <param name="Api">The top of its API; null: where the forge has it usually.</param>
internal sealed record ForgeHost(string Host, ForgeKind Kind, Uri? Api)
{
    /// <summary>In the words of annotations.</summary>
    public static IReadOnlyList<KeyValuePair<string, ForgeKind>> Kinds { get; } =
    [
        new("github", ForgeKind.GitHub), new("gitlab", ForgeKind.GitLab), new("gitea", ForgeKind.Gitea), new("bitbucket-cloud", ForgeKind.BitbucketCloud),
        new("bitbucket-server", ForgeKind.BitbucketServer), new("azure-devops", ForgeKind.AzureDevOps),
    ];

    /// <summary>As <c>--forge</c> names it.</summary>
    public static string WordOf(ForgeKind kind) => Kinds.First(pair => pair.Value == kind).Key;

    /// <param name="text"><c>&lt;host&gt;=&lt;forge&gt;</c>, with <c>@&lt;URL of the API&gt;</c> behind it where that is not at its usual place.</param>
    /// <param name="host">What it says.</param>
    /// <param name="problem">A sentence that names the text.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out ForgeHost? host, [NotNullWhen(false)] out string? problem)
    {
        host = null;
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? "" : text[..equals].Trim().ToLowerInvariant();
        var rest = text[(equals + 1)..].Trim();
        var at = rest.IndexOf('@', StringComparison.Ordinal);
        var word = (at < 0 ? rest : rest[..at]).Trim();
        var known = Kinds.Where(pair => pair.Key.Equals(word, StringComparison.OrdinalIgnoreCase)).ToList();
        Uri? api = null;
        problem = (name, known, at) switch
        {
            ("", _, _) => $"'{text}' names no host; allowed is <host>=<forge>, such as git.example.com=gitlab",
            _ when name.Contains('/', StringComparison.Ordinal) || name.Any(char.IsWhiteSpace) => $"'{name}' is no host; allowed is what stands between :// and the path of a repository's URL, with its port where it has one",
            (_, [], _) => $"'{word}' is no forge; allowed are {string.Join(", ", Kinds.Select(pair => pair.Key))}",
            (_, _, >= 0) when !IsApi(rest[(at + 1)..], out api) => $"'{rest[(at + 1)..]}' is not the URL of an API; allowed is such as https://{name}/api/v4, and http:// for this machine alone",
            _ => null,
        };
        host = problem is null ? new ForgeHost(name, known[0].Value, api) : null;
        return problem is null;
    }

    /// <summary>Tokens are not sent for everybody to read.</summary>
    private static bool IsApi(string text, out Uri? api)
    {
        api = null;
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out var url) || url.Host.Length == 0 || url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0
            || !(url.Scheme == "https" || (url.Scheme == "http" && url.IsLoopback)))
            return false;
        api = new Uri(url.AbsoluteUri.TrimEnd('/'));
        return true;
    }
}
