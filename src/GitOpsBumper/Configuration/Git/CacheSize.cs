using GitOpsBumper.Core;

namespace GitOpsBumper.Configuration.Git;

/// <summary>Reads how large the cache folder may become.</summary>
internal static class CacheSize
{
    /// <summary>A smaller one would hold no clone at all.</summary>
    private const long Least = 1 << 20;

    /// <param name="text">Null: nobody says.</param>
    /// <param name="name">Of the setting, as it was given.</param>
    /// <param name="report">Gets a sentence where the text is no size.</param>
    public static long? Read(string? text, string name, Action<string> report)
    {
        if (text is null)
            return null;
        if (ByteSize.TryParse(text, out var bytes) && bytes is 0 or >= Least)
            return bytes;
        report($"{name} '{text}' is not a size from {ByteSize.Format(Least)} upwards, for example 500MiB or 10GiB; 0 means any number");
        return null;
    }
}
