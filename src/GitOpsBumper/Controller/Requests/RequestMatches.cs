using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.PullRequests;

namespace GitOpsBumper.Controller.Requests;

/// <summary>What is due, and the open request that is for it. Each branch is for one of them at most.</summary>
internal sealed class RequestMatches
{
    /// <summary>Between the name of a branch that is taken and what tells the one beside it apart.</summary>
    private const string BesideMark = "-beside-";

    private readonly ILookup<string, OpenRequest> _byId;
    private readonly ILookup<string, OpenRequest> _bySource;
    private readonly IReadOnlyList<OpenRequest> _open;
    private readonly IReadOnlyList<BranchWork> _bases;
    private readonly HashSet<string> _tracked;
    private readonly string _prefix;
    private readonly RepositoryUrl _url;
    private readonly List<RequestDraft> _drafts = [];
    private readonly HashSet<string> _branches = new(StringComparer.Ordinal);
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <param name="open">Of the repository itself.</param>
    /// <param name="bases">The base branches with all their applications.</param>
    /// <param name="main">The default branch of the remote.</param>
    /// <param name="prefix">Of branches of requests.</param>
    /// <param name="everyone">All Applications that are known: what they are rendered from is no branch of a request.</param>
    /// <param name="url">Of the repository.</param>
    public RequestMatches(IEnumerable<PullRequest> open, IReadOnlyList<BranchWork> bases, BranchName? main, string prefix, IReadOnlyList<ApplicationSnapshot> everyone, RepositoryUrl url)
    {
        (_bases, _prefix, _url) = (bases, prefix, url);
        // Bodies of people are long, and read once.
        _open = [.. open.Select(request => new OpenRequest(request, RequestMark.TryRead(request.Body, out var mark) ? mark : null))];
        _byId = _open.Where(request => request.Mark is not null).ToLookup(request => request.Mark!.Id, StringComparer.Ordinal);
        _bySource = _open.ToLookup(request => request.Request.SourceBranch, StringComparer.Ordinal);
        _tracked = [.. bases.Select(branch => branch.Branch.Text), .. everyone.SelectMany(application => application.Sources).Select(source => source.TargetRevision).OfType<string>()];
        if (main is not null)
            _tracked.Add(main.Text);
    }

    public IReadOnlyList<RequestDraft> Drafts => _drafts;

    /// <summary>Requests of the bot that are none of the drafts'.</summary>
    public int Elsewhere => _open.Count(request => request.Mark is not null && !_taken.Contains(request.Request.Number));

    /// <summary>The same name for as long as what lies there is the same.</summary>
    public static BranchName Beside(BranchName branch, string commit) => BranchName.TryParse($"{branch}{BesideMark}{commit[..8]}", out var name, out _) ? name : branch;

    /// <summary>Finds the request of a share; a request that a template once called otherwise is superseded.</summary>
    public void Match(BranchWork from, ShareChanges changes)
    {
        var target = from.Branch.Text;
        var marked = _byId[changes.Share.Key.Id].Where(request => request.Request.TargetBranch == target && !_taken.Contains(request.Request.Number)).ToList();
        if (Name(changes, marked) is not { } name)
        {
            if (changes.Commit is not null)
                Fail(changes, $"no branch can be called '{RequestShares.BranchOf(changes.Share.Key, _prefix)}', and a request needs one");
            return;
        }

        // A person may propose the same branch for another one, or in other words: that is theirs.
        var own = marked.Find(request => request.Request.SourceBranch == name.Text)
            ?? _bySource[name.Text].FirstOrDefault(request => request.Request.TargetBranch == target && request.Mark is null)
            ?? marked.Find(request => request.Request.SourceBranch.StartsWith(name.Text + BesideMark, StringComparison.Ordinal));
        if (own is not null && BranchName.TryParse(own.Request.SourceBranch, out var there, out _))
            name = there;
        if (_tracked.Contains(name.Text))
            Fail(changes, $"'{name}' is a branch that changes start from, or that Applications are rendered from, so none are proposed from it; allowed is another name");
        else if (_branches.Add(name.Text))
            Add(new RequestDraft(changes.Share.Key, name, from, changes, own?.Request), own);
        else if (changes.Commit is not null)
            Fail(changes, $"branch '{name}' is that of another request of this cycle already; allowed is a template with .AppName, or one {Core.Annotations.AnnotationKeys.Group} for both");
        foreach (var old in marked.Where(request => request != own))
            Withdraw(old, changes.Share.Key, from);
    }

