using System.Security.Cryptography.X509Certificates;

namespace GitOpsBumper.Adapters.Kubernetes;

/// <summary>Where an API server is, whom to trust there, and as whom to speak.</summary>
public sealed record KubernetesAccess
{
    public required Uri Server { get; init; }

    /// <summary>The authorities that the server's certificate has to come from; empty: those of the system.</summary>
    public X509Certificate2Collection Authorities { get; init; } = [];

    /// <summary>Only where the user's own kubeconfig says <c>insecure-skip-tls-verify</c>.</summary>
    public bool SkipsTlsVerification { get; init; }

    /// <summary>The name that the server is asked for and its certificate has to have, without port; null: the host of <see cref="Server"/>.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>With its private key; null: none.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>Between <see cref="ClientCertificate"/> and an authority that the server knows; sent along. Empty: none.</summary>
    public X509Certificate2Collection ClientAuthorities { get; init; } = [];

    /// <summary>With its user and password where it wants them. Null: as the environment says (<c>HTTPS_PROXY</c>, <c>NO_PROXY</c>).</summary>
    public Uri? Proxy { get; init; }

    /// <summary>Null: no bearer token.</summary>
    public IKubernetesToken? Token { get; init; }

    /// <summary>Where objects live whose namespace nobody names: that of the context, or of the pod.</summary>
    public required string Namespace { get; init; }

    /// <summary>We are a pod of this cluster, and <see cref="Namespace"/> is ours.</summary>
    public bool IsInCluster { get; init; }

    /// <summary>For people: the context, or the cluster itself.</summary>
    public required string Name { get; init; }
}

/// <summary>A bearer token that may change while the process lives.</summary>
public interface IKubernetesToken
{
    /// <param name="renew">The server refused the last one: it has to be read, or asked for, again.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="KubernetesException">It cannot be had.</exception>
    ValueTask<string?> GetAsync(bool renew, CancellationToken cancellationToken);
}
