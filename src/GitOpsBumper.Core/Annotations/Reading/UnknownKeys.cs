namespace GitOpsBumper.Core.Annotations.Reading;

/// <summary>Finds the annotations under our prefixes that nobody understands.</summary>
internal sealed class UnknownKeys(ImageList list)
{
    /// <summary>Bounds the work for somebody who lists thousands of images.</summary>
    private const int MaxSuggestedAliases = 50;

    /// <summary>The same for somebody who writes thousands of unknown keys.</summary>
    private const int MaxSuggestions = 20;

    private IEnumerable<string> Suggestions =>
    [
        .. AnnotationKeys.ApplicationKeys,
        .. AnnotationKeys.DefaultableKeys,
        .. list.AliasesInKeys.Take(MaxSuggestedAliases).SelectMany(alias => AnnotationKeys.ImageKeys.Select(key => $"{alias}.{key}")),
    ];

    private readonly Dictionary<string, ImageListEntry> _withoutAlias = list.Entries
        .Where(entry => entry.Alias is null).GroupBy(entry => entry.Image.Name.Split('/')[^1]).ToDictionary(group => group.Key, group => group.First());

    private int _suggested;

    public IEnumerable<Problem> Find(AnnotationMap map) =>
        from name in map.Names
        let message = Check(name)
        where message is not null
        select name.Value.Problem(message);

    private string? Check(AnnotationName annotation)
    {
        var name = annotation.Name;
        var imageKey = AnnotationName.ImageKeyOf(name);
        if (!annotation.IsOwn && AnnotationKeys.OwnKeys.Contains(imageKey ?? name))
            return $"key '{Shortened.Text(name)}' exists under '{AnnotationKeys.Prefix}' alone, write '{AnnotationKeys.Prefix}{Shortened.Text(name)}'";
        if (AnnotationKeys.ApplicationKeys.Contains(name) || AnnotationKeys.DefaultableKeys.Contains(name))
            return null;
        if (imageKey is not null)
            return CheckAlias(name[..^(imageKey.Length + 1)], imageKey);
        if (AnnotationKeys.ImageKeys.Contains(name))
            return $"key '{Shortened.Text(name)}' belongs to one image, it is written '<alias>.{Shortened.Text(name)}'; without alias allowed are {Join(AnnotationKeys.DefaultableKeys)}";
        var allowed = HasAlias(name) ? $"allowed for an image are {Join(AnnotationKeys.ImageKeys)}" : $"allowed are {Join(AnnotationKeys.ApplicationKeys)}, and keys of images";
        return $"key '{Shortened.Text(name)}' is not known; {allowed}{Suggest(name, Suggestions)}";
    }

    private bool HasAlias(string name)
    {
        for (var dot = name.IndexOf('.', StringComparison.Ordinal); dot is >= 0 and <= ImageList.MaxAliasLength; dot = name.IndexOf('.', dot + 1))
        {
            if (list.AliasesInKeys.Contains(name[..dot]))
                return true;
        }

        return false;
    }

    private string? CheckAlias(string alias, string imageKey)
    {
        if (list.AliasesInKeys.Contains(alias))
            return null;
        if (_withoutAlias.TryGetValue(alias, out var image))
            return $"image '{image.Image}' has no alias, which key '{Shortened.Text(alias)}.{imageKey}' needs; write '{alias}={image.Image}' in the image list";
        return list.AliasesInKeys.Count == 0
            ? $"alias '{Shortened.Text(alias)}' is not in the image list, which has no aliases; they are written '<alias>=<image>'"
            : $"alias '{Shortened.Text(alias)}' is not in the image list; allowed are {Shortened.Join(list.AliasesInKeys.Order(StringComparer.Ordinal))}"
                + Suggest(alias, list.AliasesInKeys.Take(MaxSuggestedAliases));
    }

    private string Suggest(string name, IEnumerable<string> known) => _suggested++ < MaxSuggestions ? NearestName.Suggest(name, known) : "";

    private static string Join(IEnumerable<string> names) => string.Join(", ", names);
}
