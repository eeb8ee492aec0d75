using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Core.Annotations.Reading;

/// <summary>One annotation under one of our prefixes, or a field of a resource that stands in for one.</summary>
/// <param name="Key">As found, prefix included; of a field, its resource and path.</param>
/// <param name="Raw">As found.</param>
internal sealed record AnnotationValue(string Key, string Raw)
{
    /// <summary>Without white space at its ends; empty means the default.</summary>
    public string Text { get; } = Raw.Trim();

    /// <summary>Of a list that is one, and no text with commas; null: it is a text.</summary>
    public IReadOnlyList<AnnotationValue>? Items { get; private init; }

    public static AnnotationValue Of(ResourceSettings owner, ResourceSetting setting)
    {
        var key = owner.Key(setting.Field);
        if (!setting.IsList)
            return new AnnotationValue(key, setting.Value);
        var items = setting.Value.Length == 0 ? [] : setting.Value.Split('\n');
        return new AnnotationValue(key, string.Join(", ", items)) { Items = [.. items.Select((item, index) => new AnnotationValue($"{key}[{index}]", item))] };
    }

    public Problem Problem(string message) => new(Key, Shortened.Text(Raw), message);
}