    /// <summary>What is nobody's any more, though it proposes what applications of the cycle write. Others' prefixes are other bots'.</summary>
    public void WithdrawOthers()
    {
        var byTarget = _bases.SelectMany(branch => branch.Applications.Where(application => application.Order is null)
                .SelectMany(application => application.Place!.Files.Select(file => KeyValuePair.Create($"{application.Application.Name} {branch.Branch}:{file}", application))))
            .DistinctBy(pair => pair.Key).ToDictionary(StringComparer.Ordinal);
        foreach (var request in _open.Where(request => request.Mark is not null && !_taken.Contains(request.Request.Number) && request.Request.SourceBranch.StartsWith(_prefix, StringComparison.Ordinal)).ToList())
        {
            if (RequestShares.IsOf(request.Mark!, byTarget) && _bases.FirstOrDefault(branch => branch.Branch.Text == request.Request.TargetBranch) is { } from)
                Withdraw(request, RequestKey.Known(request.Mark!.Id), from);
        }
    }

    private BranchName? Name(ShareChanges changes, List<OpenRequest> marked)
    {
        var application = changes.Share.Applications[0];
        if (application.WriteBranch is null)
            return BranchName.TryParse(RequestShares.BranchOf(changes.Share.Key, _prefix), out var name, out _) ? name : null;
        if (changes.Parts is [var part])
            return RequestShares.NameByTemplate(application, part, _url);
        // The old name is enough where nothing is due.
        return marked is [var known, ..] && BranchName.TryParse(known.Request.SourceBranch, out var old, out _) ? old : null;
    }

    private void Withdraw(OpenRequest request, RequestKey key, BranchWork from)
    {
        if (BranchName.TryParse(request.Request.SourceBranch, out var name, out _) && !_taken.Contains(request.Request.Number) && _branches.Add(name.Text))
            Add(new RequestDraft(key, name, from, null, request.Request) { IsOver = true }, request);
    }

    private void Add(RequestDraft draft, OpenRequest? own)
    {
        if (own is not null)
            _taken.Add(own.Request.Number);
        _drafts.Add(draft with { KeepsBranch = _tracked.Contains(draft.Branch.Text) || _bySource[draft.Branch.Text].Any(request => request != own) });
    }

    private static void Fail(ShareChanges changes, string reason)
    {
        foreach (var application in changes.Share.Applications)
        {
            if (application.Failure is null)
                application.Fail(reason);
        }
    }

    /// <param name="Request">That is open.</param>
    /// <param name="Mark">Null: it is none of the bot's, or says so no more.</param>
    private sealed record OpenRequest(PullRequest Request, RequestMark? Mark);
}

/// <summary>One key, before its branch is known.</summary>
/// <param name="Key">Of the request.</param>
/// <param name="Branch">That it is proposed from.</param>
/// <param name="Base">Where its changes are to go.</param>
/// <param name="Changes">Null: the request is nobody's any more.</param>
/// <param name="Open">Null: there is none.</param>
internal sealed record RequestDraft(RequestKey Key, BranchName Branch, BranchWork Base, ShareChanges? Changes, PullRequest? Open)
{
    /// <summary>The request is nobody's any more.</summary>
    public bool IsOver { get; init; }

    /// <summary>The branch is not the request's alone.</summary>
    public bool KeepsBranch { get; init; }
}
