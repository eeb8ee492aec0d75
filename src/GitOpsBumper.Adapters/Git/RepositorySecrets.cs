using GitOpsBumper.Adapters.Git.Ssh;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Core.Applications;

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
    /// <param name="credential">Null when no secret says anything: then the repository is asked anonymously. Never null for ssh, which has no such thing.</param>
    /// <param name="problem">A secret is there, but cannot be used.</param>
    public bool TryFind(RepositoryUrl url, string project, out GitCredential? credential, out string? problem)
    {
        credential = null;
        problem = null;
        var exact = For(project, _repositories.Where(secret => Normal(secret.Field("url")!) == Normal(url.Text))).FirstOrDefault();
        if (exact is not null && SecretReader.HasCredential(exact))
            return SecretReader.TryRead(exact, url, [exact], out credential, out problem);
        var template = For(project, _templates.Where(secret => IsPrefix(Prefix(secret.Field("url")!), Normal(url.Text)))).MaxBy(secret => Prefix(secret.Field("url")!).Length);
        if (template is not null)
            return SecretReader.TryRead(template, url, exact is null ? [template] : [exact, template], out credential, out problem);
        if (url.IsSsh)
            problem = $"repository '{url}' is reached over ssh, and no repository secret or credential template of Argo CD holds an sshPrivateKey for it";
        else if (exact is not null)
            return SecretReader.TryRead(exact, url, [exact], out credential, out problem);
        return problem is null;
    }

    /// <summary>The secret that <c>write-back-method: git:secret:...</c> names.</summary>
    /// <param name="named">The secret. Where it says itself what it is for, as Argo CD's own do, it is for nothing else: whoever may name it must not send it elsewhere.</param>
    /// <param name="url">Of the repository.</param>
    /// <param name="project">Of the Application.</param>
    /// <param name="credential">Never null on success.</param>
    /// <param name="problem">Why the secret is of no use.</param>
    public static bool TryReadNamed(KubernetesSecret named, RepositoryUrl url, string project, out GitCredential? credential, out string? problem)
    {
        credential = null;
        problem = named switch
        {
            _ when named.Field("project") is { } own && own != project => $"secret {named.Name} is for project '{own}', the Application is of project '{project}'",
            _ when named.Field("url") is { } own && !IsFor(named, own, url) => $"secret {named.Name} is for {Shown(own)}, and not for repository '{url}'",
            _ => null,
        };
        if (problem is not null)
            return false;
        if (SecretReader.HasCredential(named))
            return SecretReader.TryRead(named, url, [named], out credential, out problem);
        problem = $"secret {named.Name} has {(url.IsSsh ? "no sshPrivateKey" : "neither password nor bearerToken nor githubAppID")}; its fields are: {string.Join(", ", named.Data.Keys.Order(StringComparer.Ordinal))}";
        return false;
    }

    /// <summary>A template is for what begins with its URL, anything else for one repository.</summary>
    private static bool IsFor(KubernetesSecret secret, string own, RepositoryUrl url) =>
        secret.Labels.GetValueOrDefault(TypeLabel) == "repo-creds" ? IsPrefix(Prefix(own), Normal(url.Text)) : Normal(own) == Normal(url.Text);

    /// <summary>A password in it is nobody's business.</summary>
    private static string Shown(string url) => RepositoryUrl.TryParse(url, out var parsed, out _) ? $"'{parsed}'" : "another URL";

    /// <summary>The project's own secrets first, then those of no project.</summary>
    private static IEnumerable<KubernetesSecret> For(string project, IEnumerable<KubernetesSecret> secrets) =>
        secrets.Where(secret => secret.Field("project") is null || secret.Field("project") == project).OrderBy(secret => secret.Field("project") is null);

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
        if (SshAddress.IsMeant(text))
            return SshPrefix(text);
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https"))
            text = $"{uri.Scheme}://{uri.Authority}{(uri.AbsolutePath == "/" && !text.EndsWith('/') ? "" : uri.AbsolutePath)}";
        text = text.ToLowerInvariant();
        return text.EndsWith(".git", StringComparison.Ordinal) ? text[..^4] : text;
    }

    /// <summary>Both forms of ssh in one, with the user that counts where none is named.</summary>
    private static string SshPrefix(string text)
    {
        var start = text.IndexOf("://", StringComparison.Ordinal) is var scheme and >= 0 ? scheme + 3 : 0;
        var named = text[start..].Split('/')[0].Contains('@', StringComparison.Ordinal) ? text : text.Insert(start, $"{SshAddress.DefaultUser}@");
        return RepositoryAddress.Normalise(named) + (text.EndsWith('/') ? "/" : "");
    }
}
