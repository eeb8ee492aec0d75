using System.Diagnostics.CodeAnalysis;

namespace GitOpsBumper.Core.Images;

/// <summary>
/// An image as somebody wrote it: compared by <see cref="Repository"/>, written back with <see cref="Name"/>, so that the user's spelling survives.
/// </summary>
/// <seealso href="https://github.com/distribution/reference/blob/v0.6.0/reference.go"/>
public sealed record ImageReference
{
    private ImageReference(string name, RepositoryName repository, ImageVersion? version)
    {
        Name = name;
        Repository = repository;
        Version = version;
    }

    /// <summary>Without tag and digest, in the user's spelling: <c>nginx</c>.</summary>
    public string Name { get; }

    /// <summary>In normal form: <c>docker.io/library/nginx</c>.</summary>
    public RepositoryName Repository { get; }

    /// <summary>Null when the reference names the repository alone.</summary>
    public ImageVersion? Version { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out ImageReference? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var beforeDigest = at < 0 ? text : text[..at];
        var colon = beforeDigest.LastIndexOf(':');
        if (colon >= 0 && beforeDigest.IndexOf('/', colon) >= 0)
            colon = -1;
        var name = colon < 0 ? beforeDigest : beforeDigest[..colon];
        if (!RepositoryName.TryParse(name, out var repository, out problem))
            return false;
        ImageVersion? version = null;
        if (name.Length < text.Length)
        {
            var versionText = colon < 0 ? text[at..] : text[(colon + 1)..];
            if (!ImageVersion.TryParse(versionText, out version, out var reason))
            {
                problem = $"image '{Shortened.Text(text)}': {reason}";
                return false;
            }
        }

        value = new ImageReference(name, repository, version);
        return true;
    }

    /// <summary>The same name with another version, or with none.</summary>
    public ImageReference WithVersion(ImageVersion? version) => new(Name, Repository, version);

    public override string ToString() => Version switch
    {
        null => Name,
        { Tag: null } => $"{Name}@{Version.Digest}",
        _ => $"{Name}:{Version}",
    };
}
