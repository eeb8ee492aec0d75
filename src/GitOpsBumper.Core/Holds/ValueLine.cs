using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Holds;

/// <summary>The values of one place, one upon the other, as far as nobody has gone back.</summary>
internal sealed class ValueLine
{
    private readonly List<Step> _values = [];
    private readonly List<Writing> _written = [];
    private readonly List<RejectedVersion> _rejected = [];
    private readonly List<HistoryEntry> _entries = [];

    /// <summary>Lies upon the line for as long as it holds: whoever lets go of it has not gone back.</summary>
    private Step? _pin;

    public ImageMemory Memory => new(_rejected, _pin?.Pin, _entries, [.. _values.Select(step => step.Value), .. _pin is null ? Array.Empty<WrittenValue?>() : [_pin.Value]]);

    /// <summary>
    /// The value stands there. If it is not what was written last, a person went back to it, over all that lies above; or, where it was not there before, away
    /// from all there was: what is older than what a person left is no way forward either.
    /// </summary>
    /// <param name="value">Null for none.</param>
    /// <param name="seenBy">The commit that found it so; null for the files as they are now.</param>
    public void Find(WrittenValue? value, UpdateCommit? seenBy)
    {
        if (_pin is { } pin)
        {
            if (WrittenValue.AreSame(pin.Value, value))
                return;
            Note(pin.Value, value, seenBy);
            _values.Add(pin);
            _pin = null;
        }
        else if (_values.Count > 0)
        {
            Note(_values[^1].Value, value, seenBy);
        }

        // As it is written, before the same version with or without a digest: a digest alone can be taken back too.
        var place = _values.FindLastIndex(known => WrittenValue.AreAlike(known.Value, value));
        var isAlike = place >= 0;
        if (!isAlike)
            place = _values.FindLastIndex(known => WrittenValue.AreSame(known.Value, value));
        GoBackTo(place);
        if (place < 0)
            _values.Add(new Step(value, null));
        Allow(value, isAlike);
        // Whoever takes a pin back that was put over another one has that again.
        if (_values[^1] is { Pin: not null } under)
        {
            _values.RemoveAt(_values.Count - 1);
            _pin = under;
        }
    }

    public void Write(WrittenValue? old, WrittenValue value, UpdateCommit by)
    {
        Find(old, by);
        EndPin();
        _entries.Add(new HistoryEntry(HistoryKind.Updated, old?.Text, value.Text, by));
        var writing = new Writing(value, by);
        _values.Add(new Step(value, writing));
        _written.Add(writing);
        Allow(value, exactly: false);
    }

    public void Pin(PinTrailer trailer, PlacedTrailer placed, UpdateCommit by)
    {
        Find(Value(trailer), by);
        if (_pin is { } under && !trailer.IsOverride)
            _values.Add(under);
        else
            EndPin();
        _entries.Add(new HistoryEntry(HistoryKind.Pinned, trailer.OldValue, trailer.Version, by) { By = placed.By, Reason = placed.Reason, Until = trailer.Until });
        // The override in the file holds by itself.
        if (trailer.IsOverride)
            return;
        var value = WrittenValue.Read(trailer.Version);
        _pin = new Step(value, null) { Pin = new WrittenPin(value, trailer.Until, by, placed.By, placed.Reason), Before = [.. _rejected] };
        Allow(value, exactly: false);
    }

    public void Unpin(UnpinTrailer trailer, PlacedTrailer placed, UpdateCommit by)
    {
        // The override is over, and nothing else: a version may be held since, and the same commit may have gone on to another one already.
        if (!trailer.IsExpiry)
        {
            Find(Value(trailer), by);
            EndPin();
        }

        _entries.Add(new HistoryEntry(HistoryKind.Unpinned, trailer.OldValue, trailer.OldValue, by) { By = placed.By, Reason = placed.Reason, AllowsRejected = trailer.AllowsRejected });
        if (trailer.AllowsRejected)
            _rejected.Clear();
        if (!trailer.IsExpiry)
            Release(_ => true);
    }

    private static WrittenValue? Value(IImageTrailer trailer) => trailer.OldValue is { } old ? WrittenValue.Read(old) : null;

    /// <summary>What was held stands there still, and the bot goes on from it.</summary>
    private void EndPin()
    {
        if (_pin is { } pin)
            _values.Add(pin);
        _pin = null;
        for (var index = 0; index < _values.Count; index++)
        {
            if (_values[index] is { Pin: not null, Value: var value })
                _values[index] = new Step(value, null);
        }
    }

    private void Release(Predicate<RejectedVersion> which)
    {
        for (var index = 0; index < _rejected.Count; index++)
        {
            if (!_rejected[index].IsReleased && which(_rejected[index]))
                _rejected[index] = _rejected[index] with { IsReleased = true };
        }
    }

    private void Note(WrittenValue? from, WrittenValue? to, UpdateCommit? seenBy)
    {
        if (!WrittenValue.AreAlike(from, to))
            _entries.Add(new HistoryEntry(HistoryKind.ByHand, from?.Text, to?.Text, seenBy));
    }

    /// <summary>
    /// A person has gone back over all that lies above. Whoever takes a pin back has not gone back from what it held, but what was taken back before it is so again. What a person had
    /// brought back the bot has written all the same.
    /// </summary>
    private void GoBackTo(int place)
    {
        if (_values.FindIndex(place + 1, step => step.Pin is not null) is >= 0 and var first)
        {
            _rejected.Clear();
            _rejected.AddRange(_values[first].Before);
        }

        foreach (var step in _values.Skip(place + 1).Where(step => step.Pin is null))
        {
            if ((step.Writing ?? _written.FindLast(written => WrittenValue.AreSame(written.Value, step.Value))) is { Value.Version: { } version, By: var by })
                _rejected.Add(new RejectedVersion(version, by.Id, by.When));
        }

        _values.RemoveRange(place + 1, _values.Count - place - 1);
    }

    /// <summary>Whoever brings a version back wants it, and has gone on from what the bot wrote before it; so has the bot when it writes.</summary>
    /// <param name="value">That is back.</param>
    /// <param name="exactly">Only as it is written: the same with a digest, where this one has none, stays taken back.</param>
    private void Allow(WrittenValue? value, bool exactly)
    {
        if (value?.Version is not { } version)
            return;
        _rejected.RemoveAll(rejected => rejected.Version.IsSame(version) && (!exactly || rejected.Version.Digest is null == version.Digest is null));
        var place = PlaceOf(version);
        Release(rejected => !rejected.IsReleased && PlaceOf(rejected.Version) < place);
    }

    /// <summary>Where the bot wrote it last; below zero when it never did.</summary>
    private int PlaceOf(ImageVersion version) => _written.FindLastIndex(written => written.Value.Version is { } known && known.IsSame(version));

    /// <param name="Value">Null for none.</param>
    /// <param name="Writing">By which the bot brought it here; null when people did.</param>
    private sealed record Step(WrittenValue? Value, Writing? Writing)
    {
        /// <summary>That holds it, or is to again when those above it are taken back; null when none does.</summary>
        public WrittenPin? Pin { get; init; }

        /// <summary>What was taken back before the pin.</summary>
        public IReadOnlyList<RejectedVersion> Before { get; init; } = [];
    }

    private sealed record Writing(WrittenValue Value, UpdateCommit By);
}
