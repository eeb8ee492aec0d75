using System.Buffers;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Selection;

/// <summary>What the annotations say about tag names, before any strategy looks at them.</summary>
/// <param name="Allow">A tag must match it.</param>
/// <param name="Ignore">A tag must match none of them.</param>
public sealed record TagFilter(AllowPattern Allow, IReadOnlyList<GlobPattern> Ignore)
{
    private static readonly string[] ToolSuffixes = [".sig", ".att", ".sbom"];
    private static readonly string[] DigestPrefixes = ["sha256-", "sha512-"];
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    public static TagFilter Everything { get; } = new(AllowPattern.Any, []);

    /// <summary>
    /// Whether tools keep something about an image under this tag: cosign's signatures, attestations and SBOMs, and the referrers fallback <c>sha256-hex</c>.
    /// Never a candidate, whatever the annotations allow.
    /// </summary>
    /// <seealso href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#referrers-tag-schema"/>
    public static bool IsToolArtefact(Tag tag)
    {
        foreach (var suffix in ToolSuffixes)
        {
            if (tag.Text.EndsWith(suffix, StringComparison.Ordinal))
                return true;
        }

        foreach (var prefix in DigestPrefixes)
        {
            if (tag.Text.StartsWith(prefix, StringComparison.Ordinal))
                return IsHexUpToDot(tag.Text.AsSpan(prefix.Length));
        }

        return false;
    }

    /// <summary>Null when the tag passes.</summary>
    public SelectionStep? FallsAt(Tag tag) =>
        IsToolArtefact(tag) ? SelectionStep.ToolArtefact
        : !Allow.Matches(tag.Text) ? SelectionStep.AllowTags
        : FindIgnoring(tag) is not null ? SelectionStep.IgnoreTags
        : null;

    /// <summary>The first pattern of <see cref="Ignore"/> that the tag matches.</summary>
    public GlobPattern? FindIgnoring(Tag tag)
    {
        // Indexed, because this runs for every tag and an enumerator would be an allocation each.
        for (var i = 0; i < Ignore.Count; i++)
        {
            if (Ignore[i].Matches(tag.Text))
                return Ignore[i];
        }

        return null;
    }

    private static bool IsHexUpToDot(ReadOnlySpan<char> text)
    {
        var dot = text.IndexOf('.');
        var hex = dot < 0 ? text : text[..dot];
        return !hex.IsEmpty && !hex.ContainsAnyExcept(HexDigits);
    }
}
