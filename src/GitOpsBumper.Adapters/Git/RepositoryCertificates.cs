using GitOpsBumper.Adapters.Manifests;

namespace GitOpsBumper.Adapters.Git;

/// <summary>The authorities of git servers that Argo CD keeps in a config map: a key is the name of a host, its value certificates in PEM.</summary>
/// <seealso href="https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#repositories-using-self-signed-tls-certificates-or-are-signed-by-custom-ca"/>
public sealed class RepositoryCertificates
{
    public const string ConfigMapName = "argocd-tls-certs-cm";

    private readonly Dictionary<string, string> _authorities = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="configMaps">All that are known.</param>
    /// <param name="argoCdNamespace">Where Argo CD reads its own.</param>
    public RepositoryCertificates(IEnumerable<KubernetesConfigMap> configMaps, string argoCdNamespace)
    {
        foreach (var (host, pem) in configMaps.FirstOrDefault(map => map.Name.Namespace == argoCdNamespace && map.Name.Name == ConfigMapName)?.Data ?? new Dictionary<string, string>())
            _authorities[host.Trim()] = pem;
    }

    /// <summary>In PEM, by the name of the host without its port as Argo CD looks it up; null when there are none: then those of the system count.</summary>
    public string? Find(RepositoryUrl url) =>
        url.IsHttp && _authorities.TryGetValue(new Uri(url.Text).Host.Trim('[', ']'), out var pem) && !string.IsNullOrWhiteSpace(pem) ? pem : null;
}
