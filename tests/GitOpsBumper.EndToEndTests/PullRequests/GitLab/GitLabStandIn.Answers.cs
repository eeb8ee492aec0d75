using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.EndToEndTests.PullRequests.GitLab;

/// <summary>What it says, and what it lets pass.</summary>
internal sealed partial class GitLabStandIn
{
    private static Dictionary<string, string> Query(params string[] fields) => fields.Select(field => field.Split('=', 2)).ToDictionary(field => field[0], field => field[1], StringComparer.Ordinal);

    private static string State(StandInRequest request) => request.State switch
    {
        StandInState.Open => "opened",
        StandInState.Closed => "closed",
        _ => "merged",
    };

    private static void Replace(List<string> list, IEnumerable<string> with)
    {
        var now = with.ToList();
        list.Clear();
        list.AddRange(now);
    }

    private static Task SayAsync(HttpContext context, int status, object message) => WriteAsync(context, status, JsonSerializer.Serialize(new { message }));

    private static async Task<bool> FitsAsync(HttpContext context, Dictionary<string, string> fields)
    {
        foreach (var (name, value) in context.Request.Query)
        {
            if (fields.TryGetValue(name, out var pattern) && Regex.IsMatch(value.ToString(), pattern, RegexOptions.None, TimeSpan.FromSeconds(1)))
                continue;
            await WriteAsync(context, 400, JsonSerializer.Serialize(new { error = $"{name} does not have a valid value" }));
            return false;
        }

        return true;
    }

    /// <summary>Null: it is refused.</summary>
    private static async Task<Dictionary<string, JsonElement>?> BodyAsync(HttpContext context, Dictionary<string, string> fields)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = StrictBody.Read(await reader.ReadToEndAsync(context.RequestAborted), fields, out var problem);
        if (problem.Length == 0 && context.Request.ContentType == "application/json")
            return body;
        await WriteAsync(context, 400, JsonSerializer.Serialize(new { error = problem }));
        return null;
    }

    private static async Task<bool> TextFitsAsync(HttpContext context, Dictionary<string, JsonElement> body)
    {
        var problems = new Dictionary<string, string[]>();
        if (body.Text("title") is { } title && title.Length is 0 or > 255)
            problems["title"] = [title.Length == 0 ? "can't be blank" : "is too long (maximum is 255 characters)"];
        if (body.Text("description") is { Length: > 1_048_576 })
            problems["description"] = ["is too long (maximum is 1048576 characters)"];
        if (problems.Count > 0)
            await SayAsync(context, 400, problems);
        return problems.Count == 0;
    }

    /// <summary>As in the free edition there may be one.</summary>
    private IEnumerable<string> Names(IReadOnlyList<long> ids) => ids.Where(id => id != Stranger).Select(id => Users.First(user => user.Value == id).Key).Take(1);

    private async Task NotesAsync(HttpContext context, StandInRequest request)
    {
        if (await FitsAsync(context, NotesQuery))
            await WriteAsync(context, 200, JsonSerializer.Serialize(request.Comments.AsEnumerable().Reverse().Take(100).Select(body => new { body, system = false })));
    }

    private static async Task NoteAsync(HttpContext context, StandInRequest request)
    {
        if (await BodyAsync(context, new Dictionary<string, string> { ["body"] = "string!" }) is not { } body)
            return;
        request.Comments.Add(body.Text("body")!);
        await WriteAsync(context, 201, JsonSerializer.Serialize(new { id = request.Comments.Count, body = body.Text("body") }));
    }

    private async Task WriteOneAsync(HttpContext context, int status, StandInRequest request)
    {
        var conflicts = request.State == StandInState.Open && Looking is null && await HasConflictsAsync(request, context.RequestAborted);
        await WriteAsync(context, status, JsonSerializer.Serialize(Body(request, conflicts, await HeadAsync(request, context.RequestAborted))));
    }

    /// <summary>Ends of descriptions get lost with the quick actions that are looked for in them.</summary>
    private Dictionary<string, object?> Body(StandInRequest request, bool? conflicts, string? head = null) => new()
    {
        ["id"] = 1000 + request.Number,
        ["iid"] = request.Number,
        ["project_id"] = OwnProject,
        ["title"] = request.Title,
        ["description"] = request.Body.TrimEnd(),
        ["state"] = State(request),
        ["created_at"] = request.Changed,
        ["updated_at"] = request.Changed,
        ["target_branch"] = request.TargetBranch,
        ["source_branch"] = request.SourceBranch,
        ["source_project_id"] = request.IsOfFork ? OwnProject + 1 : OwnProject,
        ["target_project_id"] = OwnProject,
        ["assignees"] = request.Assignees.Select(name => new { id = Users[name], username = name }).ToList(),
        ["reviewers"] = request.Reviewers.Select(name => new { id = Users[name], username = name }).ToList(),
        ["labels"] = request.Labels,
        ["draft"] = request.IsDraft,
        ["work_in_progress"] = request.IsDraft,
        ["merge_when_pipeline_succeeds"] = request.AutoMerge is not null,
        ["merge_status"] = Looking is not null || conflicts is null ? "unchecked" : conflicts.Value ? "cannot_be_merged" : "can_be_merged",
        ["detailed_merge_status"] = Looking ?? (conflicts == true ? "conflict" : request.IsDraft ? "draft_status" : HasPipeline ? "ci_still_running" : "mergeable"),
        ["has_conflicts"] = conflicts == true,
        ["sha"] = head,
        ["head_pipeline"] = HasPipeline ? new { id = 1, status = "running" } : null,
        ["web_url"] = $"{Url}/{Project}/-/merge_requests/{request.Number}",
    };

    [GeneratedRegex(@"^\s*(?:\[draft\]|\(draft\)|draft:)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex DraftPattern();
}
