using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.Git.History;
using GitOpsBumper.Adapters.PullRequests;
using GitOpsBumper.Configuration.Git;
using GitOpsBumper.Controller.Targets;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.PullRequests;

namespace GitOpsBumper.Controller.Requests;

/// <summary>
/// The requests of one repository in one cycle: one listing of those that are open, one plan for all applications of a base branch, and then what the pure planner says. Nothing is remembered:
/// what stands in the requests and at the tips of their branches tells how far they are.
/// </summary>
internal sealed class RequestRun(CycleServices services, GitClone clone, RepositoryWork repository, WriteMode mode) : IDisposable
{
    /// <summary>GitHub's own committer, of commits that its API made for an app.</summary>
    private const string GitHubCommitter = "noreply@github.com";

    private const string GitHubAppSuffix = "[bot]@users.noreply.github.com";

    private readonly HashSet<BranchName> _asked = [];
    private ForgeSession? _session;
    private PushedRequests? _pushed;

    private string Prefix => services.Settings.PullRequests.BranchPrefix;

    /// <summary>The branches whose names are known before anything is planned: they are fetched with the others.</summary>
    public IReadOnlyCollection<BranchName> Known(IEnumerable<ApplicationWork> applications)
    {
        _asked.UnionWith(RequestShares.Of(applications.Where(application => application.Forge is not null), Prefix).Where(share => share.Applications[0].WriteBranch is null).Select(share => NameOf(share.Key)).OfType<BranchName>());
        return _asked;
    }

    /// <summary>Plans, and tells the applications how they stand. A forge that does not answer fails those that need it.</summary>
    /// <param name="bases">The base branches with all their applications.</param>
    /// <param name="tips">Of the branches that were fetched.</param>
    /// <param name="main">The default branch of the remote.</param>
    /// <param name="incomplete">Groups of which somebody is missing: what is open of them stays as it is.</param>
    /// <param name="cancellationToken">Ends what is under way.</param>
    public async Task<IReadOnlyList<RequestWork>> PlanAsync(
        IReadOnlyList<BranchWork> bases, IReadOnlyDictionary<BranchName, CommitId> tips, BranchName? main, IReadOnlySet<string> incomplete, CancellationToken cancellationToken)
    {
        var own = bases.Select(branch => branch with { Applications = [.. branch.Applications.Where(application => application.Forge is not null)] }).Where(branch => branch.Applications.Count > 0).ToList();
        var applications = own.SelectMany(branch => branch.Applications).ToList();
        if (applications.Exists(application => !application.Forge!.IsSameAs(applications[0].Forge!)))
        {
            foreach (var application in applications)
                application.Fail($"{AnnotationKeys.PullRequest}: the Applications of {repository.Url} do not agree on which forge it is, so nobody is believed; allowed is --forge {repository.Url.Host}=<forge>");
            return [];
        }

        if (!applications[0].Forge!.HasApi)
        {
            _pushed = new PushedRequests(services, clone, repository, mode, applications[0].Forge!.Location.Kind);
            await _pushed.PlanAsync(own, key => NameOf(key), tip => TipOf(tip.Key, tip.Value), tips, cancellationToken);
            return [];
        }

        try
        {
            _session ??= services.Forges.Open(repository.Remote, applications[0].Forge!.Location, applications[0].Forge!.Token);
            var open = await _session.Forge.ListOpenAsync(cancellationToken);
            var closed = new ClosedRequests(_session.Forge, services.Settings.Annotations.Rollbacks.Memory, services.Time, services.Logger, open.Select(request => request.Number).ToHashSet(StringComparer.Ordinal));
            var shares = new List<(BranchWork Base, ShareChanges Changes)>();
            foreach (var branch in own)
            {
                var planner = new BranchPlanner(services, clone, repository.Remote, CommitGrouping.Repository, closed);
                shares.AddRange((await planner.PlanSharesAsync(branch, RequestShares.Of(branch.Applications, Prefix), cancellationToken)).Select(changes => (branch, changes)));
            }

            var matches = new RequestMatches(open.Where(request => request.IsOfRepository), bases, main, Prefix, services.Everyone, repository.Url);
            return await PlanAsync(matches, shares, tips, incomplete, cancellationToken);
        }
        catch (ForgeException failure)
        {
            foreach (var application in applications)
                application.Fail($"requests of {repository.Url}: {failure.Message}");
            return [];
        }
    }

    /// <summary>Does what was planned.</summary>
    /// <returns>The applications that are to be planned again.</returns>
    public async Task<IReadOnlyList<ApplicationWork>> WriteAsync(IReadOnlyList<RequestWork> works, CancellationToken cancellationToken)
    {
        if (_pushed is not null)
            return await _pushed.WriteAsync(cancellationToken);
        IReadOnlyList<RequestWork> busy = [.. works.Where(work => work.Plan.Operations.Count > 0)];
        return busy.Count == 0 ? [] : await new RequestWriter(services, clone, repository, mode, _session!.Forge).WriteAsync(busy, cancellationToken);
    }

    public void Dispose() => _session?.Dispose();

