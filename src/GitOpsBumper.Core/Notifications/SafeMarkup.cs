using System.Buffers;
using System.Text;

namespace GitOpsBumper.Core.Notifications;

/// <summary>Plain text as services show it unchanged: nothing in it is markup, and nobody is called by it.</summary>
public static class SafeMarkup
{
    private const string MarkdownMarks = "\\`*_[]<>#|~";
    private const string MarksInUrls = "_#~";
    private const string RocketMarks = "\\[](<|#";
    private const string RocketMarksInUrls = "_#~(";
    private const char NoBreak = '\u200B';

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");

    private static readonly string[] Everybody = ["channel", "here", "all", "everyone", "room"];

    /// <summary>For elements and attributes of HTML.</summary>
    public static string Html(string text) => Replace(text, static c => c switch
    {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        '"' => "&quot;",
        '\'' => "&#39;",
        _ => null,
    });

    /// <summary>The three characters that Slack gives a meaning.</summary>
    /// <seealso href="https://docs.slack.dev/messaging/formatting-message-text#escaping"/>
    public static string Slack(string text) => Replace(text, static c => c switch
    {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        _ => null,
    });

    /// <summary>A backslash before what dialects of Markdown give a meaning within a line; in addresses only before what they do not need.</summary>
    public static string Markdown(string text) => OfWords(text, MarksInUrls, static (word, at) => MarkdownMarks.Contains(word[at], StringComparison.Ordinal) ? $"\\{word[at]}" : null);

    /// <summary>
    /// Markdown as Mattermost reads it: no backslash escapes a <c>&lt;</c>, which its server too would make a link of, and before a letter or digit two of them are two.
    /// An ampersand is only in the way where it would begin an entity, and in addresses it is needed.
    /// </summary>
    /// <seealso href="https://github.com/mattermost/marked/blob/master/lib/marked.js"/>
    /// <seealso href="https://developers.mattermost.com/integrate/slash-commands/slack"/>
    public static string Mattermost(string text) => OfWords(text, MarksInUrls, static (word, at) => word[at] switch
    {
        '<' => "&lt;",
        '&' => IsEntity(word.AsSpan(at + 1)) ? "&amp;" : null,
        '\\' => at + 1 < word.Length && char.IsAsciiLetterOrDigit(word[at + 1]) ? null : @"\\",
        var c => MarkdownMarks.Contains(c, StringComparison.Ordinal) ? $"\\{c}" : null,
    });

    /// <summary>
    /// Rocket.Chat knows next to no escapes. Behind what begins a link, a mention or a formula, and before a quotation, stands a mark that is not seen; what may stand between two stars is
    /// anything at all, so that they and their like give way to others that look the same. A low line within a name means nothing, and stays.
    /// </summary>
    /// <seealso href="https://github.com/RocketChat/Rocket.Chat/blob/develop/packages/message-parser/src/grammar.pegjs"/>
    public static string RocketChat(string text) => (text.StartsWith('>') ? $"{NoBreak}" : "") + OfWords(text, RocketMarksInUrls, static (word, at) => word[at] switch
    {
        '*' => "\u2217",
        '~' => "\u223C",
        '`' => "\u02CB",
        '_' => IsWithinName(word, at) ? null : "\u02CD",
        var c => RocketMarks.Contains(c, StringComparison.Ordinal) ? $"{c}{NoBreak}" : null,
    });

    /// <summary>Names behind an <c>@</c> that would call somebody are kept from it by a mark that is not seen; <c>1.0@sha256:...</c> stays as it is.</summary>
    public static string WithoutMentions(string text)
    {
        if (!text.Contains('@', StringComparison.Ordinal))
            return text;
        var kept = new StringBuilder(text.Length + 4);
        for (var at = 0; at < text.Length; at++)
        {
            kept.Append(text[at]);
            if (text[at] == '@' && (at == 0 || !char.IsAsciiLetterOrDigit(text[at - 1]) || Everybody.Any(name => text.AsSpan(at + 1).StartsWith(name, StringComparison.OrdinalIgnoreCase))))
                kept.Append(NoBreak);
        }

        return kept.ToString();
    }

    private static bool IsEntity(ReadOnlySpan<char> rest)
    {
        var name = rest.StartsWith('#') ? rest[1..] : rest;
        var end = name.IndexOfAnyExcept(NameCharacters);
        return end > 0 && name[end] == ';';
    }

    private static bool IsWithinName(string word, int at) => at > 0 && at + 1 < word.Length && char.IsAsciiLetterOrDigit(word[at - 1]) && char.IsAsciiLetterOrDigit(word[at + 1]);

    /// <summary>Word by word, because addresses need some of the marks.</summary>
    private static string OfWords(string text, string keptInUrls, Func<string, int, string?> replacement) => string.Join(' ', text.Split(' ').Select(word =>
    {
        var isUrl = word.StartsWith("https://", StringComparison.Ordinal) || word.StartsWith("http://", StringComparison.Ordinal);
        return Replace(word, (whole, at) => isUrl && keptInUrls.Contains(whole[at], StringComparison.Ordinal) ? null : replacement(whole, at));
    }));

    private static string Replace(string text, Func<char, string?> replacement) => Replace(text, (whole, at) => replacement(whole[at]));

    private static string Replace(string text, Func<string, int, string?> replacement)
    {
        var kept = new StringBuilder(text.Length + 16);
        for (var at = 0; at < text.Length; at++)
        {
            if (replacement(text, at) is { } other)
                kept.Append(other);
            else
                kept.Append(text[at]);
        }

        return kept.ToString();
    }
}
