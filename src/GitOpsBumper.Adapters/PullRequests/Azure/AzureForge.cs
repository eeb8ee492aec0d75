using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Core.PullRequests;

namespace GitOpsBumper.Adapters.PullRequests.Azure;

/// <summary>
/// Pull requests of Azure DevOps, Services and Server; the top of its API ends with the organisation or the collection, the path is project and repository. Lists cut descriptions at
/// 400 characters: what open requests are found by stands in the first line of a text; closed ones are read whole, once each.
/// </summary>
/// <seealso href="https://learn.microsoft.com/en-us/rest/api/azure/devops/git/pull-requests"/>
internal sealed class AzureForge(ForgeApi api, ForgeLocation location) : IForge
{
    private const int PageLength = 100;
    private const int NewestComments = 100;
    private const int CutAt = 400;
    private const string Heads = "refs/heads/";

    /// <summary>Of Azure DevOps Server 2020; all that came later know it too.</summary>
    private const string Version = "api-version=6.0";

    public static ForgeDialect Dialect { get; } = new()
    {
        Name = "Azure DevOps",
        // Else who is not known is led to a page to log in at.
        Headers = new Dictionary<string, string> { ["X-TFS-FedAuthRedirect"] = "Suppress" },
        Words = static body => body.ValueKind == JsonValueKind.Object && body.TryGetProperty("message", out var words) && words.ValueKind == JsonValueKind.String ? words.GetString()! : "",
        Classify = Classify,
        Permission = "the scope 'Code (read & write)' and the permission 'Contribute to pull requests'",
    };

    private readonly string _requests = $"{Project(location)}/_apis/git/repositories/{Uri.EscapeDataString(location.Path[^1])}/pullrequests";
    private readonly AzureReviewers _reviewers = new(api, Project(location), Version);

    public PullRequestLimits Limits => new(400, 4_000);

    /// <summary>A token of Microsoft Entra is shown as it is; a personal access token as a password, whoever the user is.</summary>
    public static AuthenticationHeaderValue Header(AccessToken token) => token.User is null && token.Secret.StartsWith("eyJ", StringComparison.Ordinal) && token.Secret.Count(c => c == '.') == 2
        ? TokenHeader.Bearer(token.Secret)
        : TokenHeader.Basic(token.User ?? "", token.Secret);

    public Task<IReadOnlyList<PullRequest>> ListOpenAsync(CancellationToken cancellationToken)
    {
        var list = Pages("searchCriteria.status=active");
        return ForgePages.ListOpenAsync(api, list(0), Reader(list), cancellationToken);
    }

    /// <summary>Sorted by when they were opened, so all are read that were closed since; by whole days, so that the question stays the same for a while.</summary>
    public async Task<ClosedPullRequests> ListClosedAsync(string mark, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var day = since.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var list = Pages($"searchCriteria.status=abandoned&searchCriteria.queryTimeRangeType=closed&searchCriteria.minTime={day}T00:00:00Z");
        var found = await ForgePages.ListClosedAsync(api, list(0), Reader(list), new ClosedQuery(mark, since, IsByChange: false), cancellationToken);
        var whole = new List<PullRequest>();
        foreach (var request in found.Requests)
            whole.Add(request.Body.Length < CutAt ? request : await WholeClosedAsync(request, cancellationToken));
        return found with { Requests = whole };
    }

    public async Task<PullRequest> WholeAsync(PullRequest request, CancellationToken cancellationToken) =>
        request.Body.Length < CutAt ? request : request with { Body = (await GetAsync(request, cancellationToken)).Description ?? "" };

    public async Task<bool?> HasConflictsAsync(PullRequest request, CancellationToken cancellationToken) => (await GetAsync(request, cancellationToken)).MergeStatus switch
    {
        "conflicts" => true,
        "succeeded" => false,
        _ => null,
    };

