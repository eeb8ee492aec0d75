using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.Git.History;
using GitOpsBumper.Adapters.PullRequests;
using GitOpsBumper.Configuration.Git;
using GitOpsBumper.Controller.Targets;
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

    /// <summary>Between the name of a branch that is taken and what tells the one beside it apart.</summary>
    private const string BesideMark = "-beside-";

    private readonly HashSet<BranchName> _asked = [];
    private ForgeSession? _session;
    private PushedRequests? _pushed;

    private string Prefix => services.Settings.PullRequests.BranchPrefix;

    /// <summary>The branches whose names are known before anything is planned: they are fetched with the others.</summary>
    public IReadOnlyCollection<BranchName> Known(IEnumerable<ApplicationWork> applications)
    {
        _asked.UnionWith(RequestShares.Of(applications.Where(application => application.Forge is not null)).Where(share => share.Applications[0].WriteBranch is null).Select(share => NameOf(share.Key)).OfType<BranchName>());
        return _asked;
    }

    /// <summary>Plans, and tells the applications how they stand. A forge that does not answer fails those that need it.</summary>
    /// <param name="bases">The base branches with all their applications.</param>
    /// <param name="tips">Of the branches that were fetched.</param>
    /// <param name="cancellationToken">Ends what is under way.</param>
    public async Task<IReadOnlyList<RequestWork>> PlanAsync(IReadOnlyList<BranchWork> bases, IReadOnlyDictionary<BranchName, CommitId> tips, CancellationToken cancellationToken)
    {
        var own = bases.Select(branch => branch with { Applications = [.. branch.Applications.Where(application => application.Forge is not null)] }).Where(branch => branch.Applications.Count > 0).ToList();
        var applications = own.SelectMany(branch => branch.Applications).ToList();
        if (!applications[0].Forge!.HasApi)
        {
            _pushed = new PushedRequests(services, clone, repository, mode, applications[0].Forge!.Location.Kind);
            await _pushed.PlanAsync(own, key => NameOf(key), tip => TipOf(tip.Key, tip.Value), tips, cancellationToken);
            return [];
        }

        try
        {
            _session ??= services.Forges.Open(repository.Remote, applications[0].Forge!.Location, applications[0].Forge!.Token);
            var closed = new ClosedRequests(_session.Forge, services);
            var open = await _session.Forge.ListOpenAsync(cancellationToken);
            var shares = new List<(BranchWork Base, ShareChanges Changes)>();
            foreach (var branch in own)
            {
                var planner = new BranchPlanner(services, clone, repository.Remote, CommitGrouping.Repository, closed);
                shares.AddRange((await planner.PlanSharesAsync(branch, RequestShares.Of(branch.Applications), cancellationToken)).Select(changes => (branch, changes)));
            }

            return await PlanAsync(bases, shares, [.. open.Where(request => request.IsOfRepository)], tips, cancellationToken);
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
        IReadOnlyList<BranchWork> bases,
        IReadOnlyList<(BranchWork Base, ShareChanges Changes)> shares,
        IReadOnlyList<PullRequest> open,
        IReadOnlyDictionary<BranchName, CommitId> tips,
        CancellationToken cancellationToken)
    {
        var drafts = Match(bases, shares, open);
        var found = await TipsAsync([.. drafts.Select(draft => draft.Branch)], tips, cancellationToken);
        if (drafts.Exists(draft => IsTaken(draft, found)))
        {
            drafts = drafts.ConvertAll(draft => IsTaken(draft, found) ? draft with { Branch = Beside(draft.Branch, found[draft.Branch].Commit) } : draft);
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
                Tip = found.GetValueOrDefault(draft.Branch),
                IsPartial = draft.Changes?.Share.Applications.Any(RequestShares.IsUnknown) == true,
            };
            situations.Add(situation is { IsBehind: true, Open: { } behind } ? situation with { HasConflicts = await _session!.Forge.HasConflictsAsync(behind, cancellationToken) } : situation);
        }

        var limits = services.Settings.PullRequests.Limits;
        var elsewhere = open.Count(request => RequestMark.TryRead(request.Body, out _) && !drafts.Exists(draft => draft.Open?.Number == request.Number));
        var works = PullRequestPlanner.Plan(situations, elsewhere, limits).Zip(drafts, (plan, draft) => new RequestWork(plan, draft.Branch, draft.Base.Branch, draft.Base.Tip, draft.Changes)).ToList();
        foreach (var work in works)
            Tell(work, limits, elsewhere + drafts.Count(draft => draft.Open is not null));
        return works;
    }

    /// <summary>Finds the open request of each share; and those that are nobody's any more, though they propose what the same applications write.</summary>
    private List<RequestDraft> Match(IReadOnlyList<BranchWork> bases, IReadOnlyList<(BranchWork Base, ShareChanges Changes)> shares, IReadOnlyList<PullRequest> open)
    {
        var drafts = new List<RequestDraft>();
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (branch, changes) in shares)
        {
            var marked = open.Where(request => RequestMark.TryRead(request.Body, out var mark) && mark.Id == changes.Share.Key.Id && !taken.Contains(request.Number)).ToList();
            // The old name of a template is enough where nothing is due.
            var name = changes.Share.Applications[0].WriteBranch is null ? NameOf(changes.Share.Key)
                : changes.Parts is [var part] ? RequestShares.NameByTemplate(changes.Share.Applications[0], part, repository.Url)
                : marked.Select(request => BranchName.TryParse(request.SourceBranch, out var old, out _) ? old : null).FirstOrDefault();
            var own = name is null ? null
                : open.FirstOrDefault(request => request.SourceBranch == name.Text && !taken.Contains(request.Number))
                    ?? marked.FirstOrDefault(request => request.SourceBranch.StartsWith(name.Text + BesideMark, StringComparison.Ordinal));
            if (own is not null && BranchName.TryParse(own.SourceBranch, out var there, out _))
                name = there;
            if (name is not null && bases.All(known => known.Branch != name))
                drafts.Add(new RequestDraft(changes.Share.Key, name, branch, changes, own));
            else if (name is not null)
                Fail(changes, $"'{name}' is a branch that changes start from, so none are proposed from it");
            if (own is not null)
                taken.Add(own.Number);
            // What a template called otherwise is superseded.
            foreach (var old in marked.Where(request => request.Number != own?.Number && name is not null))
                Withdraw(drafts, taken, old, changes.Share.Key, branch);
        }

        var byTarget = bases.SelectMany(branch => branch.Applications.SelectMany(application => application.Place!.Files.Select(file => ($"{application.Application.Name} {branch.Branch}:{file}", application))))
            .GroupBy(pair => pair.Item1, StringComparer.Ordinal).ToDictionary(pairs => pairs.Key, pairs => pairs.First().application, StringComparer.Ordinal);
        foreach (var request in open.Where(request => !taken.Contains(request.Number)))
        {
            if (RequestMark.TryRead(request.Body, out var mark) && RequestShares.IsOf(mark, byTarget) && bases.FirstOrDefault(branch => branch.Branch.Text == request.TargetBranch) is { } branch)
                Withdraw(drafts, taken, request, RequestKey.Known(mark.Id), branch);
        }

        return drafts;
    }

    private static void Withdraw(List<RequestDraft> drafts, HashSet<string> taken, PullRequest request, RequestKey key, BranchWork from)
    {
        if (BranchName.TryParse(request.SourceBranch, out var name, out _) && taken.Add(request.Number))
            drafts.Add(new RequestDraft(key, name, from, null, request) { IsOver = true });
    }

    /// <summary>Those of branches that nobody could name before are asked for now.</summary>
    private async Task<IReadOnlyDictionary<BranchName, BranchTip>> TipsAsync(IReadOnlyList<BranchName> branches, IReadOnlyDictionary<BranchName, CommitId> known, CancellationToken cancellationToken)
    {
        var unknown = branches.Where(branch => !_asked.Contains(branch)).Distinct().ToList();
        var tips = unknown.Count == 0 ? known : known.Concat((await clone.FetchAsync(unknown, cancellationToken)).Tips).DistinctBy(tip => tip.Key).ToDictionary();
        var wanted = tips.Where(tip => branches.Contains(tip.Key)).ToList();
        var commits = await clone.ReadTipsAsync([.. wanted.Select(tip => tip.Value)], cancellationToken);
        return wanted.ToDictionary(tip => tip.Key, tip => TipOf(tip.Value, commits.GetValueOrDefault(tip.Value)));
    }

    /// <summary>People's commits lie where nothing is open any more: merged and left behind, or never proposed. They stay, and the request gets a branch beside them.</summary>
    private static bool IsTaken(RequestDraft draft, IReadOnlyDictionary<BranchName, BranchTip> tips) =>
        draft is { IsOver: false, Open: null, Changes.Commit: not null } && tips.TryGetValue(draft.Branch, out var tip) && !tip.IsOurs;

    /// <summary>The same name for as long as what lies there is the same.</summary>
    private static BranchName Beside(BranchName branch, string commit) => BranchName.TryParse($"{branch}{BesideMark}{commit[..8]}", out var name, out _) ? name : branch;

    private BranchTip TipOf(CommitId tip, TipCommit? commit)
    {
        var committer = services.Identity.Committer.Email;
        var trailer = commit is not null && RequestTrailer.TryFind(commit.Message, out var found) ? found : null;
        var isOurs = commit is not null && (commit.Committer.Equals(committer, StringComparison.OrdinalIgnoreCase)
            || (trailer is not null && commit.Committer == GitHubCommitter && commit.Author.EndsWith(GitHubAppSuffix, StringComparison.Ordinal)));
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

    private static void Fail(ShareChanges changes, string reason)
    {
        foreach (var application in changes.Share.Applications)
            application.Fail(reason);
    }

    private sealed record RequestDraft(RequestKey Key, BranchName Branch, BranchWork Base, ShareChanges? Changes, PullRequest? Open)
    {
        /// <summary>The request is nobody's any more.</summary>
        public bool IsOver { get; init; }
    }
}
