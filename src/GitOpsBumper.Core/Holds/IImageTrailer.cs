using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Core.Holds;

/// <summary>What one commit says of one image, as a git trailer in its message.</summary>
/// <seealso href="https://git-scm.com/docs/git-interpret-trailers"/>
public interface IImageTrailer
{
    /// <summary>Whose image it is.</summary>
    NamespacedName Application { get; }

    /// <summary>Null for an entry of the image list without alias; written <c>-</c>.</summary>
    string? Alias { get; }

    /// <summary>As the image list spells it.</summary>
    string Image { get; }

    /// <summary>What stood in the file before; null when there was nothing.</summary>
    string? OldValue { get; }
}

/// <summary>How trailers are written and read.</summary>
internal static class TrailerText
{
    /// <summary>All keys begin with it, which finds the commits that matter among others.</summary>
    public const string Prefix = "Bumper-";

    private const string Nothing = "-";

    /// <summary>One word: what people wrote into a file may hold blanks and line ends, a trailer may not.</summary>
    public static string Word(string? text) =>
        string.IsNullOrWhiteSpace(text) ? Nothing : new string([.. text.Trim().Select(c => char.IsWhiteSpace(c) || char.IsControl(c) ? '_' : c)]);

    /// <summary>What <see cref="Word"/> wrote; null for nothing.</summary>
    public static string? Read(string word) => word == Nothing ? null : word;

    /// <summary>The words of a line with this key, the application first; false when it is none.</summary>
    public static bool TryRead(string line, string key, int least, [NotNullWhen(true)] out NamespacedName? application, [NotNullWhen(true)] out string[]? words)
    {
        (application, words) = (null, null);
        if (!line.StartsWith(key + ":", StringComparison.OrdinalIgnoreCase))
            return false;
        words = line[(key.Length + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words.Length >= least && NamespacedName.TryParse(words[0], out application, out _);
    }
}
