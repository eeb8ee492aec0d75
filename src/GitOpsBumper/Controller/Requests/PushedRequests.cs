using System.Text.RegularExpressions;
using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.Git.History;
using GitOpsBumper.Adapters.Git.Signing;
using GitOpsBumper.Adapters.PullRequests;
using GitOpsBumper.Configuration.Git;
using GitOpsBumper.Controller.Targets;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.PullRequests;
using GitOpsBumper.Core.PullRequests.Text;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Controller.Requests;

/// <summary>
/// Opens requests by pushing, where there is no token for the API of the forge: GitLab and Gitea take words with a push for it. What becomes of a request is not known then; but both show the
/// heads of all requests there ever were to git, so that nothing is proposed a second time, be it open or turned down.
/// </summary>
/// <seealso href="https://docs.gitlab.com/topics/git/commit/#push-options"/>
/// <seealso href="https://docs.gitea.com/usage/agit-setup"/>
internal sealed partial class PushedRequests(CycleServices services, GitClone clone, RepositoryWork repository, WriteMode mode, ForgeKind kind)
{
    /// <summary>Older requests are not looked at.</summary>
    private const int MaxHeads = 500;

    /// <summary>What is left of a packet line for the text.</summary>
    private static readonly PullRequestLimits Limits = new(200, 15_000);

    private readonly List<Push> _pushes = [];

    /// <summary>Whether a forge opens requests for who pushes.</summary>
    public static bool Knows(ForgeKind kind) => kind is ForgeKind.GitLab or ForgeKind.Gitea;

    private string HeadsFolder => kind == ForgeKind.GitLab ? "refs/merge-requests" : "refs/pull";

    /// <summary>Plans, and tells the applications how they stand.</summary>
    /// <param name="bases">The base branches with the applications that propose.</param>
    /// <param name="nameOf">The branch of a key; null where that cannot be one.</param>
    /// <param name="read">Who made a commit, and what it says.</param>
    /// <param name="tips">Of the branches that were fetched.</param>
    /// <param name="cancellationToken">Ends the git process.</param>
    public async Task PlanAsync(
        IReadOnlyList<BranchWork> bases,
        Func<RequestKey, BranchName?> nameOf,
        Func<KeyValuePair<CommitId, TipCommit?>, BranchTip> read,
        IReadOnlyDictionary<BranchName, CommitId> tips,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<RequestTrailer>? proposed = null;
        foreach (var branch in bases)
        {
            var planner = new BranchPlanner(services, clone, repository.Remote, CommitGrouping.Repository);
            foreach (var changes in (await planner.PlanSharesAsync(branch, RequestShares.Of(branch.Applications, services.Settings.PullRequests.BranchPrefix), cancellationToken)).Where(changes => changes.Commit is not null))
            {
                proposed ??= await ProposedAsync(cancellationToken);
                var name = changes.Share.Applications[0].WriteBranch is not null && changes.Parts is [var part] ? RequestShares.NameByTemplate(changes.Share.Applications[0], part, repository.Url) : nameOf(changes.Share.Key);
                if (name is not null)
                    await PlanAsync(branch, changes, name, proposed, read, tips, cancellationToken);
            }
        }
    }

    /// <summary>One push for each request: what is said with a push is said of all that it brings.</summary>
    /// <returns>The applications that are to be planned again.</returns>
    public async Task<IReadOnlyList<ApplicationWork>> WriteAsync(CancellationToken cancellationToken)
    {
        if (_pushes.Count == 0)
            return [];
        using var signing = services.Signing is { } key ? await services.Signers.OpenAsync(key, cancellationToken) : null;
        var now = services.Time.GetUtcNow();
        var made = await CommitAsync(_pushes, signing, now, cancellationToken);
        var lost = new List<ApplicationWork>();
        for (var index = 0; index < _pushes.Count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var push = _pushes[index];
            if (push.Due.Any(services.MustPlanAgain))
                lost.AddRange(push.Applications);
            else if (mode.Barrier() is { } barred)
                Fail(push, barred);
            else
                // What is on the server already brings no hook about.
                await WriteAsync(push, made[index] == push.Tip ? (await CommitAsync([push], signing, now.AddSeconds(1), cancellationToken))[0] : made[index], lost, cancellationToken);
        }

        return lost;
    }

