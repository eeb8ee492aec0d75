using GitOpsBumper.Core.Notifications;

namespace GitOpsBumper.Controller.Reconciling;

/// <summary>Finds what was told to be wrong with an application and is so no longer. Another reason for the same is no recovery.</summary>
internal static class RecoveredStates
{
    /// <param name="application">As it is now.</param>
    /// <param name="told">What was told of it and lasted.</param>
    public static IEnumerable<Announcement> Find(ApplicationReport application, IEnumerable<Announcement> told)
    {
        var failing = Names(application, DecisionKind.Failed);
        var held = Names(application, DecisionKind.Held);
        var problems = application.Problems.Select(problem => problem.Key).ToHashSet(StringComparer.Ordinal);
        var over = told.Where(announcement => (announcement.Kind, announcement.Facts) switch
        {
            (_, null) => false,
            (AnnouncementKind.Problem, { Subject: { } key }) => !problems.Contains(key),
            // Of an application that cannot be handled at all, nothing is known of its images.
            _ when application.Failure is not null => false,
            (AnnouncementKind.Failed, { Subject: null }) => failing.Count == 0,
            (AnnouncementKind.Failed, { Subject: { } image }) => !failing.Contains(image),
            (AnnouncementKind.Held, { Subject: { } image }) => !held.Contains(image) && !failing.Contains(image),
            _ => false,
        });
        return over.Select(announcement => new Announcement(application.Name, AnnouncementKind.Recovered, ShortSentence.Of($"it is over: {announcement.Message}"))
        {
            Facts = announcement.Facts! with { Commit = null, Request = null, Changes = Now(application, announcement.Facts) },
        });
    }

    /// <summary>The image as it is now: what it should have been updated to before says nothing any more.</summary>
    private static IReadOnlyList<NotificationChange> Now(ApplicationReport application, AnnouncementFacts facts) =>
        facts.Changes.Count == 0 ? [] : [.. application.Images.Where(image => AnnouncementFacts.NameOf(image) == facts.Subject).Select(image => AnnouncementFacts.Of(application, image).Changes[0])];

    private static HashSet<string> Names(ApplicationReport application, DecisionKind decision) =>
        application.Images.Where(image => image.Decision == decision).Select(AnnouncementFacts.NameOf).ToHashSet(StringComparer.Ordinal);
}
