using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Configuration.Git;
using GitOpsBumper.Controller.Holds;
using GitOpsBumper.Controller.Targets;
using GitOpsBumper.Core.Messages;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.WriteBack;
using GitOpsBumper.Core.WriteBack.Targets;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Controller;

/// <summary>Plans all applications of one branch from the files at its tip.</summary>
internal sealed partial class BranchPlanner(CycleServices services, GitClone clone, CommitGrouping grouping)
{
    private BranchHistory _history = BranchHistory.Empty;

    /// <summary>The commits of a branch, in the order of its applications.</summary>
    public async Task<BranchPlan> PlanAsync(BranchWork branch, CancellationToken cancellationToken)
    {
        var files = await BranchFiles.ReadAsync(clone, branch, cancellationToken);
        var planned = await DecideAsync(branch, files, cancellationToken);
        var drafts = new List<CommitDraft>();
        var writers = new Dictionary<RepositoryPath, CommitDraft>();
        for (var index = 0; index < planned.Length; index++)
        {
            var application = branch.Applications[index];
            if (planned[index] is { } first)
                await SafelyAsync(application, () => AddAsync(application, branch, first, files, drafts, writers, cancellationToken));
        }

        return new BranchPlan(branch, [.. drafts.Select(draft => draft.Finish(services.CommitMessage)).OfType<PlannedCommit>()]);
    }

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
                Plan(application, decided) is { Changes.Count: > 0 } operation ? new DueChanges(application, Message(application, branch, decided.Target, operation)) : null));
            if (found is not null)
                due.Add(found);
        }

        return due;
    }

    /// <summary>Null for those that failed.</summary>
    private async Task<Decided?[]> DecideAsync(BranchWork branch, BranchFiles files, CancellationToken cancellationToken)
    {
        var planned = await Task.WhenAll(branch.Applications.Select(application => SafelyAsync(application, () => DecideAsync(application, files, cancellationToken))));
        await HoldBackAsync(branch, planned, files, cancellationToken);
        return planned;
    }

    /// <summary>Decides once more where something is due, knowing what people took back. Who cannot know it writes nothing.</summary>
    private async Task HoldBackAsync(BranchWork branch, Decided?[] planned, BranchFiles files, CancellationToken cancellationToken)
    {
        var due = Enumerable.Range(0, planned.Length).Where(index => planned[index]?.Images.Any(image => image.Decision is ImageDecision.Update) == true).ToList();
        if (due.Count == 0)
            return;
        // What shares a file with others may be decided again when they have changed it.
        var users = branch.Applications.SelectMany(application => files.Of(application.Place!).Keys).GroupBy(files.Real).Where(file => file.Count() > 1).Select(file => file.Key).ToHashSet();
        var shared = branch.Applications.Where(application => files.Of(application.Place!).Keys.Any(path => users.Contains(files.Real(path))));
        try
        {
            _history = await BranchHistory.ReadAsync(clone, branch, due.Select(index => branch.Applications[index]).Concat(shared), services.Time.GetUtcNow(), cancellationToken);
        }
        catch (GitException failure) when (failure.Failure != GitFailure.CorruptClone)
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
            if (first.Images.Any(image => _history.Complete(application, image.Policy, first.Target.Path, image.State).Rejected.Count > 0))
                planned[index] = await SafelyAsync(application, () => DecideAsync(application, files, cancellationToken));
        }
    }

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
        var texts = files.Of(application.Place!);
        if (!application.Place!.TryOpen(application.Application, application.Policy, texts, out var target, out var problem))
        {
            application.Fail(problem);
            return null;
        }

        var images = await Task.WhenAll(application.Policy.Images.Select(async image =>
        {
            var state = _history.Complete(application, image, target.Path, ImageStateReader.Read(image, application.Application, target));
            return new PlannedImage(image, state, await services.Resolver.DecideAsync(application.Application.Name, image, state, cancellationToken));
        }));
        services.Progress.Decided();
        return new Decided(target, texts, images);
    }

    /// <summary>Puts what an application changes into a commit of its own, or into one that others have begun.</summary>
    private async Task<CommitDraft?> AddAsync(
        ApplicationWork application,
        BranchWork branch,
        Decided first,
        BranchFiles files,
        List<CommitDraft> drafts,
        Dictionary<RepositoryPath, CommitDraft> writers,
        CancellationToken cancellationToken)
    {
        // An application before this one has changed the same file: what was decided from the old text is decided again.
        var isChanged = !files.AreStill(first.Files);
        var current = isChanged ? await DecideAsync(application, files, cancellationToken) : first;
        if (current is null)
            return null;
        var operation = Plan(application, current);
        if (operation.Changes.Count > 0)
        {
            var message = Message(application, branch, current.Target, operation);
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
            foreach (var change in operation.Changes)
                writers[files.Real(change.Path)] = draft;
            return draft;
        }

        // The others have written just what this one wanted to: the commit is its own as well.
        if (!isChanged || operation.Problem is not null || operation.Images.Any(image => image.Decision is ImageDecision.Failed))
            return null;
        var wanted = Plan(application, first);
        if (wanted.Changes.Select(change => writers.GetValueOrDefault(files.Real(change.Path))).OfType<CommitDraft>().LastOrDefault() is { } theirs)
            theirs.Add(application, Message(application, branch, first.Target, wanted), []);
        else
            application.Planned(operation.Images, []);
        return null;
    }

    private static WriteBackOperation Plan(ApplicationWork application, Decided decided)
    {
        var operation = WriteBackPlanner.Plan(decided.Target, decided.Images);
        application.Planned(operation.Images, operation.Changes);
        if (operation.Problem is not null)
            application.Fail(operation.Problem);
        return operation;
    }

    private static CommitMessageData Message(ApplicationWork application, BranchWork branch, IWriteBackTarget target, WriteBackOperation operation) => new(
        application.Application.Name,
        [.. operation.Images.Where(image => image.Decision is ImageDecision.Update).Select(image => Change(image, (ImageDecision.Update)image.Decision))],
        operation.Notes)
    {
        Target = BranchHistory.Target(branch.Base.Text, target.Path),
    };

    private static ImageChange Change(PlannedImage image, ImageDecision.Update update) =>
        new(image.Policy.Alias, image.Policy.Image.Name, image.State.CurrentText, update.Value.ToString()) { NewVersion = update.Full.ToString() };

    private sealed record Decided(IWriteBackTarget Target, IReadOnlyDictionary<RepositoryPath, FileText> Files, IReadOnlyList<PlannedImage> Images);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "An internal error while planning {Application}.")]
        public static partial void Unexpected(ILogger logger, string application, Exception exception);
    }
}

/// <summary>An application that has something to write, and what it would say of it.</summary>
internal sealed record DueChanges(ApplicationWork Application, CommitMessageData Message);
