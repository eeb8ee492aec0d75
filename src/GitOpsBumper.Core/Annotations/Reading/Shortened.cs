namespace GitOpsBumper.Core.Annotations.Reading;

/// <summary>Lists in sentences, of any number of names.</summary>
internal static class Shortened
{
    private const int MaxNames = 10;

    /// <summary>The first ten, and how many more there are.</summary>
    public static string Join(IEnumerable<string> names)
    {
        var all = names.ToList();
        return all.Count <= MaxNames ? string.Join(", ", all) : $"{string.Join(", ", all.Take(MaxNames))} and {all.Count - MaxNames} more";
    }
}
