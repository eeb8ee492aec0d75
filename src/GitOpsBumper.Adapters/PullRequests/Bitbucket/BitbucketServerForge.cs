using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GitOpsBumper.Core.PullRequests;

namespace GitOpsBumper.Adapters.PullRequests.Bitbucket;

/// <summary>
/// Pull requests of Bitbucket Server and Data Center; the top of its API ends with <c>/rest/api/1.0</c>. Each change names the version that it was made from, so it is read first,
/// and once more when somebody else was faster.
/// </summary>
/// <seealso href="https://developer.atlassian.com/server/bitbucket/rest/v819/api-group-pull-requests/"/>
internal sealed class BitbucketServerForge(ForgeApi api, ForgeLocation location) : IForge
{
    private const int PageLength = 100;
    private const int CommentPages = 3;
    private const string Heads = "refs/heads/";

    /// <summary>Older ones would not wait for checks.</summary>
    private static readonly Version FirstWithAutoMerge = new(8, 15);

    public static ForgeDialect Dialect { get; } = new()
    {
        Name = "Bitbucket Server",
        // Without it some versions take a request without a body for one that a browser was talked into.
        Headers = new Dictionary<string, string> { ["X-Atlassian-Token"] = "no-check" },
        Words = BitbucketWords.OfServer,
        Classify = BitbucketWords.ClassifyServer,
        Permission = "the permission 'Repository write'",
    };

    /// <summary>URLs of http have a <c>scm</c> before project and repository, and what the server lies under, those of ssh have not.</summary>
    private readonly ServerRepository _repository = new(null, location.Path[^1], new ServerProject(location.Path[^2]));

    private readonly string _requests = $"projects/{Uri.EscapeDataString(location.Path[^2])}/repos/{Uri.EscapeDataString(location.Path[^1])}/pull-requests";

    public PullRequestLimits Limits => new(255, 32_000);

    public Task<IReadOnlyList<PullRequest>> ListOpenAsync(CancellationToken cancellationToken) => ForgePages.ListOpenAsync(api, Page("OPEN"), reply => ReadPage(reply, "OPEN"), cancellationToken);

    /// <summary>The newest first, of which its documents do not say whether that is by opening or by change: all are read.</summary>
    public Task<ClosedPullRequests> ListClosedAsync(string mark, DateTimeOffset since, CancellationToken cancellationToken) =>
        ForgePages.ListClosedAsync(api, Page("DECLINED"), reply => ReadPage(reply, "DECLINED"), new ClosedQuery(mark, since, IsByChange: false), cancellationToken);

    public async Task<bool?> HasConflictsAsync(PullRequest request, CancellationToken cancellationToken)
    {
        var merge = api.Read(await api.SendAsync(HttpMethod.Get, $"{PathOf(request)}/merge", null, cancellationToken), ServerJson.Default.ServerMergeability);
        return merge.Outcome == "UNKNOWN" ? null : merge.Conflicted;
    }

    public Task<PullRequest> CreateAsync(NewPullRequest request, CancellationToken cancellationToken) =>
        ReviewerRefusal.AvoidAsync([.. request.Options.Reviewers.Select(Reviewer)], Mark, async reviewers =>
        {
            var body = new NewServerRequest(
                request.Text.Title,
                request.Text.Body,
                new ServerRef(Heads + request.SourceBranch, _repository),
                new ServerRef(Heads + request.TargetBranch, _repository),
                reviewers,
                request.Options.IsDraft ? true : null);
            return Map(api.Read(await api.SendAsync(HttpMethod.Post, _requests, Json(body, ServerJson.Default.NewServerRequest), cancellationToken), ServerJson.Default.ServerRequest));
        });

    public bool NeedsFinish(PullRequestOptions options) => !options.IsEmpty || options.IsDraft;

    public async Task<IReadOnlyList<string>> FinishAsync(PullRequest request, PullRequestOptions options, CancellationToken cancellationToken)
    {
        var said = new List<string>([.. LackingOptions.Labels(Dialect.Name, options), .. LackingOptions.Assignees(Dialect.Name, options)]);
        var now = await GetAsync(request, cancellationToken);
        if (options.IsDraft && now.Draft is null)
            said.Add($"{Dialect.Name} knows drafts since 8.18, this one is older: the pull request is none");
        var missing = options.Reviewers.Where(name => !ReviewersOf(now).Any(reviewer => reviewer.User.Name.Equals(name, StringComparison.OrdinalIgnoreCase)));
        said.AddRange(await ReviewerRefusal.AddAsync(missing, name =>
            api.SendAsync(HttpMethod.Post, $"{PathOf(request)}/participants", Json(new ServerRole(new ServerUser(name), "REVIEWER"), ServerJson.Default.ServerRole), cancellationToken)));
        if (options.AutoMerge is { } method && await AutoMergeAsync(request, method, cancellationToken) is { } problem)
            said.Add(problem);
        return said;
    }

    public Task UpdateAsync(PullRequest request, PullRequestText text, CancellationToken cancellationToken) => ChangeAsync(request, text, cancellationToken);

    public async Task<bool> HasCommentAsync(PullRequest request, string mark, CancellationToken cancellationToken)
    {
        long? start = 0;
        for (var page = 0; page < CommentPages && start is not null; page++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{PathOf(request)}/activities?limit={PageLength}&start={start}");
            var activities = api.Read(await api.SendAsync(HttpMethod.Get, path, null, cancellationToken), ServerJson.Default.ServerActivities);
            if (activities.Values.Any(activity => activity?.Comment?.Text?.Contains(mark, StringComparison.Ordinal) == true))
                return true;
            start = activities.IsLastPage ? null : activities.NextPageStart;
        }

        return false;
    }

