using System.Text;

namespace GitOpsBumper.Core.Notifications;

/// <summary>Plain text as services show it unchanged: nothing in it is markup, and nobody is called by it.</summary>
public static class SafeMarkup
{
    private const string MarkdownMarks = "\\`*_[]<>#|~";
    private const string MarksInUrls = "_#~";
    private const char NoBreak = '\u200B';

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
    public static string Markdown(string text) => string.Join(' ', text.Split(' ').Select(word =>
    {
        var isUrl = word.StartsWith("https://", StringComparison.Ordinal) || word.StartsWith("http://", StringComparison.Ordinal);
        return Replace(word, c => MarkdownMarks.Contains(c, StringComparison.Ordinal) && !(isUrl && MarksInUrls.Contains(c, StringComparison.Ordinal)) ? $"\\{c}" : null);
    }));

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

    private static string Replace(string text, Func<char, string?> replacement)
    {
        var kept = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            if (replacement(c) is { } other)
                kept.Append(other);
            else
                kept.Append(c);
        }

        return kept.ToString();
    }
}
