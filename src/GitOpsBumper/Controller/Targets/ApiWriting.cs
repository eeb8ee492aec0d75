using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.Git.Apps.Commits;
using GitOpsBumper.Controller.Holds;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Controller.Targets;

/// <summary>Writes through GitHub's API instead of pushing: each commit is a request of its own, under the lease of the one before it.</summary>
internal sealed partial class ApiWriting(CycleServices services, RepositoryWork repository, WriteMode mode, GitClone clone)
{
    /// <summary>Whether the settings and the credential of the repository say so.</summary>
    public bool IsWanted => services.Settings.Git.UsesGitHubApi && repository.Remote.Credential?.App is not null;

    /// <returns>The applications that are to be planned again.</returns>
    public async Task<IReadOnlyList<ApplicationWork>> WriteAsync(IReadOnlyList<BranchPlan> due, CancellationToken cancellationToken)
    {
        var commits = due.SelectMany(plan => plan.Commits).ToList();
        var unfit = commits.Where(commit => commit.Commit.Files.Any(file => file.Executable)).ToList();
        foreach (var commit in unfit)
        {
            var path = commit.Commit.Files.First(file => file.Executable).Path;
            foreach (var application in commit.Applications)
                application.Fail($"'{path}' is executable, which a commit through GitHub's API would not keep; make it a plain file, or push with --github-commits git");
        }

        // Others may have built on what now is not written.
        if (unfit.Count > 0)
            return [.. commits.Except(unfit).SelectMany(commit => commit.Applications)];
        services.Progress.Pushing(repository.Url, commits.Count);
        var lost = new List<ApplicationWork>();
        foreach (var plan in due)
            lost.AddRange(await WriteAsync(plan, cancellationToken));
        return lost;
    }

    private async Task<IReadOnlyList<ApplicationWork>> WriteAsync(BranchPlan plan, CancellationToken cancellationToken)
    {
        var branch = plan.Work.Branch;
        var tip = plan.Work.Tip;
        var written = 0;
        try
        {
            if (!plan.Work.Exists && Blocked(plan.Commits) is { } early)
                return early;
            if (!plan.Work.Exists && await services.Commits.CreateBranchAsync(repository.Remote, branch, tip, mode.Abort) is not ApiCommitOutcome.Made and var refused)
                return After(refused, plan.Commits, branch);
            foreach (var commit in plan.Commits)
            {
                cancellationToken.ThrowIfCancellationRequested();
                IReadOnlyList<PlannedCommit> left = [.. plan.Commits.Skip(written)];
                if (Blocked(left) is { } blocked)
                    return blocked;
                var outcome = await services.Commits.CommitAsync(repository.Remote, branch, tip, commit.Commit, mode.Abort);
                if (outcome is not ApiCommitOutcome.Made { Id: var id })
                    return After(outcome, left, branch);
                tip = id;
                written++;
                BranchHistory.Remember(clone, plan.Work, [(id, commit.Commit)], services);
                foreach (var application in commit.Applications)
                    application.Commit = id.Hex;
            }
        }
        finally
        {
            if (written > 0)
                Log.Committed(services.Logger, written, branch.Text, repository.Url.Text);
        }

        return [];
    }

    /// <summary>As before a push: null when it may begin, else those to be planned again; who is barred fails.</summary>
    private IReadOnlyList<ApplicationWork>? Blocked(IReadOnlyList<PlannedCommit> left)
    {
        var applications = left.SelectMany(commit => commit.Applications).ToList();
        if (applications.Any(services.MustPlanAgain))
            return applications;
        if (mode.Barrier() is not { } barred)
            return null;
        foreach (var application in applications)
            application.Fail(barred);
        return [];
    }

    /// <summary>A branch that takes one commit not takes none of those that follow either.</summary>
    private IReadOnlyList<ApplicationWork> After(ApiCommitOutcome outcome, IReadOnlyList<PlannedCommit> left, BranchName branch)
    {
        var applications = left.SelectMany(commit => commit.Applications).ToList();
        if (outcome is not ApiCommitOutcome.Refused { Reason: var reason })
            return applications;
        foreach (var application in applications)
            application.Fail($"{repository.Url} refused the commit to {branch} through GitHub's API: {reason}");
        return [];
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Made {Commits} commits on {Branch} of {Repository} through GitHub's API.")]
        public static partial void Committed(ILogger logger, int commits, string branch, string repository);
    }
}
