using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.Yaml;

namespace GitOpsBumper.Core.WriteBack;

/// <summary>The end of a hold, as a comment behind a value in YAML says it: <c>overrideTag: 1.4.2 # until 2026-12-01</c>. People may write it too.</summary>
/// <param name="Until">Null when there is no such comment.</param>
/// <param name="Wrong">What stands there instead of a date or a time; null when nothing is wrong. Then it has no end.</param>
public sealed partial record EndMark(DateTimeOffset? Until, string? Wrong)
{
    private const string Word = "until ";
    private const string Separator = "; ";

    public static EndMark None { get; } = new(null, null);

    /// <summary>For people: empty, or with a blank in front.</summary>
    public string Text => Until is { } until ? $" until {HoldEnd.Write(until)}" : Wrong is null ? "" : $" (without end: '# until {Shortened.Text(Wrong)}' names no date, such as 2026-12-01, and no time, such as 2026-12-01T12:00Z)";

    /// <param name="text">Of the file.</param>
    /// <param name="end">Behind the value.</param>
    public static EndMark Read(string text, int end)
    {
        var (_, comment) = Split(text, end);
        return comment is not null && Saying().Match(comment) is { Success: true } said ? Read(said) : None;
    }

    /// <summary>A time may stand behind the date as people write it, with a blank between.</summary>
    private static EndMark Read(Match said)
    {
        var time = said.Groups["time"].Value;
        return HoldEnd.TryParse(said.Groups["date"].Value + (time.Length > 0 ? "T" + time : ""), out var until) ? new EndMark(until, null) : new EndMark(null, said.Groups["all"].Value);
    }

    /// <summary>Writes, changes or removes the comment; what else a comment there says stays.</summary>
    /// <param name="text">Of the file.</param>
    /// <param name="end">Behind the value.</param>
    /// <param name="until">Null: no end.</param>
    /// <param name="changed">The new text.</param>
    /// <returns>False where something else than a comment follows on the line.</returns>
    public static bool TryWrite(string text, int end, DateTimeOffset? until, [NotNullWhen(true)] out string? changed)
    {
        var (isAlone, comment) = Split(text, end);
        var isThere = Read(text, end) != None;
        changed = isAlone || until is null ? text : null;
        if (!isAlone || (!isThere && until is null))
            return changed is not null;
        var rest = comment is null ? "" : isThere ? After(comment, Read(text, end)) : comment;
        var said = until is { } time ? Word + HoldEnd.Write(time) + (rest.Length > 0 ? Separator + rest : "") : rest;
        changed = YamlEditor.Splice(text, end, end + YamlEditor.RestOfLine(text, end).Length, said.Length > 0 ? $" # {said}" : "");
        return true;
    }

    /// <summary>Of what names no end only what stands behind a semicolon is sure to be about something else.</summary>
    private static string After(string comment, EndMark mark) => mark.Until is not null ? Saying().Match(comment).Groups["rest"].Value.TrimStart(' ', ';', ',')
        : comment.IndexOf(Separator, StringComparison.Ordinal) is var at and >= 0 ? comment[(at + Separator.Length)..] : "";

    /// <summary>Whether nothing but a comment follows, and the comment without its sign; null when there is none.</summary>
    private static (bool IsAlone, string? Comment) Split(string text, int end)
    {
        var rest = YamlEditor.RestOfLine(text, end);
        var trimmed = rest.TrimStart();
        if (trimmed.Length == 0)
            return (true, null);
        return trimmed[0] == '#' && rest[0] is ' ' or '\t' ? (true, trimmed[1..].Trim()) : (false, null);
    }

    [GeneratedRegex(@"\Auntil(:|[ \t])[ \t]*(?<all>(?<date>[^ ;,]*)( +(?<time>[0-9]{1,2}:[^ ;,]*))?(?<rest>.*))\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Saying();
}
