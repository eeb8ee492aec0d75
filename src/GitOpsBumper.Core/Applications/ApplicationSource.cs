namespace GitOpsBumper.Core.Applications;

/// <summary>One source of an Application, as its <c>spec.source</c> or an item of <c>spec.sources</c> says it.</summary>
public sealed record ApplicationSource
{
    /// <summary>As the user wrote it; not necessarily a git repository (charts have <see cref="Chart"/>).</summary>
    public required string RepositoryUrl { get; init; }

    /// <summary>The folder in the repository; null when none is given, as with charts and pure <c>ref</c> sources.</summary>
    public string? Path { get; init; }

    /// <summary>Branch, tag, commit or version range; null or empty means <c>HEAD</c>, the default branch.</summary>
    public string? TargetRevision { get; init; }

    /// <summary>The chart in a Helm repository; null for a git source.</summary>
    public string? Chart { get; init; }

    /// <summary>The name by which value files of other sources refer to this one (<c>$ref/...</c>); null when they cannot.</summary>
    public string? Ref { get; init; }

    /// <summary>Null when the source is not named.</summary>
    public string? Name { get; init; }

    public SourceKind Kind { get; init; }

    /// <summary>Null when the Application's name is the release's name.</summary>
    public string? HelmReleaseName { get; init; }

    public IReadOnlyList<HelmParameter> HelmParameters { get; init; } = [];

    public IReadOnlyList<string> HelmValueFiles { get; init; } = [];

    /// <summary>In Kustomize's own notation: <c>[name=]image[:tag][@digest]</c>.</summary>
    public IReadOnlyList<string> KustomizeImages { get; init; } = [];

    /// <summary>What a config management plugin is called with.</summary>
    public IReadOnlyList<PluginVariable> PluginEnv { get; init; } = [];
}
