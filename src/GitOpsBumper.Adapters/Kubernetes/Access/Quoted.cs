namespace GitOpsBumper.Adapters.Kubernetes.Access;

/// <summary>Words of others in our sentences: on one line and not too long.</summary>
internal static class Quoted
{
    private const int MaxNames = 10;

    public static string Short(string text, int most = 80)
    {
        var line = string.Join(' ', new string([.. text.Take(most + 1).Select(letter => char.IsControl(letter) ? ' ' : letter)]).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return text.Length <= most ? line : $"{line[..Math.Min(line.Length, most)]}...";
    }

    /// <summary>The first ten in order, and how many more there are.</summary>
    public static string List(IReadOnlyCollection<string> names)
    {
        var shown = string.Join(", ", names.Order(StringComparer.Ordinal).Take(MaxNames).Select(name => $"'{Short(name)}'"));
        return names.Count <= MaxNames ? shown : $"{shown} and {names.Count - MaxNames} more";
    }
}
