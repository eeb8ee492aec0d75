using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Signatures;

/// <summary>Whether somebody who holds one of the keys vouches for a manifest.</summary>
/// <param name="Problem">Null when it is signed; otherwise why not, to be read after the image's name: <c>has no signature</c>.</param>
public sealed record SignatureVerdict(string? Problem)
{
    private const int MaxReasons = 3;

    public static SignatureVerdict Signed { get; } = new((string?)null);

    public bool IsSigned => Problem is null;

    /// <summary>cosign keeps signatures under names that have no room for other digests.</summary>
    public static SignatureVerdict CannotBeSigned(Digest digest) => new($"has a {digest.Algorithm} digest, cosign signs sha256 digests alone");

    /// <param name="reasons">Of every signature that was found, why it does not count.</param>
    /// <param name="hasMore">There are further ones, which were not looked at.</param>
    public static SignatureVerdict Unsigned(IReadOnlyList<string> reasons, bool hasMore)
    {
        if (reasons.Count == 0)
            return new SignatureVerdict("has no signature");
        var different = reasons.Distinct(StringComparer.Ordinal).ToList();
        var told = string.Join("; one ", different.Take(MaxReasons)) + (different.Count > MaxReasons ? $"; and {different.Count - MaxReasons} more reasons" : "");
        var count = hasMore ? $"more than {reasons.Count} signatures, of which the first {reasons.Count} do not count" : reasons.Count == 1 ? "one signature, which does not count" : $"{reasons.Count} signatures, which do not count";
        return new SignatureVerdict($"has {count}: {(reasons.Count == 1 ? "it" : "one")} {told}");
    }
}
