using System.Diagnostics;
using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Controller.Holds;
using GitOpsBumper.Controller.Requests;
using GitOpsBumper.Controller.Targets;
using Microsoft.Extensions.Logging;
namespace GitOpsBumper.Controller;

/// <summary>
/// Everything that one cycle does with one git repository: one fetch, one batch of reads, the plan, all commits in one pass, one push.
/// Whoever loses a race starts again from the new tip; edits are functions of the files, so nothing is ever merged.
/// </summary>
internal sealed partial class RepositoryRun(RepositoryWork repository, CycleServices services, WriteMode mode)
{
    private const int MaxAttempts = 5;
    private const int FirstPauseMilliseconds = 200;

    /// <summary>Groups of which somebody is missing.</summary>
    private readonly HashSet<string> _incomplete = new(StringComparer.Ordinal);

    private IReadOnlyList<ApplicationWork> _applications = repository.Applications;

    /// <returns>The applications as they were when their turn came; those that had left are missing.</returns>
    public async Task<IReadOnlyList<ApplicationWork>> RunAsync(CancellationToken cancellationToken)
    {
        using var turn = await services.Turns.TakeAsync(repository.Url, cancellationToken);
        try
        {
            _applications = await new ApplicationRenewal(services).RenewAsync(repository, cancellationToken);
            var members = await new GroupMembers(services).FindAsync(repository.Remote, _applications, cancellationToken);
            _incomplete.UnionWith(members.Incomplete);
            _applications = [.. _applications, .. members.Members];
            if (_applications.Count > 0)
                await HoldAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // What was pushed was pushed.
            services.Witness.Decided([.. _applications.Where(application => application.Commit is not null).Select(application => application.Decided(mode.Writes))]);
            throw;
        }

        services.Witness.Decided([.. _applications.Select(application => application.Decided(mode.Writes))]);
        return _applications;
    }

    private async Task HoldAsync(CancellationToken cancellationToken)
    {
        using var span = services.Spans?.StartActivity("repository");
        span?.SetTag("url.full", repository.Url.Text);
        span?.SetTag("gitopsbumper.applications", _applications.Count);
        GitClone? clone = null;
        try
        {
            clone = await services.Clones.OpenAsync(repository.Remote, cancellationToken);
            await AttemptAllAsync(clone, cancellationToken);
        }
        catch (GitException failure)
        {
            span?.SetStatus(ActivityStatusCode.Error);
            Fail(failure.Message);
        }
        catch (Exception failure) when (clone?.DiskFailure(failure) is not null)
        {
            span?.SetStatus(ActivityStatusCode.Error);
            Fail(clone.DiskFailure(failure)!.Message);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // A bug that shows in one repository must not take the others with it.
            span?.SetStatus(ActivityStatusCode.Error);
            Log.Unexpected(services.Logger, repository.Url.Text, failure);
            Fail($"an internal error, please report it: {failure.GetType().Name}: {failure.Message}");
        }
        finally
        {
            if (clone is not null)
            {
                services.Requests.AddGit(clone.RemoteOperations);
                await clone.DisposeAsync();
            }
        }
    }

    private async Task AttemptAllAsync(GitClone clone, CancellationToken cancellationToken)
    {
        IReadOnlyList<ApplicationWork> open = [.. _applications.Where(application => application.Failure is null)];
        var damaged = false;
        for (var attempt = 1; attempt <= MaxAttempts && open.Count > 0; attempt++)
        {
            if (attempt > 1)
                await Task.Delay(TimeSpan.FromMilliseconds(FirstPauseMilliseconds * Math.Pow(2, attempt - 2) * (0.5 + services.Jitter())), services.Time, cancellationToken);
            try
            {
                open = await AttemptAsync(clone, open, cancellationToken);
            }
            catch (GitException failure) when (failure.Failure == GitFailure.CorruptClone && !damaged)
            {
                damaged = true;
                Log.Damaged(services.Logger, repository.Url.Text, failure.Message);
                await clone.ResetAsync(cancellationToken);
            }
        }

        foreach (var application in open)
            application.Fail($"others pushed to {application.Branch} of {repository.Url} first, {MaxAttempts} times in a row; the next cycle starts from the new tip");
    }

    /// <summary>One pass over all that is open.</summary>
    /// <returns>The applications whose push lost a race.</returns>
    private async Task<IReadOnlyList<ApplicationWork>> AttemptAsync(GitClone clone, IReadOnlyList<ApplicationWork> open, CancellationToken cancellationToken)
    {
        using var requests = new RequestRun(services, clone, repository, mode);
        var (fetched, tips, main) = await FetchAsync(clone, open, requests.Known(open), cancellationToken);
        services.Progress.Planning(repository.Url);
        var grouping = services.Settings.Git.Grouping.Of(repository.Url);
        var plans = new List<BranchPlan>();
        foreach (var branch in fetched.Concat(await new WriteBranches(services, clone, repository.Remote).FindAsync(fetched, cancellationToken)))
        {
            var own = branch with { Applications = [.. branch.Applications.Where(application => application.Forge is null && (application.WriteBranch is null || branch.IsWriteBranch))] };
            if (own.Applications.Count > 0)
                plans.Add(await new BranchPlanner(services, clone, repository.Remote, grouping).PlanAsync(own, cancellationToken));
        }

        var proposals = fetched.Any(branch => branch.Applications.Any(application => application.Forge is not null)) ? await requests.PlanAsync(fetched, tips, main, _incomplete, cancellationToken) : [];
        if (!mode.Writes)
            return [];
        IReadOnlyList<ApplicationWork> lost = [];
        if (plans.Where(plan => plan.Commits.Count > 0).ToList() is { Count: > 0 } due)
        {
            var api = new ApiWriting(services, repository, mode, clone);
            lost = api.IsWanted ? await api.WriteAsync(due, cancellationToken) : await PushAsync(clone, due, cancellationToken);
        }

        return [.. lost, .. await requests.WriteAsync(proposals, cancellationToken)];
    }

