using System.Globalization;
using System.Text.Json;
using GitOpsBumper.Core.PullRequests;
using GitOpsBumper.EndToEndTests.Servers;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.EndToEndTests.PullRequests.GitLab;

/// <summary>
/// GitLab's API as far as merge requests go, stricter than GitLab itself: what is not documented is refused instead of overlooked.
/// </summary>
/// <seealso href="https://docs.gitlab.com/api/merge_requests/"/>
/// <seealso href="https://docs.gitlab.com/api/notes/#merge-requests"/>
/// <seealso href="https://docs.gitlab.com/api/users/"/>
/// <seealso href="https://docs.gitlab.com/api/rest/#pagination"/>
/// <seealso href="https://docs.gitlab.com/api/rest/troubleshooting/"/>
internal sealed partial class GitLabStandIn(HostedRepository repository) : ForgeStandIn(repository)
{
    private const int OwnProject = 7;

    private static readonly Dictionary<string, string> ListQuery = Query(
        "state=^(opened|closed|locked|merged|all)$", "order_by=^(created_at|title|merged_at|updated_at)$", "sort=^(asc|desc)$", "per_page=^([1-9][0-9]?|100)$", "page=^[1-9][0-9]*$");

    private static readonly Dictionary<string, string> NotesQuery = Query(
        "order_by=^(created_at|updated_at)$", "sort=^(asc|desc)$", "activity_filter=^(all_notes|only_comments|only_activity)$", "per_page=^([1-9][0-9]?|100)$", "page=^[1-9][0-9]*$");

    private static readonly Dictionary<string, string> ChangeFields = new(StringComparer.Ordinal)
    {
        ["title"] = "string",
        ["description"] = "string",
        ["target_branch"] = "string",
        ["state_event"] = "string",
        ["labels"] = "string",
        ["assignee_ids"] = "integers",
        ["reviewer_ids"] = "integers",
        ["remove_source_branch"] = "boolean",
        ["squash"] = "boolean",
    };

    private static readonly Dictionary<string, string> NewFields = new(ChangeFields.Where(field => field.Key != "state_event"), StringComparer.Ordinal)
    {
        ["title"] = "string!",
        ["source_branch"] = "string!",
        ["target_branch"] = "string!",
    };

    private static readonly Dictionary<string, string> MergeFields = new(StringComparer.Ordinal)
    {
        ["auto_merge"] = "boolean",
        ["merge_when_pipeline_succeeds"] = "boolean",
        ["should_remove_source_branch"] = "boolean",
        ["squash"] = "boolean",
        ["sha"] = "string",
    };

    public override string Kind => "gitlab";

    public override string ApiUrl => $"{Url}/api/v4";

    /// <summary>The full path, with all groups.</summary>
    public string Project { get; set; } = new Uri(repository.Url).AbsolutePath.Trim('/').Replace(".git", "", StringComparison.Ordinal);

    /// <summary>Of user names.</summary>
    public Dictionary<string, long> Users { get; } = new(StringComparer.OrdinalIgnoreCase) { ["ada"] = 11, ["grace"] = 12, ["stranger"] = 13 };

    /// <summary>A user who does not see the project is overlooked, without a word.</summary>
    public long Stranger => Users["stranger"];

    /// <summary>There is one, and it runs.</summary>
    public bool HasPipeline { get; set; } = true;

    /// <summary>As long as it is still looking, right after a request was opened.</summary>
    public string? Looking { get; set; }

    /// <summary>Whether the user of the token may push to the target branch.</summary>
    public bool MayMerge { get; set; } = true;

    /// <summary>What it was created or changed with, of each request: names of flags.</summary>
    public Dictionary<int, string> Flags { get; } = [];

