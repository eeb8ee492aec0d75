using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.Messages;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.WriteBack;

namespace GitOpsBumper.Controller;

/// <summary>The applications that write to one branch, and the tip that they start from.</summary>
/// <param name="Branch">That is written to.</param>
/// <param name="Tip">Of the branch; of <paramref name="Base"/> where it does not exist yet.</param>
/// <param name="Applications">In the order of the cycle.</param>
/// <param name="Base">That the changes are meant for in the end: what trailers name, and people take back.</param>
/// <param name="Exists">Whether the branch is there yet.</param>
internal sealed record BranchWork(BranchName Branch, CommitId Tip, IReadOnlyList<ApplicationWork> Applications, BranchName Base, bool Exists = true)
{
    /// <summary>The applications' changes go here instead of to <see cref="Base"/>.</summary>
    public bool IsWriteBranch { get; init; }

    /// <summary>What was decided on <see cref="Base"/> for images that are not due there: a branch that is older knows neither what people took back since, nor what they hold.</summary>
    public IReadOnlyDictionary<ImageIdentity, ImageDecision> NotDue { get; init; } = new Dictionary<ImageIdentity, ImageDecision>();

    /// <summary>The branch that has the tip.</summary>
    public BranchName ReadFrom => Exists ? Branch : Base;
}

/// <summary>An application that has something to write, and what it would say of it.</summary>
/// <param name="Application">The application.</param>
/// <param name="Message">Of its commit.</param>
/// <param name="Images">All of the application's, also those that stay.</param>
internal sealed record DueChanges(ApplicationWork Application, CommitMessageData Message, IReadOnlyList<PlannedImage> Images);

/// <summary>What is to be committed to one branch.</summary>
internal sealed record BranchPlan(BranchWork Work, IReadOnlyList<PlannedCommit> Commits);

/// <param name="Applications">That it is for.</param>
/// <param name="Commit">To be made on top of the one before it.</param>
internal sealed record PlannedCommit(IReadOnlyList<ApplicationWork> Applications, NewCommit Commit);

/// <summary>A commit while applications still add to it.</summary>
internal sealed class CommitDraft
{
    private readonly List<ApplicationWork> _applications = [];
    private readonly List<CommitMessageData> _parts = [];
    private readonly Dictionary<RepositoryPath, FileWrite> _files = [];

    public IReadOnlyList<ApplicationWork> Applications => _applications;

    /// <summary>What it says of each of them.</summary>
    public IReadOnlyList<CommitMessageData> Parts => _parts;

    public void Add(ApplicationWork application, CommitMessageData part, IEnumerable<FileWrite> files)
    {
        _applications.Add(application);
        _parts.Add(part);
        foreach (var file in files)
            _files[file.Path] = file;
    }

    /// <summary>
    /// Null when the template does not print what it has to; then all its applications have failed. Others have built on their texts by now, so what it prints for
    /// each of several alone, and not for all of them, is no reason to fail: the built-in one speaks for them.
    /// </summary>
    public PlannedCommit? Finish(CommitMessageTemplate template)
    {
        if (template.TryRender(_parts, out var message, out var problem) || (_parts.Count > 1 && CommitMessageTemplate.Default.TryRender(_parts, out message, out problem)))
            return new PlannedCommit(_applications, new NewCommit(message, [.. _files.Values.OrderBy(file => file.Path.Text, StringComparer.Ordinal)]));
        foreach (var application in _applications)
            application.Fail($"the commit message template: {problem}");
        return null;
    }
}
