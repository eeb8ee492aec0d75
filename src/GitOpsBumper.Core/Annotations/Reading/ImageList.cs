using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Annotations.Reading;

/// <summary>One entry of <c>image-list</c>: <c>[alias=]image[:constraint]</c>; or an image of a resource.</summary>
/// <param name="Value">Where it stands.</param>
internal sealed record ImageListEntry(string? Alias, ImageReference Image, string Constraint, AnnotationValue Value)
{
    /// <summary>Whether a tag stands behind every image, whatever the strategy, as Image Updater asks for in its resources.</summary>
    public bool AlwaysHasTag { get; init; }

    /// <summary>What stops this image.</summary>
    public List<Problem> Problems { get; } = [];
}

/// <summary>The value of <c>image-list</c>, or the images of a resource.</summary>
internal sealed class ImageList
{
    public const int MaxAliasLength = 63;
    private const int MaxEntries = 500;

    private ImageList(AnnotationValue value) => Value = value;

    /// <summary>Where all of it stands.</summary>
    public AnnotationValue Value { get; }

    public List<ImageListEntry> Entries { get; } = [];

    /// <summary>Every alias in the list as it stands in keys, those of entries that are no image included.</summary>
    public HashSet<string> AliasesInKeys { get; } = new(StringComparer.Ordinal);

    /// <summary>Of entries that are no image.</summary>
    public List<Problem> Problems { get; } = [];

    /// <summary>The Application's own, or else that of the resource that governs it; null when there is none.</summary>
    public static ImageList? Find(AnnotationMap map, ResourceSettings? governor) =>
        map.Find(AnnotationKeys.ImageList) is { } value ? Read(value) : governor is null ? null : Of(governor);

    public static ImageList Read(AnnotationValue value)
    {
        var list = new ImageList(value);
        var items = value.Text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (items.Length > MaxEntries)
        {
            list.Problems.Add(value.Problem($"the image list has {items.Length} entries, at most {MaxEntries} are allowed"));
            return list;
        }

        ImageListEntry? last = null;
        foreach (var item in items)
        {
            if (item[0] is '<' or '>' or '=' or '!' or '~' or '^')
                list.ReportComma(item, last);
            else
                last = list.Add(item);
        }

        if (items.Length == 0)
            list.Problems.Add(value.Problem("the image list is empty; it is a comma separated list of [<alias>=]<image>[:<constraint>]"));
        list.ReportSharedAliases();
        return list;
    }

    private static ImageList Of(ResourceSettings governor)
    {
        var list = new ImageList(new AnnotationValue(governor.Key($"{governor.Field}.images"), Shortened.Join(governor.Images.Select(image => $"{image.Alias}={image.Name}"))));
        if (governor.Images.Count > MaxEntries)
        {
            list.Problems.Add(list.Value.Problem($"the list has {governor.Images.Count} images, at most {MaxEntries} are allowed"));
            return list;
        }

        foreach (var image in governor.Images)
        {
            var mistakes = image.Mistakes.Select(mistake => (mistake.Stops, Problem: new Problem(governor.Key(mistake.Field), Shortened.Text(mistake.Value), mistake.Message))).ToLookup(mistake => mistake.Stops, mistake => mistake.Problem);
            list.Problems.AddRange(mistakes[false]);
            var entry = list.AddImage(new AnnotationValue(governor.Key($"{image.Field}.imageName"), image.Name), $"image '{Shortened.Text(image.Name)}'", image.Alias, image.Name.Trim());
            (entry?.Problems ?? list.Problems).AddRange(mistakes[true]);
        }

        list.ReportSharedAliases();
        return list;
    }

    private ImageListEntry? Add(string item)
    {
        var equals = item.IndexOf('=', StringComparison.Ordinal);
        var colon = item.IndexOf(':', StringComparison.Ordinal);

        // An equals sign behind a colon belongs to a constraint such as >=1.2.
        var alias = equals >= 0 && (colon < 0 || equals < colon) ? item[..equals].Trim() : null;
        var image = alias is null ? item : item[(equals + 1)..].Trim();
        return AddImage(Value, $"entry '{Shortened.Text(item)}' of the image list", alias, image);
    }

    /// <param name="value">Where it stands.</param>
    /// <param name="what">The subject of a sentence.</param>
    private ImageListEntry? AddImage(AnnotationValue value, string what, string? alias, string image)
    {
        if (!string.IsNullOrEmpty(alias))
            AliasesInKeys.Add(AnnotationKeys.AliasInKeys(alias));
        if (alias is not null && AliasProblem(what, alias) is { } aliasProblem)
            return Refuse(value, aliasProblem);

        var at = image.IndexOf('@', StringComparison.Ordinal);
        var beforeDigest = at < 0 ? image : image[..at];
        var slash = beforeDigest.LastIndexOf('/');
        var nameEnd = image.IndexOf(':', slash + 1);
        var constraint = nameEnd < 0 ? "" : image[(nameEnd + 1)..].Trim();
        var name = at >= 0 && (nameEnd < 0 || at < nameEnd) ? image[..at] : nameEnd < 0 ? image : image[..nameEnd];
        if (!ImageReference.TryParse(name.Trim(), out var reference, out var problem))
            return Refuse(value, $"{what} is not [<alias>=]<image>[:<constraint>]: {problem}");

        var entry = new ImageListEntry(alias, reference, at < 0 ? constraint : "", value) { AlwaysHasTag = !ReferenceEquals(value, Value) };
        if (at >= 0)
            entry.Problems.Add(value.Problem($"{what} names a digest; allowed is a version constraint or, for strategy digest, a tag to follow"));
        Entries.Add(entry);
        return entry;
    }

    private ImageListEntry? Refuse(AnnotationValue value, string message)
    {
        Problems.Add(value.Problem(message));
        return null;
    }

    private static string? AliasProblem(string what, string alias)
    {
        var isAlias = alias.Length is > 0 and <= MaxAliasLength && char.IsAsciiLetterOrDigit(alias[0])
            && alias.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/');
        return isAlias
            ? null
            : $"{what} has alias '{Shortened.Text(alias)}'; an alias has 1 to {MaxAliasLength} letters, digits, '-', '_', '.' and '/', and starts with a letter or digit";
    }

    /// <summary>Half of a constraint would let in what the other half was to keep out, so the image is stopped.</summary>
    private void ReportComma(string item, ImageListEntry? previous)
    {
        var whole = previous is null ? $"'{Shortened.Text(item)}'" : $"'{Shortened.Text(previous.Constraint)}, {Shortened.Text(item)}' of image '{previous.Image}'";
        var problem = Value.Problem($"constraint {whole} has a comma, which separates images in the list; between the parts of a constraint a space is allowed instead");
        (previous?.Problems ?? Problems).Add(problem);
    }

    private void ReportSharedAliases()
    {
        foreach (var group in Entries.Where(entry => entry.Alias is not null).GroupBy(entry => AnnotationKeys.AliasInKeys(entry.Alias!)).Where(group => group.Count() > 1))
        {
            var images = Shortened.Join(group.Select(entry => $"{entry.Alias}={entry.Image}"));
            foreach (var entry in group)
            {
                entry.Problems.Add(entry.Value.Problem(
                    $"alias '{entry.Alias}' is given to {group.Count()} images ({images}); each needs an alias of its own, where '/' counts as '_'"));
            }
        }
    }
}