    /// <summary>Finds each application's branch; those whose branch is not there fail here, the others are grouped by it.</summary>
    private async Task<(IReadOnlyList<BranchWork> Branches, IReadOnlyDictionary<BranchName, CommitId> Tips, BranchName? Default)> FetchAsync(
        GitClone clone, IReadOnlyList<ApplicationWork> open, IReadOnlyCollection<BranchName> more, CancellationToken cancellationToken)
    {
        var wanted = open.Select(application => application.WantedBranch).Concat(more).Distinct().ToList();
        var fetched = await clone.FetchAsync(wanted, cancellationToken);
        var branches = new Dictionary<BranchName, List<ApplicationWork>>();
        foreach (var application in Present(open))
        {
            if ((application.WantedBranch ?? fetched.DefaultBranch) is not { } branch)
            {
                application.Fail($"{repository.Url} is empty: it has no default branch to write to");
                continue;
            }

            application.Branch = branch.Text;
            if (!fetched.Tips.ContainsKey(branch))
                application.Fail($"branch '{branch}' does not exist in {repository.Url}; a tag or a commit cannot be written to, name a branch with git-branch");
            else if (branches.TryGetValue(branch, out var list))
                list.Add(application);
            else
                branches.Add(branch, [application]);
        }

        return ([.. branches.Select(branch => new BranchWork(branch.Key, fetched.Tips[branch.Key], branch.Value, branch.Key))], fetched.Tips, fetched.DefaultBranch);
    }

    /// <summary>Those that have not changed since their turn came; the others are left to what their change brings about.</summary>
    private IReadOnlyList<ApplicationWork> Present(IReadOnlyList<ApplicationWork> open)
    {
        var left = open.Where(application => services.Witness.HasLeft(application.Application)).ToHashSet();
        if (left.Count == 0)
            return open;
        _incomplete.UnionWith(left.Select(GroupMembers.GroupOf).OfType<string>());
        _applications = [.. _applications.Where(application => !left.Contains(application))];
        return [.. open.Where(application => !left.Contains(application))];
    }

    private async Task<IReadOnlyList<ApplicationWork>> PushAsync(GitClone clone, IReadOnlyList<BranchPlan> due, CancellationToken cancellationToken)
    {
        var ids = await CommitAsync(clone, due, cancellationToken);

        cancellationToken.ThrowIfCancellationRequested();
        var committing = due.SelectMany(plan => plan.Commits).SelectMany(commit => commit.Applications).ToList();
        // What people said while registries were asked counts too: another attempt goes without those that have changed.
        if (committing.Any(services.MustPlanAgain))
            return committing;
        if (mode.Barrier() is { } barred)
        {
            foreach (var application in committing)
                application.Fail(barred);
            return [];
        }

        services.Progress.Pushing(repository.Url, due.Sum(plan => plan.Commits.Count));
        var outcomes = await clone.PushAsync([.. due.Select(plan => new RefUpdate(plan.Work.Branch, plan.Work.Exists ? plan.Work.Tip : null, ids[plan][^1]))], mode.Abort);
        var lost = new List<ApplicationWork>();
        foreach (var plan in due)
        {
            var branch = plan.Work.Branch;
            var committed = plan.Commits.SelectMany(commit => commit.Applications).ToList();
            switch (outcomes[branch])
            {
                case PushOutcome.Pushed:
                    BranchHistory.Remember(clone, plan.Work, plan.Commits.Zip(ids[plan], (commit, id) => (id, commit.Commit)), services);
                    foreach (var (commit, id) in plan.Commits.Zip(ids[plan]))
                    {
                        foreach (var application in commit.Applications)
                            application.Commit = id.Hex;
                    }

                    Log.Pushed(services.Logger, plan.Commits.Count, branch.Text, repository.Url.Text);
                    break;
                case PushOutcome.LostRace:
                    lost.AddRange(committed);
                    break;
                case PushOutcome.Rejected { Reason: var reason }:
                    foreach (var application in committed)
                        application.Fail($"{repository.Url} refused the push to {branch}: {reason}");
                    break;
            }
        }

        return lost;
    }

    private async Task<IReadOnlyDictionary<BranchPlan, IReadOnlyList<CommitId>>> CommitAsync(GitClone clone, IReadOnlyList<BranchPlan> due, CancellationToken cancellationToken)
    {
        using var signing = services.Signing is { } key ? await services.Signers.OpenAsync(key, cancellationToken) : null;
        var identity = services.Identity with { Signing = signing };
        var ids = new Dictionary<BranchPlan, IReadOnlyList<CommitId>>();
        foreach (var plan in due)
            ids[plan] = await clone.CommitAsync(plan.Work.Branch, plan.Work.Tip, [.. plan.Commits.Select(commit => commit.Commit)], identity, services.Time.GetUtcNow(), cancellationToken);
        return ids;
    }

    /// <summary>What was pushed stays told as pushed.</summary>
    private void Fail(string reason)
    {
        foreach (var application in _applications.Where(application => application.Commit is null))
            application.Fail(reason);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Pushed {Commits} commits to {Branch} of {Repository}.")]
        public static partial void Pushed(ILogger logger, int commits, string branch, string repository);

        [LoggerMessage(LogLevel.Warning, "The clone of {Repository} was damaged and is made again: {Reason}")]
        public static partial void Damaged(ILogger logger, string repository, string reason);

        [LoggerMessage(LogLevel.Error, "An internal error while working on {Repository}.")]
        public static partial void Unexpected(ILogger logger, string repository, Exception exception);
    }
}
