namespace GitOpsBumper.Core.Holds;

/// <summary>The values of one place, one upon the other, as far as nobody has gone back.</summary>
internal sealed class ValueLine
{
    private readonly List<(WrittenValue? Value, UpdateCommit? By)> _values = [];
    private readonly List<RejectedVersion> _rejected = [];
    private readonly List<HistoryEntry> _entries = [];

    /// <summary>Lies upon the line for as long as it holds: whoever lets go of it has not gone back.</summary>
    private WrittenPin? _pin;

    public ImageMemory Memory => new(_rejected, _pin, _entries, [.. _values.Select(value => value.Value), .. _pin is null ? Array.Empty<WrittenValue?>() : [_pin.Value]]);

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
        for (var index = place + 1; index < _values.Count; index++)
            Reject(_values[index].Value, _values[index].By, value);
        _values.RemoveRange(place + 1, _values.Count - place - 1);
        if (place < 0)
            _values.Add((value, null));
        Allow(value, isAlike);
    }

    public void Write(WrittenValue? old, WrittenValue value, UpdateCommit by)
    {
        Find(old, by);
        EndPin();
        _entries.Add(new HistoryEntry(HistoryKind.Updated, old?.Text, value.Text, by));
        _values.Add((value, by));
        Allow(value, exactly: false);
    }

    public void Pin(PinTrailer trailer, PlacedTrailer placed, UpdateCommit by)
    {
        Find(Value(trailer), by);
        EndPin();
        _entries.Add(new HistoryEntry(HistoryKind.Pinned, trailer.OldValue, trailer.Version, by) { By = placed.By, Reason = placed.Reason, Until = trailer.Until });
        // The override in the file holds by itself.
        if (trailer.IsOverride)
            return;
        _pin = new WrittenPin(WrittenValue.Read(trailer.Version), trailer.Until, by, placed.By, placed.Reason);
        Allow(_pin.Value, exactly: false);
    }

    public void Unpin(UnpinTrailer trailer, PlacedTrailer placed, UpdateCommit by)
    {
        // The override is over, and nothing else: a version may be held since, and the same commit may have gone on to another one already.
        if (!trailer.IsExpiry)
        {
            Find(Value(trailer), by);
            EndPin();
        }

        _entries.Add(new HistoryEntry(HistoryKind.Unpinned, trailer.OldValue, trailer.OldValue, by) { By = placed.By, Reason = placed.Reason });
        if (trailer.AllowsRejected)
            _rejected.Clear();
        for (var index = 0; index < _rejected.Count && !trailer.IsExpiry; index++)
            _rejected[index] = _rejected[index] with { IsReleased = true };
    }

    private static WrittenValue? Value(IImageTrailer trailer) => trailer.OldValue is { } old ? WrittenValue.Read(old) : null;

    /// <summary>What was held stands there still, and the bot goes on from it.</summary>
    private void EndPin()
    {
        if (_pin is { } pin)
            _values.Add((pin.Value, null));
        _pin = null;
    }

    private void Note(WrittenValue? from, WrittenValue? to, UpdateCommit? seenBy)
    {
        if (!WrittenValue.AreAlike(from, to))
            _entries.Add(new HistoryEntry(HistoryKind.ByHand, from?.Text, to?.Text, seenBy));
    }

    private void Reject(WrittenValue? value, UpdateCommit? by, WrittenValue? wentTo)
    {
        if (by is not null && value?.Version is { } version)
            _rejected.Add(new RejectedVersion(version, by.Id, by.When) { WentTo = wentTo });
    }

    /// <summary>Whoever brings a version back wants it.</summary>
    /// <param name="value">That is back.</param>
    /// <param name="exactly">Only as it is written: the same with a digest, where this one has none, stays taken back.</param>
    private void Allow(WrittenValue? value, bool exactly)
    {
        if (value?.Version is { } version)
            _rejected.RemoveAll(rejected => RejectedVersion.IsSame(rejected.Version, version) && (!exactly || rejected.Version.Digest is null == version.Digest is null));
    }
}
