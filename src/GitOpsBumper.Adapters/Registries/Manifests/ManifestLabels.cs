using System.Text.Json;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Adapters.Registries.Manifests;

/// <summary>What a manifest with its config, or an index, says for people. It never changes.</summary>
/// <param name="Created">Null: it does not say.</param>
/// <param name="Known">Of the labels and annotations those that somebody reads.</param>
internal sealed record ManifestLabels(DateTimeOffset? Created, IReadOnlyDictionary<string, string> Known)
{
    private const string CreatedAnnotation = "org.opencontainers.image.created";

    private static readonly Dictionary<string, string> Nothing = new(StringComparer.Ordinal);

    public static ManifestLabels None { get; } = new(null, Nothing);

    /// <summary>Of an index; empty for everything else.</summary>
    public IReadOnlyList<IndexChild> Children { get; init; } = [];

    /// <param name="owner">Of the labels.</param>
    /// <param name="name">What it calls them. What it has there may be anything.</param>
    public static ManifestLabels Read(JsonElement owner, string name)
    {
        Dictionary<string, string>? known = null;
        foreach (var label in ImageAbout.KnownLabels)
        {
            if (Text(owner, name, label) is { Length: > 0 and <= ImageAbout.MaxLabelLength } text)
                (known ??= new(StringComparer.Ordinal))[label] = text;
        }

        var created = JsonField.Date(Text(owner, name, CreatedAnnotation));
        return created is null && known is null ? None : new ManifestLabels(created, known ?? Nothing);
    }

    /// <summary>With what the other one says where this one says nothing.</summary>
    public ManifestLabels Or(ManifestLabels other)
    {
        var known = Known.Count == ImageAbout.KnownLabels.Count || other.Known.Count == 0
            ? Known
            : Known.Concat(other.Known).DistinctBy(label => label.Key).ToDictionary(StringComparer.Ordinal);
        return this with { Created = Created ?? other.Created, Known = known };
    }

    /// <summary>Half of a character is no text, and no reason to refuse the image either.</summary>
    private static string? Text(JsonElement owner, string name, string label)
    {
        try
        {
            return JsonField.Child(owner, name, JsonValueKind.Object) is { } labels ? JsonField.Text(labels, label) : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
