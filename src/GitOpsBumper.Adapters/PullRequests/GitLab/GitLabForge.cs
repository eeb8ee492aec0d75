using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GitOpsBumper.Core.PullRequests;

namespace GitOpsBumper.Adapters.PullRequests.GitLab;

/// <summary>The merge requests of a project, at gitlab.com or anywhere else.</summary>
/// <seealso href="https://docs.gitlab.com/api/merge_requests/"/>
internal sealed class GitLabForge(ForgeApi api, ForgeLocation location) : IForge
{
    private const int MaxTitle = 255;
    private const int MaxDescription = 1_048_576;
    private const string DraftPrefix = "Draft: ";

    private readonly string _project = $"projects/{Uri.EscapeDataString(string.Join('/', location.Path))}";
    private readonly GitLabUsers _users = new(api);

    public PullRequestLimits Limits { get; } = new(MaxTitle - DraftTitle.LongestPrefix, MaxDescription);

    private string List => $"{_project}/merge_requests";

    public Task<IReadOnlyList<PullRequest>> ListOpenAsync(CancellationToken cancellationToken)
    {
        // What is opened while pages are read comes last.
        var first = $"{List}?state=opened&order_by=created_at&sort=asc&per_page=100";
        return ForgePages.ListOpenAsync(api, first, reply => Page(first, reply), cancellationToken);
    }

    /// <summary>Those that were merged have a state of their own.</summary>
    public Task<ClosedPullRequests> ListClosedAsync(string mark, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var first = $"{List}?state=closed&order_by=updated_at&sort=desc&per_page=100";
        return ForgePages.ListClosedAsync(api, first, reply => Page(first, reply), new ClosedQuery(mark, since, IsByChange: true), cancellationToken);
    }

    /// <summary>Asking is what makes GitLab look, when the answer is not known.</summary>
    public async Task<bool?> HasConflictsAsync(PullRequest request, CancellationToken cancellationToken)
    {
        var now = await GetAsync(request, cancellationToken);
        return now switch
        {
            { HasConflicts: true } => true,
            { MergeStatus: "can_be_merged" } => false,
            { MergeStatus: null, DetailedMergeStatus: { } status } when !GitLabAutoMerge.IsLooking(now) => status == "conflict",
            _ => null,
        };
    }

    public async Task<PullRequest> CreateAsync(NewPullRequest request, CancellationToken cancellationToken)
    {
        var options = request.Options;
        var body = new MergeRequestChange
        {
            SourceBranch = request.SourceBranch,
            TargetBranch = request.TargetBranch,
            Title = options.IsDraft ? DraftPrefix + request.Text.Title : request.Text.Title,
            Description = request.Text.Body,
            Labels = options.Labels.Count == 0 ? null : string.Join(',', options.Labels),
            ReviewerIds = await _users.IdsAsync(options.Reviewers, cancellationToken),
            AssigneeIds = await _users.IdsAsync(options.Assignees, cancellationToken),
            RemoveSourceBranch = true,
            Squash = options.AutoMerge is { } method ? method == MergeMethod.Squash : null,
        };
        var reply = await api.SendAsync(HttpMethod.Post, List, Json(body, GitLabJson.Default.MergeRequestChange), cancellationToken);
        return Of(api.Read(reply, GitLabJson.Default.MergeRequestBody))
            ?? throw new ForgeException(ForgeFailure.Unavailable, $"GitLab at {location.ApiUrl.Authority} opened a merge request, and does not say which");
    }

    public bool NeedsFinish(PullRequestOptions options) => options.Reviewers.Count > 0 || options.Assignees.Count > 0 || options.AutoMerge is not null;

    public async Task<IReadOnlyList<string>> FinishAsync(PullRequest request, PullRequestOptions options, CancellationToken cancellationToken)
    {
        var said = new List<string>();
        var now = await GetAsync(request, cancellationToken);
        if (now.State is not (null or "opened"))
            return said;
        await AssignAsync(request, options, now, said, cancellationToken);
        if (options.AutoMerge is { } method && now.MergeWhenPipelineSucceeds != true)
            await new GitLabAutoMerge(api, PathOf(request)).SetAsync(request, now, method, said, cancellationToken);
        return said;
    }

    public Task UpdateAsync(PullRequest request, PullRequestText text, CancellationToken cancellationToken) => PutAsync(request, Change(request, text), cancellationToken);

    public Task CloseAsync(PullRequest request, PullRequestText text, CancellationToken cancellationToken) =>
        PutAsync(request, Change(request, text) with { StateEvent = "close" }, cancellationToken);

