using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.WriteBack.Targets;

namespace GitOpsBumper.Core.WriteBack;

/// <summary>
/// One entry of <c>kustomize.images</c>, written <c>[name=]newName[:tag][@digest]</c>: what <c>kustomize edit set image</c> is called with.
/// A <c>*</c> stands for what the kustomization says.
/// </summary>
/// <seealso href="https://argo-cd.readthedocs.io/en/stable/user-guide/kustomize/"/>
public sealed record KustomizeImage
{
    private const string Kept = "*";

    /// <summary>What the manifests call the image; Kustomize compares it letter by letter.</summary>
    public required string Name { get; init; }

    /// <summary>What it is replaced by, without version.</summary>
    public required string NewName { get; init; }

    /// <summary>Null when the entry names none, or none that can be read.</summary>
    public required ImageVersion? Version { get; init; }

    /// <summary>Whether <see cref="Name"/> stands before a <c>=</c>; otherwise both names are one.</summary>
    private bool HasName { get; init; }

    /// <summary>Reads an entry whatever it says: what is no image matches none.</summary>
    public static KustomizeImage Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var image = text[(equals + 1)..];
        var at = image.IndexOf('@', StringComparison.Ordinal);
        var beforeDigest = at < 0 ? image : image[..at];
        var colon = beforeDigest.LastIndexOf(':');
        if (colon < beforeDigest.LastIndexOf('/'))
            colon = -1;
        var name = colon < 0 ? beforeDigest : beforeDigest[..colon];
        var version = colon < 0 ? image[name.Length..] : image[(colon + 1)..];
        return new KustomizeImage
        {
            Name = equals < 0 ? name : text[..equals],
            NewName = name,
            HasName = equals >= 0,
            Version = ImageVersion.TryParse(version, out var parsed, out _) ? parsed : null,
        };
    }

    /// <summary>The entry for an image that has none yet.</summary>
    public static KustomizeImage For(ImagePolicy image, ImageVersion version) => new()
    {
        Name = image.KustomizeImageName ?? image.Image.Name,
        NewName = image.Image.Name,
        HasName = image.KustomizeImageName is not null,
        Version = version,
    };

    /// <summary>What the entries of a source say of an image; null: nothing.</summary>
    public static CurrentValue? CurrentValue(ApplicationSource source, ImagePolicy image)
    {
        var versions = ApplicationEdit.Entries(source.KustomizeImages, image).Values.Select(entry => entry.Version).OfType<ImageVersion>().Distinct().ToList();
        return versions.Count == 0 ? null : new CurrentValue(string.Join(", ", versions), versions);
    }

    /// <summary>Whether the image is written here: by its name in the kustomization where it has one, else by its repository.</summary>
    public bool IsOf(ImagePolicy image) =>
        image.KustomizeImageName is { } name ? Name == name : Means(NewName, image) || Means(Name, image);

    /// <summary>The same entry with another version; the spelling of the name stays as long as it means the image.</summary>
    public KustomizeImage With(ImagePolicy image, ImageVersion version) =>
        this with { NewName = NewName == Kept || Means(NewName, image) ? NewName : image.Image.Name, Version = version };

    public override string ToString()
    {
        var image = Version switch
        {
            null => NewName,
            { Tag: null } => $"{NewName}@{Version.Digest}",
            _ => $"{NewName}:{Version}",
        };
        // Kustomize cuts at the '@' first: without '=' it takes 'web:1.0@sha256:...' for an image called 'web:1.0', which no manifest has.
        return HasName || Name != NewName || Version is { Tag: not null, Digest: not null } ? $"{Name}={image}" : image;
    }

    private static bool Means(string name, ImagePolicy image) => RepositoryName.TryParse(name, out var repository, out _) && repository == image.Image.Repository;
}
