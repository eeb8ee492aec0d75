using System.Globalization;
using System.Text.Json;
using GitOpsBumper.Core.PullRequests;
using GitOpsBumper.EndToEndTests.Servers;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.EndToEndTests.PullRequests.Gitea;

/// <summary>The API of Gitea and Forgejo as far as pull requests go, stricter than they are: what is not documented is refused instead of overlooked. No answer has an <c>ETag</c>.</summary>
/// <seealso href="https://docs.gitea.com/api/"/>
/// <seealso href="https://codeberg.org/api/swagger"/>
/// <seealso href="https://docs.gitea.com/development/oauth2-provider#scopes"/>
internal sealed partial class GiteaStandIn(HostedRepository repository) : ForgeStandIn(repository)
{
    private const int OwnRepository = 3;

    private static readonly Dictionary<string, string> NewFields = new(StringComparer.Ordinal)
    {
        ["head"] = "string!",
        ["base"] = "string!",
        ["title"] = "string!",
        ["body"] = "string",
        ["assignees"] = "strings",
        ["labels"] = "integers",
    };

    private static readonly Dictionary<string, string> ChangeFields = new(StringComparer.Ordinal)
    {
        ["title"] = "string",
        ["body"] = "string",
        ["base"] = "string",
        ["state"] = "string",
        ["assignees"] = "strings",
        ["labels"] = "integers",
    };

    private static readonly Dictionary<string, string> MergeFields = new(StringComparer.Ordinal)
    {
        ["Do"] = "string!",
        ["merge_when_checks_succeed"] = "boolean",
        ["delete_branch_after_merge"] = "boolean",
    };

    public override string Kind => "gitea";

    public override string ApiUrl => $"{Url}/api/v1";

    /// <summary>Owner and name.</summary>
    public string FullName { get; } = new Uri(repository.Url).AbsolutePath.Trim('/').Replace(".git", "", StringComparison.Ordinal);

    /// <summary>Where it believes to be, for its links.</summary>
    public string? RootUrl { get; set; }

    /// <summary>A page has no more, however many are asked for.</summary>
    public int MaxItems { get; set; } = 50;

    public Dictionary<string, long> Labels { get; } = new(StringComparer.Ordinal) { ["two words"] = 21, ["deps"] = 22 };

    /// <summary>Of the organisation; null: the owner is a user.</summary>
    public Dictionary<string, long>? OwnerLabels { get; set; }

    /// <summary>They may write to the repository.</summary>
    public List<string> People { get; } = ["ada", "grace"];

    /// <summary>Of the organisation.</summary>
    public List<string> Teams { get; } = ["platform"];

    /// <summary>It still looks for conflicts.</summary>
    public bool IsChecking { get; set; }

    /// <summary>Checks of the head are under way.</summary>
    public bool HasChecks { get; set; } = true;

    /// <summary>Numbers of requests that were pushed to <c>refs/for</c>.</summary>
    public HashSet<int> Pushed { get; } = [];

    private IEnumerable<KeyValuePair<string, long>> AllLabels => OwnerLabels is null ? Labels : Labels.Concat(OwnerLabels);

    private string Owner => FullName.Split('/')[0];