    public async Task<bool> HasCommentAsync(PullRequest request, string mark, CancellationToken cancellationToken)
    {
        // What the forge itself notes, of every push for one, is not wanted.
        var reply = await api.SendAsync(HttpMethod.Get, $"{PathOf(request)}/notes?activity_filter=only_comments&order_by=created_at&sort=desc&per_page=100", null, cancellationToken);
        return api.Read(reply, GitLabJson.Default.ListNoteBody).Any(note => note?.Body?.Contains(mark, StringComparison.Ordinal) == true);
    }

    public Task CommentAsync(PullRequest request, string text, CancellationToken cancellationToken) =>
        api.SendOnceAsync(HttpMethod.Post, $"{PathOf(request)}/notes", Json(new NoteBody(text), GitLabJson.Default.NoteBody), cancellationToken);

    /// <summary>Gives what is missing of reviewers and assignees; those that people gave stay.</summary>
    private async Task AssignAsync(PullRequest request, PullRequestOptions options, MergeRequestBody now, List<string> said, CancellationToken cancellationToken)
    {
        try
        {
            var reviewers = await _users.FindAsync(options.Reviewers, "reviewer", said, cancellationToken);
            var assignees = await _users.FindAsync(options.Assignees, "assignee", said, cancellationToken);
            var change = new MergeRequestChange { ReviewerIds = Added(now.Reviewers, reviewers), AssigneeIds = Added(now.Assignees, assignees) };
            if (change.ReviewerIds is null && change.AssigneeIds is null)
                return;
            var then = api.Read(await PutAsync(request, change, cancellationToken), GitLabJson.Default.MergeRequestBody);
            said.AddRange(reviewers.Where(user => !Has(then.Reviewers, user)).Select(user => NotTaken(user, "reviewer")));
            said.AddRange(assignees.Where(user => !Has(then.Assignees, user)).Select(user => NotTaken(user, "assignee")));
        }
        catch (ForgeException failure) when (failure.Failure is ForgeFailure.Forbidden or ForgeFailure.NotFound or ForgeFailure.Invalid)
        {
            said.Add(failure.Message);
        }

        string NotTaken(UserBody user, string what) => $"GitLab did not take '{user.Username}' as {what} of !{request.Number}: it may be that the user does not see the project, or that one {what} is all that it takes";
    }

    private static IReadOnlyList<long>? Added(IReadOnlyList<UserBody?>? present, IReadOnlyList<UserBody> wanted) => wanted.All(user => Has(present, user))
        ? null
        : [.. (present ?? []).Concat(wanted).Select(user => user?.Id).OfType<long>().Distinct()];

    private static bool Has(IReadOnlyList<UserBody?>? users, UserBody wanted) => users?.Any(user => user?.Id == wanted.Id) == true;

    private static MergeRequestChange Change(PullRequest request, PullRequestText text) => new() { Title = request.Handle + text.Title, Description = text.Body };

    private async Task<MergeRequestBody> GetAsync(PullRequest request, CancellationToken cancellationToken) =>
        api.Read(await api.SendAsync(HttpMethod.Get, PathOf(request), null, cancellationToken), GitLabJson.Default.MergeRequestBody);

    private Task<ForgeReply> PutAsync(PullRequest request, MergeRequestChange change, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Put, PathOf(request), Json(change, GitLabJson.Default.MergeRequestChange), cancellationToken);

    private string PathOf(PullRequest request) => $"{List}/{request.Number}";

    private RequestPage Page(string first, ForgeReply reply)
    {
        var bodies = api.Read(reply, GitLabJson.Default.ListMergeRequestBody);
        var changes = bodies.Select(body => body?.UpdatedAt).OfType<DateTimeOffset>().DefaultIfEmpty(DateTimeOffset.MaxValue).ToList();
        return new RequestPage([.. bodies.Select(Of).OfType<PullRequest>()], ForgePages.NextNumbered(first, reply))
        {
            Newest = changes[0] == DateTimeOffset.MaxValue ? DateTimeOffset.MinValue : changes.Max(),
            Oldest = changes.Min(),
        };
    }

    /// <summary>Null: it says too little of itself.</summary>
    private static PullRequest? Of(MergeRequestBody? body)
    {
        if (body is not { Iid: { } iid, Title: { } title, SourceBranch: { } source, TargetBranch: { } target, UpdatedAt: { } updated })
            return null;
        var draft = body.Draft == true || body.WorkInProgress == true ? DraftTitle.Of(title) : new DraftTitle(null, title);
        return new PullRequest
        {
            Number = iid.ToString(CultureInfo.InvariantCulture),
            Url = body.WebUrl ?? "",
            Title = draft.Title,
            Body = body.Description ?? "",
            SourceBranch = source,
            TargetBranch = target,
            IsOfRepository = body.SourceProjectId is not null && body.SourceProjectId == body.TargetProjectId,
            Changed = updated,
            Closed = body.ClosedAt,
            // Written again, the title says that it is a draft as it did.
            Handle = draft.Prefix,
        };
    }

    private static byte[] Json<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(value, type);
}
