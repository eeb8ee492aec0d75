using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.ImageUpdaters;

namespace GitOpsBumper.Adapters.Manifests;

/// <summary>Everything of interest that files and folders hold.</summary>
public sealed record ManifestSet
{
    public static ManifestSet Empty { get; } = new();

    /// <summary>With their governors, where <see cref="ImageUpdaters"/> have one for them.</summary>
    public IReadOnlyList<ApplicationSnapshot> Applications { get; init; } = [];

    public IReadOnlyList<ImageUpdaterResource> ImageUpdaters { get; init; } = [];

    public IReadOnlyList<KubernetesSecret> Secrets { get; init; } = [];

    public IReadOnlyList<KubernetesConfigMap> ConfigMaps { get; init; } = [];

    public IReadOnlyList<AppProject> Projects { get; init; } = [];

    public IReadOnlyList<ManifestProblem> Problems { get; init; } = [];
}

/// <summary>What is wrong with a file, or worth knowing about it.</summary>
/// <param name="File">As it was found.</param>
/// <param name="Line">From 1; 0 when it is about the whole file.</param>
/// <param name="Message">A sentence; never holds the value of a secret.</param>
/// <param name="IsNote">Nothing that anybody relies on is lost by it.</param>
public sealed record ManifestProblem(string File, int Line, string Message, bool IsNote)
{
    public override string ToString() => Line == 0 ? $"{File}: {Message}" : $"{File}:{Line}: {Message}";
}

/// <param name="Name">Of the secret.</param>
/// <param name="Type">Such as <c>kubernetes.io/dockerconfigjson</c>; <c>Opaque</c> when it says none.</param>
/// <param name="Labels">Argo CD marks its secrets here.</param>
/// <param name="Data">Decoded; <c>stringData</c> wins over <c>data</c>.</param>
public sealed record KubernetesSecret(NamespacedName Name, string Type, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Data)
{
    /// <summary>The field's text; null when there is none or it is empty.</summary>
    public string? Field(string name) => Data.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>Names alone: values are for nobody's eyes.</summary>
    public override string ToString() => $"Secret {Name} with {string.Join(", ", Data.Keys)}";
}

/// <param name="Name">Of the config map.</param>
/// <param name="Data">As text.</param>
public sealed record KubernetesConfigMap(NamespacedName Name, IReadOnlyDictionary<string, string> Data);
