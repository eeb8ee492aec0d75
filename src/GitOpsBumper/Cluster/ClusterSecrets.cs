using GitOpsBumper.Adapters.Credentials;
using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Cluster;

/// <summary>Reads the secrets that annotations and registries.conf name, one by one and when they are needed: rights to list them are not.</summary>
internal sealed class ClusterSecrets(KubernetesConnection connection)
{
    private readonly ObjectClient<KubernetesSecret> _secrets = new(connection, ObjectKinds.Secret);

    /// <returns>Null when there is none.</returns>
    /// <exception cref="CredentialException">It cannot be read.</exception>
    public async ValueTask<KubernetesSecret?> FindAsync(NamespacedName name, CancellationToken cancellationToken)
    {
        try
        {
            return (await _secrets.GetAsync(name, cancellationToken))?.Value;
        }
        catch (KubernetesException failure)
        {
            throw new CredentialException($"secret {name} cannot be read: {failure.Message}");
        }
    }
}
