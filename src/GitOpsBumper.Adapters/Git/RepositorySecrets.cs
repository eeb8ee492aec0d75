using GitOpsBumper.Adapters.Manifests;

namespace GitOpsBumper.Adapters.Git;

/// <summary>Finds credentials for git repositories in secrets: those that Argo CD uses, or one that an annotation names.</summary>
/// <seealso href="https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#repositories"/>
public sealed class RepositorySecrets
{
    private const string TypeLabel = "argocd.argoproj.io/secret-type";
    private readonly IReadOnlyList<KubernetesSecret> _repositories;
    private readonly IReadOnlyList<KubernetesSecret> _templates;

    /// <param name="secrets">All that are known.</param>
    /// <param name="argoCdNamespace">Argo CD reads its own secrets in its own namespace alone.</param>
    public RepositorySecrets(IReadOnlyList<KubernetesSecret> secrets, string argoCdNamespace)
    {
        var own = secrets.Where(secret => secret.Name.Namespace == argoCdNamespace).ToList();
        _repositories = [.. own.Where(secret => secret.Labels.GetValueOrDefault(TypeLabel) == "repository" && secret.Field("url") is not null)];
        _templates = [.. own.Where(secret => secret.Labels.GetValueOrDefault(TypeLabel) == "repo-creds" && secret.Field("url") is not null)];
    }

    /// <summary>The repository's own secret, or else the credential template with the longest matching URL prefix.</summary>
    /// <param name="url">Of the repository.</param>
    /// <param name="project">Of the Application: secrets of other projects are not for it.</param>
    /// <param name="credential">Null when there is none: then the repository is asked anonymously.</param>
    /// <param name="problem">A secret is there, but cannot be used.</param>
    public bool TryFind(RepositoryUrl url, string project, out GitCredential? credential, out string? problem)
    {
        credential = null;
        problem = null;
        var exact = For(project, _repositories.Where(secret => Normal(secret.Field("url")!) == Normal(url.Text))).FirstOrDefault();
        if (exact is not null && HasCredential(exact))
            return TryRead(exact, url, out credential, out problem);
        var template = For(project, _templates.Where(secret => IsPrefix(Prefix(secret.Field("url")!), Normal(url.Text)))).MaxBy(secret => Prefix(secret.Field("url")!).Length);
        return template is null || TryRead(template, url, out credential, out problem);
    }

    /// <summary>The secret that <c>write-back-method: git:secret:...</c> names.</summary>
    /// <param name="named">The secret.</param>
    /// <param name="url">Of the repository.</param>
    /// <param name="credential">Never null on success.</param>
    /// <param name="problem">Why the secret is of no use.</param>
    public static bool TryReadNamed(KubernetesSecret named, RepositoryUrl url, out GitCredential? credential, out string? problem)
    {
        if (HasCredential(named))
            return TryRead(named, url, out credential, out problem);
        credential = null;
        problem = $"secret {named.Name} has neither password nor bearerToken; its fields are: {string.Join(", ", named.Data.Keys.Order(StringComparer.Ordinal))}";
        return false;
    }

    /// <summary>The project's own secrets first, then those of no project.</summary>
    private static IEnumerable<KubernetesSecret> For(string project, IEnumerable<KubernetesSecret> secrets) =>
        secrets.Where(secret => secret.Field("project") is null || secret.Field("project") == project).OrderBy(secret => secret.Field("project") is null);

    private static bool HasCredential(KubernetesSecret secret) =>
        secret.Field("password") is not null || secret.Field("bearerToken") is not null || secret.Field("sshPrivateKey") is not null || secret.Field("githubAppID") is not null;

    private static bool TryRead(KubernetesSecret secret, RepositoryUrl url, out GitCredential? credential, out string? problem)
    {
        credential = null;
        problem = null;
        var insecure = secret.Field("insecure") == "true";
        if (secret.Field("bearerToken") is { } token)
            credential = IsHeaderText(token) ? GitCredential.Bearer(token.Trim()) with { SkipsTlsVerification = insecure } : null;
        else if (secret.Field("password") is { } password)
            credential = GitCredential.Basic(secret.Field("username") ?? url.User ?? "git", password) with { SkipsTlsVerification = insecure };
        else
            problem = $"secret {secret.Name} holds {(secret.Field("sshPrivateKey") is null ? "a GitHub App" : "an ssh key")}, which this version does not use; allowed are username and password, or bearerToken";
        if (credential is null)
            problem ??= $"the bearerToken of secret {secret.Name} contains line breaks or control characters";
        return problem is null;
    }

    private static bool IsHeaderText(string text) => !text.Trim().Any(char.IsControl);

    /// <summary>A plain prefix, as for Argo CD, but the host must be whole: nobody gets the credentials of another host.</summary>
    private static bool IsPrefix(string prefix, string url)
    {
        var host = prefix.IndexOf("://", StringComparison.Ordinal) + 3;
        var isWhole = host > 2 && prefix.Length > host && (prefix.IndexOf('/', host) >= 0 || url.Length == prefix.Length || (url.Length > prefix.Length && url[prefix.Length] == '/'));
        return isWhole && url.StartsWith(prefix, StringComparison.Ordinal);
    }

    /// <summary>Two spellings of one repository are the same: case, user, default port, trailing slash and <c>.git</c> make no difference.</summary>
    private static string Normal(string url) => Prefix(RepositoryUrl.TryParse(url, out var parsed, out _) ? parsed.Text : url.TrimEnd().TrimEnd('/'));

    /// <summary>The same for the beginning of a URL, where a slash at the end says that a name ends there.</summary>
    private static string Prefix(string url)
    {
        var text = url.Trim();
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https"))
            text = $"{uri.Scheme}://{uri.Authority}{(uri.AbsolutePath == "/" && !text.EndsWith('/') ? "" : uri.AbsolutePath)}";
        text = text.ToLowerInvariant();
        return text.EndsWith(".git", StringComparison.Ordinal) ? text[..^4] : text;
    }
}
