using System.Text;
using GitOpsBumper.Adapters.Git.Apps;
using GitOpsBumper.Adapters.Git.Ssh;
using GitOpsBumper.Adapters.Git.Transport;

namespace GitOpsBumper.Adapters.Git;

/// <summary>How the bot proves itself to a git server, over HTTP or ssh, and what else its secret says of the way there. The secret part is shown to nobody but the server.</summary>
public sealed record GitCredential
{
    private GitCredential()
    {
    }

    /// <summary>Certificates are not verified: only where the user's own repository secret says <c>insecure</c>. Of ssh: any host key will do.</summary>
    public bool SkipsTlsVerification { get; init; }

    /// <summary>Shown to a server of https that asks for it; null: none.</summary>
    public ClientCertificate? Certificate { get; init; }

    /// <summary>Null: those of the environment count.</summary>
    public GitProxy? Proxy { get; init; }

    /// <summary>Gives tokens, by which the server is asked; null: there is none.</summary>
    public GitHubApp? App { get; private init; }

    /// <summary>Proves nothing.</summary>
    public static GitCredential Anonymous { get; } = new();

    /// <summary>As one HTTP header line; for the environment of a git process alone. Null for ssh, and where it comes from an app or there is none.</summary>
    internal string? Header { get; private init; }

    /// <summary>What opens the APIs of the same server too, as far as its owner allows; null where there is no such thing.</summary>
    public AccessToken? Token { get; private init; }

    /// <summary>Null for HTTP.</summary>
    internal SshPrivateKey? Key { get; private init; }

    public static GitCredential Basic(string user, string password) =>
        new() { Header = $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))}", Token = new AccessToken(user, password) };

    public static GitCredential Bearer(string token) => new() { Header = $"Authorization: Bearer {token}", Token = new AccessToken(null, token) };

    public static GitCredential Ssh(SshPrivateKey key) => new() { Key = key };

    public static GitCredential GitHub(GitHubApp app) => new() { App = app };

    public override string ToString() => "***";
}

/// <summary>A password or a token for an API. Prints without what is secret.</summary>
/// <param name="User">Null: it is a token that is shown without a user.</param>
/// <param name="Secret">The password or token.</param>
public sealed record AccessToken(string? User, string Secret)
{
    public override string ToString() => "***";
}
