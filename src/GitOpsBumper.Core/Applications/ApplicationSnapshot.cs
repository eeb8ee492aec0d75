using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Applications;

/// <summary>An Argo CD Application at one moment, reduced to what decisions are made from.</summary>
public sealed record ApplicationSnapshot
{
    public required NamespacedName Name { get; init; }

    public string Project { get; init; } = "default";

    public ApplicationDestination Destination { get; init; } = ApplicationDestination.Unknown;

    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>In the order of the Application; one for <c>spec.source</c>.</summary>
    public IReadOnlyList<ApplicationSource> Sources { get; init; } = [];

    /// <summary>Whether the Application has <c>spec.sources</c>, be it with a single item.</summary>
    public bool HasMultipleSources { get; init; }

    /// <summary>Whether the one source is the dry source of <c>spec.sourceHydrator</c>.</summary>
    /// <seealso href="https://argo-cd.readthedocs.io/en/stable/user-guide/source-hydrator/"/>
    public bool IsHydrated { get; init; }

    /// <summary>What <c>status.summary.images</c> says; null when there is no status at all (a manifest from a folder): then every image counts as deployed.</summary>
    public IReadOnlyList<ImageReference>? RunningImages { get; init; }

    /// <summary>What an ImageUpdater resource says in place of annotations with the prefix of Image Updater; null: the Application's own count.</summary>
    public ResourceSettings? Governor { get; init; }
}

/// <summary>Where an Application is deployed to.</summary>
/// <param name="Server">The URL of the cluster; null where it has a name.</param>
/// <param name="Name">Of the cluster; null where it has a URL.</param>
/// <param name="Namespace">In the cluster.</param>
public sealed record ApplicationDestination(string? Server, string? Name, string? Namespace)
{
    public static ApplicationDestination Unknown { get; } = new(null, null, null);
}