    public Task CommentAsync(PullRequest request, string text, CancellationToken cancellationToken) =>
        api.SendOnceAsync(HttpMethod.Post, $"{PathOf(request)}/comments", Json(new ServerComment(text), ServerJson.Default.ServerComment), cancellationToken);

    /// <summary>What is declined can no longer be changed.</summary>
    public async Task CloseAsync(PullRequest request, PullRequestText text, CancellationToken cancellationToken)
    {
        var now = await ChangeAsync(request, text, cancellationToken);
        await AgainAsync(request, now, current => api.SendAsync(
            HttpMethod.Post,
            string.Create(CultureInfo.InvariantCulture, $"{PathOf(request)}/decline?version={current.Version}"),
            Json(new ServerNothing(), ServerJson.Default.ServerNothing),
            cancellationToken), cancellationToken);
    }

    private string PathOf(PullRequest request) => $"{_requests}/{request.Number}";

    private string Page(string state) => $"{_requests}?state={state}&order=NEWEST&limit={PageLength}";

    private async Task<ServerRequest> GetAsync(PullRequest request, CancellationToken cancellationToken) =>
        api.Read(await api.SendAsync(HttpMethod.Get, PathOf(request), null, cancellationToken), ServerJson.Default.ServerRequest);

    private async Task<ServerRequest> ChangeAsync(PullRequest request, PullRequestText text, CancellationToken cancellationToken) =>
        await AgainAsync(request, await GetAsync(request, cancellationToken), current => ReviewerRefusal.AvoidAsync(ReviewersOf(current), Mark, async reviewers =>
        {
            var json = Json(new ServerChange(current.Version, text.Title, text.Body, reviewers, current.Draft), ServerJson.Default.ServerChange);
            return api.Read(await api.SendAsync(HttpMethod.Put, PathOf(request), json, cancellationToken), ServerJson.Default.ServerRequest);
        }), cancellationToken);

    /// <summary>Makes a change, and once more from the newest version when it was made from an old one.</summary>
    private async Task<T> AgainAsync<T>(PullRequest request, ServerRequest first, Func<ServerRequest, Task<T>> change, CancellationToken cancellationToken)
    {
        try
        {
            return await change(first);
        }
        catch (ForgeException failure) when (BitbucketWords.IsStale(failure))
        {
            return await change(await GetAsync(request, cancellationToken));
        }
    }

    /// <returns>What is in its way; null when nothing is.</returns>
    private async Task<string?> AutoMergeAsync(PullRequest request, MergeMethod method, CancellationToken cancellationToken)
    {
        var properties = api.Read(await api.SendAsync(HttpMethod.Get, "application-properties", null, cancellationToken), ServerJson.Default.ServerProperties);
        if (!Version.TryParse(properties.Version?.Split('-')[0], out var version) || version < FirstWithAutoMerge)
            return $"{Dialect.Name} merges by itself since {FirstWithAutoMerge}, this one is {properties.Version ?? "older"}; people merge the pull request";
        var strategy = method switch
        {
            MergeMethod.Squash => "squash",
            MergeMethod.Rebase => "rebase-ff-only",
            _ => "no-ff",
        };
        try
        {
            await AgainAsync(request, await GetAsync(request, cancellationToken), current => api.SendAsync(
                HttpMethod.Post,
                string.Create(CultureInfo.InvariantCulture, $"{PathOf(request)}/merge?version={current.Version}"),
                Json(new ServerMerge(true, strategy, current.Version), ServerJson.Default.ServerMerge),
                cancellationToken), cancellationToken);
            return null;
        }
        catch (ForgeException failure) when (failure.Failure is ForgeFailure.Invalid or ForgeFailure.Forbidden or ForgeFailure.NotFound)
        {
            return $"people have to merge the pull request: {failure.Message}";
        }
    }

    private RequestPage ReadPage(ForgeReply reply, string state)
    {
        var page = api.Read(reply, ServerJson.Default.ServerRequests);
        return new RequestPage(
            [.. page.Values.OfType<ServerRequest>().Select(Map)],
            page.IsLastPage || page.NextPageStart is not { } start ? null : string.Create(CultureInfo.InvariantCulture, $"{Page(state)}&start={start}"));
    }

    private PullRequest Map(ServerRequest request)
    {
        var number = request.Id.ToString(CultureInfo.InvariantCulture);
        return new PullRequest
        {
            Number = number,
            Url = (request.Links.Self is [{ Href: { } href }, ..] ? href : null) ?? new Uri(location.ApiUrl, $"/{_requests}/{number}").AbsoluteUri,
            Title = request.Title,
            Body = request.Description ?? "",
            SourceBranch = Short(request.FromRef.Id),
            TargetBranch = Short(request.ToRef.Id),
            IsOfRepository = request.FromRef.Repository?.Id is { } id && id == request.ToRef.Repository?.Id,
            Changed = DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(request.UpdatedDate, 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())),
        };
    }

    private static string Short(string id) => id.StartsWith(Heads, StringComparison.Ordinal) ? id[Heads.Length..] : id;

    private static IReadOnlyList<ServerReviewer> ReviewersOf(ServerRequest request) => [.. (request.Reviewers ?? []).OfType<ServerReviewer>()];

    private static ServerReviewer Reviewer(string name) => new(new ServerUser(name));

    private static string Mark(ServerReviewer reviewer) => $"reviewer '{reviewer.User.Name}'";

    private static byte[] Json<T>(T body, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(body, type);
}
