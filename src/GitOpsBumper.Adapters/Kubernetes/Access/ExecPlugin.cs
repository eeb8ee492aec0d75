using System.Text.Json.Nodes;

namespace GitOpsBumper.Adapters.Kubernetes.Access;

/// <summary>A program that signs in to a cluster and prints a token, as a kubeconfig names it.</summary>
/// <seealso href="https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins"/>
internal sealed class ExecPlugin
{
    public const string Group = "client.authentication.k8s.io/";

    /// <summary>Of the contract: <c>client.authentication.k8s.io/v1</c>, or v1beta1.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>Without a slash: looked for on the <c>PATH</c>; else a full path.</summary>
    public required string Command { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Besides our own environment.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>How to install the program; null: nobody says.</summary>
    public string? InstallHint { get; init; }

    /// <summary>What the program is told about the cluster; null: nothing.</summary>
    public JsonObject? Cluster { get; init; }

    /// <summary>For messages: where the kubeconfig names it.</summary>
    public required string Where { get; init; }

    /// <summary>The value of <c>KUBERNETES_EXEC_INFO</c>.</summary>
    public string Info()
    {
        var spec = new JsonObject { ["interactive"] = false };
        if (Cluster is not null)
            spec["cluster"] = Cluster.DeepClone();
        return new JsonObject { ["kind"] = "ExecCredential", ["apiVersion"] = ApiVersion, ["spec"] = spec }.ToJsonString();
    }
}
