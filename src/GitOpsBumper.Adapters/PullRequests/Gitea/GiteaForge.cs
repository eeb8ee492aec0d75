using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GitOpsBumper.Core.PullRequests;

namespace GitOpsBumper.Adapters.PullRequests.Gitea;

/// <summary>The pull requests of a repository at Gitea or Forgejo, codeberg.org among them.</summary>
/// <seealso href="https://docs.gitea.com/api/"/>
internal sealed class GiteaForge(ForgeApi api, ForgeLocation location) : IForge
{
    /// <summary>What is longer is cut.</summary>
    private const int MaxTitle = 255;

    /// <summary>None is published; it is stored whole, and nobody reads more.</summary>
    private const int MaxBody = 262_144;

    private const string DraftPrefix = "WIP: ";

    // There are no groups: what stands before owner and name is where the server lies.
    private readonly string _repository = $"repos/{string.Join('/', location.Path.TakeLast(2).Select(Uri.EscapeDataString))}";
    private readonly GiteaLabels _labels = new(api, location);

    public PullRequestLimits Limits { get; } = new(MaxTitle - DraftTitle.LongestPrefix, MaxBody);

    public Task<IReadOnlyList<PullRequest>> ListOpenAsync(CancellationToken cancellationToken)
    {
        // What is opened while pages are read comes last.
        var first = $"{_repository}/pulls?state=open&sort=oldest&limit=50";
        return ForgePages.ListOpenAsync(api, first, reply => Page(first, reply), cancellationToken);
    }

    public Task<ClosedPullRequests> ListClosedAsync(string mark, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var first = $"{_repository}/pulls?state=closed&sort=recentupdate&limit=50";
        return ForgePages.ListClosedAsync(api, first, reply => Page(first, reply), new ClosedQuery(mark, since, IsByChange: true), cancellationToken);
    }

    /// <summary>A draft is never called mergeable. Neither is what is still looked at, for a moment after a push: a conflict that goes away by itself.</summary>
    public async Task<bool?> HasConflictsAsync(PullRequest request, CancellationToken cancellationToken)
    {
        var now = await GetAsync(request, cancellationToken);
        return now switch
        {
            { Mergeable: true } => false,
            { Mergeable: false } when Draft(now).Prefix is null && now.Draft != true => true,
            _ => null,
        };
    }

    public async Task<PullRequest> CreateAsync(NewPullRequest request, CancellationToken cancellationToken)
    {
        var (text, options) = (request.Text, request.Options);
        var labels = await _labels.IdsAsync(options.Labels, cancellationToken);
        var body = new NewPullBody(request.SourceBranch, request.TargetBranch, options.IsDraft ? DraftPrefix + text.Title : text.Title, text.Body, labels);
        var reply = await api.SendAsync(HttpMethod.Post, $"{_repository}/pulls", Json(body, GiteaJson.Default.NewPullBody), cancellationToken);
        return Of(api.Read(reply, GiteaJson.Default.PullBody))
            ?? throw new ForgeException(ForgeFailure.Unavailable, $"Gitea at {location.ApiUrl.Authority} opened a pull request, and does not say which");
    }

    /// <summary>Labels are given to a new one as well, but those that are not known are told here.</summary>
    public bool NeedsFinish(PullRequestOptions options) => !options.IsEmpty;

    public async Task<IReadOnlyList<string>> FinishAsync(PullRequest request, PullRequestOptions options, CancellationToken cancellationToken)
    {
        var said = new List<string>();
        var now = await GetAsync(request, cancellationToken);
        if (now.State is not (null or "open"))
            return said;
        await LabelAsync(request, options, now, said, cancellationToken);
        var people = new GiteaPeople(api, _repository, location.Path);
        await people.AssignAsync(request, options.Assignees, now, said, cancellationToken);
        await people.AskForReviewAsync(request, options.Reviewers, said, cancellationToken);
        if (options.AutoMerge is { } method)
            await MergeAsync(request, method, said, cancellationToken);
        return said;
    }

    public Task UpdateAsync(PullRequest request, PullRequestText text, CancellationToken cancellationToken) => ChangeAsync(request, Change(request, text), cancellationToken);

    public Task CloseAsync(PullRequest request, PullRequestText text, CancellationToken cancellationToken) =>
        ChangeAsync(request, Change(request, text) with { State = "closed" }, cancellationToken);

    /// <summary>There is one page of them, the oldest first.</summary>
    public async Task<bool> HasCommentAsync(PullRequest request, string mark, CancellationToken cancellationToken)
    {
        var reply = await api.SendAsync(HttpMethod.Get, CommentsOf(request), null, cancellationToken);
        return api.Read(reply, GiteaJson.Default.ListCommentBody).TakeLast(100).Any(comment => comment?.Body?.Contains(mark, StringComparison.Ordinal) == true);
    }

    public Task CommentAsync(PullRequest request, string text, CancellationToken cancellationToken) =>
        api.SendOnceAsync(HttpMethod.Post, CommentsOf(request), Json(new CommentBody(text), GiteaJson.Default.CommentBody), cancellationToken);

