using GitOpsBumper.Controller.Reconciling;
using GitOpsBumper.Core.Notifications;

namespace GitOpsBumper.Notifying;

/// <summary>Makes notifications of what is announced.</summary>
internal static class AnnouncedNotification
{
    /// <param name="announcement">What is told.</param>
    /// <param name="project">Of the application; null: it is not known.</param>
    /// <param name="time">When it is told.</param>
    /// <param name="isBeginning">Of the bot's looking: states that last were probably there before.</param>
    public static Notification Of(Announcement announcement, string? project, DateTimeOffset time, bool isBeginning) => new()
    {
        Kind = Kind(announcement.Kind),
        Application = announcement.Application,
        Project = project,
        Reason = announcement.Message,
        Changes = announcement.Facts?.Changes ?? [],
        Commit = announcement.Facts?.Commit,
        Branch = announcement.Facts?.Branch,
        Repository = announcement.Facts?.Repository,
        Request = announcement.Facts?.Request,
        RequestNumber = announcement.Facts?.Request is { } request ? ForgeLinks.NumberOf(request) : null,
        CommitUrl = announcement.Facts is { Commit: { } commit } facts ? ForgeLinks.OfCommit(commit, facts.Repository, facts.Request) : null,
        Time = time,
        WasThere = isBeginning && announcement.Kind is not (AnnouncementKind.Updated or AnnouncementKind.Proposed or AnnouncementKind.Recovered),
    };

    private static NotificationKind Kind(AnnouncementKind kind) => kind switch
    {
        AnnouncementKind.Updated => NotificationKind.Updated,
        AnnouncementKind.Proposed => NotificationKind.RequestOpened,
        AnnouncementKind.Pinned => NotificationKind.Pinned,
        AnnouncementKind.Rejected => NotificationKind.Rejected,
        AnnouncementKind.Failed => NotificationKind.Failed,
        AnnouncementKind.PendingApproval => NotificationKind.PendingApproval,
        AnnouncementKind.Recovered => NotificationKind.Recovered,
        // A person has to act, as with a mistake in an annotation.
        AnnouncementKind.Held or AnnouncementKind.Problem => NotificationKind.Problem,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a kind"),
    };
}
