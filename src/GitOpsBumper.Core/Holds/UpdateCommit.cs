namespace GitOpsBumper.Core.Holds;

/// <summary>A commit on the branch whose message says what the bot wrote, be it the bot's own or one that merged or squashed it.</summary>
/// <param name="Id">Of the commit.</param>
/// <param name="When">When it was committed, as its committer's clock said.</param>
/// <param name="Updates">In the order of the message.</param>
public sealed record UpdateCommit(string Id, DateTimeOffset When, IReadOnlyList<WrittenUpdate> Updates)
{
    /// <summary>
    /// What a commit wrote to: <c>Bumper-Target: &lt;branch&gt;:&lt;path in the repository&gt;</c>, for the updates that stand before it. Two clusters may have an Application of
    /// one name and write to one repository; file and branch tell them apart.
    /// </summary>
    public const string TargetKey = "Bumper-Target";

    /// <summary>More updates than that in one message are not read.</summary>
    private const int MaxUpdates = 20_000;

    /// <summary>Reads a commit's message; without a trailer of the bot there are no updates.</summary>
    public static UpdateCommit Read(string id, DateTimeOffset when, string message)
    {
        var updates = new List<WrittenUpdate>();
        var told = 0;
        foreach (var line in message.Split('\n'))
        {
            var text = line.Trim();
            if (updates.Count < MaxUpdates && UpdateTrailer.TryParse(text, out var trailer))
            {
                updates.Add(new WrittenUpdate(trailer, null));
            }
            else if (text.StartsWith(TargetKey + ":", StringComparison.OrdinalIgnoreCase))
            {
                for (; told < updates.Count; told++)
                    updates[told] = updates[told] with { Target = text[(TargetKey.Length + 1)..].Trim() };
            }
        }

        return new UpdateCommit(id, when, updates);
    }
}

/// <param name="Trailer">What was written.</param>
/// <param name="Target">Where; null when the message does not say.</param>
public sealed record WrittenUpdate(UpdateTrailer Trailer, string? Target);
