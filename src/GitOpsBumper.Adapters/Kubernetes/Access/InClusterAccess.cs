using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace GitOpsBumper.Adapters.Kubernetes.Access;

/// <summary>The cluster that we run in, as the service account of our pod.</summary>
/// <seealso href="https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/#directly-accessing-the-rest-api"/>
internal static class InClusterAccess
{
    private const int MaxNamespaceBytes = 1024;

    /// <summary>Why this is no pod of a cluster, as a part of a sentence; null when it is one.</summary>
    public static string? WhyNot(KubernetesAccessQuestion question)
    {
        foreach (var name in new[] { "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT" })
        {
            if (string.IsNullOrEmpty(question.Environment(name)))
                return $"{name} is not set";
        }

        return Directory.Exists(question.ServiceAccountFolder) ? null : $"the folder '{question.ServiceAccountFolder}' of a service account is not there";
    }

    /// <summary>Null when problems were added.</summary>
    public static KubernetesAccess? Read(KubernetesAccessQuestion question, List<string> problems)
    {
        var before = problems.Count;
        var server = ReadServer(question, problems);
        var token = new FileToken(Path.Combine(question.ServiceAccountFolder, "token"), question.Time);
        if (token.Problem() is { } unread)
            problems.Add($"in-cluster, token: {unread}");
        var authorities = new X509Certificate2Collection();
        if (!BoundedFile.TryRead(Path.Combine(question.ServiceAccountFolder, "ca.crt"), BoundedFile.MaxPemBytes, out var pem, out var problem))
            problems.Add($"in-cluster, ca.crt: {problem}");
        else if (!ClusterReader.TryImport(authorities, pem))
            problems.Add($"in-cluster, ca.crt: '{Path.Combine(question.ServiceAccountFolder, "ca.crt")}' holds no certificate in PEM");
        // The file is not there when somebody mounts a token of his own: then nobody says, and kubectl's answer is as good as any.
        var space = BoundedFile.TryRead(Path.Combine(question.ServiceAccountFolder, "namespace"), MaxNamespaceBytes, out var text, out _) ? text.Trim() : "default";
        return problems.Count > before || server is null ? null : new KubernetesAccess { Server = server, Authorities = authorities, Token = token, Namespace = space, IsInCluster = true, Name = "in-cluster" };
    }

    private static Uri? ReadServer(KubernetesAccessQuestion question, List<string> problems)
    {
        var (host, port) = (question.Environment("KUBERNETES_SERVICE_HOST") ?? "", question.Environment("KUBERNETES_SERVICE_PORT") ?? "");
        if (IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6)
            host = $"[{address}]";
        var isPort = ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0;
        if (!isPort)
            problems.Add($"KUBERNETES_SERVICE_PORT is '{Quoted.Short(port)}', allowed are 1 to 65535");
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown || !Uri.TryCreate($"https://{host}:{number}", UriKind.Absolute, out var server))
        {
            problems.Add($"KUBERNETES_SERVICE_HOST is '{Quoted.Short(host)}', it has to be a host name or an IP address");
            return null;
        }

        return isPort ? server : null;
    }
}
