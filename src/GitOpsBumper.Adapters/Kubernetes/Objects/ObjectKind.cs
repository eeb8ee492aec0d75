using GitOpsBumper.Adapters.Kubernetes.Objects.Json;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.ImageUpdaters;

namespace GitOpsBumper.Adapters.Kubernetes.Objects;

/// <summary>A kind of object: where the API has it, what is read of it, and when two readings say the same.</summary>
public sealed class ObjectKind<T>
{
    private static readonly WantedFields Metadata = WantedFields.IdentityOf("name", "namespace", "uid", "resourceVersion").And(WantedFields.Of("deletionTimestamp"));

    private readonly Func<ManifestNode, NamespacedName, T> _read;

    internal ObjectKind(string name, string plural, string apiVersion, WantedFields metadata, WantedFields fields, Func<ManifestNode, NamespacedName, T> read, IEqualityComparer<T> comparer)
    {
        Name = name;
        Plural = plural;
        ApiVersion = apiVersion;
        Wanted = new WantedFields { ["metadata"] = Metadata.And(metadata) }.And(fields);
        _read = read;
        Comparer = comparer;
    }

    /// <summary>As <c>kind</c> has it: <c>Application</c>.</summary>
    public string Name { get; }

    /// <summary>As paths have it: <c>applications</c>.</summary>
    public string Plural { get; }

    /// <summary>Group and version, or the version alone for the core group.</summary>
    public string ApiVersion { get; }

    /// <summary>Equal by all that is read, in depth.</summary>
    public IEqualityComparer<T> Comparer { get; }

    /// <summary>Of one object.</summary>
    internal WantedFields Wanted { get; }

    /// <summary>The path of all objects, or of all in one namespace.</summary>
    /// <param name="inNamespace">Null for the whole cluster.</param>
    public string Path(string? inNamespace)
    {
        var root = ApiVersion.Contains('/', StringComparison.Ordinal) ? $"/apis/{ApiVersion}" : $"/api/{ApiVersion}";
        return inNamespace is null ? $"{root}/{Plural}" : $"{root}/namespaces/{Uri.EscapeDataString(inNamespace)}/{Plural}";
    }

    public string Path(NamespacedName name) => $"{Path(name.Namespace)}/{Uri.EscapeDataString(name.Name)}";

    /// <param name="item">Of the answer.</param>
    /// <param name="problem">Why only its identity could be kept: the predicate of a sentence; null when all of it is there.</param>
    /// <exception cref="KubernetesException">It is not even an object of the API: no name, no identity.</exception>
    internal ObjectReading<T> Read(ManifestNode item, string? problem)
    {
        var metadata = item["metadata"];
        var resourceVersion = metadata?["resourceVersion"]?.Text;
        var uid = metadata?["uid"]?.Text;
        var (space, own) = (metadata?["namespace"]?.Text, metadata?["name"]?.Text);
        if (!NamespacedName.TryParse($"{space}/{own}", out _, out var nameProblem))
            throw MalformedAnswer.Because($"the API server sent an object of kind {Name} that has no usable name: {nameProblem}", isTransient: false);
        // Not the parsed name, which is made of copies: the namespace is shared by all its objects.
        var name = new NamespacedName(space!, own!);
        if (string.IsNullOrEmpty(resourceVersion) || string.IsNullOrEmpty(uid))
            throw MalformedAnswer.Because($"the API server sent {Name} {name} without uid or resourceVersion", isTransient: false);
        if (problem is not null)
            return new ObjectReading<T>.Bad(new UnreadableObject(name, $"{Name} {name} {problem}"), resourceVersion);
        try
        {
            return new ObjectReading<T>.Good(new Watched<T>(_read(item, name), name, uid, resourceVersion) { IsBeingDeleted = metadata!["deletionTimestamp"] is not null });
        }
        catch (ManifestException failure)
        {
            return new ObjectReading<T>.Bad(new UnreadableObject(name, failure.Message), resourceVersion);
        }
    }
}

/// <summary>The kinds that the bot reads.</summary>
public static class ObjectKinds
{
    /// <summary>Without the tree of resources, the history and the running operation, which are most of an Application.</summary>
    public static ObjectKind<ApplicationSnapshot> Application { get; } = new(
        "Application", "applications", "argoproj.io/v1alpha1",
        new WantedFields { ["annotations"] = WantedFields.EverythingBut(ApplicationManifest.BookkeepingAnnotations), ["labels"] = WantedFields.Everything },
        new WantedFields
        {
            ["spec"] = new WantedFields { ["project"] = WantedFields.Everything, ["destination"] = WantedFields.Of("server", "name", "namespace"), ["source"] = Source(), ["sources"] = Source(), ["sourceHydrator"] = new WantedFields { ["drySource"] = Source() } },
            ["status"] = new WantedFields { ["sourceType"] = WantedFields.Everything, ["sourceTypes"] = WantedFields.Everything, ["summary"] = WantedFields.Of("images") },
        },
        ApplicationManifest.Read, new ApplicationSnapshotComparer());

    public static ObjectKind<KubernetesSecret> Secret { get; } = new(
        "Secret", "secrets", "v1", WantedFields.Of("labels"), new WantedFields { ["type"] = WantedFields.Everything, ["data"] = WantedFields.Private }, SecretManifest.Read, new SecretComparer());

    public static ObjectKind<KubernetesConfigMap> ConfigMap { get; } = new(
        "ConfigMap", "configmaps", "v1", WantedFields.Of(), WantedFields.Of("data"), ConfigMapManifest.Read, new ConfigMapComparer());

    public static ObjectKind<AppProject> AppProject { get; } = new(
        "AppProject", "appprojects", "argoproj.io/v1alpha1", WantedFields.Of(), new WantedFields { ["spec"] = WantedFields.Of("sourceRepos", "sourceNamespaces", "syncWindows") },
        ProjectManifest.Read, new AppProjectComparer());

    /// <summary>Without its status, which the bot writes itself.</summary>
    public static ObjectKind<ImageUpdaterResource> ImageUpdater { get; } = new(
        ImageUpdaterResource.Kind, "imageupdaters", "argocd-image-updater.argoproj.io/v1alpha1", WantedFields.Of("generation"), WantedFields.Of("spec"),
        ImageUpdaterManifest.Read, new ImageUpdaterComparer());

    private static WantedFields Source() => new WantedFields
    {
        ["helm"] = WantedFields.Of("releaseName", "parameters", "valueFiles"),
        ["kustomize"] = WantedFields.Of("images"),
        ["plugin"] = WantedFields.Of("env"),
        ["directory"] = WantedFields.Presence,
    }.And(WantedFields.Of("repoURL", "path", "targetRevision", "chart", "ref", "name"));
}
