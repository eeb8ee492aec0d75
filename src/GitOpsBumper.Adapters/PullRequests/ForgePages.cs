using System.Globalization;
using GitOpsBumper.Adapters.Http.Headers;
using GitOpsBumper.Core.PullRequests;

namespace GitOpsBumper.Adapters.PullRequests;

/// <summary>Lists of requests, page by page.</summary>
internal static class ForgePages
{
    /// <summary>Of open requests, mostly of a hundred each; more is a mistake, and an error.</summary>
    public const int MaxOpenPages = 100;

    /// <summary>Of closed ones: what is older than them all is not looked at.</summary>
    public const int MaxClosedPages = 20;

    /// <summary>All open requests; each page is asked for with the <c>ETag</c> that it had last.</summary>
    /// <param name="api">Of the forge.</param>
    /// <param name="first">Path and query of the first page.</param>
    /// <param name="read">The requests of a page, and path and query of the next one, or null where there is none.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    public static async Task<IReadOnlyList<PullRequest>> ListOpenAsync(ForgeApi api, string first, Func<ForgeReply, RequestPage> read, CancellationToken cancellationToken)
    {
        var found = new List<PullRequest>();
        var path = first;
        for (var page = 0; page < MaxOpenPages; page++)
        {
            var next = read(await api.GetKeptAsync(path, cancellationToken));
            found.AddRange(next.Requests);
            if (next.Next is null)
                // A request that moves while pages are read stands on two of them.
                return [.. found.DistinctBy(request => request.Number)];
            path = next.Next;
        }

        throw new ForgeException(ForgeFailure.Invalid, $"there are more than {MaxOpenPages} pages of open requests; nobody works with so many");
    }

    /// <summary>
    /// Closed requests, the newest change first: read until what is older than asked for, or was known already. As long as the first page is as it was, no other is asked for.
    /// </summary>
    /// <param name="api">Of the forge.</param>
    /// <param name="first">Path and query of the first page.</param>
    /// <param name="read">As of open ones, with those that were merged left out, and without reading bodies: their order is what counts.</param>
    /// <param name="closed">What is wanted of them.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    public static async Task<ClosedPullRequests> ListClosedAsync(ForgeApi api, string first, Func<ForgeReply, RequestPage> read, ClosedQuery closed, CancellationToken cancellationToken)
    {
        var key = api.KeyOf(first);
        var known = Known(api, key, closed);
        var found = new List<PullRequest>();
        var newest = known?.Newest ?? DateTimeOffset.MinValue;
        var path = first;
        var isComplete = false;
        for (var page = 0; page < MaxClosedPages; page++)
        {
            // Only the first page says that nothing is new, and only to who has read all that followed it.
            var reply = page == 0 && known is not null ? await api.GetKeptAsync(path, cancellationToken) : await api.GetAnewAsync(path, cancellationToken);
            if (reply.IsUnchanged && known is not null)
                return known.Result(closed.Since);
            if (page == 0)
                api.Replies.ForgetClosed(key);
            var next = read(reply);
            found.AddRange(next.Requests.Where(request => request.Body.Contains(closed.Mark, StringComparison.Ordinal)));
            if (page == 0)
                newest = next.Newest > newest ? next.Newest : newest;
            isComplete = next.Next is null || (closed.IsByChange && (next.Oldest < closed.Since || (known is not null && next.Oldest < known.Newest)));
            if (isComplete)
                break;
            path = next.Next!;
        }

        // What is open again is found among the open ones, which come first.
        var all = found.Concat(known?.Requests ?? []).DistinctBy(request => request.Number).ToList();
        var now = new ClosedMemory(closed, all, newest, isComplete && known?.IsComplete != false);
        api.Replies.KeepClosed(key, now);
        return now.Result(closed.Since);
    }

    private static ClosedMemory? Known(ForgeApi api, ReplyKey key, ClosedQuery closed) => api.Replies.FindClosed(key) is { } memory && memory.Query.Covers(closed) ? memory : null;

    /// <summary>The address behind <c>rel="next"</c>; null where there is none.</summary>
    public static string? Next(ForgeReply reply) => LinkHeader.Next(reply.Link is null ? [] : [reply.Link]);

    /// <summary>The next page by its number, where the link names one: a forge behind a proxy may not know under which address it is asked.</summary>
    /// <param name="first">Path and query of the first page.</param>
    /// <param name="reply">Of any page.</param>
    public static string? NextNumbered(string first, ForgeReply reply)
    {
        if (Next(reply) is not { } next)
            return null;
        var number = next[(next.IndexOf('?', StringComparison.Ordinal) + 1)..].Split('&').FirstOrDefault(part => part.StartsWith("page=", StringComparison.Ordinal))?[5..];
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var page) ? string.Create(CultureInfo.InvariantCulture, $"{first}&page={page}") : next;
    }
}

/// <param name="Requests">Of the page, as far as they are of the kind that is asked for.</param>
/// <param name="Next">Path and query of the next page, or its whole address; null where this is the last.</param>
internal sealed record RequestPage(IReadOnlyList<PullRequest> Requests, string? Next)
{
    /// <summary>The newest change among all on the page, also those that are of another kind.</summary>
    public DateTimeOffset Newest { get; init; } = DateTimeOffset.MinValue;

    /// <summary>The oldest of them.</summary>
    public DateTimeOffset Oldest { get; init; } = DateTimeOffset.MaxValue;
}

/// <param name="Mark">In the body of those that are wanted.</param>
/// <param name="Since">Of their last change.</param>
/// <param name="IsByChange">Whether the forge sorts them by their last change; else all pages are read.</param>
internal sealed record ClosedQuery(string Mark, DateTimeOffset Since, bool IsByChange)
{
    /// <summary>Whether what was found for this one is enough for another: memories of images differ, and time goes on.</summary>
    public bool Covers(ClosedQuery other) => Mark == other.Mark && IsByChange == other.IsByChange && Since <= other.Since;
}

/// <param name="Query">By which they were found.</param>
/// <param name="Requests">The newest first.</param>
/// <param name="Newest">The newest change on the first page.</param>
/// <param name="IsComplete">Nothing was left out.</param>
internal sealed record ClosedMemory(ClosedQuery Query, IReadOnlyList<PullRequest> Requests, DateTimeOffset Newest, bool IsComplete)
{
    public ClosedPullRequests Result(DateTimeOffset since) => new([.. Requests.Where(request => request.Changed >= since).OrderByDescending(request => request.Changed)], IsComplete);
}
