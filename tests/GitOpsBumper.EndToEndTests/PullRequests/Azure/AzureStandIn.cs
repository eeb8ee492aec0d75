using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GitOpsBumper.Core.PullRequests;
using GitOpsBumper.EndToEndTests.Servers;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.EndToEndTests.PullRequests.Azure;

/// <summary>
/// Stands in for Azure DevOps after https://learn.microsoft.com/en-us/rest/api/azure/devops/git/pull-requests, its threads and reviewers, and
/// https://learn.microsoft.com/en-us/rest/api/azure/devops/core/teams. It gives no ETags, and its lists cut descriptions.
/// </summary>
internal sealed class AzureStandIn(HostedRepository repository) : ForgeStandIn(repository)
{
    /// <summary>Of whom the token belongs to.</summary>
    public const string Bot = "d6245f20-2af8-44f4-9451-8107cb2767db";

    private const int CutAt = 400;

    /// <summary>Members of the project's team, ids by their names.</summary>
    public Dictionary<string, string> Members { get; } = new(StringComparer.Ordinal)
    {
        ["ada"] = "11111111-1111-4111-8111-111111111111",
        ["grace@example.com"] = "22222222-2222-4222-8222-222222222222",
        ["Reviewers"] = "33333333-3333-4333-8333-333333333333",
    };

    /// <summary>Ids by which a reviewer was put on a request, in order.</summary>
    public List<string> Votes { get; } = [];

    public override string Kind => "azure-devops";

    public override string ApiUrl => $"{Url}/acme";

    private string[] Names => new Uri(Repository.Url).AbsolutePath.Trim('/').Replace(".git", "", StringComparison.Ordinal).Split('/');

    protected override async Task AnswerAsync(HttpContext context)
    {
        var (method, path) = (context.Request.Method, context.Request.Path.Value!);
        var isReading = HttpMethods.IsGet(method);
        if (Refusal(Shown(context), isReading) is { } status)
        {
            if (status == 401 && context.Request.Headers["X-TFS-FedAuthRedirect"] != "Suppress")
            {
                context.Response.Redirect("https://spsprodweu1.vssps.visualstudio.com/_signin");
                return;
            }

            await FailAsync(context, status, status == 401 ? "TF400813: The user is not authorized to access this resource." : "TF401027: You need the Git 'PullRequestContribute' permission to perform this action.");
            return;
        }

        if (context.Request.Query["api-version"].FirstOrDefault() is not ("5.1" or "6.0" or "7.0" or "7.1"))
        {
            await FailAsync(context, 400, "No api-version was supplied.");
            return;
        }

        var teams = $"/acme/_apis/projects/{Names[0]}/teams";
        if (isReading && path.StartsWith(teams, StringComparison.Ordinal))
        {
            await TeamsAsync(context, path[teams.Length..]);
            return;
        }

        var top = $"/acme/{Names[0]}/_apis/git/repositories/{Names[1]}/pullrequests";
        var parts = path.StartsWith(top, StringComparison.Ordinal) ? path[top.Length..].Trim('/').Split('/', StringSplitOptions.RemoveEmptyEntries) : ["?"];
        var request = parts.Length > 0 && int.TryParse(parts[0], CultureInfo.InvariantCulture, out var number) ? Requests.FirstOrDefault(known => known.Number == number) : null;
        await ((method, parts.Length, parts.ElementAtOrDefault(1)) switch
        {
            ("GET", 0, _) => ListAsync(context),
            ("POST", 0, _) => CreateAsync(context),
            ("GET", 1, _) when request is not null => ReadAsync(context, request),
            ("PATCH", 1, _) when request is not null => UpdateAsync(context, request),
            ("GET", 2, "threads") when request is not null => ThreadsAsync(context, request),
            ("POST", 2, "threads") when request is not null => CommentAsync(context, request),
            ("PUT", 3, "reviewers") when request is not null => ReviewAsync(context, request, parts[2]),
            _ => FailAsync(context, 404, "TF401019: The Git repository with name or identifier does not exist or you do not have permissions for the operation you are attempting."),
        });
    }

