using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Core.Annotations.Reading;

/// <summary>
/// The annotations under both prefixes by the name behind them; <see cref="AnnotationKeys.Prefix"/> wins. Where a resource governs the Application,
/// its settings are in the place of those with the other prefix.
/// </summary>
internal sealed class AnnotationMap
{
    private readonly Dictionary<string, AnnotationValue> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    public AnnotationMap(ApplicationSnapshot app)
    {
        foreach (var (key, value) in app.Annotations.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (key.StartsWith(AnnotationKeys.Prefix, StringComparison.Ordinal))
                Add(key, key[AnnotationKeys.Prefix.Length..], value, isOwn: true);
            else if (app.Governor is null && key.StartsWith(AnnotationKeys.ImageUpdaterPrefix, StringComparison.Ordinal))
                Add(key, key[AnnotationKeys.ImageUpdaterPrefix.Length..], value, isOwn: false);
        }

        if (app.Governor is not { } governor)
            return;
        foreach (var setting in governor.Settings)
            _values.TryAdd(setting.Key, AnnotationValue.Of(governor, setting));
        foreach (var image in governor.Images)
        {
            foreach (var setting in image.Settings)
                _values.TryAdd($"{AnnotationKeys.AliasInKeys(image.Alias)}.{setting.Key}", AnnotationValue.Of(governor, setting));
        }
    }

    /// <summary>Every annotation under our prefixes, in ordinal order, those that another one hides included.</summary>
    public List<AnnotationName> Names { get; } = [];

    public AnnotationValue? Find(string name)
    {
        if (!_values.TryGetValue(name, out var value))
            return null;
        _used.Add(name);
        return value;
    }

    /// <summary>Whether somebody asked for the annotation.</summary>
    public bool IsUsed(string name) => _used.Contains(name);

    private void Add(string key, string name, string value, bool isOwn)
    {
        var annotation = new AnnotationValue(key, value);
        Names.Add(new AnnotationName(annotation, name, isOwn));
        if (isOwn)
            _values[name] = annotation;
        else if (!IsOwnKey(name))
            _values.TryAdd(name, annotation);
    }

    private static bool IsOwnKey(string name) => AnnotationName.ImageKeyOf(name) is { } key ? AnnotationKeys.OwnKeys.Contains(key) : AnnotationKeys.OwnKeys.Contains(name);
}

/// <param name="Value">The annotation.</param>
/// <param name="Name">What stands behind the prefix.</param>
/// <param name="IsOwn">Whether the prefix is ours, not Image Updater's.</param>
internal sealed record AnnotationName(AnnotationValue Value, string Name, bool IsOwn)
{
    /// <summary>The key of an image that the name ends with, behind an alias; null when it is none.</summary>
    public static string? ImageKeyOf(string name)
    {
        foreach (var key in AnnotationKeys.ImageKeys)
        {
            if (name.Length > key.Length + 1 && name[name.Length - key.Length - 1] == '.' && name.EndsWith(key, StringComparison.Ordinal))
                return key;
        }

        return null;
    }
}
