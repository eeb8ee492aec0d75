using System.Globalization;
using System.Text.Json.Nodes;

namespace GitOpsBumper.EndToEndTests.PullRequests.GitHub;

/// <summary>The objects of GitHub's REST API as its published description has them, with everything that it calls required.</summary>
/// <param name="api">The top of the API.</param>
/// <param name="owner">Of the repository.</param>
/// <param name="name">Of the repository.</param>
/// <param name="hasLostForks">Requests of forks say of no repository that they are from.</param>
/// <seealso href="https://github.com/github/rest-api-description"/>
internal sealed class GitHubShapes(string api, string owner, string name, bool hasLostForks)
{
    public const long RepositoryId = 1_300_192;
    public const long ForkId = 9_300_193;

    private static readonly string[] UserUrls =
        ["events_url", "followers_url", "following_url", "gists_url", "html_url", "organizations_url", "received_events_url", "repos_url", "starred_url", "subscriptions_url", "url", "avatar_url"];

    private static readonly string[] RepositoryUrls =
    [
        "archive_url", "assignees_url", "blobs_url", "branches_url", "collaborators_url", "comments_url", "commits_url", "compare_url", "contents_url", "contributors_url", "deployments_url",
        "downloads_url", "events_url", "forks_url", "git_commits_url", "git_refs_url", "git_tags_url", "hooks_url", "html_url", "issue_comment_url", "issue_events_url", "issues_url", "keys_url",
        "labels_url", "languages_url", "merges_url", "milestones_url", "notifications_url", "pulls_url", "releases_url", "stargazers_url", "statuses_url", "subscribers_url", "subscription_url",
        "tags_url", "teams_url", "trees_url", "url", "clone_url", "git_url", "ssh_url", "svn_url",
    ];

    private static readonly string[] PullLinks = ["comments", "commits", "statuses", "html", "issue", "review_comments", "review_comment", "self"];

    private string Top => $"{api}/repos/{owner}/{name}";

    public static string NodeOf(int number) => string.Create(CultureInfo.InvariantCulture, $"PR_kwDOABPX0M{number:0000}");

    public JsonObject Pull(StandInRequest request, string head, string target, bool isWhole, bool? mergeable = null)
    {
        var url = string.Create(CultureInfo.InvariantCulture, $"{Top}/pulls/{request.Number}");
        var html = string.Create(CultureInfo.InvariantCulture, $"https://github.example.com/{owner}/{name}/pull/{request.Number}");
        var pull = new JsonObject
        {
            ["id"] = request.Number + 1000,
            ["node_id"] = NodeOf(request.Number),
            ["number"] = request.Number,
            ["url"] = url,
            ["html_url"] = html,
            ["diff_url"] = $"{html}.diff",
            ["patch_url"] = $"{html}.patch",
            ["issue_url"] = url.Replace("/pulls/", "/issues/", StringComparison.Ordinal),
            ["comments_url"] = $"{url}/comments",
            ["commits_url"] = $"{url}/commits",
            ["review_comments_url"] = $"{url}/comments",
            ["review_comment_url"] = $"{Top}/pulls/comments",
            ["statuses_url"] = $"{Top}/statuses/{head}",
            ["_links"] = new JsonObject(PullLinks.Select(link => KeyValuePair.Create(link, (JsonNode?)new JsonObject { ["href"] = url }))),
            ["title"] = request.Title,
            ["body"] = request.Body.Length == 0 ? null : request.Body,
            ["state"] = request.State == StandInState.Open ? "open" : "closed",
            ["draft"] = request.IsDraft,
            ["locked"] = false,
            ["user"] = User("bumper"),
            ["assignee"] = request.Assignees.Count == 0 ? null : User(request.Assignees[0]),
            ["assignees"] = new JsonArray([.. request.Assignees.Select(User)]),
            ["requested_reviewers"] = new JsonArray([.. request.Reviewers.Where(reviewer => !reviewer.Contains('/')).Select(User)]),
            ["requested_teams"] = new JsonArray([.. request.Reviewers.Where(reviewer => reviewer.Contains('/')).Select(Team)]),
            ["labels"] = Labels(request),
            ["milestone"] = null,
            ["author_association"] = "COLLABORATOR",
            ["auto_merge"] = request.AutoMerge is { } method
                ? new JsonObject { ["enabled_by"] = User("bumper"), ["merge_method"] = method.ToString().ToLowerInvariant(), ["commit_title"] = "", ["commit_message"] = "" }
                : null,
            ["created_at"] = Time(request.Changed),
            ["updated_at"] = Time(request.Changed),
            ["closed_at"] = request.State == StandInState.Open ? null : Time(request.Changed),
            ["merged_at"] = request.State == StandInState.Merged ? Time(request.Changed) : null,
            ["merge_commit_sha"] = null,
            ["head"] = Side(request.SourceBranch, head, request.IsOfFork),
            ["base"] = Side(request.TargetBranch, target, isFork: false),
        };
        if (!isWhole)
            return pull;
        pull["merged"] = request.State == StandInState.Merged;
        pull["mergeable"] = mergeable;
        pull["mergeable_state"] = mergeable switch { null => "unknown", true => "clean", false => "dirty" };
        pull["merged_by"] = request.State == StandInState.Merged ? User("bumper") : null;
        pull["maintainer_can_modify"] = false;
        foreach (var count in new[] { "additions", "deletions", "changed_files", "commits", "comments", "review_comments" })
            pull[count] = 1;
        return pull;
    }

