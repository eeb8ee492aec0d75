using System.Diagnostics.CodeAnalysis;

namespace GitOpsBumper.Core.Annotations.Reading;

/// <summary>The annotations that reach one image: its own, and the application's defaults.</summary>
internal sealed class ImageAnnotations(AnnotationMap map, ImageListEntry entry)
{
    private const int MaxItems = 100;

    public delegate bool Parser<T>(string text, [NotNullWhen(true)] out T? value, [NotNullWhen(false)] out string? problem)
        where T : class;

    /// <summary>What stops the image.</summary>
    public List<Problem> Problems { get; } = [.. entry.Problems];

    /// <summary>What has no effect, and should not be thought to have one.</summary>
    public List<Problem> Notes { get; } = [];

    /// <summary>What stands behind the alias of the image; an image without alias has nothing of its own.</summary>
    public AnnotationValue? FindOwn(string key) => entry.Alias is null ? null : map.Find($"{AnnotationKeys.AliasInKeys(entry.Alias)}.{key}");

    /// <summary>Its own, else the application's. An empty one is found too: it puts the image back to what holds without annotations.</summary>
    public AnnotationValue? Find(string key) => FindOwn(key) ?? map.Find(key);

    /// <summary>Null when there is nothing to read, or when it cannot be read; that is then a problem.</summary>
    public T? Read<T>(AnnotationValue? value, Parser<T> parser)
        where T : class
    {
        if (value is null || value.Text.Length == 0)
            return null;
        if (parser(value.Text, out var result, out var problem))
            return result;
        Problems.Add(value.Problem(problem));
        return null;
    }

    public bool ReadBoolean(AnnotationValue? value)
    {
        if (value is null || value.Text is "" or "true" or "false")
            return value?.Text == "true";
        Problems.Add(value.Problem($"'{Shortened.Text(value.Text)}' is neither true nor false; allowed are \"true\" and \"false\", in lower case"));
        return false;
    }

    /// <summary>The items of a comma separated list; white space around them and empty ones do not count.</summary>
    public List<T> ReadList<T>(AnnotationValue? value, Parser<T> parser)
        where T : class
    {
        var items = new List<T>();
        if (value is null)
            return items;
        var texts = value.Items?.Where(item => item.Text.Length > 0).ToList()
            ?? [.. value.Text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(text => new AnnotationValue(value.Key, text))];
        if (texts.Count > MaxItems)
        {
            Problems.Add(value.Problem($"the list has {texts.Count} items, at most {MaxItems} are allowed"));
            return items;
        }

        foreach (var text in texts)
        {
            if (parser(text.Text, out var result, out var problem))
                items.Add(result);
            else
                Problems.Add((value.Items is null ? value : text).Problem(problem));
        }

        return items;
    }

    /// <summary>For a key that the image itself has: a default may well be meant for other images.</summary>
    public void NoteWithoutEffect(string key, string why)
    {
        if (FindOwn(key) is { Text.Length: > 0 } value)
            Notes.Add(value.Problem($"'{Shortened.Text(value.Text)}' has no effect: {why}"));
    }
}
