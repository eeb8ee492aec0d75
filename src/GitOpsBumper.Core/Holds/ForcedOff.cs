namespace GitOpsBumper.Core.Holds;

/// <summary>Commits that somebody took off a branch by force: what they wrote was written all the same.</summary>
public static class ForcedOff
{
    /// <summary>Puts what a branch lacks where it was, unless it came again under another id, as with a rebase or a squash. Holds that were taken off are no more.</summary>
    /// <param name="commits">Of the branch, the oldest first.</param>
    /// <param name="lost">That were on it once, in order.</param>
    public static IReadOnlyList<UpdateCommit> Restore(IReadOnlyList<UpdateCommit> commits, IReadOnlyList<UpdateCommit> lost)
    {
        if (lost.Count == 0)
            return commits;
        var latest = new Dictionary<(IImageTrailer, string?), DateTimeOffset>();
        foreach (var commit in commits)
        {
            foreach (var placed in commit.Trailers)
                latest[(placed.Trailer, placed.Target)] = commit.When;
        }

        var all = commits.ToList();
        foreach (var commit in lost)
        {
            var updates = commit.Trailers.Where(placed => placed.Trailer is UpdateTrailer).ToList();
            if (!updates.All(placed => latest.TryGetValue((placed.Trailer, placed.Target), out var again) && again >= commit.When))
                all.Insert(all.FindLastIndex(other => other.Authored <= commit.Authored) + 1, commit with { Trailers = updates });
        }

        return all;
    }
}
