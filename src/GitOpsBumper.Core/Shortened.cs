namespace GitOpsBumper.Core;

/// <summary>Words of others in sentences: of any length, of any number. What is quoted hundreds of times must not be hundreds of times as large as it is.</summary>
public static class Shortened
{
    public const int MaxCharacters = 200;
    private const int MaxNames = 10;

    /// <summary>The whole text, or its first 200 characters and how many it has.</summary>
    public static string Text(string text)
    {
        if (text.Length <= MaxCharacters)
            return text;
        var end = char.IsHighSurrogate(text[MaxCharacters - 1]) ? MaxCharacters - 1 : MaxCharacters;
        return $"{text[..end]}... ({text.Length} characters)";
    }

    /// <summary>The first ten, and how many more there are.</summary>
    public static string Join(IEnumerable<string> names)
    {
        var all = names.Select(Text).ToList();
        return all.Count <= MaxNames ? string.Join(", ", all) : $"{string.Join(", ", all.Take(MaxNames))} and {all.Count - MaxNames} more";
    }
}
