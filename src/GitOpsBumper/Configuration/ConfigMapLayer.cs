using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Configuration.Git;
using GitOpsBumper.Configuration.Hooks;
using GitOpsBumper.Configuration.PullRequests;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Configuration;

/// <summary>
/// The settings in the config maps of Argo CD's namespace, those of Image Updater under its own keys. A key of ours is the name of a flag
/// without dashes; our config map wins over Image Updater's, key by key.
/// </summary>
internal sealed class ConfigMapLayer
{
    public const string OwnName = "gitops-bumper-config";
    public const string ImageUpdaterName = "argocd-image-updater-config";
    public const string RegistriesConf = "registries.conf";
    public const string CommitMessage = "git.commit-message-template";
    public const string RequestTemplate = "request-template";

    /// <summary>The keys of texts that other sources keep in files of their own.</summary>
    public static IReadOnlyList<string> Texts { get; } = [RegistriesConf, CommitMessage, RequestTemplate, HookSettingsReader.OidcKey];

    /// <summary>What Image Updater reads and this program has no use for.</summary>
    private static readonly string[] Unused =
    [
        "applications_api", "argocd.grpc_web", "argocd.server_addr", "argocd.insecure", "argocd.plaintext", "argocd.token", "ssh_config", "tls.max-version", "tls.ciphers",
    ];

    /// <summary>What has to be known before a config map can be read, and what is about one command alone.</summary>
    private static readonly Setting[] Outside =
    [
        SettingDefinitions.Manifests, SettingDefinitions.Config, ClusterSettingDefinitions.Kubeconfig, ClusterSettingDefinitions.Context, SettingDefinitions.ArgoCdNamespace, SettingDefinitions.Output,
        SettingDefinitions.LogFormat, ClusterSettingDefinitions.HealthPort, ClusterSettingDefinitions.MetricsPort, ClusterSettingDefinitions.BindAddress,
        // Texts stand in a config map themselves; a path into the pod would be a way around who may read its files.
        SettingDefinitions.RegistriesConfPath, GitSettingDefinitions.GitCommitMessagePath, PullRequestSettingDefinitions.RequestTemplatePath, SettingDefinitions.ScriptsDir, SettingDefinitions.DockerConfig, GitSettingDefinitions.SshKnownHostsPath, SettingDefinitions.VerifyKeysDir,
        HookSettingDefinitions.OidcPath, HookSettingDefinitions.TlsCertDir,
    ];

    private readonly IReadOnlyDictionary<string, Entry> _values;

    private ConfigMapLayer(IReadOnlyDictionary<string, Entry> values) => _values = values;

    public static ConfigMapLayer Empty { get; } = new(new Dictionary<string, Entry>(StringComparer.Ordinal));

    /// <summary>Sentences about keys that do nothing.</summary>
    public IReadOnlyList<string> Notes { get; private init; } = [];

    /// <param name="configMaps">Any; those of other names and namespaces do not count.</param>
    /// <param name="argoCdNamespace">Where they have to be.</param>
    public static ConfigMapLayer Read(IEnumerable<KubernetesConfigMap> configMaps, string argoCdNamespace)
    {
        var maps = configMaps.Where(map => map.Name.Namespace == argoCdNamespace).ToList();
        var values = new Dictionary<string, Entry>(StringComparer.Ordinal);
        var notes = new List<string>();
        foreach (var name in new[] { ImageUpdaterName, OwnName })
        {
            foreach (var (key, value) in maps.FirstOrDefault(map => map.Name.Name == name)?.Data.OrderBy(pair => pair.Key, StringComparer.Ordinal).AsEnumerable() ?? [])
            {
                var map = new NamespacedName(argoCdNamespace, name);
                if (Note(map, key) is { } note)
                    notes.Add(note);
                else
                    values[key] = new Entry($"'{key}' of config map {map}", value);
            }
        }

        return new ConfigMapLayer(values) { Notes = notes };
    }

    /// <summary>Null: not set. A blank value counts as none, as an environment variable does.</summary>
    public SettingValue? Find(Setting setting) =>
        !Outside.Contains(setting) && (Value(setting.FileKey) ?? (setting.ConfigMapKey is { } key ? Value(key) : null)) is { } found ? new SettingValue(found.Origin, [found.Text]) : null;

    /// <summary>The text under a key; null when there is none.</summary>
    public SettingSource? Text(string key) => Value(key) is { } found ? new SettingSource.InConfigMap(key, found.Text) : null;

    private Entry? Value(string key) => _values.TryGetValue(key, out var found) && !string.IsNullOrWhiteSpace(found.Text) ? found : null;

    private static string? Note(NamespacedName map, string key)
    {
        if (Unused.Contains(key))
            return $"config map {map}: '{key}' is Image Updater's and does nothing here";
        var known = SettingDefinitions.All.Except(Outside).SelectMany(setting => new[] { setting.FileKey, setting.ConfigMapKey }).OfType<string>().Concat(Texts);
        return known.Contains(key) ? null : $"config map {map}: '{key}' is no setting and does nothing; allowed: {string.Join(", ", known.Distinct().Order(StringComparer.Ordinal))}";
    }

    /// <param name="Origin">The key and the map, for messages.</param>
    private sealed record Entry(string Origin, string Text);
}
