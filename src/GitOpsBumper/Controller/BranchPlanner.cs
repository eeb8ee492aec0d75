using System.Text;
using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Controller.Holds;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Messages;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.WriteBack;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Controller;

/// <summary>The applications that write to one branch, and its tip.</summary>
internal sealed record BranchWork(BranchName Branch, CommitId Tip, IReadOnlyList<ApplicationWork> Applications);

/// <summary>What is to be committed to one branch; at most one commit per application.</summary>
internal sealed record BranchPlan(BranchName Branch, CommitId Tip, IReadOnlyList<ApplicationCommit> Commits);

internal sealed record ApplicationCommit(ApplicationWork Application, NewCommit Commit);

/// <summary>Plans all applications of one branch from the files at its tip.</summary>
internal sealed partial class BranchPlanner(CycleServices services, GitClone clone)
{
    private BranchHistory _history = BranchHistory.Empty;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public async Task<BranchPlan> PlanAsync(BranchWork branch, CancellationToken cancellationToken)
    {
        var paths = branch.Applications.Select(application => application.OverrideFile!).Concat(branch.Applications.Select(ChartFile).OfType<RepositoryPath>());
        var read = await clone.ReadAsync(branch.Branch, branch.Tip, [.. paths.Distinct()], cancellationToken);
        var texts = new Dictionary<RepositoryPath, string?>();
        var planned = await Task.WhenAll(branch.Applications.Select(application => SafelyAsync(application, () => ReadAndDecideAsync(application, branch, read, texts, cancellationToken))));
        await HoldBackAsync(branch, planned, texts, cancellationToken);
        var commits = new List<ApplicationCommit>();
        for (var index = 0; index < planned.Length; index++)
        {
            var application = branch.Applications[index];
            if (planned[index] is not { } first)
                continue;
            if (await SafelyAsync(application, () => CommitAsync(application, first, read, texts, cancellationToken)) is { } commit)
                commits.Add(commit);
        }

        return new BranchPlan(branch.Branch, branch.Tip, commits);
    }

