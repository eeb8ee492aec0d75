using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GitOpsBumper.Core.PullRequests;

namespace GitOpsBumper.Adapters.PullRequests.Bitbucket;

/// <summary>
/// Pull requests of Bitbucket Cloud; the top of its API ends with <c>/2.0</c>. Reviewers are named by UUID in braces or by account id, as it knows no user names any more.
/// </summary>
/// <seealso href="https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/"/>
internal sealed class BitbucketCloudForge(ForgeApi api, ForgeLocation location) : IForge
{
    private const int PageLength = 50;
    private const int NewestComments = 100;

    public static ForgeDialect Dialect { get; } = new()
    {
        Name = "Bitbucket Cloud",
        Words = BitbucketWords.OfCloud,
        Permission = "the scopes pullrequest:write and repository:write; an API token is shown with the e-mail address of its account as user",
    };

    private readonly string _requests = $"repositories/{Uri.EscapeDataString(location.Path[^2])}/{Uri.EscapeDataString(location.Path[^1])}/pullrequests";

    /// <summary>Its documents name no limits; of the title its pages say 255.</summary>
    public bool TellsConflicts => false;

    public PullRequestLimits Limits => new(255, 32_000);

    public Task<IReadOnlyList<PullRequest>> ListOpenAsync(CancellationToken cancellationToken) =>
        ForgePages.ListOpenAsync(api, $"{_requests}?state=OPEN&pagelen={PageLength}", ReadPage, cancellationToken);

    public Task<ClosedPullRequests> ListClosedAsync(string mark, DateTimeOffset since, CancellationToken cancellationToken) =>
        ForgePages.ListClosedAsync(api, $"{_requests}?state=DECLINED&sort=-updated_on&pagelen={PageLength}", ReadPage, new ClosedQuery(mark, since, IsByChange: true), cancellationToken);

    /// <summary>Its API does not say.</summary>
    public Task<bool?> HasConflictsAsync(PullRequest request, CancellationToken cancellationToken) => Task.FromResult<bool?>(null);

    /// <summary>A second request for the same branches would change the first one and be no error, so that one is looked for before.</summary>
    public async Task<PullRequest> CreateAsync(NewPullRequest request, CancellationToken cancellationToken)
    {
        var query = $"state = \"OPEN\" AND source.branch.name = {Quoted(request.SourceBranch)} AND destination.branch.name = {Quoted(request.TargetBranch)}";
        var there = ReadPage(await api.SendAsync(HttpMethod.Get, $"{_requests}?q={Uri.EscapeDataString(query)}&pagelen={PageLength}", null, cancellationToken));
        if (there.Requests.FirstOrDefault(found => found.IsOfRepository) is { } other)
            throw new ForgeException(ForgeFailure.AlreadyExists, $"{Dialect.Name} has an open pull request from '{request.SourceBranch}' to '{request.TargetBranch}' already: {other.Url}");
        return await ReviewerRefusal.AvoidAsync([.. request.Options.Reviewers.Select(Account)], Mark, async reviewers =>
        {
            var body = new NewCloudRequest(
                request.Text.Title,
                request.Text.Body,
                new CloudEnd(new CloudBranch(request.SourceBranch)),
                new CloudEnd(new CloudBranch(request.TargetBranch)),
                reviewers,
                CloseSourceBranch: true,
                request.Options.IsDraft ? true : null);
            return Map(api.Read(await api.SendAsync(HttpMethod.Post, _requests, Json(body, CloudJson.Default.NewCloudRequest), cancellationToken), CloudJson.Default.CloudRequest));
        });
    }

    public bool NeedsFinish(PullRequestOptions options) => !options.IsEmpty;

    public async Task<IReadOnlyList<string>> FinishAsync(PullRequest request, PullRequestOptions options, CancellationToken cancellationToken)
    {
        var said = new List<string>([.. LackingOptions.Labels(Dialect.Name, options), .. LackingOptions.Assignees(Dialect.Name, options)]);
        if (options.AutoMerge is not null)
            said.Add($"the API of {Dialect.Name} has no way to merge a pull request once its checks have passed; people merge it");
        if (options.Reviewers.Count == 0)
            return said;
        var now = await GetAsync(request, cancellationToken);
        said.AddRange(await ReviewerRefusal.AddAsync(options.Reviewers.Where(name => !Has(now, name)), async name =>
            now = await ChangeAsync(request, now.Title, BodyOf(now), [.. ReviewersOf(now), Account(name)], cancellationToken)));
        return said;
    }