    public async Task<PullRequest> CreateAsync(NewPullRequest request, CancellationToken cancellationToken)
    {
        var (text, options) = (request.Text, request.Options);
        IReadOnlyList<AzureLabel> labels = [.. options.Labels.Select(name => new AzureLabel(name))];
        var json = Json(new NewAzureRequest(Heads + request.SourceBranch, Heads + request.TargetBranch, text.Title, text.Body, labels, options.IsDraft), AzureJson.Default.NewAzureRequest);
        return Map(api.Read(await api.SendAsync(HttpMethod.Post, $"{_requests}?{Version}", json, cancellationToken), AzureJson.Default.AzureRequest));
    }

    public bool NeedsFinish(PullRequestOptions options) => options.Reviewers.Count > 0 || options.Assignees.Count > 0 || options.AutoMerge is not null;

    public async Task<IReadOnlyList<string>> FinishAsync(PullRequest request, PullRequestOptions options, CancellationToken cancellationToken)
    {
        var said = new List<string>(LackingOptions.Assignees(Dialect.Name, options));
        var there = options.Reviewers.Count == 0 ? [] : (await GetAsync(request, cancellationToken)).Reviewers ?? [];
        foreach (var name in options.Reviewers)
        {
            if (await TryAsync($"reviewer '{name}' was not taken", () => AddReviewerAsync(request, name, there, cancellationToken)) is { } problem)
                said.Add(problem);
        }

        if (options.AutoMerge is { } method && await TryAsync("people have to complete the pull request", () => CompleteAsync(request, method, cancellationToken)) is { } refused)
            said.Add(refused);
        return said;
    }

    public Task UpdateAsync(PullRequest request, PullRequestText text, CancellationToken cancellationToken) => ChangeAsync(request, new AzureChange(text.Title, text.Body, null), cancellationToken);

    public async Task<bool> HasCommentAsync(PullRequest request, string mark, CancellationToken cancellationToken)
    {
        var threads = api.Read(await api.SendAsync(HttpMethod.Get, $"{PathOf(request)}/threads?{Version}", null, cancellationToken), AzureJson.Default.AzureThreads);
        return threads.Value.SelectMany(thread => thread?.Comments ?? []).TakeLast(NewestComments).Any(comment => comment?.Content?.Contains(mark, StringComparison.Ordinal) == true);
    }

    /// <summary>In a thread that is closed: open ones may be in the way of merging.</summary>
    public Task CommentAsync(PullRequest request, string text, CancellationToken cancellationToken) =>
        api.SendOnceAsync(HttpMethod.Post, $"{PathOf(request)}/threads?{Version}", Json(new NewAzureThread([new NewAzureComment(0, text, "text")], "closed"), AzureJson.Default.NewAzureThread), cancellationToken);

    public Task CloseAsync(PullRequest request, PullRequestText text, CancellationToken cancellationToken) =>
        ChangeAsync(request, new AzureChange(text.Title, text.Body, "abandoned"), cancellationToken);

    private static string Project(ForgeLocation location) => Uri.EscapeDataString(location.Path[^2]);

    private string PathOf(PullRequest request) => $"{_requests}/{request.Number}";

    private Func<int, string> Pages(string criteria) => skip => string.Create(CultureInfo.InvariantCulture, $"{_requests}?{criteria}&$top={PageLength}&$skip={skip}&{Version}");

    /// <summary>Pages are asked for in their order, until one is not full: nothing says whether there is a next one.</summary>
    private Func<ForgeReply, RequestPage> Reader(Func<int, string> list)
    {
        var skip = 0;
        return reply =>
        {
            var page = api.Read(reply, AzureJson.Default.AzureRequests).Value;
            skip += PageLength;
            return new RequestPage([.. page.OfType<AzureRequest>().Select(Map)], page.Count < PageLength ? null : list(skip));
        };
    }

    private async Task<AzureRequest> GetAsync(PullRequest request, CancellationToken cancellationToken) =>
        api.Read(await api.SendAsync(HttpMethod.Get, $"{PathOf(request)}?{Version}", null, cancellationToken), AzureJson.Default.AzureRequest);

