using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.Git.Ssh;
using GitOpsBumper.Adapters.Kubernetes.Watching;
using GitOpsBumper.Configuration;
using GitOpsBumper.Configuration.Secrets;

namespace GitOpsBumper.Cluster;

/// <summary>What of a cluster is looked at; the roles in examples/install allow exactly this.</summary>
internal static class ClusterScopes
{
    /// <summary>The config maps that are read, all in Argo CD's namespace.</summary>
    public static IReadOnlyList<string> ConfigMapNames { get; } = [ConfigMapLayer.ImageUpdaterName, ConfigMapLayer.OwnName, RepositoryCertificates.ConfigMapName, KnownHosts.ConfigMapName];

    public static ObjectScope Applications(BumperSettings settings) => new()
    {
        Namespaces = settings.Kubernetes.Namespaces switch
        {
            null => [settings.ArgoCdNamespace],
            var names when names.Contains(KubernetesSection.AllNamespaces) => [],
            var names => names,
        },
        LabelSelector = settings.Filter.Selector,
        ForgetsWhatIsRefused = true,
    };

    /// <summary>Of Image Updater, beside Applications and in Argo CD's namespace.</summary>
    public static ObjectScope ImageUpdaters(BumperSettings settings) => new()
    {
        Namespaces = Applications(settings).Namespaces is { Count: > 0 } names ? [.. names.Append(settings.ArgoCdNamespace).Distinct(StringComparer.Ordinal)] : [],
        IsOptional = true,
    };

    /// <summary>Argo CD's repositories and credential templates, and no other secret of its namespace.</summary>
    public static ObjectScope RepositorySecrets(BumperSettings settings) => new()
    {
        Namespaces = [settings.ArgoCdNamespace],
        LabelSelector = "argocd.argoproj.io/secret-type in (repository,repo-creds)",
    };

    /// <summary>What the bot is told in confidence; one scope per name. Nobody need have such secrets, nor let the bot see them; and what it may see no longer counts no longer.</summary>
    public static IReadOnlyList<ObjectScope> OwnSecrets(string argoCdNamespace) =>
        [.. new[] { SecretLayer.ImageUpdaterName, SecretLayer.OwnName }.Select(name => new ObjectScope { Namespaces = [argoCdNamespace], FieldSelector = $"metadata.name={name}", IsOptional = true, ForgetsWhatIsRefused = true })];

    public static ObjectScope Projects(BumperSettings settings) => new() { Namespaces = [settings.ArgoCdNamespace] };

    /// <summary>One scope per name, as rights to watch a single object ask for that.</summary>
    public static IReadOnlyList<ObjectScope> ConfigMaps(string argoCdNamespace) =>
        [.. ConfigMapNames.Select(name => new ObjectScope { Namespaces = [argoCdNamespace], FieldSelector = $"metadata.name={name}" })];
}