    public async Task UpdateAsync(PullRequest request, PullRequestText text, CancellationToken cancellationToken)
    {
        var now = await GetAsync(request, cancellationToken);
        await ReviewerRefusal.AvoidAsync(ReviewersOf(now), Mark, reviewers => ChangeAsync(request, text.Title, text.Body, reviewers, cancellationToken));
    }

    public async Task<bool> HasCommentAsync(PullRequest request, string mark, CancellationToken cancellationToken)
    {
        var reply = await api.SendAsync(HttpMethod.Get, $"{PathOf(request)}/comments?sort=-created_on&pagelen={NewestComments}", null, cancellationToken);
        return api.Read(reply, CloudJson.Default.CloudComments).Values.Any(comment => comment?.Content?.Raw?.Contains(mark, StringComparison.Ordinal) == true);
    }

    public Task CommentAsync(PullRequest request, string text, CancellationToken cancellationToken) =>
        api.SendOnceAsync(HttpMethod.Post, $"{PathOf(request)}/comments", Json(new CloudComment(new CloudText(text)), CloudJson.Default.CloudComment), cancellationToken);

    /// <summary>What is declined can no longer be changed.</summary>
    public async Task CloseAsync(PullRequest request, PullRequestText text, CancellationToken cancellationToken)
    {
        await UpdateAsync(request, text, cancellationToken);
        await api.SendAsync(HttpMethod.Post, $"{PathOf(request)}/decline", null, cancellationToken);
    }

    private string PathOf(PullRequest request) => $"{_requests}/{request.Number}";

    private async Task<CloudRequest> GetAsync(PullRequest request, CancellationToken cancellationToken) =>
        api.Read(await api.SendAsync(HttpMethod.Get, PathOf(request), null, cancellationToken), CloudJson.Default.CloudRequest);

    private async Task<CloudRequest> ChangeAsync(PullRequest request, string title, string body, IReadOnlyList<CloudAccount> reviewers, CancellationToken cancellationToken)
    {
        var json = Json(new CloudChange(title, body, [.. reviewers.Select(Sent)]), CloudJson.Default.CloudChange);
        return api.Read(await api.SendAsync(HttpMethod.Put, PathOf(request), json, cancellationToken), CloudJson.Default.CloudRequest);
    }

    private RequestPage ReadPage(ForgeReply reply)
    {
        var page = api.Read(reply, CloudJson.Default.CloudRequests);
        IReadOnlyList<PullRequest> requests = [.. page.Values.OfType<CloudRequest>().Select(Map)];
        var times = requests.Select(request => request.Changed).ToList();
        return new RequestPage(requests, page.Next)
        {
            Newest = times.DefaultIfEmpty(DateTimeOffset.MinValue).Max(),
            Oldest = times.DefaultIfEmpty(DateTimeOffset.MaxValue).Min(),
        };
    }

    private static PullRequest Map(CloudRequest request) => new()
    {
        Number = request.Id.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Url = request.Links.Html.Href,
        Title = request.Title,
        Body = BodyOf(request),
        SourceBranch = request.Source.Branch.Name,
        TargetBranch = request.Destination.Branch.Name,
        IsOfRepository = request.Source.Repository?.FullName is { } name && name.Equals(request.Destination.Repository?.FullName, StringComparison.OrdinalIgnoreCase),
        Changed = request.UpdatedOn,
    };

    private static string BodyOf(CloudRequest request) => request.Description ?? request.Summary?.Raw ?? "";

    private static IReadOnlyList<CloudAccount> ReviewersOf(CloudRequest request) => [.. (request.Reviewers ?? []).OfType<CloudAccount>()];

    private static CloudAccount Account(string name) => name.StartsWith('{') ? new CloudAccount(Uuid: name) : new CloudAccount(AccountId: name);

    /// <summary>By one id alone.</summary>
    private static CloudAccount Sent(CloudAccount reviewer) => reviewer.Uuid is null ? new CloudAccount(AccountId: reviewer.AccountId) : new CloudAccount(Uuid: reviewer.Uuid);

    private static bool Has(CloudRequest request, string name) =>
        ReviewersOf(request).Any(reviewer => name.Equals(reviewer.Uuid, StringComparison.OrdinalIgnoreCase) || name.Equals(reviewer.AccountId, StringComparison.Ordinal));

    /// <summary>Refusals call people by the names that others see.</summary>
    private static string Mark(CloudAccount account) => $"reviewers: {account.DisplayName ?? account.Uuid ?? account.AccountId} is ";

    private static string Quoted(string branch) => $"\"{branch.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static byte[] Json<T>(T body, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(body, type);
}
