using GitOpsBumper.Controller;
using GitOpsBumper.Core;
using GitOpsBumper.Core.ImageUpdaters;

namespace GitOpsBumper.Cluster;

/// <summary>What was updated, by the resource that asked for it, until its status tells it.</summary>
internal sealed class UpdateNotes
{
    /// <summary>Of one resource. The status is a place to look at; git has all of them.</summary>
    public const int MaxOfOne = 10;

    private readonly Dictionary<string, IReadOnlyList<RecentUpdate>> _notes = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <param name="title">Of the resource.</param>
    /// <param name="report">Of which the updated images are noted.</param>
    /// <param name="at">When.</param>
    public void Add(string title, ApplicationReport report, DateTimeOffset at)
    {
        lock (_gate)
        {
            foreach (var image in report.Images.Where(image => image.Decision == DecisionKind.Updated))
                _notes[title] = Add(_notes.GetValueOrDefault(title, []), Update(report, image, at));
        }
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<RecentUpdate> Of(string title)
    {
        lock (_gate)
            return _notes.GetValueOrDefault(title, []);
    }

    /// <summary>They are told; what has come since then is not.</summary>
    public void Told(string title, IReadOnlyList<RecentUpdate> told)
    {
        lock (_gate)
            Set(title, [.. Of(title).Where(note => !told.Any(other => ReferenceEquals(note, other)))]);
    }

    /// <summary>Forgets what was noted before a moment for resources that are not there.</summary>
    public void Forget(Func<string, bool> isThere, DateTimeOffset before)
    {
        lock (_gate)
        {
            foreach (var (title, notes) in _notes.Where(pair => !isThere(pair.Key)).ToList())
                Set(title, [.. notes.Where(note => note.At >= before)]);
        }
    }

    private void Set(string title, IReadOnlyList<RecentUpdate> notes)
    {
        if (notes.Count == 0)
            _notes.Remove(title);
        else
            _notes[title] = notes;
    }

    private static IReadOnlyList<RecentUpdate> Add(IReadOnlyList<RecentUpdate> notes, RecentUpdate update)
    {
        var before = notes.FirstOrDefault(note => (note.Alias, note.Image, note.NewVersion) == (update.Alias, update.Image, update.NewVersion));
        var sum = before is null ? update : update with { Applications = before.Applications + update.Applications };
        return [sum, .. notes.Where(note => !ReferenceEquals(note, before)).Take(MaxOfOne - 1)];
    }

    private static RecentUpdate Update(ApplicationReport report, ImageReport image, DateTimeOffset at)
    {
        var version = (image.Candidate, image.Digest) is ({ } tag, { } digest) ? $"{tag}@{digest}" : image.Candidate ?? image.Digest ?? "";
        var where = report.Commit is { } commit ? $" with commit {commit[..Math.Min(10, commit.Length)]}{(report.PullRequest is { } request ? $", proposed in {request}" : "")}" : "";
        return new RecentUpdate(image.Alias ?? "", image.Image, version, 1, at, Shortened.Text($"{report.Name}: from {image.Current ?? "nothing"} to {version}{where}"));
    }
}
