using System.Globalization;
using System.Text.Json;
using GitOpsBumper.Core.PullRequests;

namespace GitOpsBumper.Adapters.PullRequests.GitHub;

/// <summary>The pull requests of a repository of GitHub.</summary>
/// <seealso href="https://docs.github.com/en/rest/pulls/pulls?apiVersion=2022-11-28"/>
internal sealed class GitHubForge : IForge
{
    private const int PageSize = 100;

    private readonly ForgeApi _api;
    private readonly GitHubExtras _extras;
    private readonly string _pulls;
    private readonly string _issues;

    /// <exception cref="ForgeException">The location is none of GitHub.</exception>
    public GitHubForge(ForgeApi api, ForgeLocation location)
    {
        if (location.Path.Count != 2)
            throw new ForgeException(ForgeFailure.Invalid, $"{location} is no repository: a path of GitHub is owner and name");
        _api = api;
        _pulls = $"repos/{location.EscapedPath}/pulls";
        _issues = $"repos/{location.EscapedPath}/issues";
        _extras = new GitHubExtras(api, location, _pulls, _issues);
    }

    public PullRequestLimits Limits { get; } = new(TitleCharacters: 256, BodyCharacters: 65_536);

    /// <summary>The newest first: what is opened changes the first page, and so its <c>ETag</c>.</summary>
    public Task<IReadOnlyList<PullRequest>> ListOpenAsync(CancellationToken cancellationToken) =>
        ForgePages.ListOpenAsync(_api, $"{_pulls}?state=open&per_page={PageSize}", Read, cancellationToken);

    public Task<ClosedPullRequests> ListClosedAsync(string mark, DateTimeOffset since, CancellationToken cancellationToken) => ForgePages.ListClosedAsync(
        _api, $"{_pulls}?state=closed&sort=updated&direction=desc&per_page={PageSize}", Read, new ClosedQuery(mark, since, IsByChange: true), cancellationToken);

    public async Task<bool?> HasConflictsAsync(PullRequest request, CancellationToken cancellationToken)
    {
        var pull = _api.Read(await _api.SendAsync(HttpMethod.Get, $"{_pulls}/{request.Number}", null, cancellationToken), GitHubJson.Default.GitHubPull);
        return pull.Mergeable is { } can ? !can : pull.MergeableState == "dirty" ? true : null;
    }

    /// <summary>Sent again without harm: there is one open request between two branches.</summary>
    public async Task<PullRequest> CreateAsync(NewPullRequest request, CancellationToken cancellationToken)
    {
        var body = new GitHubNewPull(request.Text.Title, request.Text.Body, request.SourceBranch, request.TargetBranch, request.Options.IsDraft);
        ForgeReply reply;
        try
        {
            reply = await PostAsync(body, cancellationToken);
        }
        catch (ForgeException failure) when (body.Draft && failure.Message.Contains("raft pull requests are not supported", StringComparison.Ordinal))
        {
            // Private repositories of free plans have none, and a request that is ready is better than no request.
            reply = await PostAsync(body with { Draft = false }, cancellationToken);
        }

        return RequestOf(_api.Read(reply, GitHubJson.Default.GitHubPull));
    }

    private Task<ForgeReply> PostAsync(GitHubNewPull body, CancellationToken cancellationToken) =>
        _api.SendAsync(HttpMethod.Post, _pulls, JsonSerializer.SerializeToUtf8Bytes(body, GitHubJson.Default.GitHubNewPull), cancellationToken);

    public bool NeedsFinish(PullRequestOptions options) => !options.IsEmpty;

    public Task<IReadOnlyList<string>> FinishAsync(PullRequest request, PullRequestOptions options, CancellationToken cancellationToken) =>
        _extras.AddAsync(request, options, cancellationToken);

    public Task UpdateAsync(PullRequest request, PullRequestText text, CancellationToken cancellationToken) =>
        ChangeAsync(request, new GitHubPullChange(text.Title, text.Body, null), cancellationToken);

    /// <summary>GitHub lists the oldest comments first, and no other way.</summary>
    /// <seealso href="https://docs.github.com/en/rest/issues/comments?apiVersion=2022-11-28#list-issue-comments"/>
    public async Task<bool> HasCommentAsync(PullRequest request, string mark, CancellationToken cancellationToken)
    {
        var path = $"{_issues}/{request.Number}/comments?per_page={PageSize}";
        for (var page = 0; page < ForgePages.MaxOpenPages; page++)
        {
            var reply = await _api.GetKeptAsync(path, cancellationToken);
            if (_api.Read(reply, GitHubJson.Default.Comments).Any(comment => comment?.Body?.Contains(mark, StringComparison.Ordinal) == true))
                return true;
            if (ForgePages.Next(reply) is not { } next)
                return false;
            path = next;
        }

        throw new ForgeException(ForgeFailure.Invalid, $"{request.Url} has more than {ForgePages.MaxOpenPages * PageSize} comments; nobody reads so many");
    }

    public Task CommentAsync(PullRequest request, string text, CancellationToken cancellationToken) => _api.SendOnceAsync(
        HttpMethod.Post,
        $"{_issues}/{request.Number}/comments",
        JsonSerializer.SerializeToUtf8Bytes(new GitHubComment(text), GitHubJson.Default.GitHubComment),
        cancellationToken);

    public Task CloseAsync(PullRequest request, PullRequestText text, CancellationToken cancellationToken) =>
        ChangeAsync(request, new GitHubPullChange(text.Title, text.Body, "closed"), cancellationToken);

    private Task<ForgeReply> ChangeAsync(PullRequest request, GitHubPullChange change, CancellationToken cancellationToken) =>
        _api.SendAsync(HttpMethod.Patch, $"{_pulls}/{request.Number}", JsonSerializer.SerializeToUtf8Bytes(change, GitHubJson.Default.GitHubPullChange), cancellationToken);

    /// <summary>Those that were merged are none of the open ones, and are wanted among closed ones by nobody.</summary>
    private RequestPage Read(ForgeReply reply)
    {
        var pulls = _api.Read(reply, GitHubJson.Default.Pulls).OfType<GitHubPull>().ToList();
        var page = new RequestPage([.. pulls.Where(pull => pull.MergedAt is null).Select(RequestOf)], ForgePages.Next(reply));
        return pulls.Count == 0 ? page : page with { Newest = pulls.Max(pull => pull.UpdatedAt), Oldest = pulls.Min(pull => pull.UpdatedAt) };
    }

    private static PullRequest RequestOf(GitHubPull pull) => new()
    {
        Number = pull.Number.ToString(CultureInfo.InvariantCulture),
        Url = pull.HtmlUrl,
        Title = pull.Title,
        Body = pull.Body ?? "",
        SourceBranch = pull.Head.Ref,
        TargetBranch = pull.Base.Ref,
        IsOfRepository = pull.Head.Repo is { } head && head.Id == pull.Base.Repo?.Id,
        Changed = pull.UpdatedAt,
        Closed = pull.ClosedAt,
        Handle = pull.NodeId,
    };
}
