using GitOpsBumper.Adapters.Manifests;

namespace GitOpsBumper.Adapters.Git.Ssh;

/// <summary>
/// The host keys of ssh servers, in the form of OpenSSH's <c>known_hosts</c>; what its lines mean is ssh's own business. Two are equal only when they
/// are the same object: one is made for each cycle.
/// </summary>
/// <seealso href="https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#ssh-known-host-public-keys"/>
public sealed class KnownHosts
{
    public const string ConfigMapName = "argocd-ssh-known-hosts-cm";
    public const string Key = "ssh_known_hosts";

    /// <summary>As much as a config map can hold.</summary>
    public const int MaxLength = 1024 * 1024;

    private KnownHosts(string text) => Text = text;

    public string Text { get; }

    /// <param name="file">What the file of whoever runs the bot says; it counts alone. Null: there is none.</param>
    /// <param name="configMaps">All that are known.</param>
    /// <param name="argoCdNamespace">Where Argo CD reads its own.</param>
    /// <param name="fallback">For when nothing else names a host; null: there is none.</param>
    /// <returns>Null when no host is known.</returns>
    public static KnownHosts? Find(string? file, IEnumerable<KubernetesConfigMap> configMaps, string argoCdNamespace, string? fallback = null) => file is not null
        ? Read(file)
        : Read(configMaps.FirstOrDefault(map => map.Name.Namespace == argoCdNamespace && map.Name.Name == ConfigMapName)?.Data.GetValueOrDefault(Key)) ?? Read(fallback);

    /// <returns>Null when the text names no host, or is too long to be one.</returns>
    public static KnownHosts? Read(string? text) =>
        text is { Length: <= MaxLength } && text.Split('\n').Any(line => line.Trim() is [not '#', ..]) ? new KnownHosts(text.ReplaceLineEndings("\n").TrimEnd('\n') + "\n") : null;
}
