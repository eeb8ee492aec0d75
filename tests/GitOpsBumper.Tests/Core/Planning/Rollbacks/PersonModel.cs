using System.Collections.Immutable;

namespace GitOpsBumper.Tests.Core.Planning.Rollbacks;

/// <summary>
/// What people want of one image, as they would say it themselves. Only what a person did and what the bot wrote is put down; nothing is read from messages. What people do and undo
/// among themselves, while the bot writes nothing, is nothing.
/// </summary>
internal sealed class PersonModel(PlayForm form)
{
    /// <summary>In the order of the writing.</summary>
    private readonly List<string> _byBot = [];

    private Wishes _wishes = Wishes.None;

    /// <summary>The same when somebody last said something, the bot or a person's order.</summary>
    private Wishes _before = Wishes.None;
    private string? _valueBefore;

    /// <summary>What the file says.</summary>
    public Seen Seen { get; private set; } = Seen.Nothing;

    /// <summary>A person went back, and the policy says that this holds.</summary>
    public bool IsHeld => form.Holds && _wishes.Left.Any(left => !left.Value && !IsPast(left.Key));

    /// <summary>Where only dates tell, nobody knows that a person went forward, nor among digests of one tag.</summary>
    public bool MayBeHeld => form.Holds && (_wishes.Left.Concat(_wishes.Doubtful).Any(left => !left.Value && (form.IsByDate || !IsPast(left.Key)))
        || _byBot.Any(written => form.PinsDigests && PlayForm.Rank(written) == PlayForm.Rank(Seen.Value) && (!PlayForm.AreSame(written, Seen.Value) || PlayForm.HasDigest(written) != PlayForm.HasDigest(Seen.Value))));

    /// <summary>At what it is held; null when nobody holds it.</summary>
    public string? PinnedAt(DateTimeOffset now) => Seen.IsHeldAt(now) ? Seen.Override : _wishes.Pin is { } pin && !(pin.Until <= now) ? pin.Value : null;

    /// <summary>Why a version may not be written in the place of what stands there; null: it may.</summary>
    public string? WhyNot(string version)
    {
        if (_wishes.Left.Keys.FirstOrDefault(left => PlayForm.AreSame(left, version)) is { } same)
            return $"{same} was taken back";
        return form.IsByDate || (Seen.Value is { } stays && PlayForm.TagOf(stays) == PlayForm.TagOf(version))
            ? null
            : _wishes.Left.Keys.FirstOrDefault(left => PlayForm.Rank(left) > PlayForm.Rank(version)) is { } newer ? $"{newer}, which is newer, was taken back" : null;
    }

    /// <summary>Whether nothing that anybody moved away from keeps a version off.</summary>
    public bool IsFree(string version) => WhyNot(version) is null
        && !_wishes.Doubtful.Keys.Any(doubtful => PlayForm.AreSame(doubtful, version) || (!form.IsByDate && PlayForm.Rank(doubtful) > PlayForm.Rank(version)));

    /// <summary>A person's commit: an edit, a revert.</summary>
    public void ByHand(Seen seen)
    {
        Seen = seen;
        _wishes = !PlayForm.AreSame(_valueBefore, seen.Value) ? _before.Move(WrittenAs(_valueBefore), seen.Value, _byBot)
            : PlayForm.HasDigest(_valueBefore) == PlayForm.HasDigest(seen.Value) ? _before
            : _before.Doubt(WrittenAs(_valueBefore)).Return(seen.Value);
    }

    public void ByBot(Seen seen)
    {
        if (seen.Value == Seen.Value || seen.Value is not { } written)
        {
            Seen = seen;
            return;
        }

        _byBot.Remove(written);
        _byBot.Add(written);
        Said(_wishes.Release().Return(written) with { Hidden = [], Pin = null }, seen);
    }

    /// <param name="seen">Since.</param>
    /// <param name="pin">The version that is written; null: the override holds.</param>
    /// <param name="until">Null for no end.</param>
    public void Pinned(Seen seen, string? pin, DateTimeOffset? until)
    {
        var hidden = pin is null || PlayForm.AreSame(pin, Seen.Value) ? [] : WrittenAs(Seen.Value);
        Said((_wishes with { Hidden = _wishes.Hidden.Union(hidden), Pin = pin is null ? null : new Pin(pin, until, Seen.Value, _wishes) }).Return(pin), seen);
    }

    public void LetGo(Seen seen, bool allowsRejected) =>
        Said((allowsRejected ? _wishes with { Left = _wishes.Left.Clear(), Doubtful = _wishes.Doubtful.Clear() } : _wishes.Release()) with { Pin = null }, seen);

