using GitOpsBumper.Adapters.Git.Apps;
using GitOpsBumper.Adapters.Git.Ssh;
using GitOpsBumper.Adapters.Git.Transport;
using GitOpsBumper.Adapters.Manifests;

namespace GitOpsBumper.Adapters.Git;

/// <summary>Reads the credential of one secret, with the fields that Argo CD knows.</summary>
internal static class SecretReader
{
    private const string Allowed = "allowed are username and password, bearerToken, or a GitHub App";

    /// <summary>The user of an access token of Bitbucket Cloud, which belongs to no user.</summary>
    /// <seealso href="https://support.atlassian.com/bitbucket-cloud/docs/using-access-tokens/"/>
    private const string BitbucketTokenUser = "x-token-auth";

    private const string BitbucketTokenPrefix = "ATCTT";

    public static bool HasCredential(KubernetesSecret secret) =>
        secret.Field("password") is not null || secret.Field("bearerToken") is not null || secret.Field("sshPrivateKey") is not null
        || GitHubApp.IsIn(secret) || HasCertificate(secret);

    /// <param name="secret">That holds the credential; one without leaves it at what it says of the way.</param>
    /// <param name="url">Of the repository.</param>
    /// <param name="way">The secrets that say how to get there; the first that names a proxy counts.</param>
    /// <param name="credential">Null on success when the secret says nothing that would matter.</param>
    /// <param name="problem">Why the secret is of no use.</param>
    public static bool TryRead(KubernetesSecret secret, RepositoryUrl url, IReadOnlyList<KubernetesSecret> way, out GitCredential? credential, out string? problem)
    {
        var insecure = way.Any(IsInsecure);
        if (url.IsSsh)
            return TryReadKey(secret, url, insecure, way, out credential, out problem);
        GitProxy? proxy = null;
        ClientCertificate? certificate = null;
        credential = null;
        if (!TryReadHeader(secret, url, out var found, out problem)
            || (way.FirstOrDefault(HasProxy) is { } named && !GitProxy.TryParse(named, out proxy, out problem))
            || (HasCertificate(secret) && !ClientCertificate.TryParse(secret, out certificate, out problem)))
            return false;
        found = (found ?? GitCredential.Anonymous) with { SkipsTlsVerification = insecure, Proxy = proxy, Certificate = certificate };
        credential = found == GitCredential.Anonymous ? null : found;
        return true;
    }

    /// <summary>Null on success when there is nothing to send.</summary>
    private static bool TryReadHeader(KubernetesSecret secret, RepositoryUrl url, out GitCredential? credential, out string? problem)
    {
        credential = null;
        problem = null;
        if (secret.Field("bearerToken") is { } token)
        {
            if (token.Trim().Any(char.IsControl))
                problem = $"the bearerToken of secret {secret.Name} contains line breaks or control characters";
            else
                credential = GitCredential.Bearer(token.Trim());
        }
        else if (secret.Field("password") is { } password)
        {
            credential = GitCredential.Basic(secret.Field("username") ?? UserFor(url, password), password);
        }
        else if (GitHubApp.IsIn(secret) && url.IsHttp)
        {
            if (GitHubApp.TryParse(secret, url, out var app, out problem))
                credential = GitCredential.GitHub(app);
        }
        else if (secret.Field("sshPrivateKey") is not null && !HasCertificate(secret))
        {
            problem = $"secret {secret.Name} holds an ssh key, which opens no repository of https; {Allowed}";
        }

        return problem is null;
    }

    private static string UserFor(RepositoryUrl url, string password) =>
        url.Host == "bitbucket.org" && (url.User is null || password.StartsWith(BitbucketTokenPrefix, StringComparison.Ordinal)) ? BitbucketTokenUser : url.User ?? "git";

    private static bool TryReadKey(
        KubernetesSecret secret, RepositoryUrl url, bool insecure, IReadOnlyList<KubernetesSecret> way, out GitCredential? credential, out string? problem)
    {
        credential = null;
        problem = null;
        if (secret.Field("sshPrivateKey") is not { } text)
            problem = $"repository '{url}' is reached over ssh, and secret {secret.Name} has no sshPrivateKey; a password or a token opens nothing there";
        else if (way.FirstOrDefault(HasProxy) is { } named)
            problem = $"secret {named.Name} names a proxy, and repository '{url}' is reached over ssh, which goes through none; use its https:// URL, or a secret without proxy";
        else if (SshPrivateKey.TryParse(text, out var key, out var reason))
            credential = GitCredential.Ssh(key) with { SkipsTlsVerification = insecure };
        else
            problem = $"the sshPrivateKey of secret {secret.Name} {reason}";
        return problem is null;
    }

    private static bool HasCertificate(KubernetesSecret secret) => secret.Field(ClientCertificate.CertificateField) is not null || secret.Field(ClientCertificate.KeyField) is not null;

    private static bool HasProxy(KubernetesSecret secret) => !string.IsNullOrWhiteSpace(secret.Field(GitProxy.Field));

    /// <summary>The second name is an older one of Argo CD's.</summary>
    private static bool IsInsecure(KubernetesSecret secret) => secret.Field("insecure") == "true" || secret.Field("insecureIgnoreHostKey") == "true";
}
