namespace GitOpsBumper.Core.Notifications;

/// <summary>One message, as plain text: each service escapes it and cuts it to its own limits.</summary>
public sealed record NotificationMessage
{
    /// <summary>The same however often it is sent; of letters, digits and dashes.</summary>
    public required string Id { get; init; }

    public required DateTimeOffset Time { get; init; }

    /// <summary>The highest of what it tells.</summary>
    public required NotificationSeverity Severity { get; init; }

    /// <summary>One line.</summary>
    public required string Title { get; init; }

    /// <summary>Without line ends; an empty one is a blank line.</summary>
    public required IReadOnlyList<string> Lines { get; init; }

    /// <summary>What it is made from, not more than <see cref="NotificationDigest.MaxShown"/>.</summary>
    public required IReadOnlyList<Notification> Notifications { get; init; }

    /// <summary>How many of each kind there were, also those that are not shown; without those of which nothing but the number is known.</summary>
    public required IReadOnlyDictionary<NotificationKind, int> Counts { get; init; }

    /// <summary>How many more there were than are shown.</summary>
    public int More { get; init; }

    /// <summary>It is a sample that somebody asked for.</summary>
    public bool IsTest { get; init; }

    /// <summary>The word of the one kind of what it tells, or <c>several</c>, or <c>test</c>.</summary>
    public string Event { get => IsTest ? "test" : field; init; } = "several";

    /// <summary>Where a reader would go first: the address of the only request; null: there is none, or several.</summary>
    public Uri? Link => Notifications.Select(notification => notification.Request).Distinct().ToList() is [{ } only]
        && Uri.TryCreate(only, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp) ? url : null;
}
