using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Adapters.Manifests;

/// <summary>An Argo CD Application, as far as the bot reads it.</summary>
/// <seealso href="https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml"/>
internal static class ApplicationManifest
{
    /// <summary>
    /// Annotations in which other tools keep books: a second copy of the whole object, and requests to Argo CD that come and go with every refresh.
    /// No decision is made from them.
    /// </summary>
    public static IReadOnlyList<string> BookkeepingAnnotations { get; } =
        ["kubectl.kubernetes.io/last-applied-configuration", "argocd.argoproj.io/refresh", "argocd.argoproj.io/hydrate"];

    /// <exception cref="ManifestException">A field is of the wrong kind.</exception>
    public static ApplicationSnapshot Read(ManifestNode document, NamespacedName name)
    {
        try
        {
            var spec = document["spec"];
            var status = document["status"];
            var hydrated = spec?["sourceHydrator"]?["drySource"];
            // An empty list of sources is none to Argo CD.
            var sources = hydrated is null ? ManifestFields.Items(spec, "sources") : [hydrated];
            var multiple = hydrated is null && sources.Count > 0;
            if (hydrated is null && !multiple && spec?["source"] is { } single)
                sources = [single];
            var kinds = multiple
                ? [.. ManifestFields.Items(status, "sourceTypes").Select(kind => kind.Text)]
                // Of what was hydrated the status says that it is plain files.
                : new List<string?> { hydrated is null ? ManifestFields.Text(status, "sourceType") : null };
            return new ApplicationSnapshot
            {
                Name = name,
                Project = ManifestFields.Text(spec, "project") ?? "default",
                Destination = Destination(spec?["destination"]),
                Annotations = Annotations(document),
                Labels = ManifestFields.Texts(document["metadata"]?["labels"], "labels"),
                HasMultipleSources = multiple,
                IsHydrated = hydrated is not null,
                Sources = [.. sources.Select((source, index) => Source(source, index < kinds.Count ? kinds[index] : null))],
                RunningImages = status is null ? null : Running(status),
            };
        }
        catch (ManifestException failure)
        {
            throw new ManifestException(failure.Line, $"Application {name}: {failure.Message}");
        }
    }

    private static ApplicationDestination Destination(ManifestNode? destination) => destination is null
        ? ApplicationDestination.Unknown
        : new ApplicationDestination(Filled(destination["server"]?.Text), Filled(destination["name"]?.Text), Filled(destination["namespace"]?.Text));

    private static string? Filled(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static Dictionary<string, string> Annotations(ManifestNode document)
    {
        var annotations = ManifestFields.Texts(document["metadata"]?["annotations"], "annotations");
        foreach (var name in BookkeepingAnnotations)
            annotations.Remove(name);
        return annotations;
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
            PluginEnv = [.. ManifestFields.Items(source["plugin"], "env").Select(variable => new PluginVariable(ManifestFields.Text(variable, "name") ?? "", ManifestFields.Text(variable, "value") ?? ""))],
        };
    }

    /// <summary>One without a name, which Argo CD allows, has an empty one: patches count the places in the list.</summary>
    private static HelmParameter Parameter(ManifestNode parameter) => new(
        ManifestFields.Text(parameter, "name") ?? "",
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