    private async Task LabelAsync(PullRequest request, PullRequestOptions options, PullBody now, List<string> said, CancellationToken cancellationToken)
    {
        if (options.Labels.Count == 0)
            return;
        try
        {
            var wanted = await _labels.FindAsync(options.Labels, said, cancellationToken);
            var missing = wanted.Where(id => now.Labels?.Any(label => label?.Id == id) != true).ToList();
            if (missing.Count > 0)
                await api.SendAsync(HttpMethod.Post, $"{_repository}/issues/{request.Number}/labels", Json(new LabelsChange(missing), GiteaJson.Default.LabelsChange), cancellationToken);
        }
        catch (ForgeException failure) when (failure.Failure is ForgeFailure.Forbidden or ForgeFailure.NotFound or ForgeFailure.Invalid)
        {
            said.Add(failure.Message);
        }
    }

    /// <summary>Merged at once when all checks are there already. To be set to be is no error, the second time.</summary>
    private async Task MergeAsync(PullRequest request, MergeMethod method, List<string> said, CancellationToken cancellationToken)
    {
        var merge = new PullMerge(
            method switch
            {
                MergeMethod.Squash => "squash",
                MergeMethod.Rebase => "rebase",
                _ => "merge",
            },
            MergeWhenChecksSucceed: true,
            DeleteBranchAfterMerge: true);
        try
        {
            await api.SendAsync(HttpMethod.Post, $"{PathOf(request)}/merge", Json(merge, GiteaJson.Default.PullMerge), cancellationToken);
        }
        catch (ForgeException failure) when (failure.Failure == ForgeFailure.AlreadyExists && failure.Message.Contains("already scheduled", StringComparison.OrdinalIgnoreCase))
        {
        }
        catch (ForgeException failure) when (failure.Failure is ForgeFailure.Forbidden or ForgeFailure.NotFound or ForgeFailure.Invalid or ForgeFailure.AlreadyExists)
        {
            said.Add($"#{request.Number} is not merged by itself: {failure.Message}");
        }
    }

    private static PullChange Change(PullRequest request, PullRequestText text) => new() { Title = request.Handle + text.Title, Body = text.Body };

    private async Task<PullBody> GetAsync(PullRequest request, CancellationToken cancellationToken) =>
        api.Read(await api.SendAsync(HttpMethod.Get, PathOf(request), null, cancellationToken), GiteaJson.Default.PullBody);

    private Task ChangeAsync(PullRequest request, PullChange change, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Patch, PathOf(request), Json(change, GiteaJson.Default.PullChange), cancellationToken);

    private string PathOf(PullRequest request) => $"{_repository}/pulls/{request.Number}";

    private string CommentsOf(PullRequest request) => $"{_repository}/issues/{request.Number}/comments";

    private RequestPage Page(string first, ForgeReply reply)
    {
        var bodies = api.Read(reply, GiteaJson.Default.ListPullBody);
        var changes = bodies.Select(body => body?.UpdatedAt).OfType<DateTimeOffset>().ToList();
        // Those that were merged are closed as well.
        return new RequestPage([.. bodies.Where(body => body?.Merged != true).Select(Of).OfType<PullRequest>()], ForgePages.NextNumbered(first, reply))
        {
            Newest = changes.Count == 0 ? DateTimeOffset.MinValue : changes.Max(),
            Oldest = changes.Count == 0 ? DateTimeOffset.MaxValue : changes.Min(),
        };
    }

    /// <summary>Null: it says too little of itself.</summary>
    private static PullRequest? Of(PullBody? body)
    {
        if (body is not { Number: { } number, Title: not null, UpdatedAt: { } updated, Head: { } head, Base: { Ref: { } target } })
            return null;
        // Of a branch that is gone, and of what never was one, the reference of the request itself is told.
        var isBranch = head.Ref?.StartsWith("refs/pull/", StringComparison.Ordinal) == false || !string.IsNullOrEmpty(head.Label);
        var source = head.Ref?.StartsWith("refs/pull/", StringComparison.Ordinal) == false || !isBranch ? head.Ref : head.Label;
        if (source is null)
            return null;
        var draft = Draft(body);
        return new PullRequest
        {
            Number = number.ToString(CultureInfo.InvariantCulture),
            Url = body.HtmlUrl ?? "",
            Title = draft.Title,
            Body = body.Body ?? "",
            SourceBranch = source,
            TargetBranch = target,
            // Who pushes to refs/for needs no right to write.
            IsOfRepository = isBranch && head.RepoId > 0 && head.RepoId == body.Base.RepoId,
            Changed = updated,
            Closed = body.ClosedAt,
            // Written again, the title says that it is a draft as it did.
            Handle = draft.Prefix,
        };
    }

    private static DraftTitle Draft(PullBody body) => body.Draft == false ? new DraftTitle(null, body.Title ?? "") : DraftTitle.Of(body.Title ?? "");

    private static byte[] Json<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(value, type);
}
