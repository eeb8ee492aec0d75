namespace GitOpsBumper.Core.Notifications;

/// <summary>Folds what a cycle brought for a channel into one message.</summary>
public static class NotificationDigest
{
    /// <summary>Further ones are counted.</summary>
    public const int MaxShown = 50;

    private const int MaxTitle = 250;
    private const int MaxLines = 500;

    /// <summary>What is wrong comes first, because the end may be cut off; else in the order of what happened.</summary>
    /// <param name="notifications">At least one, or some more.</param>
    /// <param name="more">How many further ones there were, of which only the number is known.</param>
    /// <param name="note">A sentence about the channel itself, which stands below; null: none.</param>
    /// <param name="format">Of the channel.</param>
    /// <param name="stamp">Of the message.</param>
    public static NotificationMessage Fold(IReadOnlyList<Notification> notifications, int more, string? note, MessageFormat format, MessageStamp stamp)
    {
        var ordered = notifications.OrderByDescending(notification => notification.Severity).ToList();
        var shown = ordered.Take(MaxShown).ToList();
        var hidden = ordered.Count - shown.Count + more;
        var lines = Trimmed(Rendered(format.Body, NotificationTemplate.DefaultBody, shown, hidden)).Take(MaxLines).ToList();
        if (note is not null)
            lines.AddRange(["", PlainText.Of(note)]);
        // The title counts all of them, and not only those that are shown.
        var title = Trimmed(Rendered(format.Title, NotificationTemplate.DefaultTitle, ordered, more)).FirstOrDefault() ?? "";
        return new NotificationMessage
        {
            Id = stamp.Id,
            Time = stamp.Time,
            Severity = ordered.Select(notification => notification.Severity).DefaultIfEmpty().Max(),
            Title = FittedText.Cut(title.Length > 0 ? title : "GitOpsBumper", MaxTitle),
            Lines = lines,
            Notifications = shown,
            Counts = ordered.CountBy(notification => notification.Kind).ToDictionary(),
            Event = ordered.Select(notification => notification.Kind).Distinct().ToList() is [var only] ? NotificationWords.Word(only) : "several",
            More = hidden,
        };
    }

    /// <summary>What a template prints; where it prints too much for this message, the built-in one does it.</summary>
    private static string Rendered(NotificationTemplate template, NotificationTemplate otherwise, IReadOnlyList<Notification> notifications, int more)
    {
        if (template.TryRender(notifications, more, out var text, out _) || otherwise.TryRender(notifications, more, out text, out _))
            return text;
        return $"{notifications.Count + more} notifications";
    }

    private static List<string> Trimmed(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n').Select(line => PlainText.Of(line, 2 * PlainText.MaxValue).TrimEnd()).SkipWhile(line => line.Length == 0).ToList();
        while (lines.Count > 0 && lines[^1].Length == 0)
            lines.RemoveAt(lines.Count - 1);
        return lines;
    }
}

/// <summary>How a channel wants its messages.</summary>
/// <param name="Title">Prints one line.</param>
/// <param name="Body">Prints any number of lines.</param>
public sealed record MessageFormat(NotificationTemplate Title, NotificationTemplate Body)
{
    public static MessageFormat Default { get; } = new(NotificationTemplate.DefaultTitle, NotificationTemplate.DefaultBody);
}

/// <param name="Id">Of letters, digits and dashes.</param>
/// <param name="Time">Of the message.</param>
public sealed record MessageStamp(string Id, DateTimeOffset Time);