    protected override async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var authorization = request.Headers.Authorization.ToString();
        var refusal = Refusal(authorization.StartsWith("token ", StringComparison.Ordinal) ? authorization[6..] : null, HttpMethods.IsGet(request.Method));
        var path = request.Path.Value!;
        var root = $"/api/v1/repos/{FullName}/";
        if (refusal == 401)
            await SayAsync(context, 401, "invalid username, password or token");
        else if (refusal is not null)
            await SayAsync(context, 403, "token does not have at least one of required scope(s), required=[write:repository], token scope=read:repository,read:issue");
        else if (path == $"/api/v1/orgs/{Owner}/labels" && HttpMethods.IsGet(request.Method) && OwnerLabels is not null)
            await PageAsync(context, LabelBodies(OwnerLabels));
        else if (!path.StartsWith(root, StringComparison.Ordinal))
            await SayAsync(context, 404, "The target couldn't be found.");
        else
            await AnswerAsync(context, path[root.Length..].Split('/'));
    }

    private async Task AnswerAsync(HttpContext context, string[] parts)
    {
        var known = parts.Length < 2 ? null : Requests.FirstOrDefault(request => request.Number.ToString(CultureInfo.InvariantCulture) == parts[1]);
        var task = (context.Request.Method, parts, known) switch
        {
            ("GET", ["pulls"], _) => ListAsync(context),
            ("POST", ["pulls"], _) => CreateAsync(context),
            ("GET", ["labels"], _) => PageAsync(context, LabelBodies(Labels)),
            ("GET", ["assignees"], _) => WriteAsync(context, 200, People.Select(name => new { login = name })),
            ("GET", ["pulls", _], { } request) => WriteOneAsync(context, 200, request),
            ("PATCH", ["pulls", _], { } request) => ChangeAsync(context, request),
            ("POST", ["pulls", _, "merge"], { } request) => MergeAsync(context, request),
            ("POST", ["pulls", _, "requested_reviewers"], { } request) => ReviewAsync(context, request),
            ("POST", ["issues", _, "labels"], { } request) => LabelAsync(context, request),
            ("GET", ["issues", _, "comments"], { } request) => WriteAsync(context, 200, request.Comments.Select(body => new { body })),
            ("POST", ["issues", _, "comments"], { } request) => CommentAsync(context, request),
            _ => SayAsync(context, 404, "The target couldn't be found."),
        };
        await task;
    }

    private async Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var (state, sort) = (query["state"].ToString(), query["sort"].ToString());
        if (state is not ("" or "open" or "closed" or "all") || sort is not ("" or "oldest" or "recentupdate" or "leastupdate" or "mostcomment" or "leastcomment" or "priority"))
        {
            await SayAsync(context, 422, "no such state or sort");
            return;
        }

        var found = Requests.Where(request => state == "all" || (request.State == StandInState.Open) == (state != "closed"));
        found = sort switch
        {
            "oldest" => found.OrderBy(request => request.Number),
            "recentupdate" => found.OrderByDescending(request => request.Changed),
            _ => found.OrderByDescending(request => request.Number),
        };
        await PageAsync(context, [.. found.Select(request => Body(request, request.SourceBranch))], "state", "sort");
    }

    private async Task CreateAsync(HttpContext context)
    {
        if (await BodyAsync(context, NewFields) is not { } body)
            return;
        var (head, target) = (body.Text("head")!, body.Text("base")!);
        var areThere = await Repository.ExistsAsync(head, context.RequestAborted) && await Repository.ExistsAsync(target, context.RequestAborted);
        if (head == target)
            await SayAsync(context, 422, "Invalid PullRequest: There are no changes between the head and the base");
        else if (!areThere)
            await SayAsync(context, 404, "The target couldn't be found.");
        else if (Find(head, target) is { } other)
            await SayAsync(context, 409, $"pull request already exists for these targets [id: 1, issue_id: {other.Number}, head_repo_id: 3, base_repo_id: 3, head_branch: {head}, base_branch: {target}]");
        else if (body.Texts("assignees")?.FirstOrDefault(name => !People.Contains(name)) is { } unknown)
            await SayAsync(context, 422, $"Assignee does not exist: [name: {unknown}]");
        else
        {
            var created = Add(head, target, body.Text("title")!, body.Text("body") ?? "");
            Apply(created, body);
            await WriteOneAsync(context, 201, created);
        }
    }

    private async Task ChangeAsync(HttpContext context, StandInRequest request)
    {
        if (await BodyAsync(context, ChangeFields) is not { } body)
            return;
        if (body.Text("state") is not (null or "open" or "closed"))
            await SayAsync(context, 422, "no such state");
        else if (body.ContainsKey("state") && request.State == StandInState.Merged)
            await SayAsync(context, 412, "cannot change state of this pull request, it was already merged");
        else if (body.Texts("assignees")?.Any(name => !People.Contains(name)) == true)
            await SayAsync(context, 500, "user does not have access to repo");
        else
        {
            Change(request.Number, changed => Apply(changed, body));
            await WriteOneAsync(context, 201, request);
        }
    }

    /// <summary>Labels that it does not know are overlooked, and titles cut.</summary>
    private void Apply(StandInRequest request, Dictionary<string, JsonElement> body)
    {
        request.Title = body.Text("title") is { Length: > 0 } title ? title[..Math.Min(255, title.Length)] : request.Title;
        request.Body = body.Text("body") ?? request.Body;
        request.IsDraft = request.Title.StartsWith("WIP:", StringComparison.OrdinalIgnoreCase) || request.Title.StartsWith("[WIP]", StringComparison.OrdinalIgnoreCase);
        request.State = body.Text("state") is { } state ? state == "open" ? StandInState.Open : StandInState.Closed : request.State;
        if (body.Numbers("labels") is { } labels)
            AddLabels(request, labels);
        if (body.Texts("assignees") is { } assignees)
        {
            request.Assignees.Clear();
            request.Assignees.AddRange(assignees);
        }
    }

    private void AddLabels(StandInRequest request, IReadOnlyList<long> ids) =>
        request.Labels.AddRange(ids.SelectMany(id => AllLabels.Where(label => label.Value == id)).Select(label => label.Key).Where(name => !request.Labels.Contains(name)));

    private async Task MergeAsync(HttpContext context, StandInRequest request)
    {
        if (await BodyAsync(context, MergeFields) is not { } body)
            return;
        var method = body.Text("Do") switch
        {
            "merge" => MergeMethod.Merge,
            "squash" => MergeMethod.Squash,
            "rebase" => MergeMethod.Rebase,
            _ => (MergeMethod?)null,
        };
        var conflicts = await HasConflictsAsync(request, context.RequestAborted);
        if (method is not { } how)
            await SayAsync(context, 422, "[Do]: In");
        else if (request.State != StandInState.Open)
            await SayAsync(context, 404, "The target couldn't be found.");
        else if (request.IsDraft)
            await SayAsync(context, 405, "Work in progress PRs cannot be merged");
        else if (IsChecking || conflicts)
            await SayAsync(context, 405, "Please try again later");
        else if (body.Flag("merge_when_checks_succeed") == true && request.AutoMerge is not null)
            await SayAsync(context, 409, $"pull request is already scheduled to auto merge when checks succeed [pull_id: {request.Number}]");
        else if (body.Flag("merge_when_checks_succeed") == true && HasChecks)
        {
            Change(request.Number, changed => changed.AutoMerge = how);
            context.Response.StatusCode = StatusCodes.Status201Created;
        }
        else if (HasChecks)
            await SayAsync(context, 405, "Not all required status checks successful");
        else
            await MergeAsync(request.Number, context.RequestAborted, how);
    }
}