    private async Task<IReadOnlyList<CommitId>> CommitAsync(IReadOnlyList<Push> pushes, CommitSigning? signing, DateTimeOffset when, CancellationToken cancellationToken) =>
        [.. (await clone.CommitAsync([.. pushes.Select(push => new CommitSeries(push.Branch, push.BaseTip, [push.Commit]))], services.Identity with { Signing = signing }, when, cancellationToken)).Select(ids => ids[0])];

    private async Task PlanAsync(
        BranchWork branch,
        ShareChanges changes,
        BranchName name,
        IReadOnlyList<RequestTrailer> proposed,
        Func<KeyValuePair<CommitId, TipCommit?>, BranchTip> read,
        IReadOnlyDictionary<BranchName, CommitId> tips,
        CancellationToken cancellationToken)
    {
        var trailer = RequestShares.TrailerOf(changes);
        var known = tips.TryGetValue(name, out var tip) ? read(KeyValuePair.Create(tip, (await clone.ReadTipsAsync([tip], cancellationToken)).GetValueOrDefault(tip))) : null;
        var reason = proposed.Any(other => other.Id == trailer.Id && other.Updates == trailer.Updates) ? "it was proposed already; without a token for the API of the forge nobody knows whether the request is still open, and it is not proposed again"
            : kind == ForgeKind.GitLab && known is not null && !(known.IsOurs && known.Trailer?.Id == trailer.Id) ? $"branch '{name}' has commits of people, so it is left to them"
            : null;
        foreach (var application in changes.Commit!.Applications)
        {
            application.Branch = kind == ForgeKind.GitLab ? name.Text : branch.Branch.Text;
            if (reason is not null)
                application.Proposed(reason);
        }

        if (reason is null)
            _pushes.Add(new Push(name, branch.Branch, branch.Tip, changes, changes.Commit.Commit with { Message = $"{changes.Commit.Commit.Message.TrimEnd('\n')}\n{trailer}\n" }) { Tip = tip });
    }

    /// <summary>What the newest requests propose, or proposed.</summary>
    private async Task<IReadOnlyList<RequestTrailer>> ProposedAsync(CancellationToken cancellationToken)
    {
        var heads = await clone.ReadRequestHeadsAsync(HeadsFolder, MaxHeads, cancellationToken);
        return [.. heads.Where(head => head.Committer.Equals(services.Identity.Committer.Email, StringComparison.OrdinalIgnoreCase)).Select(head => RequestTrailer.TryFind(head.Message, out var trailer) ? trailer : null).OfType<RequestTrailer>()];
    }

    private async Task WriteAsync(Push push, CommitId commit, List<ApplicationWork> lost, CancellationToken cancellationToken)
    {
        var options = RequestShares.OptionsOf(push.Applications);
        var text = await new RequestDetails(services).WriteAsync(push.Changes, cancellationToken);
        services.Progress.Pushing(repository.Url, 1);
        var outcome = kind == ForgeKind.GitLab
            ? await clone.ProposeAsync(commit, push.Branch.Ref, new PushLease(push.Tip), GitLabWords(push, text, options), mode.Abort)
            : await clone.ProposeAsync(commit, $"refs/for/{push.Base}", null, GiteaWords(push, text, options), mode.Abort);
        switch (outcome.Outcome)
        {
            case PushOutcome.LostRace:
                lost.AddRange(push.Applications);
                return;
            case PushOutcome.Rejected { Reason: var reason }:
                Fail(push, $"{repository.Url} refused to open a request for {push.Base}: {reason}");
                return;
        }

        // GitLab takes the push, and says below what it did not want with it.
        if (outcome.Said.Contains("WARNINGS", StringComparison.Ordinal))
        {
            Fail(push, $"{repository.Url} took branch {push.Branch}, and opened no request for it: {Words(outcome.Said)}");
            return;
        }

        var url = Address().Match(outcome.Said) is { Success: true } match ? match.Value : null;
        foreach (var application in push.Due)
        {
            application.Commit = commit.Hex;
            application.PullRequest = url;
            foreach (var lacking in Lacking(options))
                application.Note(url ?? push.Branch.Text, lacking);
        }

        Log.Pushed(services.Logger, push.Branch.Text, push.Base.Text, repository.Url.Text);
    }

