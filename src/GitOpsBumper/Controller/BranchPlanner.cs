using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.PullRequests;
using GitOpsBumper.Configuration.Git;
using GitOpsBumper.Controller.Holds;
using GitOpsBumper.Controller.Requests;
using GitOpsBumper.Controller.Targets;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Annotations.Rollbacks;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.Planning.Orders;
using GitOpsBumper.Core.WriteBack;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Controller;

/// <summary>Plans all applications of one branch from the files at its tip.</summary>
/// <param name="services">Of the cycle.</param>
/// <param name="clone">Of the repository.</param>
/// <param name="remote">The repository.</param>
/// <param name="grouping">How many commits several applications make.</param>
/// <param name="closed">The requests that people closed; null: there are none for these applications.</param>
internal sealed partial class BranchPlanner(CycleServices services, GitClone clone, GitRemote remote, CommitGrouping grouping, ClosedRequests? closed = null)
{
    private BranchHistory _history = BranchHistory.Empty;
    private ILookup<RepositoryName, RejectedVersion>? _elsewhere;
    private TurnedDown? _closed;
    private IReadOnlyList<SlotNeighbour> _neighbours = [];
    private IReadOnlyList<ApplicationWork> _sharers = [];
    private WriteSlots _slots = new([]);
    private IReadOnlyDictionary<ImageIdentity, ImageDecision> _notDue = new Dictionary<ImageIdentity, ImageDecision>();

    /// <summary>The commits of a branch, in the order of its applications.</summary>
    public async Task<BranchPlan> PlanAsync(BranchWork branch, CancellationToken cancellationToken)
    {
        var files = await BranchFiles.ReadAsync(clone, branch, cancellationToken);
        var planned = await DecideAsync(branch, files, cancellationToken);
        var drafts = new List<CommitDraft>();
        var writers = new Dictionary<Slot, CommitDraft>();
        for (var index = 0; index < planned.Length; index++)
        {
            var application = branch.Applications[index];
            if (planned[index] is { } first)
                await SafelyAsync(application, () => AddAsync(application, branch, first, files, drafts, writers, cancellationToken));
        }

        return new BranchPlan(branch, [.. drafts.Select(draft => draft.Finish(services.CommitMessage)).OfType<PlannedCommit>()]);
    }

    /// <summary>Null for those that failed.</summary>
    private async Task<Decided?[]> DecideAsync(BranchWork branch, BranchFiles files, CancellationToken cancellationToken)
    {
        _notDue = branch.NotDue;
        var planned = await Task.WhenAll(branch.Applications.Select(application => SafelyAsync(application, () => Task.Run(() => DecideAsync(application, files, cancellationToken), cancellationToken))));
        _slots = SlotsOf(branch, planned);
        _sharers = branch.Applications;
        await HoldBackAsync(branch, planned, files, cancellationToken);
        HoldPins(branch, planned);
        return planned;
    }

    /// <summary>Decides once more where something is due, knowing what people took back. Who cannot know it writes nothing.</summary>
    private async Task HoldBackAsync(BranchWork branch, Decided?[] planned, BranchFiles files, CancellationToken cancellationToken)
    {
        var due = Enumerable.Range(0, planned.Length).Where(index => planned[index]?.Images.Any(image => image.Decision is ImageDecision.Update) == true).ToList();
        if (due.Count == 0)
            return;
        // What shares a file with others may be decided again when they have changed it.
        var shared = Enumerable.Range(0, planned.Length).Where(index => planned[index] is not null).GroupBy(index => planned[index]!.Path).Where(users => users.Skip(1).Any())
            .SelectMany(users => users).Concat(Enumerable.Range(0, planned.Length).Where(index => branch.Applications[index].Place!.MayBeFolder)).Select(index => branch.Applications[index]);
        try
        {
            _neighbours = await new SlotNeighbours(services, clone, remote).FindAsync(branch, [.. due.Where(index => planned[index]!.Slots.Any(slot => slot is not null)).Select(index => branch.Applications[index])], cancellationToken);
            _sharers = [.. branch.Applications, .. _neighbours.Select(neighbour => neighbour.Application).Distinct()];
            _slots = SlotsOf(branch, planned);
            _history = await BranchHistory.ReadAsync(
                clone, branch, due.Select(index => branch.Applications[index]).Concat(shared).Concat(_neighbours.Select(neighbour => neighbour.Application)), services.Time.GetUtcNow(), cancellationToken);
            var wide = due.SelectMany(index => planned[index]!.Images).Select(image => image.Policy).Where(image => image.Rollbacks.Scope == RejectScope.Repository).Select(image => image.Image.Repository).ToHashSet();
            if (closed is not null && due.Exists(index => branch.Applications[index].Forge is not null))
                _closed = await closed.ReadAsync(cancellationToken);
            if (wide.Count > 0)
                _elsewhere = await new RepositoryRejections(services, clone, remote).ReadAsync(wide, cancellationToken);
        }
        catch (Exception failure) when (failure is ForgeException or GitException { Failure: not GitFailure.CorruptClone })
        {
            foreach (var index in due)
            {
                branch.Applications[index].Fail($"what people took back is not known, so nothing is written: {failure.Message}");
                planned[index] = null;
            }

            return;
        }

        foreach (var index in due)
        {
            var (application, first) = (branch.Applications[index], planned[index]!);
            if (first.Images.Where((image, at) => Complete(application, first.Slots[at], first.Path, image.Policy, image.State) is { Rejected.Count: > 0 } or { Override: not null }).Any())
                planned[index] = await SafelyAsync(application, () => DecideAsync(application, files, cancellationToken));
        }
    }

