using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Controller.Reconciling;

internal enum AnnouncementKind
{
    Updated,
    Pinned,
    Failed,
    Problem,
}

/// <summary>Something that people should hear of once.</summary>
/// <param name="Message">A sentence, without the application's name.</param>
internal sealed record Announcement(NamespacedName Application, AnnouncementKind Kind, string Message);

/// <summary>Compares each report with what was told before, so that a state that lasts is told once and not in every cycle.</summary>
internal sealed class DecisionJournal
{
    private readonly Lock _gate = new();
    private readonly Dictionary<NamespacedName, IReadOnlySet<Announcement>> _told = [];

    /// <summary>What is new in a report, in its order.</summary>
    public IReadOnlyList<Announcement> Read(CycleReport report)
    {
        var news = new List<Announcement>();
        lock (_gate)
        {
            foreach (var application in report.Applications)
            {
                var lasting = Lasting(application).ToHashSet();
                var told = _told.GetValueOrDefault(application.Name);
                news.AddRange(Updates(application));
                news.AddRange(lasting.Where(announcement => told?.Contains(announcement) != true));
                if (lasting.Count > 0)
                    _told[application.Name] = lasting;
                else
                    _told.Remove(application.Name);
            }
        }

        return news;
    }

    /// <summary>Whether something that was told is still so; what happened, and does not last, always is.</summary>
    public bool Holds(Announcement announcement)
    {
        lock (_gate)
            return announcement.Kind == AnnouncementKind.Updated || (_told.TryGetValue(announcement.Application, out var told) && told.Contains(announcement));
    }

    /// <summary>An application that is gone may come back and is then told of anew.</summary>
    public void Forget(Func<NamespacedName, bool> isGone)
    {
        lock (_gate)
        {
            foreach (var name in _told.Keys.Where(isGone).ToList())
                _told.Remove(name);
        }
    }

    private static IEnumerable<Announcement> Updates(ApplicationReport application) =>
        application.Images.Where(image => image.Decision == DecisionKind.Updated)
            .Select(image => new Announcement(application.Name, AnnouncementKind.Updated, $"{Subject(image)} from {image.Current ?? "nothing"} to {Candidate(image)}{Where(application)}"));

    private static IEnumerable<Announcement> Lasting(ApplicationReport application)
    {
        foreach (var problem in application.Problems)
            yield return new Announcement(application.Name, AnnouncementKind.Problem, $"{problem.Key}: {problem.Message}");
        // What failed for the application as a whole is not told again for each of its images.
        if (application.Failure is { } failure)
            yield return new Announcement(application.Name, AnnouncementKind.Failed, failure);
        foreach (var image in application.Images)
        {
            if (image.Decision == DecisionKind.Pinned)
                yield return new Announcement(application.Name, AnnouncementKind.Pinned, $"{Subject(image)}: {image.Reason}");
            else if (image.Decision == DecisionKind.Failed && application.Failure is null)
                yield return new Announcement(application.Name, AnnouncementKind.Failed, $"{Subject(image)}: {image.Reason}");
        }
    }

    private static string Subject(ImageReport image) => image.Alias is { } alias ? $"{alias} ({image.Image})" : image.Image;

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
