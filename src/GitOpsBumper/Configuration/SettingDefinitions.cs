using GitOpsBumper.Configuration.Git;
using GitOpsBumper.Configuration.Hooks;
using GitOpsBumper.Configuration.PullRequests;
using GitOpsBumper.Configuration.Schedules;

namespace GitOpsBumper.Configuration;

/// <summary>Every setting that has a flag, with its environment variables; names that Image Updater has are kept.</summary>
internal static class SettingDefinitions
{
    public static Setting Manifests { get; } = new("--manifests",
        "Read Applications, Secrets, ConfigMaps and AppProjects from this YAML file or folder instead of a cluster. May be given several times.", "file or folder",
        environment: ["BUMPER_MANIFESTS"]);

    public static Setting App { get; } = new("--app",
        "Only Applications whose name, or namespace/name, matches this glob. May be given several times.", "glob", aliases: ["--match-application-name"]);

    public static Setting Selector { get; } = new("--selector",
        "Only Applications with these labels, for example team=web,tier!=test,canary.", "labels", aliases: ["-l", "--match-application-label"]);

    public static Setting ArgoCdNamespace { get; } = new("--argocd-namespace",
        "The namespace Argo CD runs in; applications elsewhere have the namespace in the name of their override file. Default: the pod's own, outside a cluster argocd.", "namespace",
        environment: ["ARGOCD_NAMESPACE"]);

    public static Setting RegistriesConfPath { get; } = new("--registries-conf-path",
        "registries.conf as Argo CD Image Updater has it.", "file", environment: ["BUMPER_REGISTRIES_CONF_PATH"]);

    public static Setting CacheDir { get; } = new("--cache-dir",
        "Keep clones and facts of manifests here between runs. Without it a private temporary folder is used and removed.", "folder",
        environment: ["BUMPER_CACHE_DIR"]);

    public static Setting Config { get; } = new("--config",
        "A YAML file of settings: the names of the flags without dashes as keys. Flags and environment variables win over it.", "file",
        environment: ["BUMPER_CONFIG"]);

    public static Setting DefaultWriteBackMethod { get; } = new("--default-write-back-method",
        "Write-back method of Applications that name none: git or argocd. Default: git.", "method", environment: ["BUMPER_DEFAULT_WRITE_BACK_METHOD"]);

    public static Setting OnRollback { get; } = new("--on-rollback",
        "What becomes of newer versions when people took one back, where annotations do not say it: skip, the next newer one is written, or hold, nothing is until a person goes on. Default: skip.",
        "skip|hold", environment: ["BUMPER_ON_ROLLBACK"]);

    public static Setting RollbackMemory { get; } = new("--rollback-memory",
        "How long a version can be known as taken back after it was written, where annotations do not say it; the ten newest of each image always can. Default: 90d.",
        "duration", environment: ["BUMPER_ROLLBACK_MEMORY"]);

    public static Setting AllowedSecretNamespaces { get; } = new("--allowed-secret-namespaces",
        "Namespaces, comma separated, or * for all, whose secrets annotations of any Application may name. Without it only the Application's own.", "namespaces",
        environment: ["BUMPER_ALLOWED_SECRET_NAMESPACES"]);

    public static Setting AllowedRegistries { get; } = new("--allowed-registries",
        "Registries, comma separated, that images may lie on: hosts (*.example.com) or parts of them (ghcr.io/team/**). Default: all.", "patterns", environment: ["BUMPER_ALLOWED_REGISTRIES"]);

    public static Setting AllowedRepositories { get; } = new("--allowed-repositories",
        "Git repositories, comma separated, that may be written to, as in a project's sourceRepos: https://git.example.com/team/**. Default: all that projects permit.", "patterns",
        environment: ["BUMPER_ALLOWED_REPOSITORIES"]);

    public static Setting AllowedVariables { get; } = new("--allowed-env",
        "Environment variables, comma separated, that annotations may name as credentials (env:NAME). Default: none; registries.conf may name any.", "names", environment: ["BUMPER_ALLOWED_ENV"]);

    public static Setting ScriptsDir { get; } = new("--scripts-dir",
        "The folder of programs that may be named as credentials (ext:/scripts/login.sh). Default: none, then no program is run.", "folder", environment: ["BUMPER_SCRIPTS_DIR"]);