    /// <summary>Nobody can change what is abandoned, so it is read once after each time that it was.</summary>
    private async Task<PullRequest> WholeClosedAsync(PullRequest request, CancellationToken cancellationToken)
    {
        var (path, tag) = ($"{PathOf(request)}?{Version}", request.Changed.ToString("O", CultureInfo.InvariantCulture));
        var key = api.KeyOf(path);
        var body = api.Replies.Find(key) is { } known && known.ETag == tag ? known.Body : (await api.SendAsync(HttpMethod.Get, path, null, cancellationToken)).Body;
        var whole = api.Read(new ForgeReply(body, null), AzureJson.Default.AzureRequest);
        api.Replies.Keep(key, new StoredReply(tag, null, body));
        return request with { Body = whole.Description ?? "" };
    }

    private Task ChangeAsync(PullRequest request, AzureChange change, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Patch, $"{PathOf(request)}?{Version}", Json(change, AzureJson.Default.AzureChange), cancellationToken);

    private async Task<string?> AddReviewerAsync(PullRequest request, string name, IReadOnlyList<AzureIdentity?> there, CancellationToken cancellationToken)
    {
        if (await _reviewers.FindAsync(name, cancellationToken) is not { } id)
            return $"reviewer '{name}' is no id, and neither a team of the project nor a member of one; left out";
        // Who is there already may have voted, and would have to vote again.
        if (!there.Any(reviewer => id.Equals(reviewer?.Id, StringComparison.OrdinalIgnoreCase)))
            await api.SendAsync(HttpMethod.Put, $"{PathOf(request)}/reviewers/{Uri.EscapeDataString(id)}?{Version}", Json(new AzureVote(id, 0), AzureJson.Default.AzureVote), cancellationToken);
        return null;
    }

    private async Task<string?> CompleteAsync(PullRequest request, MergeMethod method, CancellationToken cancellationToken)
    {
        var strategy = method switch
        {
            MergeMethod.Squash => "squash",
            MergeMethod.Rebase => "rebase",
            _ => "noFastForward",
        };
        var json = Json(new AzureCompletion(new AzureIdentity(request.Handle), new AzureCompletionOptions(strategy, DeleteSourceBranch: true)), AzureJson.Default.AzureCompletion);
        await api.SendAsync(HttpMethod.Patch, $"{PathOf(request)}?{Version}", json, cancellationToken);
        return null;
    }

    private static async Task<string?> TryAsync(string consequence, Func<Task<string?>> step)
    {
        try
        {
            return await step();
        }
        catch (ForgeException failure) when (failure.Failure is ForgeFailure.Invalid or ForgeFailure.NotFound or ForgeFailure.Forbidden)
        {
            return $"{consequence}: {failure.Message}";
        }
    }

    private PullRequest Map(AzureRequest request)
    {
        var number = request.PullRequestId.ToString(CultureInfo.InvariantCulture);
        return new PullRequest
        {
            Number = number,
            Url = $"{location.ApiUrl.AbsoluteUri.TrimEnd('/')}/{Project(location)}/_git/{Uri.EscapeDataString(location.Path[^1])}/pullrequest/{number}",
            Title = request.Title,
            Body = request.Description ?? "",
            SourceBranch = Short(request.SourceRefName),
            TargetBranch = Short(request.TargetRefName),
            IsOfRepository = request.ForkSource is null,
            Changed = request.ClosedDate ?? request.CreationDate,
            Closed = request.ClosedDate,
            // The bot's own id is that of who opened its requests.
            Handle = request.CreatedBy?.Id,
        };
    }

    private static string Short(string name) => name.StartsWith(Heads, StringComparison.Ordinal) ? name[Heads.Length..] : name;

    /// <summary>Who is not known is answered with a page to log in at, or led to one.</summary>
    private static ForgeFailure? Classify(HttpStatusCode status, string words) => status switch
    {
        HttpStatusCode.NonAuthoritativeInformation or HttpStatusCode.Found => ForgeFailure.Unauthorized,
        HttpStatusCode.Conflict => words.Contains("TF401179", StringComparison.Ordinal) ? ForgeFailure.AlreadyExists : ForgeFailure.Invalid,
        _ when words.Contains("TF401179", StringComparison.Ordinal) => ForgeFailure.AlreadyExists,
        _ => null,
    };

    private static byte[] Json<T>(T body, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(body, type);
}
