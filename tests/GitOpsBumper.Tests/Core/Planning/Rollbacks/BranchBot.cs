using System.Collections.Immutable;
using GitOpsBumper.Controller;
using GitOpsBumper.Controller.Holds;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.Messages;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.Planning.Orders;
using GitOpsBumper.Core.WriteBack.Targets;

namespace GitOpsBumper.Tests.Core.Planning.Rollbacks;

/// <summary>Plans a branch as the controller does, without git and without a registry.</summary>
internal sealed class BranchBot(GitLine git, IReadOnlyList<PlayedApplication> applications, IReadOnlyDictionary<string, RegistryWorld> registries)
{
    /// <summary>What was decided last, by application and alias.</summary>
    public Dictionary<(string Application, string Alias), ImageDecision> Decisions { get; } = [];

    /// <summary>One cycle.</summary>
    /// <returns>How many commits it made.</returns>
    public int Cycle(bool isGrouped)
    {
        var planned = applications.Select(application => Decide(application, history: null)).ToList();
        var due = planned.Where(one => one.Images.Any(image => image.Decision is ImageDecision.Update)).Select(one => one.Application.Snapshot.Name).ToHashSet();
        if (due.Count > 0)
        {
            var history = new UpdateHistory(due);
            var there = git.Commits.Select(commit => commit.Id).ToHashSet();
            foreach (var commit in ForcedOff.Restore([.. git.Commits.Select(commit => commit.Read)], [.. git.Pushed.Where(commit => !there.Contains(commit.Id)).Select(commit => commit.Read)]))
                history.Add(commit);
            planned = [.. planned.Select(one => due.Contains(one.Application.Snapshot.Name) ? Decide(one.Application, history) : one)];
        }

        var operations = planned.Select(one => (one.Application, Operation: WriteBackPlanner.Plan(one.Target, one.Images), one.Target)).Where(one => one.Operation.Changes.Count > 0).ToList();
        if (isGrouped && operations.Count > 0)
            Commit([.. operations.Select(one => Message(one.Application, one.Target, one.Operation, order: null))], operations.Select(one => one.Operation));
        foreach (var (application, operation, target) in operations.Where(_ => !isGrouped))
            Commit([Message(application, target, operation, order: null)], [operation]);
        return isGrouped ? Math.Min(1, operations.Count) : operations.Count;
    }

    /// <summary>What a person wants on the command line; false where it is refused.</summary>
    public bool Obey(PlayedApplication application, HoldOrder order)
    {
        var target = application.Open(git.Files.GetValueOrDefault(application.Path));
        var images = application.Policy.Images.Select(image =>
        {
            var state = ImageStateReader.Read(image, application.Snapshot, target, git.Now);
            return new PlannedImage(image, state, OrderPlanner.Plan(order, application.Snapshot.Name, image, state, target));
        }).ToList();
        var operation = WriteBackPlanner.Plan(target, images);
        if (operation.Problem is not null || !operation.Images.Any(image => image.Decision is ImageDecision.Ordered))
            return false;
        Commit([Message(application, target, operation, order)], [operation]);
        return true;
    }

    private Planned Decide(PlayedApplication application, UpdateHistory? history)
    {
        var target = application.Open(git.Files.GetValueOrDefault(application.Path));
        var images = application.Policy.Images.Select(image =>
        {
            var state = ImageStateReader.Read(image, application.Snapshot, target, git.Now);
            if (history is not null)
            {
                var memory = history.Read(
                    [new ImageIdentity(application.Snapshot.Name, image.Alias)], image.Image.Repository, Target(target), state.Written, git.Now - image.Rollbacks.Memory);
                var pin = memory.Pin is { } held && !(held.Until <= git.Now) ? new OverridePin(held.Value.Text, held.Story, IsInApplication: false) : null;
                state = state with { Rejected = memory.Rejected, Override = state.Override ?? pin };
            }

            var decision = registries[image.Image.Repository.ToString()].Decide(image, state);
            Decisions[(application.Snapshot.Name.Name, image.Alias!)] = decision;
            return new PlannedImage(image, state, decision);
        }).ToList();
        return new Planned(application, target, images);
    }

    private void Commit(IReadOnlyList<CommitMessageData> data, IEnumerable<WriteBackOperation> operations)
    {
        Assert.True(CommitMessageTemplate.Default.TryRender(data, out var message, out var problem), problem);
        git.Push(message, operations.SelectMany(operation => operation.Changes).Aggregate(git.Files, (files, change) => files.SetItem(change.Path.Text, change.NewText)));
    }

    private static CommitMessageData Message(PlayedApplication application, IWriteBackTarget target, WriteBackOperation operation, HoldOrder? order)
    {
        var work = new ApplicationWork(application.Snapshot, application.Policy) { Order = order };
        var changes = from image in operation.Images
                      let update = image.Decision as ImageDecision.Update
                      where update is not null
                      select new ImageChange(image.Policy.Alias, image.Policy.Image.Name, image.State.CurrentText, update.Value.ToString()) { NewVersion = update.Full.ToString() };
        return new CommitMessageData(application.Snapshot.Name, [.. changes], operation.Notes)
        {
            Target = Target(target),
            Holds = [.. operation.Images.Select(image => HoldMessages.Change(work, image)).OfType<HoldChange>()],
            Said = order is null ? null : HoldMessages.Said(application.Snapshot.Name, order),
        };
    }

    private static string Target(IWriteBackTarget target) => $"main:{target.Path}";

    private sealed record Planned(PlayedApplication Application, IWriteBackTarget Target, IReadOnlyList<PlannedImage> Images);
}