    private WriteSlots SlotsOf(BranchWork branch, Decided?[] planned)
    {
        var slots = new WriteSlots(_neighbours);
        for (var index = 0; index < planned.Length; index++)
        {
            if (planned[index] is { } decided)
                slots.Add(branch.Applications[index], decided.Slots, decided.Images);
        }

        return slots;
    }

    /// <summary>What one application's person holds, no other one writes over.</summary>
    private void HoldPins(BranchWork branch, Decided?[] planned)
    {
        _slots = SlotsOf(branch, planned);
        _slots.FindConflicts();
        for (var index = 0; index < planned.Length; index++)
        {
            if (planned[index] is { } decided)
                planned[index] = decided with { Images = [.. decided.Images.Select(image => image with { Decision = _slots.Check(image.Policy, image.Decision) })] };
        }
    }

    private ImageState Complete(ApplicationWork application, Slot? slot, RepositoryPath path, ImagePolicy image, ImageState state)
    {
        var writers = _slots.WritersOf(application, image, slot);
        var complete = _history.Complete(writers, image, path, state);
        if (writers.Count > 1)
            complete = complete with { Rejected = [.. complete.Rejected, .. RejectedByOthers(application, writers)] };
        if (_closed is { } turnedDown && application.Forge is not null)
            complete = complete with { Rejected = [.. complete.Rejected, .. turnedDown.Of(application.Application.Name, image, _history.TargetOf(path), () => _history.Read(writers, image, path, state.Written))] };
        return image.Rollbacks.Scope == RejectScope.Repository
            ? complete with { Rejected = [.. complete.Rejected, .. (_elsewhere?[image.Image.Repository] ?? []).Where(rejected => rejected.In != application.Application.Name)] }
            : complete;
    }

    /// <summary>What people said in annotations of others that write to the same place.</summary>
    private IEnumerable<RejectedVersion> RejectedByOthers(ApplicationWork application, IReadOnlyCollection<ImageIdentity> writers) =>
        _sharers.Where(work => work.Application.Name != application.Application.Name)
            .SelectMany(work => work.Policy.Images.Where(policy => writers.Contains(new ImageIdentity(work.Application.Name, policy.Alias)))
                .SelectMany(policy => RejectedVersion.Of(policy.Approvals).Select(rejected => rejected with { In = work.Application.Name })));

    /// <summary>Nothing comes to a write branch that its base would not get.</summary>
    private ImageDecision Check(ApplicationWork application, ImagePolicy image, ImageDecision decision) =>
        decision is ImageDecision.Update && _notDue.TryGetValue(new ImageIdentity(application.Application.Name, image.Alias), out var onBase) ? onBase : _slots.Check(image, decision);

    /// <summary>A bug that one application brings to light stays with it.</summary>
    private async Task<T?> SafelyAsync<T>(ApplicationWork application, Func<Task<T?>> step)
        where T : class
    {
        try
        {
            return await step();
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Log.Unexpected(services.Logger, application.Application.Name.ToString(), failure);
            application.Fail($"an internal error, please report it: {failure.GetType().Name}: {failure.Message}");
            return null;
        }
    }

