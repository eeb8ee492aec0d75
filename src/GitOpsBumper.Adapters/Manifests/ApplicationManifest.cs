using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Adapters.Manifests;

/// <summary>An Argo CD Application, as far as the bot reads it.</summary>
/// <seealso href="https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml"/>
internal static class ApplicationManifest
{
    /// <exception cref="ManifestException">A field is of the wrong kind.</exception>
    public static ApplicationSnapshot Read(ManifestNode document, NamespacedName name)
    {
        try
        {
            var spec = document["spec"];
            var status = document["status"];
            var multiple = spec?["sources"] is not null;
            var sources = multiple ? ManifestFields.Items(spec, "sources") : spec?["source"] is { } single ? [single] : [];
            var kinds = multiple
                ? [.. ManifestFields.Items(status, "sourceTypes").Select(kind => kind.Text)]
                : new List<string?> { ManifestFields.Text(status, "sourceType") };
            return new ApplicationSnapshot
            {
                Name = name,
                Project = ManifestFields.Text(spec, "project") ?? "default",
                Annotations = ManifestFields.Texts(document["metadata"]?["annotations"], "annotations"),
                Labels = ManifestFields.Texts(document["metadata"]?["labels"], "labels"),
                HasMultipleSources = multiple,
                Sources = [.. sources.Select((source, index) => Source(source, index < kinds.Count ? kinds[index] : null))],
                RunningImages = status is null ? null : Running(status),
            };
        }
        catch (ManifestException failure)
        {
            throw new ManifestException(failure.Line, $"Application {name}: {failure.Message}");
        }
    }

    private static ApplicationSource Source(ManifestNode source, string? kind)
    {
        if (source.Map is null)
            throw new ManifestException(source.Line, $"a source is {source.Kind}, it has to be a mapping");
        var helm = source["helm"];
        return new ApplicationSource
        {
            RepositoryUrl = ManifestFields.Text(source, "repoURL") ?? "",
            Path = ManifestFields.Text(source, "path"),
            TargetRevision = ManifestFields.Text(source, "targetRevision"),
            Chart = ManifestFields.Text(source, "chart"),
            Ref = ManifestFields.Text(source, "ref"),
            Name = ManifestFields.Text(source, "name"),
            Kind = Kind(source, kind),
            HelmReleaseName = ManifestFields.Text(helm, "releaseName"),
            HelmParameters = [.. ManifestFields.Items(helm, "parameters").Select(Parameter)],
            HelmValueFiles = [.. ManifestFields.Items(helm, "valueFiles").Select(file => file.Text ?? "")],
            KustomizeImages = [.. ManifestFields.Items(source["kustomize"], "images").Select(image => image.Text ?? "")],
        };
    }

    private static HelmParameter Parameter(ManifestNode parameter) => new(
        ManifestFields.Text(parameter, "name") ?? throw new ManifestException(parameter.Line, "a Helm parameter has no name"),
        ManifestFields.Text(parameter, "value") ?? "",
        ManifestFields.Flag(parameter, "forceString"));

    /// <summary>An empty <c>helm: {}</c> says it too, though it is no value.</summary>
    private static SourceKind Kind(ManifestNode source, string? status)
    {
        bool Has(string key) => source.Map!.TryGetValue(key, out var field) && field.Map is not null;
        if (Has("helm") || source["chart"] is not null)
            return SourceKind.Helm;
        if (Has("kustomize"))
            return SourceKind.Kustomize;
        if (Has("plugin"))
            return SourceKind.Plugin;
        if (Has("directory"))
            return SourceKind.Directory;
        return Enum.TryParse<SourceKind>(status, out var kind) ? kind : SourceKind.Unknown;
    }

    private static List<ImageReference> Running(ManifestNode status)
    {
        var images = new List<ImageReference>();
        foreach (var image in ManifestFields.Items(status["summary"], "images"))
        {
            // What the cluster reports is not the user's mistake; an image that cannot be read cannot be one of ours.
            if (image.Text is { } text && ImageReference.TryParse(text, out var reference, out _))
                images.Add(reference);
        }

        return images;
    }
}

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
