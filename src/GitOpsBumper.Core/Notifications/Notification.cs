using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Core.Notifications;

/// <summary>What people can be told of; <see cref="NotificationWords"/> has the words for them.</summary>
public enum NotificationKind
{
    Updated,
    PendingApproval,
    RequestOpened,
    Pinned,
    Rejected,
    Failed,
    Problem,
    Recovered,
}

/// <summary>In ascending order.</summary>
public enum NotificationSeverity
{
    Info,
    Warning,
    Error,
}

/// <summary>One thing that happened to one application, or is so from now on. Texts come from annotations, tags and servers: whoever sends them has to escape them.</summary>
public sealed record Notification
{
    public required NotificationKind Kind { get; init; }

    public required NamespacedName Application { get; init; }

    /// <summary>Of Argo CD; null: it is not known.</summary>
    public string? Project { get; init; }

    /// <summary>A sentence without the application's name.</summary>
    public required string Reason { get; init; }

    /// <summary>What it is about; empty: the application as a whole.</summary>
    public IReadOnlyList<NotificationChange> Changes { get; init; } = [];

    /// <summary>The whole identifier; null: nothing was committed.</summary>
    public string? Commit { get; init; }

    public string? Branch { get; init; }

    /// <summary>Without user information.</summary>
    public string? Repository { get; init; }

    /// <summary>The address of the open request; null: there is none.</summary>
    public string? Request { get; init; }

    /// <summary>By which people call the request; null: there is none, or its address does not say.</summary>
    public string? RequestNumber { get; init; }

    /// <summary>Where people look at the commit; null: there is none, or nobody knows where its forge shows it.</summary>
    public string? CommitUrl { get; init; }

    public required DateTimeOffset Time { get; init; }

    /// <summary>It was so already when the bot began to look: a lasting state, of which people have probably been told.</summary>
    public bool WasThere { get; init; }

    public NotificationSeverity Severity => Kind switch
    {
        NotificationKind.Failed => NotificationSeverity.Error,
        NotificationKind.Problem or NotificationKind.PendingApproval => NotificationSeverity.Warning,
        _ => NotificationSeverity.Info,
    };
}
