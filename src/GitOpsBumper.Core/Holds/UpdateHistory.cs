using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Holds;

/// <summary>
/// What the commits of a branch say that the bot wrote, and so what people took back since. The bot's own commits chain: each says what stood there before. Where that is
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
    /// Called from the oldest commit to the newest; a merge after what it merges. Of several updates of one image in a message only what comes of them counts; what comes to nothing
    /// changed nothing.
    /// </summary>
    public void Add(UpdateCommit commit)
    {
        foreach (var updates in commit.Updates.Where(update => wanted.Contains(update.Trailer.Application)).GroupBy(update => (update.Trailer.Application, update.Trailer.Alias, update.Trailer.Image, update.Target)))
        {
            var (first, last) = (updates.First().Trailer, updates.Last().Trailer);
            if (first.OldValue == last.NewValue)
                continue;
            var key = new ImageIdentity(last.Application, last.Alias);
            if (!_written.TryGetValue(key, out var list))
                _written.Add(key, list = []);
            list.Add(new Written(commit, last with { OldValue = first.OldValue }, updates.Key.Target, _order));
            if (list.Count >= 2 * MaxUpdates)
                list.RemoveRange(0, MaxUpdates);
        }

        _order++;
    }

    /// <summary>The versions that a person moved away from.</summary>
    /// <param name="images">All that write to the one place: what was written for one of them, and taken back, was taken back for all.</param>
    /// <param name="repository">Of the image: an alias may have had another one earlier.</param>
    /// <param name="target">That is written to, as <c>branch:path</c>.</param>
    /// <param name="value">What the file says today; null when it says nothing.</param>
    /// <param name="since">What was written before counts only among the newest <see cref="AlwaysRemembered"/>.</param>
    public IReadOnlyList<RejectedVersion> RejectedFor(
        IReadOnlyCollection<ImageIdentity> images, RepositoryName repository, string target, WrittenValue? value, DateTimeOffset since)
    {
        var written = images.SelectMany(image => _written.GetValueOrDefault(image, [])).ToList();
        if (written.Count == 0)
            return [];
        // A commit for several of them writes once.
        if (images.Count > 1)
            written = [.. written.OrderBy(update => update.Order).DistinctBy(update => (update.Order, update.Trailer.OldValue, update.Trailer.NewValue))];
        var ours = written.Where(update => update.Target is null || update.Target == target)
            .Where(update => ImageReference.TryParse(update.Trailer.Image, out var image, out _) && image.Repository == repository).TakeLast(MaxUpdates).ToList();
        var young = ours.FindIndex(update => update.Commit.When >= since);
        var start = Math.Max(0, Math.Min(young < 0 ? ours.Count : young, ours.Count - AlwaysRemembered));
        var line = new Line();
        foreach (var (commit, trailer, _, _) in ours.Skip(start))
        {
            line.Find(trailer.OldValue is null ? null : WrittenValue.Read(trailer.OldValue));
            line.Write(WrittenValue.Read(trailer.NewValue), commit);
        }

        line.Find(value);
        return line.Rejected;
    }

    /// <param name="Order">Of the commit among all.</param>
    private sealed record Written(UpdateCommit Commit, UpdateTrailer Trailer, string? Target, int Order);

    /// <summary>The values of one image, one upon the other, as far as nobody has gone back.</summary>
    private sealed class Line
    {
        private readonly List<(WrittenValue? Value, UpdateCommit? By)> _values = [];
        private readonly List<RejectedVersion> _rejected = [];

        public IReadOnlyList<RejectedVersion> Rejected => _rejected;

        /// <summary>
        /// The value stands there. If it is not what was written last, a person went back to it, over all that lies above; or, where it was not there before, away
        /// from all there was: what is older than what a person left is no way forward either.
        /// </summary>
        public void Find(WrittenValue? value)
        {
            var place = _values.FindLastIndex(known => WrittenValue.AreSame(known.Value, value));
            for (var index = place + 1; index < _values.Count; index++)
                Reject(_values[index].Value, _values[index].By);
            _values.RemoveRange(place + 1, _values.Count - place - 1);
            if (place < 0)
                _values.Add((value, null));
            Allow(value);
        }

        public void Write(WrittenValue value, UpdateCommit by)
        {
            _values.Add((value, by));
            Allow(value);
        }

        private void Reject(WrittenValue? value, UpdateCommit? by)
        {
            if (by is not null && value?.Version is { } version)
                _rejected.Add(new RejectedVersion(version, by.Id, by.When));
        }

        /// <summary>Whoever brings a version back wants it.</summary>
        private void Allow(WrittenValue? value)
        {
            if (value?.Version is { } version)
                _rejected.RemoveAll(rejected => RejectedVersion.IsSame(rejected.Version, version));
        }
    }
}

/// <summary>An image of an application, as trailers name it.</summary>
/// <param name="Application">Whose image it is.</param>
/// <param name="Alias">Null for an image without one.</param>
public sealed record ImageIdentity(NamespacedName Application, string? Alias);

/// <summary>What stands, or stood, in a file for an image.</summary>
/// <param name="Text">In one word, as trailers have it.</param>
/// <param name="Version">Null when it is none.</param>
public sealed record WrittenValue(string Text, ImageVersion? Version)
{
    /// <param name="text">Tag, digest, both, or an image with them.</param>
    public static WrittenValue Read(string text)
    {
        if (!ImageVersion.TryParse(text, out var version, out _) && ImageReference.TryParse(text, out var reference, out _))
            version = reference.Version;
        return new WrittenValue(UpdateTrailer.Word(text), version);
    }

    internal static bool AreSame(WrittenValue? left, WrittenValue? right) => (left, right) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        ({ Version: { } one }, { Version: { } other }) => RejectedVersion.IsSame(one, other),
        _ => left.Text == right.Text,
    };
}