    /// <summary>Decides once more where something is due, knowing what people took back. Who cannot know it writes nothing.</summary>
    private async Task HoldBackAsync(BranchWork branch, Decided?[] planned, Dictionary<RepositoryPath, string?> texts, CancellationToken cancellationToken)
    {
        var due = Enumerable.Range(0, planned.Length).Where(index => planned[index]?.Images.Any(image => image.Decision is ImageDecision.Update) == true).ToList();
        if (due.Count == 0)
            return;
        // What shares a file with others may be decided again when they have changed it.
        var shared = branch.Applications.GroupBy(application => application.OverrideFile).Where(file => file.Count() > 1).SelectMany(file => file);
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
            if (first.Images.Any(image => _history.Complete(application, image.Policy, image.State).Rejected.Count > 0))
                planned[index] = await SafelyAsync(application, () => DecideAsync(application, texts[application.OverrideFile!], cancellationToken));
        }
    }

    /// <summary>Where the Application does not say that it is a Helm chart, git has to: parameters in the override file would make Argo CD take it for one.</summary>
    private static RepositoryPath? ChartFile(ApplicationWork application) =>
        application.Policy.WriteBack!.Source.Kind == SourceKind.Unknown && application.OverrideFile!.Parent.TryCombine("Chart.yaml", out var chart, out _) ? chart : null;

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

    private async Task<Decided?> ReadAndDecideAsync(
        ApplicationWork application,
        BranchWork branch,
        IReadOnlyDictionary<RepositoryPath, RepositoryFile> read,
        Dictionary<RepositoryPath, string?> texts,
        CancellationToken cancellationToken)
    {
        var path = application.OverrideFile!;
        var folder = path.Parent.Text;
        string? problem = read[path].Kind switch
        {
            RepositoryFileKind.NoFolder => $"path '{folder}' does not exist in branch '{branch.Branch}'",
            RepositoryFileKind.SymbolicLink => $"'{path}' is a symbolic link; links are not followed",
            RepositoryFileKind.Folder or RepositoryFileKind.Submodule => $"'{path}' is not a file",
            RepositoryFileKind.TooLarge => $"'{path}' is larger than {GitClone.MaxFileBytes} bytes",
            RepositoryFileKind.LfsPointer => $"'{path}' is kept by Git LFS: in git there is a pointer to it alone, which is not written to",
            _ when ChartFile(application) is { } chart && read[chart].Kind is not (RepositoryFileKind.File or RepositoryFileKind.ExecutableFile) =>
                $"path '{folder}' has no Chart.yaml in branch '{branch.Branch}', so it is not a Helm chart; this version writes Helm parameters alone",
            _ => null,
        };
        string? text = null;
        if (problem is null && read[path].Content is { } content)
        {
            try
            {
                text = Utf8.GetString(content.Span);
            }
            catch (DecoderFallbackException)
            {
                problem = $"'{path}' is not UTF-8 text";
            }
        }

        if (problem is not null)
        {
            application.Fail(problem);
            return null;
        }

        lock (texts)
        {
            // Applications that share a file share its text.
            if (!texts.TryAdd(path, text))
                text = texts[path];
        }

        return await DecideAsync(application, text, cancellationToken);
    }

    private async Task<Decided?> DecideAsync(ApplicationWork application, string? text, CancellationToken cancellationToken)
    {
        if (!ArgoCdSourceFile.TryRead(text, out var file, out var problem))
        {
            application.Fail($"'{application.OverrideFile}': {problem}");
            return null;
        }

        var writeBack = application.Policy.WriteBack!;
        var images = await Task.WhenAll(application.Policy.Images.Select(async image =>
        {
            var state = _history.Complete(application, image, ImageStateReader.Read(image, application.Application, writeBack, file));
            return new PlannedImage(image, state, await services.Resolver.DecideAsync(application.Application.Name, image, state, cancellationToken));
        }));
        services.Progress.Decided();
        return new Decided(text, file, writeBack, images);
    }

    private async Task<ApplicationCommit?> CommitAsync(
        ApplicationWork application,
        Decided first,
        IReadOnlyDictionary<RepositoryPath, RepositoryFile> read,
        Dictionary<RepositoryPath, string?> texts,
        CancellationToken cancellationToken)
    {
        var path = application.OverrideFile!;
        // An application before this one has changed the same file: what was decided from the old text is decided again.
        var current = ReferenceEquals(texts[path], first.Text) ? first : await DecideAsync(application, texts[path], cancellationToken);
        return current is null ? null : Commit(application, path, current, texts, read[path].Kind);
    }

    private ApplicationCommit? Commit(
        ApplicationWork application, RepositoryPath path, Decided decided, Dictionary<RepositoryPath, string?> texts, RepositoryFileKind kind)
    {
        var operation = WriteBackPlanner.Plan(decided.WriteBack, path, decided.Text, decided.File, decided.Images);
        application.Planned(operation.Images, operation.Change is null ? [] : [operation.Change]);
        if (operation.Problem is not null)
            application.Fail(operation.Problem);
        if (operation.Change is not { } change)
            return null;
        var changes = operation.Images.Where(image => image.Decision is ImageDecision.Update)
            .Select(image => Change(image, (ImageDecision.Update)image.Decision));
        var data = new CommitMessageData(application.Application.Name, [.. changes], operation.Carried) { Target = BranchHistory.Target(application.Branch!, path) };
        if (!services.CommitMessage.TryRender(data, out var message, out var problem))
        {
            application.Fail($"the commit message template: {problem}");
            return null;
        }

        texts[path] = change.NewText;
        var write = new FileWrite(path, kind == RepositoryFileKind.ExecutableFile, Utf8.GetBytes(change.NewText));
        return new ApplicationCommit(application, new NewCommit(message, [write]));
    }

    private static ImageChange Change(PlannedImage image, ImageDecision.Update update) => new(image.Policy.Alias, image.Policy.Image.Name, image.State.CurrentText, update.Value.ToString())
    {
        NewVersion = update.Full.ToString(),
    };

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "An internal error while planning {Application}.")]
        public static partial void Unexpected(ILogger logger, string application, Exception exception);
    }

    private sealed record Decided(string? Text, ArgoCdSourceFile File, WriteBackPolicy WriteBack, IReadOnlyList<PlannedImage> Images);
}
