using GitOpsBumper.Controller.Holds;
using GitOpsBumper.Controller.Requests;
using GitOpsBumper.Controller.Targets;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.Messages;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.Planning.Checks;
using GitOpsBumper.Core.Schedules;

namespace GitOpsBumper.Controller;

/// <content>Plans what does not go to the branch itself: each part of it as if it were alone.</content>
internal sealed partial class BranchPlanner
{
    /// <summary>What each application would change at the tip if it were alone; those with nothing to change are left out.</summary>
    public async Task<IReadOnlyList<DueChanges>> FindDueAsync(BranchWork branch, CancellationToken cancellationToken)
    {
        var files = await BranchFiles.ReadAsync(clone, branch, cancellationToken);
        var planned = await DecideAsync(branch, files, cancellationToken);
        var due = new List<DueChanges>();
        for (var index = 0; index < planned.Length; index++)
        {
            var application = branch.Applications[index];
            if (planned[index] is not { } decided)
                continue;
            var found = await SafelyAsync(application, () => Task.FromResult(
                // Parameters that merely follow the Application wait for the next version: they have no name for a branch.
                Plan(application, decided) is { Problem: null } operation && IsWorthACommit(operation) && Message(application, branch, decided, operation) is { Named.Count: > 0 } message
                    ? new DueChanges(application, message, operation.Images) : null));
            if (found is not null)
                due.Add(found);
        }

        return due;
    }

    /// <summary>What each share would change at the tip if it were alone, in one commit.</summary>
    /// <param name="branch">With all applications of all shares.</param>
    /// <param name="shares">Each of some of them.</param>
    /// <param name="cancellationToken">Ends the git process.</param>
    public async Task<IReadOnlyList<ShareChanges>> PlanSharesAsync(BranchWork branch, IReadOnlyList<RequestShare> shares, CancellationToken cancellationToken)
    {
        var files = await BranchFiles.ReadAsync(clone, branch, cancellationToken);
        var planned = await DecideAsync(branch, files, cancellationToken);
        var places = Enumerable.Range(0, planned.Length).ToDictionary(index => branch.Applications[index]);
        var changes = new List<ShareChanges>();
        foreach (var share in shares)
        {
            var drafts = new List<CommitDraft>();
            var writers = new Dictionary<Slot, CommitDraft>();
            foreach (var application in share.Applications)
            {
                if (planned[places[application]] is { } first)
                    await SafelyAsync(application, () => AddAsync(application, branch, first, files, drafts, writers, cancellationToken));
            }

            var before = files.Undo();
            // Parameters that merely follow the Application wait for the next version.
            var commit = drafts is [var draft] && draft.Parts.Any(part => part.Named.Count > 0) ? draft.Finish(services.CommitMessage) : null;
            changes.Add(new ShareChanges(share, commit, commit is null ? [] : drafts[0].Parts, before));
        }

        return changes;
    }

    private WriteBackOperation Plan(ApplicationWork application, Decided decided)
    {
        var operation = WriteBackPlanner.Plan(
            decided.Opened.Target, decided.Images, application.Shut, image => application.Shut ?? SharedGate(application, decided, image), image => Approve(application, decided, image));
        application.Planned(operation.Images, operation.Changes);
        if (operation.Problem is not null)
            application.Fail(operation.Problem);
        return operation;
    }

    /// <summary>What is written for one of several applications that share a place is written for all of them, and their times count as well.</summary>
    private ShutGate? SharedGate(ApplicationWork application, Decided decided, PlannedImage image)
    {
        foreach (var (other, _) in Sharers(application, decided, image))
        {
            if (services.Gate.Find(other) is { IsPassed: false } shut)
                return shut with { Reason = $"{shut.Reason} (of Application {other.Application.Name}, which writes to the same place)" };
        }

        return null;
    }

    /// <summary>Likewise their approvals.</summary>
    private PlannedImage Approve(ApplicationWork application, Decided decided, PlannedImage image)
    {
        var own = services.Approvals.Wait(application, image);
        if (own.Decision is not ImageDecision.Update update || own.Policy.Pin is not null || ApprovalCheck.IsThere(own.State, update))
            return own;
        foreach (var (other, policy) in Sharers(application, decided, image))
        {
            if (services.Approvals.Find(application, other, policy, update) is { } waiting)
                return own with { Decision = waiting };
        }

        return own;
    }

    /// <summary>Who else writes to the place of an image that is to be written, and as what.</summary>
    private IEnumerable<(ApplicationWork Work, ImagePolicy Policy)> Sharers(ApplicationWork application, Decided decided, PlannedImage image)
    {
        if (application.Order is not null || image.Decision is not ImageDecision.Update || decided.Images.ToList().FindIndex(own => ReferenceEquals(own.Policy, image.Policy)) is not (>= 0 and var index))
            return [];
        var others = _slots.WritersOf(application, image.Policy, decided.Slots[index]).Where(writer => writer.Application != application.Application.Name).ToHashSet();
        if (others.Count == 0)
            return [];
        var works = _sharers.Where(work => work.Policy.Images.Any(policy => others.Contains(new ImageIdentity(work.Application.Name, policy.Alias)))).ToList();
        application.Depends = [.. application.Depends.Union(works)];
        return works.SelectMany(work => work.Policy.Images.Where(policy => others.Contains(new ImageIdentity(work.Application.Name, policy.Alias))).Select(policy => (work, policy)));
    }

    private static CommitMessageData Message(ApplicationWork application, BranchWork branch, Decided decided, WriteBackOperation operation) => new(
        application.Application.Name,
        [.. operation.Images.Where(image => image.Decision is ImageDecision.Update).Select(image => Change(image, (ImageDecision.Update)image.Decision))],
        operation.Notes)
    {
        Target = BranchHistory.Target(branch.Base.Text, decided.Path),
        ApprovedBy = [.. operation.Images.Select(image => image.Decision).OfType<ImageDecision.Update>().SelectMany(update => update.ApprovedBy).Distinct(StringComparer.Ordinal)],
        Holds = [.. operation.Images.Select(image => HoldMessages.Change(application, image)).OfType<HoldChange>()],
        Said = application.Order is { } order ? HoldMessages.Said(application.Application.Name, order) : null,
    };

    private static ImageChange Change(PlannedImage image, ImageDecision.Update update) =>
        new(image.Policy.Alias, image.Policy.Image.Name, image.State.CurrentText, update.Value.ToString()) { NewVersion = update.Full.ToString() };
}
