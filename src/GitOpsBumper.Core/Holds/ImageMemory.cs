namespace GitOpsBumper.Core.Holds;

/// <summary>What the history of a branch says of one place in its files.</summary>
/// <param name="Rejected">What people took back and nobody has brought back since.</param>
/// <param name="Pin">What a person holds by a commit's trailer; null when nobody does. Its end may have come.</param>
/// <param name="Entries">What happened, the oldest first.</param>
/// <param name="Values">The values that stood there one upon the other, as far as nobody has gone back; the last one is there today.</param>
public sealed record ImageMemory(IReadOnlyList<RejectedVersion> Rejected, WrittenPin? Pin, IReadOnlyList<HistoryEntry> Entries, IReadOnlyList<WrittenValue?> Values)
{
    public static ImageMemory Empty { get; } = new([], null, [], []);

    /// <summary>What stood there before a value: to where a rollback goes. Null when the history does not know.</summary>
    public WrittenValue? Before(WrittenValue value)
    {
        for (var index = Values.Count - 1; index > 0; index--)
        {
            if (WrittenValue.AreSame(Values[index], value))
                return Values.Take(index).LastOrDefault(older => older?.Version is not null && !WrittenValue.AreSame(older, value));
        }

        // A person brought it, and nobody had it before: what they left is what stood there.
        var first = Entries.TakeWhile(entry => !Says(entry.From, value) && !Says(entry.To, value)).Count();
        return first < Entries.Count && Entries[first] is { Kind: HistoryKind.ByHand, From: { } left } && !Says(left, value) && WrittenValue.Read(left) is { Version: not null } before ? before : null;

        static bool Says(string? text, WrittenValue value) => text is not null && WrittenValue.AreSame(WrittenValue.Read(text), value);
    }
}

/// <summary>A person holds an image at a version, as a commit says.</summary>
/// <param name="Value">That was written.</param>
/// <param name="Until">When it ends by itself; null: when somebody ends it.</param>
/// <param name="Commit">That says so.</param>
/// <param name="By">Who wanted it; null when the commit does not say.</param>
/// <param name="Reason">Why; null when the commit does not say.</param>
public sealed record WrittenPin(WrittenValue Value, DateTimeOffset? Until, UpdateCommit Commit, string? By, string? Reason)
{
    /// <summary>Who, where and why, for people: <c>commit 0123456789 of 2026-03-01 by Ada, until 2026-03-08T00:00:00Z (checkout fails)</c>.</summary>
    public string Story =>
        $"commit {RejectedVersion.Short(Commit.Id)} of {RejectedVersion.Day(Commit.When)}{(By is null ? "" : $" by {By}")}{(Until is { } until ? $", until {HoldEnd.Write(until)}" : "")}{(Reason is null ? "" : $" ({Reason})")}";
}

/// <summary>What happened to an image.</summary>
public enum HistoryKind
{
    /// <summary>The bot wrote a version.</summary>
    Updated,

    /// <summary>A person held one.</summary>
    Pinned,

    /// <summary>A person let go.</summary>
    Unpinned,

    /// <summary>Somebody else changed the file: a revert, an edit.</summary>
    ByHand,
}

/// <param name="Kind">Of what happened.</param>
/// <param name="From">What stood there; null for nothing.</param>
/// <param name="To">What stands there since, or at what it is held; null for nothing.</param>
/// <param name="Commit">That says so; of <see cref="HistoryKind.ByHand"/> the bot's first commit that found it so, or null when it was found in the file as it is now.</param>
public sealed record HistoryEntry(HistoryKind Kind, string? From, string? To, UpdateCommit? Commit)
{
    /// <summary>Who wanted it, as the commit says; null when it does not.</summary>
    public string? By { get; init; }

    public string? Reason { get; init; }

    /// <summary>Whoever let go wants versions again that were taken back.</summary>
    public bool AllowsRejected { get; init; }

    /// <summary>When a pin ends by itself; null when it does not.</summary>
    public DateTimeOffset? Until { get; init; }
}
