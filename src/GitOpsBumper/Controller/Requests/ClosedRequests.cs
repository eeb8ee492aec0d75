using GitOpsBumper.Adapters.PullRequests;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Annotations.Rollbacks;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.PullRequests;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Controller.Requests;

/// <summary>The requests of a repository that people closed without merging them. Asked for when something is due, once in a cycle.</summary>
/// <param name="forge">That keeps them.</param>
/// <param name="memory">Of images, where annotations do not say it.</param>
/// <param name="time">What is remembered is reckoned from it.</param>
/// <param name="logger">Hears where not all could be read.</param>
/// <param name="open">The numbers of those that are open, be it again.</param>
internal sealed partial class ClosedRequests(IForge forge, TimeSpan memory, TimeProvider time, ILogger logger, IReadOnlySet<string> open)
{
    private TurnedDown? _read;

    /// <exception cref="ForgeException">The forge does not say.</exception>
    public async Task<TurnedDown> ReadAsync(CancellationToken cancellationToken)
    {
        if (_read is not null)
            return _read;
        var now = time.GetUtcNow();
        // Images may remember for longer than the settings say; each of them counts for itself.
        var longest = memory > RollbackPolicy.DefaultMemory ? memory : RollbackPolicy.DefaultMemory;
        var closed = await forge.ListClosedAsync(RequestMark.Begin, now - longest, cancellationToken);
        if (!closed.IsComplete)
            Log.Incomplete(logger);
        return _read = TurnedDown.Of(closed.Requests.Where(request => !open.Contains(request.Number)), now);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The repository has more closed requests than are looked at: what the oldest of them turned down is not known, and may be proposed again.")]
        public static partial void Incomplete(ILogger logger);
    }
}

/// <summary>The versions that people did not want, as the requests say that they closed.</summary>
internal sealed class TurnedDown
{
    private readonly ILookup<ImageIdentity, Proposal> _proposals;
    private readonly DateTimeOffset _now;

    private TurnedDown(ILookup<ImageIdentity, Proposal> proposals, DateTimeOffset now) => (_proposals, _now) = (proposals, now);

    /// <param name="closed">By people and by the bot, which takes its own back without anybody minding; from forks, which anybody can open, none counts.</param>
    /// <param name="now">What images remember is reckoned from it.</param>
    public static TurnedDown Of(IEnumerable<PullRequest> closed, DateTimeOffset now)
    {
        var proposals = new List<Proposal>();
        foreach (var request in closed.Where(request => request.IsOfRepository))
        {
            if (RequestMark.TryRead(request.Body, out var mark) && !mark.IsWithdrawn)
                proposals.AddRange(mark.Trailers.Where(placed => placed.Trailer is UpdateTrailer).Select(placed => new Proposal(request, (UpdateTrailer)placed.Trailer, placed.Target)));
        }

        return new TurnedDown(proposals.ToLookup(proposal => new ImageIdentity(proposal.Trailer.Application, proposal.Trailer.Alias)), now);
    }

    /// <summary>What of an image was turned down, and nobody has wanted since.</summary>
    /// <param name="application">Whose image it is.</param>
    /// <param name="image">The image.</param>
    /// <param name="target">Where it is written, as <c>branch:path</c>.</param>
    /// <param name="memory">What the history says of it; asked for when something was turned down.</param>
    public IEnumerable<RejectedVersion> Of(NamespacedName application, ImagePolicy image, string target, Func<ImageMemory> memory)
    {
        var proposals = _proposals[new ImageIdentity(application, image.Alias)]
            .Where(proposal => When(proposal) >= _now - image.Rollbacks.Memory && (proposal.Target is null || proposal.Target == target)
                && ImageReference.TryParse(proposal.Trailer.Image, out var reference, out _) && reference.Repository == image.Image.Repository)
            .ToList();
        if (proposals.Count == 0)
            yield break;
        var later = memory().Entries.Where(entry => entry.Commit is not null).ToList();
        foreach (var proposal in proposals)
        {
            if (WrittenValue.Read(proposal.Trailer.NewValue).Version is not { } version)
                continue;
            var since = later.Where(entry => entry.Commit!.When > When(proposal)).ToList();
            if (since.Exists(entry => entry.AllowsRejected || (entry is { Kind: HistoryKind.Updated, To: { } to } && WrittenValue.Read(to).Version is { } written && written.IsSame(version))))
                continue;
            yield return new RejectedVersion(version, "", When(proposal))
            {
                Request = proposal.Request.Url,
                IsReleased = since.Exists(entry => entry.Kind is HistoryKind.Updated or HistoryKind.Unpinned),
            };
        }
    }

    private static DateTimeOffset When(Proposal proposal) => proposal.Request.Closed ?? proposal.Request.Changed;

    /// <param name="Request">That was closed.</param>
    /// <param name="Trailer">What it proposed.</param>
    /// <param name="Target">Where; null where it does not say.</param>
    private sealed record Proposal(PullRequest Request, UpdateTrailer Trailer, string? Target);
}
