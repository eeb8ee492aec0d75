using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Adapters.Registries.Manifests;

/// <summary>
/// One line of the file that keeps facts between runs: <c>image sha256:... linux/amd64 2026-08-01T10:00:00Z #checksum</c>. The checksum tells
/// a whole line from one that was cut off or damaged.
/// </summary>
internal abstract record FactLine
{
    private const string None = "-";

    private FactLine()
    {
    }

    public sealed record Manifest(Digest Digest, ManifestFacts Facts) : FactLine;

    /// <summary>The tag, written registry/path:tag, pointed to the digest at that time.</summary>
    public sealed record TagSeen(string Reference, Digest Digest, DateTimeOffset At) : FactLine;

    public static bool TryParse(string line, [NotNullWhen(true)] out FactLine? value)
    {
        value = null;
        var mark = line.LastIndexOf(" #", StringComparison.Ordinal);
        if (mark < 0 || line[(mark + 2)..] != Checksum(line[..mark]))
            return false;
        var words = line[..mark].Split(' ');
        value = words switch
        {
            ["image", var digest, var platform, var created] when Digest.TryParse(digest, out var of, out _) && TryDate(created, out var date) && TryPlatform(platform, out var on) =>
                new Manifest(of, new ManifestFacts.Image(on, date)),
            ["index", var digest, .. var children] when Digest.TryParse(digest, out var of, out _) && TryChildren(children, out var list) =>
                new Manifest(of, new ManifestFacts.Index(list)),
            ["tag", var reference, var digest, var at] when Digest.TryParse(digest, out var of, out _) && TryDate(at, out var date) && date is { } time =>
                new TagSeen(reference, of, time),
            _ => null,
        };
        return value is not null;
    }

    public sealed override string ToString()
    {
        var text = this switch
        {
            Manifest { Facts: ManifestFacts.Image image } manifest => $"image {manifest.Digest} {image.Platform?.ToString() ?? None} {Date(image.Created)}",
            Manifest { Facts: ManifestFacts.Index index } manifest => $"index {manifest.Digest} {string.Join(' ', index.Children.Select(child => $"{child.Digest}={child.Platform?.ToString() ?? None}"))}".TrimEnd(),
            TagSeen tag => $"tag {tag.Reference} {tag.Digest} {Date(tag.At)}",
            _ => throw new InvalidOperationException($"a line of kind {GetType().Name} has no form"),
        };
        return $"{text} #{Checksum(text)}";
    }

    private static string Date(DateTimeOffset? date) => date?.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture) ?? None;

    private static bool TryDate(string text, out DateTimeOffset? date)
    {
        var read = DateTimeOffset.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed);
        date = read ? parsed : null;
        return read || text == None;
    }

    private static bool TryPlatform(string text, out Platform? platform)
    {
        platform = null;
        return text == None || Platform.TryParse(text, out platform, out _);
    }

    private static bool TryChildren(string[] words, out IReadOnlyList<IndexChild> children)
    {
        var list = new List<IndexChild>(words.Length);
        children = list;
        foreach (var word in words)
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || !Digest.TryParse(word[..equals], out var digest, out _) || !TryPlatform(word[(equals + 1)..], out var platform))
                return false;
            list.Add(new IndexChild(digest, platform));
        }

        return true;
    }

    /// <summary>FNV-1a: it finds accidents, and nobody gains from forging a line in one's own cache.</summary>
    private static string Checksum(string text)
    {
        var hash = 2166136261u;
        foreach (var value in Encoding.UTF8.GetBytes(text))
            hash = (hash ^ value) * 16777619u;
        return hash.ToString("x8", CultureInfo.InvariantCulture);
    }
}
