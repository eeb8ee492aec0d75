namespace GitOpsBumper.Core.PullRequests;

/// <summary>All that is known of one key: what is to be proposed, and what is there.</summary>
public sealed record RequestSituation
{
    public required RequestKey Key { get; init; }

    /// <summary>Where it is proposed from.</summary>
    public required string Branch { get; init; }

    /// <summary>What is due; null: nothing is.</summary>
    public RequestWish? Wish { get; init; }

    /// <summary>The open request; null: there is none.</summary>
    public PullRequest? Open
    {
        get;
        init
        {
            field = value;
            Mark = value is not null && RequestMark.TryRead(value.Body, out var mark) ? mark : null;
        }
    }

    /// <summary>What <see cref="Open"/> says of itself; null where somebody took that out, and without a request.</summary>
    public RequestMark? Mark { get; private init; }

    /// <summary>The branch; null: it is not there.</summary>
    public BranchTip? Tip { get; init; }

    /// <summary>Whether the open request has to be made again to be merged. False also as long as the forge does not know yet.</summary>
    public bool HasConflicts { get; init; }

    /// <summary>Others use the branch too, or it is none of those that are deleted: it stays.</summary>
    public bool KeepsBranch { get; init; }

    /// <summary>Some of its applications could not be looked at: nothing is known to be over.</summary>
    public bool IsPartial { get; init; }

    /// <summary>Its branch proposes the same versions, for files that have changed on the base since: then it matters whether it has conflicts.</summary>
    public bool IsBehind => Wish is { } wish && Tip is { IsOurs: true, Trailer: { } trailer } && trailer.Id == Key.Id && trailer.Updates == wish.Trailer.Updates && trailer.Content != wish.Trailer.Content;
}

/// <summary>What is to be proposed.</summary>
/// <param name="Trailer">Of the commit.</param>
/// <param name="Update">What becomes of an open request's branch.</param>
public sealed record RequestWish(RequestTrailer Trailer, RequestUpdate Update);

/// <summary>The tip of a request's branch.</summary>
/// <param name="Commit">Its id.</param>
/// <param name="IsOurs">The bot made it.</param>
/// <param name="Trailer">What it proposes; null where it does not say.</param>
public sealed record BranchTip(string Commit, bool IsOurs, RequestTrailer? Trailer);
