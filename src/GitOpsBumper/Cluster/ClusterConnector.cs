using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Adapters.Kubernetes.Access;
using GitOpsBumper.Adapters.Telemetry;
using GitOpsBumper.Configuration;

namespace GitOpsBumper.Cluster;

/// <summary>The connection to the cluster that is meant.</summary>
internal sealed class ClusterLink(KubernetesAccess access, RequestCounter requests, KubernetesTelemetry? telemetry) : IDisposable
{
    public KubernetesConnection Connection { get; } = new(access, requests, TimeProvider.System) { Telemetry = telemetry };

    /// <summary>Null outside a cluster.</summary>
    public string? PodNamespace => access.IsInCluster ? access.Namespace : null;

    public void Dispose() => Connection.Dispose();
}

/// <summary>Finds the cluster that the settings mean.</summary>
internal static class ClusterConnector
{
    /// <param name="settings">Name kubeconfig and context.</param>
    /// <param name="environment">Reads a variable; null when it is not set.</param>
    /// <param name="requests">Counts what is asked.</param>
    /// <param name="otherwise">What somebody without a cluster can do, a sentence.</param>
    /// <param name="telemetry">Told of every request; null: nobody is.</param>
    /// <exception cref="UsageException">There is none, or its kubeconfig is wrong.</exception>
    public static ClusterLink Connect(
        BumperSettings settings, Func<string, string?> environment, RequestCounter requests, string otherwise, KubernetesTelemetry? telemetry = null)
    {
        var question = new KubernetesAccessQuestion(environment, TimeProvider.System) { Kubeconfig = settings.Kubernetes.Kubeconfig, Context = settings.Kubernetes.Context };
        if (!KubernetesAccessFinder.TryFind(question, out var access, out var problems))
            throw new UsageException([.. problems, otherwise]);
        return new ClusterLink(access, requests, telemetry);
    }
}
