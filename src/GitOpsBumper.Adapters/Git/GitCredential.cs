using System.Text;

namespace GitOpsBumper.Adapters.Git;

/// <summary>How the bot proves itself to a git server over HTTP. The secret part is shown to nobody but the server.</summary>
public sealed record GitCredential
{
    private GitCredential(string header) => Header = header;

    /// <summary>Certificates are not verified: only where the user's own repository secret says <c>insecure</c>.</summary>
    public bool SkipsTlsVerification { get; init; }

    /// <summary>As one HTTP header line; for the environment of a git process alone.</summary>
    internal string Header { get; }

    public static GitCredential Basic(string user, string password) =>
        new($"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))}");

    public static GitCredential Bearer(string token) => new($"Authorization: Bearer {token}");

    public override string ToString() => "***";
}
