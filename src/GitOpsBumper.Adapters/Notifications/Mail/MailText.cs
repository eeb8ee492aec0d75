using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using GitOpsBumper.Core.Notifications;

namespace GitOpsBumper.Adapters.Notifications.Mail;

/// <summary>A message as it goes over the wire: headers in ASCII, text and HTML side by side, every line ended by CRLF and within the limits.</summary>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc5322"/>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc2047"/>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc3834#section-5"/>
internal static class MailText
{
    /// <summary>Of the text, which then is in the message twice.</summary>
    public const int MaxText = 30_000;

    /// <summary>A line has 998 characters at most.</summary>
    private const int LongestLine = 900;

    /// <summary>Bytes whose base64 fits into an encoded word, and with the name of the header before it into a line of 76 characters.</summary>
    /// <seealso href="https://www.rfc-editor.org/rfc/rfc2047#section-2"/>
    private const int WordBytes = 39;

    /// <param name="message">What it says.</param>
    /// <param name="addresses">From whom and to whom.</param>
    /// <param name="subject">One line.</param>
    /// <param name="withHtml">Beside the text.</param>
    public static string Render(NotificationMessage message, MailAddresses addresses, string subject, bool withHtml)
    {
        var boundary = $"=_{message.Id}";
        var text = FittedText.Of(message.Lines.Count == 0 ? [message.Title] : message.Lines, MaxText, static line => line);
        var lines = text.Split('\n').Select(SafeMarkup.Html);
        var html = $"<html><body><p><strong>{SafeMarkup.Html(message.Title)}</strong></p>\n<p>{string.Join("<br>\n", lines)}</p></body></html>";
        var mail = new StringBuilder();
        Header(mail, "Date", message.Time.ToString("ddd, dd MMM yyyy HH:mm:ss ", CultureInfo.InvariantCulture) + message.Time.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal));
        Header(mail, "From", addresses.FromName is { } name ? $"{Word(name)} <{addresses.From}>" : addresses.From);
        Header(mail, "To", string.Join(",\r\n ", addresses.To));
        Header(mail, "Subject", Word(subject));
        Header(mail, "Message-ID", $"<{message.Id}@{addresses.Domain}>");
        if (ThreadOf(message) is { } thread)
        {
            var root = $"<{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{addresses.From}\n{thread}")).AsSpan(0, 16))}.thread@{addresses.Domain}>";
            Header(mail, "In-Reply-To", root);
            Header(mail, "References", root);
        }

        Header(mail, "Auto-Submitted", "auto-generated");
        Header(mail, "MIME-Version", "1.0");
        Header(mail, "Content-Type", $"multipart/alternative; boundary=\"{boundary}\"");
        mail.Append("\r\n");
        Part(mail, boundary, "text/plain", text);
        if (withHtml)
            Part(mail, boundary, "text/html", html);
        return mail.Append("--").Append(boundary).Append("--\r\n").ToString();
    }

    /// <summary>What a server may take for the end of the message, or for a dot too many, gets one more dot.</summary>
    /// <seealso href="https://www.rfc-editor.org/rfc/rfc5321#section-4.5.2"/>
    public static string Stuff(string mail) => (mail.StartsWith('.') ? "." : "") + mail.Replace("\r\n.", "\r\n..", StringComparison.Ordinal);

    /// <summary>What the message belongs to: its only Application, or else its day. Nobody ever sent the first message of a thread: that all refer to the same one is what holds them together.</summary>
    /// <seealso href="https://www.rfc-editor.org/rfc/rfc5322#section-3.6.4"/>
    private static string? ThreadOf(NotificationMessage message)
    {
        if (message.IsTest)
            return null;
        return message.More == 0 && message.Notifications.Select(notification => notification.Application).Distinct().ToList() is [var only]
            ? $"application {only}"
            : $"day {message.Time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}";
    }

    /// <summary>As it is where that is allowed, else as encoded words that end between characters.</summary>
    internal static string Word(string text)
    {
        if (text.Length <= 60 && text.All(c => c is >= ' ' and <= '~') && !text.Contains("=?", StringComparison.Ordinal) && text.IndexOfAny(['"', '(', ')', '<', '>', '@', ',', ';', ':', '\\', '[', ']']) < 0)
            return text;
        var words = new List<string>();
        var bytes = new List<byte>();
        foreach (var rune in text.EnumerateRunes())
        {
            var next = Encoding.UTF8.GetBytes((Rune.IsControl(rune) ? new Rune(' ') : rune).ToString());
            if (bytes.Count + next.Length > WordBytes)
            {
                words.Add(Encoded(bytes));
                bytes.Clear();
            }

            bytes.AddRange(next);
        }

        words.Add(Encoded(bytes));
        return string.Join("\r\n ", words);
    }

    private static string Encoded(List<byte> bytes) => $"=?utf-8?B?{Convert.ToBase64String([.. bytes])}?=";

    private static void Header(StringBuilder mail, string name, string value) => mail.Append(name).Append(": ").Append(value).Append("\r\n");

    private static void Part(StringBuilder mail, string boundary, string type, string text)
    {
        var isPlain = text.All(c => c is '\n' or (>= ' ' and <= '~')) && text.Split('\n').All(line => line.Length <= LongestLine);
        mail.Append("--").Append(boundary).Append("\r\n");
        Header(mail, "Content-Type", $"{type}; charset={(isPlain ? "us-ascii" : "utf-8")}");
        Header(mail, "Content-Transfer-Encoding", isPlain ? "7bit" : "base64");
        var crlf = text.Replace("\n", "\r\n", StringComparison.Ordinal);
        mail.Append("\r\n").Append(isPlain ? crlf : Convert.ToBase64String(Encoding.UTF8.GetBytes(crlf), Base64FormattingOptions.InsertLineBreaks)).Append("\r\n");
    }
}

/// <param name="From">An address in ASCII.</param>
/// <param name="FromName">Null: none.</param>
/// <param name="To">Addresses in ASCII, at least one.</param>
internal sealed record MailAddresses(string From, string? FromName, IReadOnlyList<string> To)
{
    /// <summary>Of the sender.</summary>
    public string Domain => From[(From.LastIndexOf('@') + 1)..];
}