    public JsonObject Issue(StandInRequest request)
    {
        var url = string.Create(CultureInfo.InvariantCulture, $"{Top}/issues/{request.Number}");
        return new JsonObject
        {
            ["id"] = request.Number + 2000,
            ["node_id"] = NodeOf(request.Number),
            ["number"] = request.Number,
            ["url"] = url,
            ["repository_url"] = Top,
            ["labels_url"] = $"{url}/labels",
            ["comments_url"] = $"{url}/comments",
            ["events_url"] = $"{url}/events",
            ["html_url"] = url,
            ["title"] = request.Title,
            ["body"] = request.Body,
            ["state"] = "open",
            ["locked"] = false,
            ["user"] = User("bumper"),
            ["assignee"] = request.Assignees.Count == 0 ? null : User(request.Assignees[0]),
            ["assignees"] = new JsonArray([.. request.Assignees.Select(User)]),
            ["labels"] = Labels(request),
            ["milestone"] = null,
            ["comments"] = request.Comments.Count,
            ["created_at"] = Time(request.Changed),
            ["updated_at"] = Time(request.Changed),
            ["closed_at"] = null,
            ["author_association"] = "COLLABORATOR",
        };
    }

    public JsonObject Comment(StandInRequest request, int index)
    {
        var url = string.Create(CultureInfo.InvariantCulture, $"{Top}/issues/comments/{index + 1}");
        return new JsonObject
        {
            ["id"] = index + 1,
            ["node_id"] = "MDEyOklzc3VlQ29tbWVudDE=",
            ["url"] = url,
            ["html_url"] = url,
            ["issue_url"] = string.Create(CultureInfo.InvariantCulture, $"{Top}/issues/{request.Number}"),
            ["user"] = User("bumper"),
            ["body"] = request.Comments[index],
            ["author_association"] = "COLLABORATOR",
            ["created_at"] = Time(request.Changed),
            ["updated_at"] = Time(request.Changed),
        };
    }

    public JsonArray Labels(StandInRequest request) => new([
        .. request.Labels.Select((label, index) => (JsonNode)new JsonObject
        {
            ["id"] = index + 1,
            ["node_id"] = "MDU6TGFiZWwx",
            ["url"] = $"{Top}/labels/{Uri.EscapeDataString(label)}",
            ["name"] = label,
            ["description"] = "",
            ["color"] = "ededed",
            ["default"] = false,
        }),
    ]);

    /// <summary>What a refusal looks like.</summary>
    /// <param name="status">Of the answer.</param>
    /// <param name="message">In general.</param>
    /// <param name="errors">What is wrong; none where there is nothing more to say.</param>
    public static JsonObject Error(int status, string message, params JsonObject[] errors)
    {
        var body = new JsonObject { ["message"] = message, ["documentation_url"] = "https://docs.github.com/rest", ["status"] = status.ToString(CultureInfo.InvariantCulture) };
        if (errors.Length > 0)
            body["errors"] = new JsonArray([.. errors]);
        return body;
    }

    private JsonObject Side(string branch, string commit, bool isFork) => new()
    {
        ["label"] = $"{(isFork ? "stranger" : owner)}:{branch}",
        ["ref"] = branch,
        ["sha"] = commit,
        ["user"] = User(isFork ? "stranger" : owner),
        ["repo"] = isFork && hasLostForks ? null : Repository(isFork),
    };

    private JsonObject Repository(bool isFork)
    {
        var full = $"{(isFork ? "stranger" : owner)}/{name}";
        var repository = new JsonObject(RepositoryUrls.Select(url => KeyValuePair.Create(url, (JsonNode?)$"{api}/repos/{full}/{url}")))
        {
            ["id"] = isFork ? ForkId : RepositoryId,
            ["node_id"] = "MDEwOlJlcG9zaXRvcnkxMzAwMTky",
            ["name"] = name,
            ["full_name"] = full,
            ["owner"] = User(isFork ? "stranger" : owner),
            ["private"] = true,
            ["fork"] = isFork,
            ["default_branch"] = "main",
            ["created_at"] = "2011-01-26T19:01:12Z",
            ["updated_at"] = "2011-01-26T19:14:43Z",
            ["pushed_at"] = "2011-01-26T19:06:43Z",
        };
        foreach (var missing in new[] { "description", "homepage", "language", "mirror_url", "license" })
            repository[missing] = null;
        foreach (var flag in new[] { "has_downloads", "has_issues", "has_projects", "has_wiki", "has_pages", "archived", "disabled" })
            repository[flag] = false;
        foreach (var count in new[] { "forks", "forks_count", "open_issues", "open_issues_count", "size", "stargazers_count", "watchers", "watchers_count" })
            repository[count] = 0;
        return repository;
    }

    private JsonObject User(string login) => new(UserUrls.Select(url => KeyValuePair.Create(url, (JsonNode?)$"{api}/users/{login}/{url}")))
    {
        ["login"] = login,
        ["id"] = 1,
        ["node_id"] = "MDQ6VXNlcjE=",
        ["gravatar_id"] = "",
        ["type"] = "User",
        ["site_admin"] = false,
    };

    private JsonObject Team(string team) => new()
    {
        ["id"] = 1,
        ["node_id"] = "MDQ6VGVhbTE=",
        ["url"] = $"{api}/teams/1",
        ["html_url"] = $"https://github.example.com/orgs/{owner}/teams/{team.Split('/')[1]}",
        ["members_url"] = $"{api}/teams/1/members",
        ["repositories_url"] = $"{api}/teams/1/repos",
        ["name"] = team.Split('/')[1],
        ["slug"] = team.Split('/')[1],
        ["description"] = null,
        ["permission"] = "push",
        ["parent"] = null,
        ["type"] = "organization",
    };

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
