using GitOpsBumper.Adapters.Git.Ssh;

namespace GitOpsBumper.Adapters.Git;

/// <summary>A repository on a server, and how to get at it.</summary>
/// <param name="Url">Where it is.</param>
/// <param name="Credential">Null: anonymous.</param>
public sealed record GitRemote(RepositoryUrl Url, GitCredential? Credential)
{
    /// <summary>The authorities that the server's certificate has to come from, in PEM; null: those of the system.</summary>
    public string? Authorities { get; init; }

    /// <summary>The host keys that an ssh server may have; null: none is known.</summary>
    public KnownHosts? KnownHosts { get; init; }
}
