using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Core.Holds;

/// <summary>
/// A person holds an image at a version: <c>Bumper-Pin: &lt;namespace&gt;/&lt;app&gt; &lt;alias&gt; &lt;image&gt; &lt;old value&gt; &lt;version&gt; [until=&lt;time&gt;] [override]</c>.
/// </summary>
/// <param name="Application">Whose image it is.</param>
/// <param name="Alias">Null for an entry of the image list without alias; written <c>-</c>.</param>
/// <param name="Image">As the image list spells it.</param>
/// <param name="OldValue">What stood in the file; null when there was nothing.</param>
/// <param name="Version">At which it is held.</param>
/// <param name="Until">When it ends by itself; null: when somebody ends it.</param>
/// <param name="IsOverride">The override parameter in the file holds it, and the trailer only tells of it; otherwise the version was written where versions stand, and the trailer holds it.</param>
public sealed record PinTrailer(NamespacedName Application, string? Alias, string Image, string? OldValue, string Version, DateTimeOffset? Until, bool IsOverride) : IImageTrailer
{
    public const string Key = TrailerText.Prefix + "Pin";

    private const string OverrideWord = "override";
    private const string UntilWord = "until=";

    /// <summary>Reads one line of a commit message; false when it is no trailer of this kind, or one whose end cannot be read.</summary>
    public static bool TryParse(string line, [NotNullWhen(true)] out PinTrailer? trailer)
    {
        trailer = null;
        if (!TrailerText.TryRead(line, Key, 5, out var application, out var words))
            return false;
        var made = new PinTrailer(application, TrailerText.Read(words[1]), words[2], TrailerText.Read(words[3]), words[4], null, false);
        foreach (var word in words.Skip(5))
        {
            if (word == OverrideWord)
                made = made with { IsOverride = true };
            else if (word.StartsWith(UntilWord, StringComparison.Ordinal) && HoldEnd.TryParse(word[UntilWord.Length..], out var until))
                made = made with { Until = until };
            else
                return false;
        }

        trailer = made;
        return true;
    }

    public override string ToString() =>
        $"{Key}: {TrailerText.Word(Application.ToString())} {TrailerText.Word(Alias)} {TrailerText.Word(Image)} {TrailerText.Word(OldValue)} {TrailerText.Word(Version)}"
        + (Until is { } until ? $" {UntilWord}{HoldEnd.Write(until)}" : "") + (IsOverride ? $" {OverrideWord}" : "");
}

/// <summary>A person lets go of an image: <c>Bumper-Unpin: &lt;namespace&gt;/&lt;app&gt; &lt;alias&gt; &lt;image&gt; &lt;value&gt; [allow-rejected]</c>.</summary>
/// <param name="Application">Whose image it is.</param>
/// <param name="Alias">Null for an entry of the image list without alias; written <c>-</c>.</param>
/// <param name="Image">As the image list spells it.</param>
/// <param name="OldValue">What stands in the file; null when there is nothing.</param>
/// <param name="AllowsRejected">What people took back before may be written again.</param>
public sealed record UnpinTrailer(NamespacedName Application, string? Alias, string Image, string? OldValue, bool AllowsRejected) : IImageTrailer
{
    public const string Key = TrailerText.Prefix + "Unpin";

    private const string AllowWord = "allow-rejected";
    private const string ExpiredWord = "expired";

    /// <summary>Nobody let go: the end of the pin has come.</summary>
    public bool IsExpiry { get; init; }

    /// <summary>Reads one line of a commit message; false when it is no trailer of this kind.</summary>
    public static bool TryParse(string line, [NotNullWhen(true)] out UnpinTrailer? trailer)
    {
        trailer = TrailerText.TryRead(line, Key, 4, out var application, out var words) && words.Skip(4).All(word => word is AllowWord or ExpiredWord)
            ? new UnpinTrailer(application, TrailerText.Read(words[1]), words[2], TrailerText.Read(words[3]), words.Skip(4).Contains(AllowWord)) { IsExpiry = words.Skip(4).Contains(ExpiredWord) }
            : null;
        return trailer is not null;
    }

    public override string ToString() =>
        $"{Key}: {TrailerText.Word(Application.ToString())} {TrailerText.Word(Alias)} {TrailerText.Word(Image)} {TrailerText.Word(OldValue)}{(AllowsRejected ? " " + AllowWord : "")}{(IsExpiry ? " " + ExpiredWord : "")}";
}

/// <summary>When a hold ends by itself, as trailers and comments say it.</summary>
public static class HoldEnd
{
    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd"];

    /// <summary>A date, whose beginning counts, or a time, both of UTC unless an offset is given: <c>2026-12-01</c>, <c>2026-12-01T12:00Z</c> (RFC 3339).</summary>
    public static bool TryParse(string text, out DateTimeOffset until) =>
        DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out until);

    /// <summary>To the second.</summary>
    public static string Write(DateTimeOffset until) => until.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
