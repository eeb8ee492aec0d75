using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Adapters.Manifests;

/// <summary>A Secret, decoded.</summary>
internal static class SecretManifest
{
    public static KubernetesSecret Read(ManifestNode document, NamespacedName name)
    {
        var data = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, encoded) in document["data"]?.Map ?? [])
        {
            if (encoded.IsNull)
                continue;
            var bytes = new byte[(encoded.Text?.Length ?? 0) + 4];
            if (encoded.Text is null || !Convert.TryFromBase64String(encoded.Text.Trim(), bytes, out var count))
                throw new ManifestException(encoded.Line, $"Secret {name}: the value of '{key}' in data is not base64; plain text belongs into stringData");
            data[key] = System.Text.Encoding.UTF8.GetString(bytes, 0, count);
        }

        foreach (var (key, plain) in document["stringData"]?.Map ?? [])
        {
            if (!plain.IsNull)
                data[key] = plain.Text ?? throw new ManifestException(plain.Line, $"Secret {name}: the value of '{key}' in stringData is {plain.Kind}, it has to be a text");
        }

        return new KubernetesSecret(name, document["type"]?.Text ?? "Opaque", ManifestFields.Texts(document["metadata"]?["labels"], "labels"), data);
    }
}

/// <summary>A ConfigMap, without its <c>binaryData</c>.</summary>
internal static class ConfigMapManifest
{
    public static KubernetesConfigMap Read(ManifestNode document, NamespacedName name) => new(name, ManifestFields.Texts(document["data"], "data"));
}

/// <summary>An Argo CD AppProject.</summary>
internal static class ProjectManifest
{
    public static AppProject Read(ManifestNode document, NamespacedName name) =>
        new(name, Texts(document["spec"]?["sourceRepos"])) { SourceNamespaces = Texts(document["spec"]?["sourceNamespaces"]), SyncWindows = SyncWindowManifest.ReadAll(document["spec"]?["syncWindows"]) };

    private static IReadOnlyList<string> Texts(ManifestNode? list) => [.. (list?.Items ?? []).Select(item => item.Text ?? "")];
}