    public static Setting DockerConfig { get; } = new("--docker-config",
        "The config.json of a docker client, whose logins count where no other credentials are named; none for none. Default: DOCKER_CONFIG or ~/.docker/config.json, for the controller none.",
        "file", environment: ["BUMPER_DOCKER_CONFIG"]);

    public static Setting VerifyKeysDir { get; } = new("--verify-keys-dir",
        "The folder of the public keys that annotations name (verify: cosign:<name>), each <name>.pub in PEM. Default: there are none.", "folder", environment: ["BUMPER_VERIFY_KEYS_DIR"]);

    public static Setting CloudCredentials { get; } = new("--cloud-credentials",
        "auto or none: whether registries of AWS, Google and Azure are recognised by their names and asked with the identity of this process in that cloud. Default: auto.",
        "mode", environment: ["BUMPER_CLOUD_CREDENTIALS"]);

    public static Setting TagRevalidate { get; } = new("--tag-revalidate",
        "How long the build date of a tag counts as known before the registry is asked whether the tag has moved. Default: 30m.", "duration",
        environment: ["BUMPER_TAG_REVALIDATE"]);

    public static Setting MaxConcurrency { get; } = new("--max-concurrency",
        "How many git repositories are worked on at once, 1 to 64. Default: 4.", "number", aliases: ["--max-concurrent-apps"],
        environment: ["BUMPER_MAX_CONCURRENCY"]);

    public static Setting Output { get; } = new("--output", "How the report is printed: text or json. Default: text.", "format", aliases: ["-o"]);

    public static Setting LogLevel { get; } = new("--log-level",
        "trace, debug, info, warn or error. Default: info for the controller, warn for all else. Logs go to standard error.", "level", aliases: ["--loglevel"],
        environment: ["BUMPER_LOG_LEVEL", "IMAGE_UPDATER_LOGLEVEL"], configMapKey: "log.level");

    public static Setting LogFormat { get; } = new("--log-format", "text or json. Default: text.", "format", aliases: ["--logformat"],
        environment: ["BUMPER_LOG_FORMAT", "IMAGE_UPDATER_LOGFORMAT"]);

    /// <summary>What every command that looks at applications takes.</summary>
    public static IReadOnlyList<Setting> Cycle { get; } =
    [
        Manifests, ClusterSettingDefinitions.Kubeconfig, ClusterSettingDefinitions.Context, ClusterSettingDefinitions.Namespace, App, Selector, ArgoCdNamespace, RegistriesConfPath, CacheDir, Config, DefaultWriteBackMethod, OnRollback, RollbackMemory, AllowedSecretNamespaces,
        AllowedRegistries, AllowedRepositories, AllowedVariables, ScriptsDir, DockerConfig, VerifyKeysDir, CloudCredentials,
        .. GitSettingDefinitions.All, .. PullRequestSettingDefinitions.All, .. WindowSettingDefinitions.All, TagRevalidate, MaxConcurrency, Output, LogLevel, LogFormat,
    ];

    /// <summary>What only the controller takes.</summary>
    public static IReadOnlyList<Setting> Controller { get; } =
    [
        ClusterSettingDefinitions.Interval, ClusterSettingDefinitions.HealthPort, ClusterSettingDefinitions.MetricsPort, ClusterSettingDefinitions.BindAddress, ClusterSettingDefinitions.KubeEvents,
        ClusterSettingDefinitions.DisableKubeEvents, ClusterSettingDefinitions.LeaderElection, ClusterSettingDefinitions.LeaseName, ClusterSettingDefinitions.LeaseDuration,
        .. HookSettingDefinitions.All,
    ];

    /// <summary>Every setting that a file or a config map may hold.</summary>
    public static IReadOnlyList<Setting> All { get; } = [.. Cycle, .. Controller];

    /// <summary>What a command takes that asks registries alone.</summary>
    public static IReadOnlyList<Setting> Registry { get; } = [Manifests, RegistriesConfPath, ScriptsDir, DockerConfig, VerifyKeysDir, CloudCredentials, CacheDir, Config, TagRevalidate, Output, LogLevel, LogFormat];
}
