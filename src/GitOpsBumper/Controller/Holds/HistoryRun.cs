using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.PullRequests;
using GitOpsBumper.Controller.Requests;
using GitOpsBumper.Controller.Targets;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.Planning;

namespace GitOpsBumper.Controller.Holds;

/// <summary>Reads what git knows of the images of one application, for a person who asks. Nothing is decided and nothing written.</summary>
internal sealed class HistoryRun(CycleServices services)
{
    /// <summary>What is not known is told by the work's failure.</summary>
    public async Task<ApplicationRecord> ReadAsync(ApplicationWork work, CancellationToken cancellationToken)
    {
        if (work.Failure is null && work.Policy.WriteBack is { Method: WriteBackMethod.ArgoCd })
            work.Fail("its write-back method is argocd, which leaves no history in git");
        if (work.Failure is not null || work.Remote is not { } remote)
            return new ApplicationRecord(work, []);
        using var turn = await services.Turns.TakeAsync(remote.Url, cancellationToken);
        try
        {
            await using var clone = await services.Clones.OpenAsync(remote, cancellationToken);
            return new ApplicationRecord(work, await ReadAsync(work, clone, cancellationToken)) { HasShortHistory = clone.HasShortHistory };
        }
        catch (Exception failure) when (failure is GitException or ForgeException)
        {
            work.Fail(failure.Message);
            return new ApplicationRecord(work, []);
        }
    }

    private async Task<TurnedDown?> TurnedDownAsync(ApplicationWork work, CancellationToken cancellationToken)
    {
        if (work.Forge is not { HasApi: true } forge)
            return null;
        using var session = services.Forges.Open(work.Remote!, forge.Location, forge.Token);
        var open = await session.Forge.ListOpenAsync(cancellationToken);
        return await new ClosedRequests(session.Forge, services.Settings.Annotations.Rollbacks.Memory, services.Time, services.Logger, open.Select(request => request.Number).ToHashSet(StringComparer.Ordinal)).ReadAsync(cancellationToken);
    }

    private async Task<IReadOnlyList<ImageRecord>> ReadAsync(ApplicationWork work, GitClone clone, CancellationToken cancellationToken)
    {
        var fetched = await clone.FetchAsync([work.WantedBranch], cancellationToken);
        if ((work.WantedBranch ?? fetched.DefaultBranch) is not { } name || !fetched.Tips.TryGetValue(name, out var tip))
        {
            work.Fail(work.WantedBranch is { } missing ? $"branch '{missing}' does not exist in {work.Remote!.Url}" : $"{work.Remote!.Url} is empty");
            return [];
        }

        work.Branch = name.Text;
        var branch = new BranchWork(name, tip, [work], name);
        var files = await BranchFiles.ReadAsync(clone, branch, cancellationToken);
        if (!OpenedTarget.TryOpen(work, files.Of(work.Place!), out _, out var target, out var problem))
        {
            work.Fail(problem);
            return [];
        }

        var now = services.Time.GetUtcNow();
        var neighbours = await new SlotNeighbours(services, clone, work.Remote!).FindAsync(branch, [work], cancellationToken);
        var slots = new WriteSlots(neighbours);
        var history = await BranchHistory.ReadAsync(clone, branch, [work, .. neighbours.Select(neighbour => neighbour.Application)], now, cancellationToken);
        var path = files.Real(target.Path);
        var turnedDown = await TurnedDownAsync(work, cancellationToken);
        return
        [
            .. work.Policy.Images.Select(image =>
            {
                var state = ImageStateReader.Read(image, work.Application, target, now);
                var writers = slots.WritersOf(work, image, WriteSlots.SlotOf(target, path, image));
                var memory = history.Read(writers, image, path, state.Written);
                var completed = history.Complete(writers, image, path, state);
                if (turnedDown is not null)
                    completed = completed with { Rejected = [.. completed.Rejected, .. turnedDown.Of(work.Application.Name, image, history.TargetOf(path), () => memory)] };
                return new ImageRecord(image, state, completed, memory, target.HasOverride(image));
            }),
        ];
    }
}

/// <param name="Work">The application; where it has failed there are no images.</param>
/// <param name="Images">In the order of the image list.</param>
internal sealed record ApplicationRecord(ApplicationWork Work, IReadOnlyList<ImageRecord> Images)
{
    /// <summary>What was done a few hundred commits ago is forgotten, as the server cannot leave files out.</summary>
    public bool HasShortHistory { get; init; }
}

/// <param name="Policy">Of the image.</param>
/// <param name="State">What the files say.</param>
/// <param name="Completed">The same with what people took back and hold.</param>
/// <param name="Memory">What happened.</param>
/// <param name="HasOverride">Whether a version can be held by an override parameter.</param>
internal sealed record ImageRecord(ImagePolicy Policy, ImageState State, ImageState Completed, ImageMemory Memory, bool HasOverride)
{
    /// <summary>What is deployed once Argo CD has synced: what is held, else what is written; null when neither is.</summary>
    public WrittenValue? Effective => State.Override is { } pin ? WrittenValue.Read(pin.Value) : State.CurrentText is { } text ? WrittenValue.Read(text) : null;
}
