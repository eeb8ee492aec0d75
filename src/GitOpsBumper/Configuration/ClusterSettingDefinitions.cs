namespace GitOpsBumper.Configuration;

/// <summary>The settings that are about a cluster, and about living in one.</summary>
internal static class ClusterSettingDefinitions
{
    public static Setting Kubeconfig { get; } = new("--kubeconfig",
        "The kubeconfig file. Default: KUBECONFIG, in a pod its service account, else ~/.kube/config.", "file");

    public static Setting Context { get; } = new("--context", "The context of the kubeconfig. Default: its current one.", "name");

    public static Setting Namespace { get; } = new("--namespace",
        "Look for Applications in these namespaces, comma separated, or * for all. Default: Argo CD's namespace.", "namespaces",
        aliases: ["-n", "--watch-namespaces", "--application-namespaces"], environment: ["BUMPER_NAMESPACES", "IMAGE_UPDATER_WATCH_NAMESPACES"]);

    public static Setting Interval { get; } = new("--interval",
        "How often all Applications are looked at, for example 30s or 5m; 0: only when something changes. Default: 2m.", "duration",
        environment: ["BUMPER_INTERVAL", "IMAGE_UPDATER_INTERVAL"], configMapKey: "interval");

    public static Setting HealthPort { get; } = new("--health-port",
        "Port of /healthz, /readyz and /api/v1/status; 0: none. Default: 8080.", "port", environment: ["BUMPER_HEALTH_PORT"]);

    public static Setting MetricsPort { get; } = new("--metrics-port",
        "Port of /metrics; may be the same as --health-port; 0: none. Default: 8081.", "port", environment: ["BUMPER_METRICS_PORT"]);

    public static Setting BindAddress { get; } = new("--bind-address",
        "The address that both ports listen on. Default: all of the machine.", "address", environment: ["BUMPER_BIND_ADDRESS"]);

    public static Setting KubeEvents { get; } = new("--kube-events",
        "Whether Events are written to Applications: true or false. Default: true.", "boolean",
        environment: ["BUMPER_KUBE_EVENTS", "IMAGE_UPDATER_KUBE_EVENTS"], configMapKey: "kube.events");

    public static Setting DisableKubeEvents { get; } = new("--disable-kube-events", "The same as --kube-events false.", null);

    public static Setting LeaderElection { get; } = new("--leader-election",
        "Whether several replicas agree on one that works, by a Lease in Argo CD's namespace: true or false. Default: true in a pod.", "boolean",
        environment: ["BUMPER_LEADER_ELECTION"]);

    public static Setting LeaseName { get; } = new("--lease-name",
        "The Lease that replicas agree by. Two installations in one namespace of Argo CD need one each, and the rights get and update on it. Default: gitops-bumper.", "name",
        environment: ["BUMPER_LEASE_NAME"]);

    public static Setting LeaseDuration { get; } = new("--lease-duration",
        "How long a replica that has died is waited for before another one takes over; whole seconds, 2s to 1h, the same for all replicas. Default: 15s.", "duration",
        environment: ["BUMPER_LEASE_DURATION"]);
}
