using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Core.Holds;

/// <summary>
/// What one commit of the bot did to one image, as a git trailer in its message: the bot's memory, and a person's when reading the log.
/// <c>Bumper-Update: &lt;namespace&gt;/&lt;app&gt; &lt;alias&gt; &lt;image&gt; &lt;old value&gt; &lt;new value&gt;</c>.
/// </summary>
/// <param name="Application">Whose image it is.</param>
/// <param name="Alias">Null for an entry of the image list without alias; written <c>-</c>.</param>
/// <param name="Image">As the image list spells it.</param>
/// <param name="OldValue">Null when there was none; written <c>-</c>.</param>
/// <param name="NewValue">What was written.</param>
/// <seealso href="https://git-scm.com/docs/git-interpret-trailers"/>
public sealed record UpdateTrailer(NamespacedName Application, string? Alias, string Image, string? OldValue, string NewValue)
{
    public const string Key = "Bumper-Update";

    private const string Nothing = "-";

    /// <summary>Reads one line of a commit message; false when it is no trailer of the bot.</summary>
    public static bool TryParse(string line, [NotNullWhen(true)] out UpdateTrailer? trailer)
    {
        trailer = null;
        if (!line.StartsWith(Key + ":", StringComparison.OrdinalIgnoreCase))
            return false;
        var words = line[(Key.Length + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length != 5 || !NamespacedName.TryParse(words[0], out var application, out _))
            return false;
        trailer = new UpdateTrailer(application, words[1] == Nothing ? null : words[1], words[2], words[3] == Nothing ? null : words[3], words[4]);
        return true;
    }

    public override string ToString() => $"{Key}: {Word(Application.ToString())} {Word(Alias)} {Word(Image)} {Word(OldValue)} {Word(NewValue)}";

    /// <summary>One word: what people wrote into a file may hold blanks and line ends, a trailer may not.</summary>
    internal static string Word(string? text) =>
        string.IsNullOrWhiteSpace(text) ? Nothing : new string([.. text.Trim().Select(c => char.IsWhiteSpace(c) || char.IsControl(c) ? '_' : c)]);
}