    private static string? Shown(HttpContext context)
    {
        if (!AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var shown))
            return null;
        return shown.Scheme == "Basic" ? Encoding.UTF8.GetString(Convert.FromBase64String(shown.Parameter!)).Split(':', 2)[1] : shown.Parameter;
    }

    /// <summary>One team, which is called Reviewers.</summary>
    private Task TeamsAsync(HttpContext context, string rest)
    {
        var team = Members["Reviewers"];
        if (rest.Length == 0)
            return ReplyAsync(context, 200, List([new JsonObject { ["id"] = team, ["name"] = "Reviewers" }]));
        return rest == $"/{team}/members"
            ? ReplyAsync(context, 200, List([.. Members.Where(member => member.Value != team).Select(member => (JsonNode)new JsonObject { ["identity"] = new JsonObject { ["id"] = member.Value, ["uniqueName"] = member.Key } })]))
            : FailAsync(context, 404, "The team does not exist.");
    }

    private Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var (top, skip) = (Number(query["$top"], 101), Number(query["$skip"], 0));
        var status = query["searchCriteria.status"].FirstOrDefault() ?? "active";
        var found = Requests.Where(request => StatusOf(request) == status).OrderByDescending(request => request.Number).AsEnumerable();
        if (query["searchCriteria.minTime"].FirstOrDefault() is { } time)
        {
            if (query["searchCriteria.queryTimeRangeType"] != "closed")
                return FailAsync(context, 400, "queryTimeRangeType");
            var since = DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);
            found = found.Where(request => request.Changed >= since);
        }

        return ReplyAsync(context, 200, List([.. found.Skip(skip).Take(top).Select(request => (JsonNode)Shape(request, isWhole: false))]));
    }

    private async Task ReadAsync(HttpContext context, StandInRequest request)
    {
        var shape = Shape(request, isWhole: true);
        shape["mergeStatus"] = await HasConflictsAsync(request, context.RequestAborted) ? "conflicts" : "succeeded";
        await ReplyAsync(context, 200, shape);
    }

    private async Task CreateAsync(HttpContext context)
    {
        var (body, problem) = await DocumentedFields.ReadAsync(context, "title: string", "description: string", "sourceRefName: string", "targetRefName: string", "labels[].name: string", "isDraft: boolean", "reviewers[].id: string");
        if (problem is null && !await Repository.ExistsAsync(Branch(body, "sourceRefName"), context.RequestAborted))
            problem = "TF401398: The pull request cannot be activated because the source and/or the target branch no longer exists.";
        if ((problem ?? TooLong(body)) is { } wrong)
        {
            await FailAsync(context, 400, wrong);
            return;
        }

        var (source, target) = (Branch(body, "sourceRefName"), Branch(body, "targetRefName"));
        if (Find(source, target) is not null)
        {
            await FailAsync(context, 409, "TF401179: An active pull request for the source and target branch already exists.");
            return;
        }

        var request = Add(source, target, body.Text("title")!, body.Text("description")!);
        request.IsDraft = body.GetProperty("isDraft").GetBoolean();
        if (body.TryGetProperty("labels", out var labels))
            request.Labels.AddRange(labels.EnumerateArray().Select(label => label.Text("name")!));
        await ReplyAsync(context, 201, Shape(request, isWhole: true));
    }

    private async Task UpdateAsync(HttpContext context, StandInRequest request)
    {
        var (body, problem) = await DocumentedFields.ReadAsync(context, "title: string", "description: string", "status: string", "autoCompleteSetBy.id: string", "completionOptions.mergeStrategy: string", "completionOptions.deleteSourceBranch: boolean");
        problem ??= TooLong(body);
        if (problem is null && request.State != StandInState.Open)
            problem = "TF401181: The pull request cannot be edited due to its state.";
        MergeMethod? method = null;
        if (problem is null && body.TryGetProperty("autoCompleteSetBy", out var by))
        {
            method = body.GetProperty("completionOptions").Text("mergeStrategy") switch
            {
                "noFastForward" => MergeMethod.Merge,
                "squash" => MergeMethod.Squash,
                "rebase" => MergeMethod.Rebase,
                _ => null,
            };
            if (method is null || by.Text("id") != Bot)
                problem = "TF401193: The identity or the merge strategy is not valid.";
            else if (request.IsDraft)
                problem = "TF401390: Auto-complete cannot be set on a draft pull request.";
        }

        if (problem is not null)
        {
            await FailAsync(context, 400, problem);
            return;
        }

        Change(request.Number, changed =>
        {
            changed.Title = body.Text("title") ?? changed.Title;
            changed.Body = body.Text("description") ?? changed.Body;
            changed.State = body.Text("status") == "abandoned" ? StandInState.Closed : changed.State;
            changed.AutoMerge = method ?? changed.AutoMerge;
        });
        await ReplyAsync(context, 200, Shape(request, isWhole: true));
    }

    private static Task ThreadsAsync(HttpContext context, StandInRequest request) => ReplyAsync(context, 200, List(
    [
        new JsonObject { ["id"] = 1, ["comments"] = new JsonArray(new JsonObject { ["commentType"] = "system", ["content"] = "The bot pushed a commit" }) },
        new JsonObject { ["id"] = 2, ["isDeleted"] = true, ["comments"] = new JsonArray(new JsonObject { ["isDeleted"] = true, ["commentType"] = "text" }) },
        .. request.Comments.Select((text, index) => (JsonNode)new JsonObject { ["id"] = index + 3, ["comments"] = new JsonArray(new JsonObject { ["commentType"] = "text", ["content"] = text }) }),
    ]));

    private async Task CommentAsync(HttpContext context, StandInRequest request)
    {
        var (body, problem) = await DocumentedFields.ReadAsync(context, "comments[].parentCommentId: number", "comments[].content: string", "comments[].commentType: string", "status: string");
        if (problem is null && body.Text("status") is not ("active" or "fixed" or "wontFix" or "closed" or "byDesign" or "pending"))
            problem = "no such status";
        if (problem is null)
            request.Comments.AddRange(body.GetProperty("comments").EnumerateArray().Select(comment => comment.Text("content")!));
        await (problem is null ? ReplyAsync(context, 200, []) : FailAsync(context, 400, problem));
    }

    private async Task ReviewAsync(HttpContext context, StandInRequest request, string id)
    {
        var (body, problem) = await DocumentedFields.ReadAsync(context, "id: string", "vote: number");
        var name = Members.FirstOrDefault(member => member.Value == id).Key;
        if (problem is not null || body.Text("id") != id || name is null)
        {
            await FailAsync(context, 400, problem ?? $"TF401186: The identity {id} cannot be a reviewer.");
            return;
        }

        Votes.Add(id);
        Change(request.Number, changed => changed.Reviewers.Add(name));
        await ReplyAsync(context, 200, new JsonObject { ["id"] = id, ["vote"] = 0 });
    }

    private JsonObject Shape(StandInRequest request, bool isWhole)
    {
        var shape = new JsonObject
        {
            ["pullRequestId"] = request.Number,
            ["status"] = StatusOf(request),
            ["title"] = request.Title,
            ["description"] = isWhole || request.Body.Length <= CutAt ? request.Body : request.Body[..CutAt],
            ["sourceRefName"] = $"refs/heads/{request.SourceBranch}",
            ["targetRefName"] = $"refs/heads/{request.TargetBranch}",
            ["creationDate"] = request.Changed.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
            ["isDraft"] = request.IsDraft,
            ["createdBy"] = new JsonObject { ["id"] = Bot, ["uniqueName"] = "bumper@example.com" },
            ["reviewers"] = new JsonArray([.. request.Reviewers.Select(name => (JsonNode)new JsonObject { ["id"] = Members[name], ["uniqueName"] = name, ["vote"] = 0 })]),
        };
        if (request.State != StandInState.Open)
            shape["closedDate"] = request.Changed.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
        if (request.IsOfFork)
            shape["forkSource"] = new JsonObject { ["name"] = $"refs/heads/{request.SourceBranch}", ["repository"] = new JsonObject { ["name"] = "fork" } };
        return shape;
    }

    private static string? TooLong(JsonElement body) => (body.Text("title")?.Length > 400, body.Text("description")?.Length > 4000) switch
    {
        (true, _) => "Invalid argument value. Parameter name: The title is longer than 400 characters",
        (_, true) => "Invalid argument value. Parameter name: A maximum of 4000 characters is allowed for the description",
        _ => null,
    };

    private static string Branch(JsonElement body, string name) => body.Text(name) is { } full && full.StartsWith("refs/heads/", StringComparison.Ordinal) ? full["refs/heads/".Length..] : "";

    private static string StatusOf(StandInRequest request) => request.State switch
    {
        StandInState.Open => "active",
        StandInState.Closed => "abandoned",
        _ => "completed",
    };

    private static int Number(string? text, int otherwise) => int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private static JsonObject List(IReadOnlyList<JsonNode> values) => new() { ["value"] = new JsonArray([.. values]), ["count"] = values.Count };

    private static Task FailAsync(HttpContext context, int status, string words) =>
        ReplyAsync(context, status, new JsonObject { ["$id"] = "1", ["innerException"] = null, ["message"] = words, ["typeKey"] = "Exception", ["errorCode"] = 0, ["eventId"] = 3000 });

    private static Task ReplyAsync(HttpContext context, int status, JsonObject json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json.ToJsonString());
    }
}
