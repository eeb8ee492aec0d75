namespace GitOpsBumper.Core.Annotations.Requests;

/// <summary>Reads names of labels and people.</summary>
public static class RequestNames
{
    private const int MaxNames = 100;
    private const int MaxNameLength = 255;

    /// <summary>Names as a forge has them; empty ones are left out.</summary>
    /// <param name="texts">The names.</param>
    /// <param name="problem">A sentence; null when all of them are fine.</param>
    public static IReadOnlyList<string> Read(IEnumerable<string> texts, out string? problem)
    {
        var names = texts.Select(text => text.Trim()).Where(text => text.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        problem = names.Count > MaxNames ? $"{names.Count} names are given, allowed are {MaxNames}"
            : names.Find(name => name.Length > MaxNameLength || name.Any(char.IsControl)) is { } wrong ? $"'{Shortened.Text(wrong)}' is no name; allowed are up to {MaxNameLength} characters, none of them a control character"
            : null;
        return names;
    }
}