    /// <summary>Two characters stand for a line end.</summary>
    private static List<string> GitLabWords(Push push, PullRequestText text, PullRequestOptions options)
    {
        var body = BodyOf(text).Replace("\\n", "\\\u200bn", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        var words = new List<string>
        {
            "merge_request.create", $"merge_request.target={push.Base}", $"merge_request.title={OneLine(text.Title)}", $"merge_request.description={body}", "merge_request.remove_source_branch",
        };
        words.AddRange(options.Labels.Select(label => $"merge_request.label={OneLine(label)}"));
        words.AddRange(options.Assignees.Select(assignee => $"merge_request.assign={OneLine(assignee)}"));
        if (options.IsDraft)
            words.Add("merge_request.draft");
        // The second is what older servers know; what one does not know it leaves out.
        if (options.AutoMerge is not null)
            words.AddRange(["merge_request.auto_merge", "merge_request.merge_when_pipeline_succeeds"]);
        if (options.AutoMerge == MergeMethod.Squash)
            words.Add("merge_request.squash");
        return words;
    }

    /// <summary>The description is the body of the commit's message: older servers take no line ends in words.</summary>
    private static List<string> GiteaWords(Push push, PullRequestText text, PullRequestOptions options) =>
        [$"topic={push.Branch}", $"title={(options.IsDraft ? "WIP: " : "")}{OneLine(text.Title)}", "force-push=true"];

    private IEnumerable<string> Lacking(PullRequestOptions options)
    {
        const string Ending = "has no effect without a token for the API of the forge (--forge-token)";
        if (options.Reviewers.Count > 0)
            yield return $"{AnnotationKeys.RequestReviewers} {Ending}";
        if (kind != ForgeKind.Gitea)
            yield break;
        if (options.Labels.Count > 0)
            yield return $"{AnnotationKeys.RequestLabels} {Ending}";
        if (options.Assignees.Count > 0)
            yield return $"{AnnotationKeys.RequestAssignees} {Ending}";
        if (options.AutoMerge is not null)
            yield return $"{AnnotationKeys.RequestAutoMerge} {Ending}";
    }

    private static string BodyOf(PullRequestText text)
    {
        var safe = RequestBody.Safe(text.Body);
        return safe.Length <= Limits.BodyCharacters ? safe : safe[..Limits.BodyCharacters];
    }

    private static string OneLine(string text) => string.Concat(text.Take(Limits.TitleCharacters).Select(c => char.IsControl(c) ? ' ' : c)).Trim();

    private static string Words(string said) => string.Concat(string.Join(' ', said.Split('\n').Select(line => line.Replace("remote:", "", StringComparison.Ordinal).Trim()).Where(line => line.Length > 0))
        .Take(400).Select(c => char.IsControl(c) ? ' ' : c));

    private static void Fail(Push push, string reason)
    {
        foreach (var application in push.Due)
            application.Fail(reason);
    }

    [GeneratedRegex(@"https?://[^\s]+/(?:merge_requests|pulls)/[0-9]+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Address();

    private sealed record Push(BranchName Branch, BranchName Base, CommitId BaseTip, ShareChanges Changes, NewCommit Commit)
    {
        /// <summary>Of the branch; null where it is not there.</summary>
        public CommitId? Tip { get; init; }

        public IReadOnlyList<ApplicationWork> Applications => Changes.Share.Applications;

        public IReadOnlyList<ApplicationWork> Due => Changes.Commit!.Applications;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Pushed {Branch} with words that open a request for {Base} of {Repository}.")]
        public static partial void Pushed(ILogger logger, string branch, string @base, string repository);
    }
}
