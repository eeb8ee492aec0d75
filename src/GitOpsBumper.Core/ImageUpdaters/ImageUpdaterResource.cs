using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Core.ImageUpdaters;

/// <summary>A resource of kind ImageUpdater, by which Argo CD Image Updater is told since its version 1 which Applications to look after and how.</summary>
/// <seealso href="https://argocd-image-updater.readthedocs.io/en/stable/configuration/applications/"/>
public sealed record ImageUpdaterResource
{
    public const string Kind = "ImageUpdater";

    public required NamespacedName Name { get; init; }

    /// <summary>Of the object in a cluster; empty in a file.</summary>
    public string Uid { get; init; } = "";

    /// <summary>Grows with every change of what it asks for; 0 in a file.</summary>
    public long Generation { get; init; }

    /// <summary>The namespace of the Applications it selects: its own, unless <c>spec.namespace</c>, which early versions had, says otherwise.</summary>
    public required string Namespace { get; init; }

    /// <summary>What holds for every reference that does not say otherwise.</summary>
    public SettingsLevel Level { get; init; } = SettingsLevel.Empty;

    /// <summary>In the order of the resource.</summary>
    public IReadOnlyList<ApplicationReference> References { get; init; } = [];

    /// <summary>Because of those that stop it selects no Application at all: nobody knows which ones it means.</summary>
    public IReadOnlyList<ResourceMistake> Mistakes { get; init; } = [];

    /// <summary>Kind and name.</summary>
    public string Title => $"{Kind} {Name}";
}

/// <summary>What one level of a resource says: the resource itself, a reference or an image.</summary>
/// <param name="Settings">Of each key one; besides the keys of annotations those of <see cref="ImageUpdaterFields"/>.</param>
public sealed record SettingsLevel(IReadOnlyList<ResourceSetting> Settings, IReadOnlyList<ResourceMistake> Mistakes)
{
    public static SettingsLevel Empty { get; } = new([], []);

    /// <summary>The same with what a level below says, which wins key by key. Its mistakes are not taken over: they belong to fewer.</summary>
    public IReadOnlyList<ResourceSetting> With(SettingsLevel below)
    {
        var keys = below.Settings.Select(setting => setting.Key).ToHashSet(StringComparer.Ordinal);
        return [.. Settings.Where(setting => !keys.Contains(setting.Key)), .. below.Settings];
    }
}