    protected override async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var authorization = request.Headers.Authorization.ToString();
        var refusal = Refusal(authorization.StartsWith("Bearer ", StringComparison.Ordinal) ? authorization[7..] : null, HttpMethods.IsGet(request.Method));
        var parts = request.Path.Value!.Trim('/').Split('/');
        if (refusal == 401)
            await SayAsync(context, 401, "401 Unauthorized");
        else if (refusal is not null)
            await WriteAsync(context, 403, """{"error":"insufficient_scope","error_description":"The request requires higher privileges than provided by the access token.","scope":"api"}""");
        else if (parts is ["api", "v4", "users"] && HttpMethods.IsGet(request.Method) && request.Query.Count == 1)
            await WriteAsync(context, 200, JsonSerializer.Serialize(Users.Where(user => user.Key.Equals(request.Query["username"], StringComparison.OrdinalIgnoreCase)).Select(user => new { id = user.Value, username = user.Key, state = "active" })));
        else if (parts is not ["api", "v4", "projects", _, "merge_requests", ..] || parts[3] != Uri.EscapeDataString(Project).Replace("%20", " ", StringComparison.Ordinal))
            await SayAsync(context, 404, "404 Project Not Found");
        else
            await AnswerAsync(context, parts[5..]);
    }

    private async Task AnswerAsync(HttpContext context, string[] rest)
    {
        var known = rest.Length == 0 ? null : Requests.FirstOrDefault(request => request.Number.ToString(CultureInfo.InvariantCulture) == rest[0]);
        var task = (context.Request.Method, rest, known) switch
        {
            ("GET", [], _) => ListAsync(context),
            ("POST", [], _) => CreateAsync(context),
            ("GET", [_], { } request) => WriteOneAsync(context, 200, request),
            ("PUT", [_], { } request) => ChangeAsync(context, request),
            ("PUT", [_, "merge"], { } request) => MergeAsync(context, request),
            ("GET", [_, "notes"], { } request) => NotesAsync(context, request),
            ("POST", [_, "notes"], { } request) => NoteAsync(context, request),
            (_, [_, ..], null) => SayAsync(context, 404, "404 Not found"),
            _ => SayAsync(context, 405, "405 Method Not Allowed"),
        };
        await task;
    }

    private async Task ListAsync(HttpContext context)
    {
        if (!await FitsAsync(context, ListQuery))
            return;
        string Asked(string name, string otherwise) => context.Request.Query.TryGetValue(name, out var value) ? value.ToString() : otherwise;
        var state = Asked("state", "all");
        var found = Requests.Where(request => state == "all" || State(request) == state);
        found = Asked("order_by", "created_at") == "updated_at" ? found.OrderBy(request => request.Changed) : found.OrderBy(request => request.Number);
        if (Asked("sort", "desc") == "desc")
            found = found.Reverse();
        var (page, size) = (int.Parse(Asked("page", "1"), CultureInfo.InvariantCulture), int.Parse(Asked("per_page", "20"), CultureInfo.InvariantCulture));
        var all = found.ToList();
        var links = new List<string>();
        if (page * size < all.Count)
            links.Add($"<{ApiUrl}/projects/{OwnProject}/merge_requests?page={page + 1}&per_page={size}&state={state}>; rel=\"next\"");
        links.Add($"<{ApiUrl}/projects/{OwnProject}/merge_requests?page=1&per_page={size}&state={state}>; rel=\"first\"");
        context.Response.Headers.Link = string.Join(", ", links);
        var bodies = new List<object>();
        foreach (var request in all.Skip((page - 1) * size).Take(size))
            bodies.Add(Body(request, null));
        await WriteAsync(context, 200, JsonSerializer.Serialize(bodies));
    }

    private async Task CreateAsync(HttpContext context)
    {
        if (await BodyAsync(context, NewFields) is not { } body)
            return;
        var (source, target) = (body.Text("source_branch")!, body.Text("target_branch")!);
        var (hasSource, hasTarget) = (await Repository.ExistsAsync(source, context.RequestAborted), await Repository.ExistsAsync(target, context.RequestAborted));
        if (source == target)
            await SayAsync(context, 409, new[] { "You can't use same project/branch for source and target" });
        else if (Find(source, target) is { } other)
            await SayAsync(context, 409, new[] { $"Another open merge request already exists for this source branch: !{other.Number}" });
        else if (!hasSource || !hasTarget)
            await SayAsync(context, 400, new Dictionary<string, string[]> { [hasSource ? "target_branch" : "source_branch"] = ["does not exist"] });
        else if (await TextFitsAsync(context, body))
        {
            var created = Add(source, target, body.Text("title")!, body.Text("description") ?? "");
            Apply(created, body);
            await WriteOneAsync(context, 201, created);
        }
    }

    private async Task ChangeAsync(HttpContext context, StandInRequest request)
    {
        if (await BodyAsync(context, ChangeFields) is not { } body)
            return;
        if (body.Count == 0 || body.Text("state_event") is not (null or "close" or "reopen"))
            await WriteAsync(context, 400, """{"error":"state_event does not have a valid value"}""");
        else if (await TextFitsAsync(context, body))
        {
            Change(request.Number, changed => Apply(changed, body));
            await WriteOneAsync(context, 200, request);
        }
    }

    private void Apply(StandInRequest request, Dictionary<string, JsonElement> body)
    {
        request.Title = body.Text("title") ?? request.Title;
        request.Body = body.Text("description") ?? request.Body;
        request.IsDraft = DraftPattern().IsMatch(request.Title);
        request.State = body.Text("state_event") switch
        {
            "close" => StandInState.Closed,
            "reopen" => StandInState.Open,
            _ => request.State,
        };
        if (body.Text("labels") is { } labels)
            Replace(request.Labels, labels.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        if (body.Numbers("reviewer_ids") is { } reviewers)
            Replace(request.Reviewers, Names(reviewers));
        if (body.Numbers("assignee_ids") is { } assignees)
            Replace(request.Assignees, Names(assignees));
        var flags = body.Where(field => field.Value.ValueKind is JsonValueKind.True or JsonValueKind.False).Select(field => $"{field.Key}={field.Value.GetBoolean()}");
        Flags[request.Number] = string.Join(' ', Flags.GetValueOrDefault(request.Number, "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Union(flags).Order(StringComparer.Ordinal));
    }

    /// <summary>It waits for a pipeline, or for nothing.</summary>
    private async Task MergeAsync(HttpContext context, StandInRequest request)
    {
        if (await BodyAsync(context, MergeFields) is not { } body)
            return;
        var isAuto = body.Flag("auto_merge") == true || body.Flag("merge_when_pipeline_succeeds") == true;
        var conflicts = await HasConflictsAsync(request, context.RequestAborted);
        if (!MayMerge)
            await SayAsync(context, 401, "401 Unauthorized");
        else if (request.State != StandInState.Open || request.IsDraft || Looking is not null || (isAuto && !HasPipeline) || (!isAuto && HasPipeline))
            await SayAsync(context, 405, "405 Method Not Allowed");
        else if (conflicts)
            await SayAsync(context, 422, "Branch cannot be merged");
        else if (body.Text("sha") is { } sha && sha != await HeadAsync(request, context.RequestAborted))
            await SayAsync(context, 409, "SHA does not match HEAD of source branch");
        else if (isAuto)
        {
            Change(request.Number, changed => changed.AutoMerge = body.Flag("squash") == true ? MergeMethod.Squash : MergeMethod.Merge);
            await WriteOneAsync(context, 200, request);
        }
        else
        {
            await MergeAsync(request.Number, context.RequestAborted, body.Flag("squash") == true ? MergeMethod.Squash : MergeMethod.Merge);
            await WriteOneAsync(context, 200, request);
        }
    }
}
