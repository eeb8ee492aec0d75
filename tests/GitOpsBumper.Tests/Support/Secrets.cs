using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Configuration.Secrets;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Tests.Support;

/// <summary>The secret of the bot.</summary>
internal static class Secrets
{
    public static SecretLayer Layer(params (string Key, string Value)[] data) =>
        SecretLayer.Read([new KubernetesSecret(new NamespacedName("argocd", SecretLayer.OwnName), "Opaque", new Dictionary<string, string>(StringComparer.Ordinal), data.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal))], "argocd");
}
