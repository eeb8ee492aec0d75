namespace GitOpsBumper.Core.Annotations.Reading;

/// <summary>Finds the annotations under our prefixes that nobody understands.</summary>
internal sealed class UnknownKeys(ImageList list)
{
    /// <summary>Bounds the work for somebody who lists thousands of images.</summary>
    private const int MaxSuggestedAliases = 50;

    private const int MaxListedAliases = 10;

    private readonly List<string> _suggestions =
    [
        .. AnnotationKeys.ApplicationKeys,
        .. AnnotationKeys.DefaultableKeys,
        .. list.AliasesInKeys.Take(MaxSuggestedAliases).SelectMany(alias => AnnotationKeys.ImageKeys.Select(key => $"{alias}.{key}")),
    ];

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
            return $"key '{name}' exists under '{AnnotationKeys.Prefix}' alone, write '{AnnotationKeys.Prefix}{name}'";
        if (AnnotationKeys.ApplicationKeys.Contains(name) || AnnotationKeys.DefaultableKeys.Contains(name))
            return null;
        if (imageKey is not null)
            return CheckAlias(name[..^(imageKey.Length + 1)], imageKey);
        if (AnnotationKeys.ImageKeys.Contains(name))
            return $"key '{name}' belongs to one image, it is written '<alias>.{name}'; without alias allowed are {Join(AnnotationKeys.DefaultableKeys)}";
        var alias = list.AliasesInKeys.FirstOrDefault(alias => name.StartsWith(alias + ".", StringComparison.Ordinal));
        return alias is null
            ? $"key '{name}' is not known; allowed are {Join(AnnotationKeys.ApplicationKeys)}, and keys of images{NearestName.Suggest(name, _suggestions)}"
            : $"key '{name}' is not known; allowed for an image are {Join(AnnotationKeys.ImageKeys)}{NearestName.Suggest(name, _suggestions)}";
    }

    private string? CheckAlias(string alias, string imageKey)
    {
        if (list.AliasesInKeys.Contains(alias))
            return null;
        if (list.Entries.Find(entry => entry.Alias is null && entry.Image.Name.Split('/')[^1] == alias) is { } image)
            return $"image '{image.Image}' has no alias, which key '{alias}.{imageKey}' needs; write '{alias}={image.Image}' in the image list";
        var aliases = list.AliasesInKeys.Order(StringComparer.Ordinal).Take(MaxListedAliases).ToList();
        return aliases.Count == 0
            ? $"alias '{alias}' is not in the image list, which has no aliases; they are written '<alias>=<image>'"
            : $"alias '{alias}' is not in the image list; allowed are {Join(aliases)}{NearestName.Suggest(alias, list.AliasesInKeys.Take(MaxSuggestedAliases))}";
    }

    private static string Join(IEnumerable<string> names) => string.Join(", ", names);
}
