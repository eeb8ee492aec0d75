using System.Diagnostics.CodeAnalysis;

namespace GitOpsBumper.Core.Images;

/// <summary>
/// What stands behind the name of an image: a tag, a digest or both. Written <c>1.5.0</c>, <c>sha256:...</c> or <c>1.5.0@sha256:...</c>,
/// as values of Helm tag parameters are.
/// </summary>
/// <param name="Tag">Null when only the digest is known; then <paramref name="Digest"/> is not null.</param>
/// <param name="Digest">Null when only the tag is known; then <paramref name="Tag"/> is not null.</param>
public sealed record ImageVersion(Tag? Tag, Digest? Digest)
{
    /// <summary>Reads <c>tag</c>, <c>tag@digest</c>, <c>@digest</c> and <c>digest</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ImageVersion? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var tagText = at >= 0 ? text[..at] : text.Contains(':', StringComparison.Ordinal) ? "" : text;
        var digestText = at >= 0 ? text[(at + 1)..] : tagText.Length == 0 ? text : "";
        Tag? tag = null;
        Digest? digest = null;
        if (tagText.Length > 0 && !Tag.TryParse(tagText, out tag, out problem))
            return false;
        if (digestText.Length > 0 && !Digest.TryParse(digestText, out digest, out problem))
            return false;
        if (tag is null && digest is null)
        {
            problem = "the version is empty, it is a tag, a digest or tag@digest";
            return false;
        }

        problem = null;
        value = new ImageVersion(tag, digest);
        return true;
    }

    /// <summary>Whether both mean one image. Where both say a digest it alone counts: a tag that was pushed again is another image. Else the tag does.</summary>
    public bool IsSame(ImageVersion other) => (Digest, other.Digest) is ({ } one, { } two) ? one == two : Tag is { } tag && tag == other.Tag;

    public override string ToString() => (Tag, Digest) switch
    {
        (null, not null) => Digest.ToString(),
        (_, null) => Tag?.Text ?? "",
        _ => $"{Tag}@{Digest}",
    };
}