    private async Task<IReadOnlyList<RequestWork>> PlanAsync(
        RequestMatches matches,
        IReadOnlyList<(BranchWork Base, ShareChanges Changes)> shares,
        IReadOnlyDictionary<BranchName, CommitId> tips,
        IReadOnlySet<string> incomplete,
        CancellationToken cancellationToken)
    {
        foreach (var (branch, changes) in shares)
            matches.Match(branch, changes);
        matches.WithdrawOthers();
        var drafts = matches.Drafts.ToList();
        var found = await TipsAsync([.. drafts.Select(draft => draft.Branch)], tips, cancellationToken);
        if (drafts.Exists(draft => IsTaken(draft, found)))
        {
            drafts = drafts.ConvertAll(draft => IsTaken(draft, found) ? draft with { Branch = RequestMatches.Beside(draft.Branch, found[draft.Branch].Commit) } : draft);
            found = await TipsAsync([.. drafts.Select(draft => draft.Branch)], tips, cancellationToken);
        }

        var situations = new List<RequestSituation>();
        foreach (var draft in drafts)
        {
            var situation = new RequestSituation
            {
                Key = draft.Key,
                Branch = draft.Branch.Text,
                Wish = draft is { IsOver: false, Changes.Commit: not null } ? new RequestWish(RequestShares.TrailerOf(draft.Changes), RequestShares.UpdateOf(draft.Changes.Share.Applications)) : null,
                Open = draft.Open,
                Tip = found.TryGetValue(draft.Branch, out var tip) ? TipFor(draft, tip) : null,
                KeepsBranch = draft.KeepsBranch,
                IsPartial = draft.Changes is { Share: var share } && (share.Applications.Any(RequestShares.IsUnknown) || (share.Group is { } group && incomplete.Contains(group))),
            };
            situations.Add(situation is { IsBehind: true, Open: { } behind, Tip: { } at } ? situation with { HasConflicts = await _session!.HasConflictsAsync(behind, at.Commit, draft.Base.Tip, cancellationToken) } : situation);
        }

        var limits = services.Settings.PullRequests.Limits;
        var elsewhere = matches.Elsewhere;
        var works = PullRequestPlanner.Plan(situations, elsewhere, limits).Zip(drafts, (plan, draft) => new RequestWork(plan, draft.Branch, draft.Base.Branch, draft.Base.Tip, draft.Changes)).ToList();
        foreach (var work in works)
            Tell(work, limits, elsewhere + drafts.Count(draft => draft.Open is not null));
        return works;
    }

    /// <summary>Those of branches that nobody could name before are asked for now.</summary>
    private async Task<IReadOnlyDictionary<BranchName, BranchTip>> TipsAsync(IReadOnlyList<BranchName> branches, IReadOnlyDictionary<BranchName, CommitId> known, CancellationToken cancellationToken)
    {
        var all = branches.ToHashSet();
        var unknown = all.Where(branch => !_asked.Contains(branch)).ToList();
        var tips = unknown.Count == 0 ? known : known.Concat((await clone.FetchAsync(unknown, cancellationToken)).Tips).DistinctBy(tip => tip.Key).ToDictionary();
        var wanted = tips.Where(tip => all.Contains(tip.Key)).ToList();
        var commits = await clone.ReadTipsAsync([.. wanted.Select(tip => tip.Value)], cancellationToken);
        return wanted.ToDictionary(tip => tip.Key, tip => TipOf(tip.Value, commits.GetValueOrDefault(tip.Value)));
    }

    /// <summary>People's commits lie where nothing is open any more: merged and left behind, or never proposed. They stay, and the request gets a branch beside them.</summary>
    private static bool IsTaken(RequestDraft draft, IReadOnlyDictionary<BranchName, BranchTip> tips) =>
        draft is { IsOver: false, Open: null, Changes.Commit: not null } && tips.TryGetValue(draft.Branch, out var tip) && !TipFor(draft, tip).IsOurs;

    /// <summary>What the bot wrote for something else it does not write over either.</summary>
    private static BranchTip TipFor(RequestDraft draft, BranchTip tip) => tip with { IsOurs = tip.IsOurs && tip.Trailer?.Id == draft.Key.Id };

    private BranchTip TipOf(CommitId tip, TipCommit? commit)
    {
        var committer = services.Identity.Committer.Email;
        var trailer = commit is not null && RequestTrailer.TryFind(commit.Message, out var found) ? found : null;
        var isOurs = commit is not null && trailer is not null
            && (commit.Committer.Equals(committer, StringComparison.OrdinalIgnoreCase) || (commit.Committer == GitHubCommitter && commit.Author.EndsWith(GitHubAppSuffix, StringComparison.Ordinal)));
        return new BranchTip(tip.Hex, isOurs, trailer);
    }

    private static void Tell(RequestWork work, RequestLimits limits, int open)
    {
        var reason = RequestWords.Reason(work, limits, open);
        foreach (var application in work.Due)
        {
            application.Branch = work.Branch.Text;
            application.PullRequest = work.Situation.Open?.Url;
            if (reason is not null)
                application.Proposed(reason);
        }

        foreach (var application in work.Applications.Except(work.Due).Where(_ => work.Plan.Standing != RequestStanding.Withdrawn))
            application.PullRequest = work.Situation.Open?.Url;
    }

    private BranchName? NameOf(RequestKey key) => BranchName.TryParse(RequestShares.BranchOf(key, Prefix), out var name, out _) ? name : null;
}
