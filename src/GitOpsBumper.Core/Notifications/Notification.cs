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

/// <summary>An image of a notification.</summary>
/// <param name="Alias">Null when the image list gives it none.</param>
/// <param name="Image">As the image list spells it.</param>
/// <param name="OldTag">What git said before; null: nothing.</param>
/// <param name="NewTag">Null: only a digest, or nothing, is known.</param>
/// <param name="Digest">Null: none is known.</param>
public sealed record NotificationChange(string? Alias, string Image, string? OldTag, string? NewTag, string? Digest)
{
    /// <summary>What was or is to be written, as people say it; null: nothing is known.</summary>
    public string? NewVersion => (NewTag, Digest) switch
    {
        ({ } tag, { } digest) => $"{tag}@{digest}",
        ({ } tag, null) => tag,
        _ => Digest,
    };
}
