namespace GitOpsBumper.Adapters.Kubernetes.Objects.Json;

/// <summary>What the API server sent is not what was asked for.</summary>
internal static class MalformedAnswer
{
    public static KubernetesException Because(string message, bool isTransient, Exception? cause = null) => new(message, isTransient, cause);
}
