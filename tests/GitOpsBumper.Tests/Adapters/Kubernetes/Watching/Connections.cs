using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Tests.Adapters.Http;

namespace GitOpsBumper.Tests.Adapters.Kubernetes.Watching;

internal static class Connections
{
    /// <summary>With the real clock: a script does not wait for the pauses of the connection.</summary>
    public static KubernetesConnection To(ScriptedServer server) =>
        new(new KubernetesAccess { Server = new Uri($"http://{server.Host}"), Namespace = "argocd", Name = "script" }, new RequestCounter(), TimeProvider.System);
}
