namespace GitOpsBumper.Core.Applications;

/// <summary>
/// What a reference of an ImageUpdater resource says for the Applications it selects, in the words of annotations. It stands in for their annotations
/// with the prefix of Image Updater.
/// </summary>
public sealed record ResourceSettings
{
    /// <summary>Kind and name: <c>ImageUpdater argocd/web</c>.</summary>
    public required string Resource { get; init; }

    /// <summary>The path of the reference in the resource: <c>spec.applicationRefs[0]</c>.</summary>
    public required string Field { get; init; }

    /// <summary>For the whole Application and as defaults of its images; of each key one.</summary>
    public IReadOnlyList<ResourceSetting> Settings { get; init; } = [];

    public IReadOnlyList<ResourceImage> Images { get; init; } = [];

    /// <summary>What belongs to no image alone.</summary>
    public IReadOnlyList<ResourceMistake> Mistakes { get; init; } = [];

    /// <summary>Whether two say the same, at the same place.</summary>
    public static bool Same(ResourceSettings? left, ResourceSettings? right) => ReferenceEquals(left, right)
        || (left is not null && right is not null && left.Resource == right.Resource && left.Field == right.Field
            && left.Settings.SequenceEqual(right.Settings) && left.Mistakes.SequenceEqual(right.Mistakes)
            && left.Images.Count == right.Images.Count && left.Images.Zip(right.Images, ResourceImage.Same).All(same => same));

    /// <summary>How a field is named where it stands beside annotations.</summary>
    public string Key(string field) => $"{Resource}: {field}";
}

/// <param name="Key">Of the annotation that means the same, without prefix and alias.</param>
/// <param name="Value">As the annotation would have it; the items of a list are lines.</param>
/// <param name="Field">Its path in the resource.</param>
public sealed record ResourceSetting(string Key, string Value, string Field)
{
    public bool IsList { get; init; }
}

/// <param name="Alias">As the resource has it.</param>
/// <param name="Name">The image, with a constraint behind a colon.</param>
/// <param name="Field">Its path in the resource.</param>
public sealed record ResourceImage(string Alias, string Name, string Field)
{
    /// <summary>Of this image alone; of each key one.</summary>
    public IReadOnlyList<ResourceSetting> Settings { get; init; } = [];

    public IReadOnlyList<ResourceMistake> Mistakes { get; init; } = [];

    internal static bool Same(ResourceImage left, ResourceImage right) =>
        left.Alias == right.Alias && left.Name == right.Name && left.Field == right.Field && left.Settings.SequenceEqual(right.Settings) && left.Mistakes.SequenceEqual(right.Mistakes);
}

/// <param name="Field">Its path in the resource.</param>
/// <param name="Value">As found; empty when there is none.</param>
/// <param name="Message">A finished sentence that names the value and what is allowed.</param>
/// <param name="Stops">Whether what it belongs to is not to be worked on; otherwise it is only told.</param>
public sealed record ResourceMistake(string Field, string Value, string Message, bool Stops = true);
