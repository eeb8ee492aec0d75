using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Holds;

/// <summary>
/// What the commits of a branch say that the bot wrote and people held, and so what people took back since. The bot's own commits chain: each says what stood there before. Where that is
/// not what the commit before it wrote, or the file says something else today, a person was there in between.
/// </summary>
/// <param name="wanted">The applications that somebody wants to know of; nothing is kept of others.</param>
public sealed class UpdateHistory(IReadOnlySet<NamespacedName> wanted)
{
    /// <summary>So many of the newest updates of an image count however old they are: what is seldom released is rolled back late.</summary>
    public const int AlwaysRemembered = 10;

    /// <summary>More updates of one image are not looked at.</summary>
    public const int MaxUpdates = 1000;

    private readonly Dictionary<ImageIdentity, List<Written>> _written = [];
    private int _order;

    /// <summary>
    /// Called from the oldest commit to the newest; a merge after what it merges. Several updates of one image in a message that come to nothing together changed nothing.
    /// </summary>
    public void Add(UpdateCommit commit)
    {
        foreach (var trailers in commit.Trailers.Where(placed => wanted.Contains(placed.Trailer.Application))
            .GroupBy(placed => (placed.Trailer.Application, placed.Trailer.Alias, placed.Trailer.Image, placed.Target)))
        {
            var key = new ImageIdentity(trailers.Key.Application, trailers.Key.Alias);
            if (!_written.TryGetValue(key, out var list))
                _written.Add(key, list = []);
            list.AddRange(InOrder([.. trailers]).Select(placed => new Written(commit, placed, _order)));
            if (list.Count >= 2 * MaxUpdates)
                list.RemoveRange(0, list.Count - MaxUpdates);
        }

        _order++;
    }

    /// <summary>What people took back, and what they hold.</summary>
    /// <param name="images">All that write to the one place: what was written for one of them, and taken back, was taken back for all.</param>
    /// <param name="repository">Of the image: an alias may have had another one earlier.</param>
    /// <param name="target">That is written to, as <c>branch:path</c>.</param>
    /// <param name="value">What the file says today; null when it says nothing.</param>
    /// <param name="since">What was written before counts only among the newest <see cref="AlwaysRemembered"/>.</param>
    public ImageMemory Read(IReadOnlyCollection<ImageIdentity> images, RepositoryName repository, string target, WrittenValue? value, DateTimeOffset since)
    {
        var written = images.SelectMany(image => _written.GetValueOrDefault(image, [])).ToList();
        if (written.Count == 0)
            return ImageMemory.Empty;
        // A commit for several of them writes once.
        if (images.Count > 1)
            written = [.. written.OrderBy(one => one.Order).DistinctBy(one => (one.Order, one.Placed.Trailer.OldValue, What(one.Placed.Trailer)))];
        var ours = written.Where(one => one.Placed.Target is null || one.Placed.Target == target)
            .Where(one => ImageReference.TryParse(one.Placed.Trailer.Image, out var image, out _) && image.Repository == repository).TakeLast(MaxUpdates).ToList();
        var young = ours.FindIndex(one => one.Commit.When >= since);
        var start = Math.Max(0, Math.Min(young < 0 ? ours.Count : young, ours.Count - AlwaysRemembered));
        var line = new ValueLine();
        foreach (var (commit, placed, _) in ours.Skip(start))
            Apply(line, placed, commit);
        line.Find(value, seenBy: null);
        return line.Memory;
    }

    private static void Apply(ValueLine line, PlacedTrailer placed, UpdateCommit commit)
    {
        switch (placed.Trailer)
        {
            case UpdateTrailer update:
                line.Write(update.OldValue is null ? null : WrittenValue.Read(update.OldValue), WrittenValue.Read(update.NewValue), commit);
                break;
            case PinTrailer pin:
                line.Pin(pin, placed, commit);
                break;
            case UnpinTrailer unpin:
                line.Unpin(unpin, placed, commit);
                break;
        }
    }

    /// <summary>
    /// A squash may tell the newest commit first without saying so; of updates, what follows from what says which it is. Of holds it does not: behind a revert whoever lets go does so
    /// where the update before began.
    /// </summary>
    private static IReadOnlyList<PlacedTrailer> InOrder(List<PlacedTrailer> told)
    {
        var (forwards, backwards) = (0, 0);
        for (var index = 1; index < told.Count; index++)
        {
            var (before, after) = (told[index - 1].Trailer, told[index].Trailer);
            forwards += after.OldValue == NewValue(before) ? 1 : 0;
            backwards += before is UpdateTrailer && after is UpdateTrailer && NewValue(after) == before.OldValue ? 1 : 0;
        }

        if (backwards > forwards)
            told.Reverse();
        return told.All(placed => placed.Trailer is UpdateTrailer) && told[0].Trailer.OldValue == NewValue(told[^1].Trailer) ? [] : told;
    }

    /// <summary>What stands in the file afterwards.</summary>
    private static string? NewValue(IImageTrailer trailer) => trailer switch
    {
        UpdateTrailer update => update.NewValue,
        PinTrailer { IsOverride: false } pin => pin.Version,
        _ => trailer.OldValue,
    };

    private static string What(IImageTrailer trailer) => trailer switch
    {
        UpdateTrailer update => update.NewValue,
        PinTrailer pin => $"{PinTrailer.Key} {pin.Version}",
        _ => trailer.GetType().Name,
    };

    /// <param name="Commit">That says so.</param>
    /// <param name="Placed">What it says.</param>
    /// <param name="Order">Of the commit among all.</param>
    private sealed record Written(UpdateCommit Commit, PlacedTrailer Placed, int Order);
}

/// <summary>An image of an application, as trailers name it.</summary>
/// <param name="Application">Whose image it is.</param>
/// <param name="Alias">Null for an image without one.</param>
public sealed record ImageIdentity(NamespacedName Application, string? Alias);
