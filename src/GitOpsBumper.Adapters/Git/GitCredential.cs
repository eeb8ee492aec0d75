using System.Text;
using GitOpsBumper.Adapters.Git.Ssh;

namespace GitOpsBumper.Adapters.Git;

/// <summary>How the bot proves itself to a git server, over HTTP or ssh. The secret part is shown to nobody but the server.</summary>
public sealed record GitCredential
{
    private GitCredential()
    {
    }

    /// <summary>Certificates are not verified: only where the user's own repository secret says <c>insecure</c>. Of ssh: any host key will do.</summary>
    public bool SkipsTlsVerification { get; init; }

    /// <summary>As one HTTP header line; for the environment of a git process alone. Null for ssh.</summary>
    internal string? Header { get; private init; }

    /// <summary>Null for HTTP.</summary>
    internal SshPrivateKey? Key { get; private init; }

    public static GitCredential Basic(string user, string password) =>
        new() { Header = $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))}" };

    public static GitCredential Bearer(string token) => new() { Header = $"Authorization: Bearer {token}" };

    public static GitCredential Ssh(SshPrivateKey key) => new() { Key = key };

    public override string ToString() => "***";
}
