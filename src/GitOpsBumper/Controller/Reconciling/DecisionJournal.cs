using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Controller.Reconciling;

/// <summary>Compares each report with what was told before, so that a state that lasts is told once and not in every cycle.</summary>
internal sealed class DecisionJournal
{
    /// <summary>Of problems, of failures, of pinned, of rejected and of held images of one application, each; then it is said how many more there are.</summary>
    public const int MaxLasting = 10;

    /// <summary>The same for images that one commit brings to an application.</summary>
    public const int MaxUpdates = 30;

    private readonly Lock _gate = new();
    private readonly Dictionary<NamespacedName, IReadOnlySet<Announcement>> _told = [];

    /// <summary>What is new in reports, in their order.</summary>
    public IReadOnlyList<Announcement> Read(IReadOnlyList<ApplicationReport> reports) => Look(reports).News;

    /// <summary>The same, and what was told to be wrong and is so no longer.</summary>
    public JournalEntry Look(IReadOnlyList<ApplicationReport> reports)
    {
        var news = new List<Announcement>();
        var recovered = new List<Announcement>();
        lock (_gate)
        {
            foreach (var application in reports)
            {
                var lasting = Lasting(application).ToHashSet();
                var told = _told.GetValueOrDefault(application.Name);
                news.AddRange(Updates(application));
                news.AddRange(lasting.Where(announcement => told?.Contains(announcement) != true));
                if (told is not null)
                    recovered.AddRange(RecoveredStates.Find(application, told));
                if (lasting.Count > 0)
                    _told[application.Name] = lasting;
                else
                    _told.Remove(application.Name);
            }
        }

        return new JournalEntry(news, recovered);
    }

    /// <summary>Whether something that was told is still so; what happened, and does not last, always is.</summary>
    public bool Holds(Announcement announcement)
    {
        lock (_gate)
            return announcement.Kind is AnnouncementKind.Updated or AnnouncementKind.Proposed || (_told.TryGetValue(announcement.Application, out var told) && told.Contains(announcement));
    }

    /// <summary>An application that is gone may come back and is then told of anew.</summary>
    public void Forget(NamespacedName application)
    {
        lock (_gate)
            _told.Remove(application);
    }

    /// <summary>What was written for an application, or proposed.</summary>
    public static IEnumerable<Announcement> Updates(ApplicationReport application) => AtMost(
        MaxUpdates,
        application.Images.Where(image => image.Decision == DecisionKind.Updated)
            .Select(image => Announce(
                application,
                application.PullRequest is null ? AnnouncementKind.Updated : AnnouncementKind.Proposed,
                $"{Subject(image)} from {image.Current ?? "nothing"} to {Candidate(image)}{(application.PullRequest is { } request ? $" in {request}" : "")}{Where(application)}",
                AnnouncementFacts.Of(application, image))),
        "images");

    private static IEnumerable<Announcement> Lasting(ApplicationReport application) =>
    [
        .. AtMost(MaxLasting, Problems(application), "problems"),
        .. AtMost(MaxLasting, Failures(application), "images"),
        .. AtMost(MaxLasting, Images(application, DecisionKind.Pinned, AnnouncementKind.Pinned), "images"),
        .. AtMost(MaxLasting, Images(application, DecisionKind.Rejected, AnnouncementKind.Rejected), "images"),
        .. AtMost(MaxLasting, Images(application, DecisionKind.Held, AnnouncementKind.Held), "images"),
        .. AtMost(MaxLasting, Asked(application), "images"),
    ];

    private static IEnumerable<Announcement> Problems(ApplicationReport application) =>
        application.Problems.Select(problem => Announce(application, AnnouncementKind.Problem, $"{problem.Key}: {problem.Message}", AnnouncementFacts.Of(application) with { Subject = problem.Key }));

    /// <summary>What failed for the application as a whole is not told again for each of its images.</summary>
    private static IEnumerable<Announcement> Failures(ApplicationReport application) => application.Failure is { } failure
        ? [Announce(application, AnnouncementKind.Failed, failure, AnnouncementFacts.Of(application))]
        : Images(application, DecisionKind.Failed, AnnouncementKind.Failed);

    private static IEnumerable<Announcement> Images(ApplicationReport application, DecisionKind decision, AnnouncementKind kind) =>
        application.Images.Where(image => image.Decision == decision).Select(image => Announce(application, kind, $"{Subject(image)}: {image.Reason}", AnnouncementFacts.Of(application, image)));

    /// <summary>Once for each version: how many have approved it makes no news, and what has waited for too long is not told again.</summary>
    private static IEnumerable<Announcement> Asked(ApplicationReport application) => application.Images.Where(image => image.Asked is { IsExpired: false }).Select(image => Announce(
        application,
        AnnouncementKind.PendingApproval,
        $"{Subject(image)}: {image.Asked!.Name} {(image.Asked.Policy is null ? "would be written, but the mode of the Application is notify" : "waits for approval")}",
        AnnouncementFacts.Of(application, image)));

    private static Announcement Announce(ApplicationReport application, AnnouncementKind kind, string message, AnnouncementFacts facts) => new(application.Name, kind, ShortSentence.Of(message)) { Facts = facts };

    /// <summary>The first ones, and how many more there are: nobody's annotations fill the log.</summary>
    private static IReadOnlyList<Announcement> AtMost(int most, IEnumerable<Announcement> announcements, string what)
    {
        var all = announcements.Distinct().ToList();
        // One that is left out would be as long as what is said of it.
        if (all.Count <= most + 1)
            return all;
        return [.. all.Take(most), all[most] with { Message = $"and {all.Count - most} more {what}", Facts = null }];
    }

    private static string Subject(ImageReport image) => AnnouncementFacts.NameOf(image);

    private static string Candidate(ImageReport image) => (image.Candidate, image.Digest) switch
    {
        ({ } tag, { } digest) => $"{tag}@{digest}",
        ({ } tag, null) => tag,
        (null, { } digest) => digest,
        _ => "its newest version",
    };

    private static string Where(ApplicationReport application) =>
        application.Commit is { } commit ? $" with commit {commit[..Math.Min(10, commit.Length)]} on {application.Branch} of {application.Repository}" : "";
}
