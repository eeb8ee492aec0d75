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
    private readonly Dictionary<ImageKey, List<Written>> _written = [];

    /// <summary>Called from the oldest commit to the newest; a merge after what it merges.</summary>
    public void Add(UpdateCommit commit)
    {
        foreach (var (trailer, file) in commit.Updates)
        {
            if (!wanted.Contains(trailer.Application))
                continue;
            var key = new ImageKey(trailer.Application, trailer.Alias);
            if (!_written.TryGetValue(key, out var list))
                _written.Add(key, list = []);
            list.Add(new Written(commit, trailer, file));
        }
    }

    /// <summary>The versions that a person moved away from.</summary>
    /// <param name="application">Whose image it is.</param>
    /// <param name="alias">Null for an image without one.</param>
    /// <param name="repository">Of the image: an alias may have had another one earlier.</param>
    /// <param name="file">That is written to.</param>
    /// <param name="value">What the file says today; null when it says nothing.</param>
    public IReadOnlyList<RejectedVersion> RejectedFor(NamespacedName application, string? alias, RepositoryName repository, string file, WrittenValue? value)
    {
        if (!_written.TryGetValue(new ImageKey(application, alias), out var written))
            return [];
        var line = new Line();
        foreach (var (commit, trailer, where) in written)
        {
            if ((where is not null && where != file) || !ImageReference.TryParse(trailer.Image, out var image, out _) || image.Repository != repository)
                continue;
            line.Find(trailer.OldValue is null ? null : WrittenValue.Read(trailer.OldValue));
            line.Write(WrittenValue.Read(trailer.NewValue), commit);
        }

        line.Find(value);
        return line.Rejected;
    }

    private sealed record ImageKey(NamespacedName Application, string? Alias);

    private sealed record Written(UpdateCommit Commit, UpdateTrailer Trailer, string? File);

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