    public override string ToString() =>
        $"{Seen}, pinned {_wishes.Pin?.Value}, taken back: {string.Join(' ', _wishes.Left)}, doubtful: {string.Join(' ', _wishes.Doubtful)}, hidden: {string.Join(' ', _wishes.Hidden)}";

    /// <summary>What stands there is newer; of one tag, what the bot wrote later.</summary>
    private bool IsPast(string left) => PlayForm.Rank(left) < PlayForm.Rank(Seen.Value)
        || (PlayForm.Rank(left) == PlayForm.Rank(Seen.Value) && _byBot.IndexOf(left) < _byBot.FindLastIndex(written => PlayForm.AreSame(written, Seen.Value)));

    private List<string> WrittenAs(string? value) => [.. _byBot.Where(written => PlayForm.AreSame(written, value))];

    private void Said(Wishes wishes, Seen seen)
    {
        Seen = seen;
        (_wishes, _before, _valueBefore) = (wishes, wishes, seen.Value);
    }

    /// <param name="Value">That was written.</param>
    /// <param name="Until">Null for no end.</param>
    /// <param name="From">What stood there before.</param>
    /// <param name="Before">What people wanted before.</param>
    private sealed record Pin(string Value, DateTimeOffset? Until, string? From, Wishes Before);

    /// <param name="Left">What the bot wrote and a person took back; true once a person, or the bot with a person's leave, has gone on from there.</param>
    /// <param name="Doubtful">The same of what nobody can tell: it may be written, and need not be.</param>
    /// <param name="Hidden">What a pin was put over.</param>
    /// <param name="Pin">The version that is held by being written; null when none is.</param>
    private sealed record Wishes(ImmutableSortedDictionary<string, bool> Left, ImmutableSortedDictionary<string, bool> Doubtful, ImmutableSortedSet<string> Hidden, Pin? Pin)
    {
        public static Wishes None { get; } = new(
            ImmutableSortedDictionary<string, bool>.Empty.WithComparers(StringComparer.Ordinal), ImmutableSortedDictionary<string, bool>.Empty.WithComparers(StringComparer.Ordinal), [], null);

        /// <param name="before">As the bot wrote what the person left; empty when the bot did not.</param>
        /// <param name="after">Where the person went.</param>
        /// <param name="byBot">All that the bot wrote: whoever goes back, or somewhere else, may have gone back over any of it.</param>
        public Wishes Move(IReadOnlyCollection<string> before, string? after, IEnumerable<string> byBot)
        {
            // Whoever goes back to where a pin began undoes the pin.
            for (var pin = Pin; pin is not null; pin = pin.Before.Pin)
            {
                if (PlayForm.AreSame(pin.From, after))
                    return pin.Before.Return(after);
            }

            // Whoever leaves a pin, and not for what it hides, has left all that it hides.
            var isBeyond = !Hidden.Any(hidden => PlayForm.AreSame(hidden, after));
            var above = Hidden.Where(hidden => isBeyond && PlayForm.Rank(hidden) > PlayForm.Rank(after)).ToList();
            var left = Pin is null ? before : above;
            return (Doubt(byBot.Except(left).Except(Left.Keys)) with { Left = Left.SetItems(left.Select(New)), Hidden = [], Pin = null }).Return(after);
        }

        public Wishes Doubt(IEnumerable<string> versions) => this with { Doubtful = Doubtful.SetItems(versions.Select(New)) };

        public Wishes Release() => this with
        {
            Left = Left.SetItems(Left.Keys.Select(version => KeyValuePair.Create(version, true))),
            Doubtful = Doubtful.SetItems(Doubtful.Keys.Select(version => KeyValuePair.Create(version, true))),
        };

        /// <summary>Whoever brings a version back wants it. Whether with the digest that was taken back, nobody can tell who reads the tag alone.</summary>
        public Wishes Return(string? value)
        {
            var same = Left.Where(left => PlayForm.AreSame(left.Key, value)).ToList();
            return this with
            {
                Left = Left.RemoveRange(same.Select(left => left.Key)),
                Doubtful = Doubtful.RemoveRange(Doubtful.Keys.Where(version => PlayForm.AreSame(version, value) && PlayForm.HasDigest(version) == PlayForm.HasDigest(value)))
                    .SetItems(same.Where(left => PlayForm.HasDigest(left.Key) != PlayForm.HasDigest(value))),
                Hidden = Hidden.Except(Hidden.Where(version => PlayForm.AreSame(version, value))),
            };
        }

        private static KeyValuePair<string, bool> New(string version) => KeyValuePair.Create(version, false);
    }
}