    private async Task<Decided?> DecideAsync(ApplicationWork application, BranchFiles files, CancellationToken cancellationToken)
    {
        if (Look(application, files) is not { } seen)
            return null;
        (application.Shut, application.Depends) = (services.Gate.Find(application), []);
        var images = await Task.WhenAll(application.Policy.Images.Select(async (image, index) =>
            new PlannedImage(image, seen.States[index], application.Order is { } order
                ? OrderPlanner.Plan(order, application.Application.Name, image, seen.States[index], seen.Opened.Target)
                : Check(application, image, await services.Resolver.DecideAsync(application.Application.Name, image, seen.States[index], cancellationToken)))));
        services.Progress.Decided();
        return new Decided(seen.Opened, seen.Path, seen.Slots, images);
    }

    /// <summary>What the files say of an application's images; null when that cannot be told. Apart from the rest, as nothing of it may outlive the wait for registries.</summary>
    private Seen? Look(ApplicationWork application, BranchFiles files)
    {
        if (!OpenedTarget.TryOpen(application, files.Of(application.Place!), out var opened, out var target, out var problem))
        {
            application.Fail(problem);
            return null;
        }

        var path = files.Real(target.Path);
        var slots = application.Policy.Images.Select(image => WriteSlots.SlotOf(target, path, image)).ToList();
        return new Seen(
            opened, path, slots, [.. application.Policy.Images.Select((image, index) => Complete(application, slots[index], path, image, ImageStateReader.Read(image, application.Application, target, services.Time.GetUtcNow())))]);
    }

    /// <summary>Puts what an application changes into a commit of its own, or into one that others have begun.</summary>
    private async Task<CommitDraft?> AddAsync(
        ApplicationWork application,
        BranchWork branch,
        Decided first,
        BranchFiles files,
        List<CommitDraft> drafts,
        Dictionary<Slot, CommitDraft> writers,
        CancellationToken cancellationToken)
    {
        // An application before this one has changed the same file: what was decided from the old text is decided again.
        var isChanged = !files.AreStill(first.Opened.Files);
        var current = isChanged ? await DecideAsync(application, files, cancellationToken) : first;
        if (current is null)
            return null;
        var operation = Plan(application, current);
        if (IsWorthACommit(operation))
        {
            var message = Message(application, branch, current, operation);
            // Before anybody builds on its text.
            if (!services.CommitMessage.TryRender(message, out _, out var problem))
            {
                application.Fail($"the commit message template: {problem}");
                return null;
            }

            var draft = grouping == CommitGrouping.Repository && drafts.Count > 0 ? drafts[0] : new CommitDraft();
            if (!drafts.Contains(draft))
                drafts.Add(draft);
            draft.Add(application, message, operation.Changes.Select(files.Change));
            for (var index = 0; index < operation.Images.Count; index++)
            {
                if (operation.Images[index].Decision is ImageDecision.Update && current.Slots[index] is { } slot)
                    writers[slot] = draft;
            }

            return draft;
        }

        // Where others have written just what this one wanted to, their commit is its own as well.
        if (isChanged && application.Shut is null && Wrote(first, current, writers) is { } theirs)
            theirs.Add(application, Message(application, branch, first, Plan(application, first)), []);
        return null;
    }

    /// <summary>The commit that has written all that was wanted; null when there is none.</summary>
    private static CommitDraft? Wrote(Decided first, Decided current, Dictionary<Slot, CommitDraft> writers)
    {
        var drafts = new List<CommitDraft?>();
        var target = current.Opened.Target;
        for (var index = 0; index < first.Images.Count; index++)
        {
            var image = first.Images[index];
            if (image.Decision is not ImageDecision.Update update)
                continue;
            var isThere = target.Find(image.Policy)?.Versions is [var written] && written == update.Value;
            drafts.Add(isThere && first.Slots[index] is { } slot ? writers.GetValueOrDefault(slot) : null);
        }

        return drafts.Distinct().ToList() is [{ } only] ? only : null;
    }

    /// <summary>What a person wants is put down also where no file changes.</summary>
    private static bool IsWorthACommit(WriteBackOperation operation) => operation.Changes.Count > 0 || (operation.Problem is null && operation.Images.Any(image => image.Decision is ImageDecision.Ordered));

    private sealed record Seen(OpenedTarget Opened, RepositoryPath Path, IReadOnlyList<Slot?> Slots, IReadOnlyList<ImageState> States);

    /// <param name="Path">Of the target, links followed.</param>
    /// <param name="Slots">One for each of the images.</param>
    private sealed record Decided(OpenedTarget Opened, RepositoryPath Path, IReadOnlyList<Slot?> Slots, IReadOnlyList<PlannedImage> Images);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "An internal error while planning {Application}.")]
        public static partial void Unexpected(ILogger logger, string application, Exception exception);
    }
}
