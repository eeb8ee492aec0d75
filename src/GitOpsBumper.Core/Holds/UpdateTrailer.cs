using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Core.Holds;

/// <summary>
/// What one commit of the bot did to one image: the bot's memory, and a person's when reading the log.
/// <c>Bumper-Update: &lt;namespace&gt;/&lt;app&gt; &lt;alias&gt; &lt;image&gt; &lt;old value&gt; &lt;new value&gt;</c>.
/// </summary>
/// <param name="Application">Whose image it is.</param>
/// <param name="Alias">Null for an entry of the image list without alias; written <c>-</c>.</param>
/// <param name="Image">As the image list spells it.</param>
/// <param name="OldValue">Null when there was none; written <c>-</c>.</param>
/// <param name="NewValue">What was written.</param>
public sealed record UpdateTrailer(NamespacedName Application, string? Alias, string Image, string? OldValue, string NewValue) : IImageTrailer
{
    public const string Key = TrailerText.Prefix + "Update";

    /// <summary>Reads one line of a commit message; false when it is no trailer of the bot.</summary>
    public static bool TryParse(string line, [NotNullWhen(true)] out UpdateTrailer? trailer)
    {
        trailer = TrailerText.TryRead(line, Key, 5, out var application, out var words) && words.Length == 5
            ? new UpdateTrailer(application, TrailerText.Read(words[1]), words[2], TrailerText.Read(words[3]), words[4])
            : null;
        return trailer is not null;
    }

    public override string ToString() =>
        $"{Key}: {TrailerText.Word(Application.ToString())} {TrailerText.Word(Alias)} {TrailerText.Word(Image)} {TrailerText.Word(OldValue)} {TrailerText.Word(NewValue)}";
}
