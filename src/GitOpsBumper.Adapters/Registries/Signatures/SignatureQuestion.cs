using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Adapters.Registries.Signatures;

/// <summary>Whose signatures to look for, and whom to ask with what credential.</summary>
internal sealed record SignatureQuestion(RegistryConnection Connection, RepositoryName Repository, UserCredential? Credential, Digest Digest)
{
    public RegistryAsk Ask(string what, RequestKind kind, string? accept = null) => new(Repository, Credential, HttpMethod.Get, Connection.Endpoint.UrlOf(Repository, what))
    {
        Kind = kind,
        Accept = accept,
    };
}
