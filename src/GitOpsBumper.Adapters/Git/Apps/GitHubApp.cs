using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Adapters.Git.Apps;

/// <summary>A GitHub App as Argo CD's secrets describe it: who it is, its key, and whose API gives it tokens. Prints without its key.</summary>
/// <seealso href="https://argo-cd.readthedocs.io/en/stable/user-guide/private-repositories/#github-app-credential"/>
public sealed record GitHubApp
{
    public const string IdField = "githubAppID";

    public const string InstallationField = "githubAppInstallationID";

    public const string KeyField = "githubAppPrivateKey";

    public const string BaseUrlField = "githubAppEnterpriseBaseUrl";

    private const string EnterprisePath = "/api/v3";

    private static readonly Uri PublicApi = new("https://api.github.com");

    private GitHubApp(NamespacedName secret, long id, AppKey key) => (Secret, Id, Key) = (secret, id, key);

    /// <summary>That holds it, for messages.</summary>
    public NamespacedName Secret { get; }

    public long Id { get; }

    /// <summary>Where it is installed; null: to be found out by the repository.</summary>
    public long? InstallationId { get; private init; }

    /// <summary>Of the REST API, without a slash at its end.</summary>
    public Uri ApiUrl { get; private init; } = PublicApi;

    /// <summary>Of the GraphQL API, which takes the same tokens.</summary>
    public Uri GraphQlUrl => ApiUrl.AbsolutePath.EndsWith(EnterprisePath, StringComparison.OrdinalIgnoreCase)
        ? new Uri($"{ApiUrl.AbsoluteUri[..^EnterprisePath.Length]}/api/graphql")
        : new Uri($"{ApiUrl.AbsoluteUri.TrimEnd('/')}/graphql");

    internal AppKey Key { get; }

    /// <summary>Whether the secret says anything about an app.</summary>
    public static bool IsIn(KubernetesSecret secret) => secret.Field(IdField) is not null || secret.Field(KeyField) is not null;

    /// <param name="secret">That says something about an app.</param>
    /// <param name="url">Of the repository that its token is to open. The token is for the server of its API and for no other.</param>
    /// <param name="value">The app.</param>
    /// <param name="problem">A sentence that names the secret.</param>
    public static bool TryParse(KubernetesSecret secret, RepositoryUrl url, [NotNullWhen(true)] out GitHubApp? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        problem = null;
        long? installation = null;
        var api = PublicApi;
        if (!TryNumber(secret, IdField, out var id, out problem) || id is null)
            problem ??= $"secret {secret.Name} has {KeyField} without {IdField}; a GitHub App needs both";
        else if (secret.Field(KeyField) is not { } text)
            problem = $"secret {secret.Name} has {IdField} without {KeyField}; a GitHub App needs both";
        else if (!AppKey.TryParse(text, out var key, out var reason))
            problem = $"the {KeyField} of secret {secret.Name} {reason}";
        else if (TryNumber(secret, InstallationField, out installation, out problem) && TryApi(secret, out api, out problem) && IsFor(secret, api, url, out problem))
            value = new GitHubApp(secret.Name, id.Value, key) { InstallationId = installation, ApiUrl = api };
        return value is not null;
    }

    public override string ToString() => $"GitHub App {Id} of secret {Secret}";

    private static bool TryNumber(KubernetesSecret secret, string field, out long? value, out string? problem)
    {
        value = null;
        problem = null;
        if (secret.Field(field)?.Trim() is not { Length: > 0 } text)
            return true;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
            value = number;
        else
            problem = $"the {field} of secret {secret.Name} is not a number; GitHub shows it in the settings of the {(field == IdField ? "app" : "installation")}";
        return problem is null;
    }

    private static bool TryApi(KubernetesSecret secret, out Uri api, out string? problem)
    {
        api = PublicApi;
        problem = null;
        if (secret.Field(BaseUrlField)?.Trim() is not { Length: > 0 } text)
            return true;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0 || url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
            problem = $"the {BaseUrlField} of secret {secret.Name} is not the URL of an API, as https://github.example.com/api/v3 is";
        else if (url.Scheme == "http" && !url.IsLoopback)
            problem = $"the {BaseUrlField} of secret {secret.Name} begins with http://, where tokens would be sent for everybody to read; only https:// is allowed";
        else
            // A server of one's own has no API at its top.
            api = new Uri(url.AbsolutePath == "/" && !url.Host.StartsWith("api.", StringComparison.OrdinalIgnoreCase) ? $"{url.GetLeftPart(UriPartial.Authority)}{EnterprisePath}" : url.AbsoluteUri.TrimEnd('/'));
        return problem is null;
    }

    /// <summary>The API of a server is at the server itself, or at the name <c>api</c> below it.</summary>
    private static bool IsFor(KubernetesSecret secret, Uri api, RepositoryUrl url, out string? problem)
    {
        var server = new Uri(url.Text);
        var isSame = server.IdnHost.Equals(api.IdnHost, StringComparison.OrdinalIgnoreCase) || $"api.{server.IdnHost}".Equals(api.IdnHost, StringComparison.OrdinalIgnoreCase);
        problem = (isSame, server.Scheme == "https" || server.IsLoopback) switch
        {
            (false, _) => $"the GitHub App of secret {secret.Name} is one of {api.Authority}, whose tokens are not sent to {url.Host}; {BaseUrlField} names the API of another server",
            (_, false) => $"repository '{url}' is reached over http, where the token of the GitHub App of secret {secret.Name} would be sent for everybody to read; write https://",
            _ => null,
        };
        return problem is null;
    }
}
