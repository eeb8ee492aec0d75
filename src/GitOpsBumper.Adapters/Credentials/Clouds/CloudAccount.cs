using GitOpsBumper.Core.Credentials;

namespace GitOpsBumper.Adapters.Credentials.Clouds;

/// <summary>A registry as its cloud is asked about it.</summary>
/// <param name="Registry">Whose it is.</param>
/// <param name="Api">What <c>/v2/</c> is appended to.</param>
/// <param name="IsAutomatic">Whether the identity of the process may be used for it where nobody names a credential.</param>
public sealed record CloudAccount(CloudRegistry Registry, Uri Api, bool IsAutomatic)
{
    /// <summary>One credential may do for many registries.</summary>
    public CredentialKey Key => new(new CredentialReference.OfCloud(Registry.Cloud), Registry.Audience);
}
