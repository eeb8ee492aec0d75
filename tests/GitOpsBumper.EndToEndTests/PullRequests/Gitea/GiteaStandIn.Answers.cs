using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.EndToEndTests.PullRequests.Gitea;

/// <summary>What it says, and what it lets pass.</summary>
internal sealed partial class GiteaStandIn
{
    private static List<object> LabelBodies(IEnumerable<KeyValuePair<string, long>> labels) => [.. labels.Select(label => new { id = label.Value, name = label.Key, color = "00aabb" })];

    private static Task WriteAsync(HttpContext context, int status, object body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json;charset=utf-8";
        return context.Response.WriteAsync(JsonSerializer.Serialize(body));
    }

    private Task SayAsync(HttpContext context, int status, string message, params string[] errors) =>
        WriteAsync(context, status, errors.Length == 0 ? (object)new { message, url = $"{Url}/api/swagger" } : new { message, url = $"{Url}/api/swagger", errors });

    /// <summary>Null: it is refused.</summary>
    private async Task<Dictionary<string, JsonElement>?> BodyAsync(HttpContext context, Dictionary<string, string> fields)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = StrictBody.Read(await reader.ReadToEndAsync(context.RequestAborted), fields, out var problem);
        if (problem.Length == 0 && context.Request.ContentType == "application/json")
            return body;
        await SayAsync(context, 422, problem);
        return null;
    }

    /// <summary>One page of a list, with links to others below what it believes to be its address.</summary>
    private async Task PageAsync(HttpContext context, IReadOnlyList<object> all, params string[] more)
    {
        var query = context.Request.Query;
        if (query.Keys.Except([.. more, "page", "limit"]).Any() || !TryNumber(query["page"], 1, out var page) || !TryNumber(query["limit"], MaxItems, out var limit))
        {
            await SayAsync(context, 422, "no such parameter");
            return;
        }

        var size = Math.Min(limit, MaxItems);
        if (page * size < all.Count)
        {
            var others = string.Concat(more.Where(query.ContainsKey).Select(name => $"&{name}={query[name]}"));
            context.Response.Headers.Link = $"<{RootUrl ?? Url}{context.Request.Path}?limit={limit}&page={page + 1}{others}>; rel=\"next\",<{RootUrl ?? Url}{context.Request.Path}?limit={limit}&page={(all.Count + size - 1) / size}{others}>; rel=\"last\"";
        }

        context.Response.Headers["X-Total-Count"] = all.Count.ToString(CultureInfo.InvariantCulture);
        await WriteAsync(context, 200, all.Skip((page - 1) * size).Take(size).ToList());
    }

    private static bool TryNumber(string? text, int otherwise, out int number)
    {
        number = otherwise;
        return string.IsNullOrEmpty(text) || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0);
    }

    private async Task ReviewAsync(HttpContext context, StandInRequest request)
    {
        if (await BodyAsync(context, new Dictionary<string, string> { ["reviewers"] = "strings", ["team_reviewers"] = "strings" }) is not { } body)
            return;
        var (people, teams) = (body.Texts("reviewers") ?? [], body.Texts("team_reviewers") ?? []);
        if (people.FirstOrDefault(name => !People.Contains(name)) is { } nobody)
            await SayAsync(context, 404, "The target couldn't be found.", "UserNotExist", $"User '{nobody}' not exist");
        else if (teams.FirstOrDefault(name => !Teams.Contains(name)) is { } none)
            await SayAsync(context, 404, "The target couldn't be found.", "TeamNotExist", $"Team '{none}' not exist");
        else if (people.Contains("grace"))
            await SayAsync(context, 422, "poster of pr can't be reviewer [user_id: 12, repo_id: 3]");
        else
        {
            request.Reviewers.AddRange(people.Concat(teams.Select(team => $"{Owner}/{team}")).Except(request.Reviewers).ToList());
            await WriteAsync(context, 201, Array.Empty<object>());
        }
    }

    private async Task LabelAsync(HttpContext context, StandInRequest request)
    {
        if (await BodyAsync(context, new Dictionary<string, string> { ["labels"] = "integers!" }) is not { } body)
            return;
        AddLabels(request, body.Numbers("labels")!);
        await WriteAsync(context, 200, LabelBodies(AllLabels.Where(label => request.Labels.Contains(label.Key))));
    }

    private async Task CommentAsync(HttpContext context, StandInRequest request)
    {
        if (await BodyAsync(context, new Dictionary<string, string> { ["body"] = "string!" }) is not { } body)
            return;
        request.Comments.Add(body.Text("body")!);
        await WriteAsync(context, 201, new { id = request.Comments.Count, body = body.Text("body") });
    }

    private async Task WriteOneAsync(HttpContext context, int status, StandInRequest request)
    {
        var isMergeable = !IsChecking && !request.IsDraft && !await HasConflictsAsync(request, context.RequestAborted);
        var branch = Pushed.Contains(request.Number) || !await Repository.ExistsAsync(request.SourceBranch, context.RequestAborted) ? null : request.SourceBranch;
        await WriteAsync(context, status, Body(request, branch, isMergeable));
    }

    /// <param name="request">That is told of.</param>
    /// <param name="branch">Null: it is gone.</param>
    /// <param name="isMergeable">Neither conflict nor draft, and looked at.</param>
    private Dictionary<string, object?> Body(StandInRequest request, string? branch, bool isMergeable = false)
    {
        var isPushed = Pushed.Contains(request.Number);
        return new Dictionary<string, object?>
        {
            ["id"] = 100 + request.Number,
            ["number"] = request.Number,
            ["html_url"] = $"{Url}/{FullName}/pulls/{request.Number}",
            ["title"] = request.Title,
            ["body"] = request.Body,
            ["state"] = request.State == StandInState.Open ? "open" : "closed",
            ["draft"] = request.IsDraft,
            ["merged"] = request.State == StandInState.Merged,
            ["mergeable"] = isMergeable,
            ["updated_at"] = request.Changed,
            ["labels"] = LabelBodies(AllLabels.Where(label => request.Labels.Contains(label.Key))),
            ["assignees"] = request.Assignees.Count == 0 ? null : request.Assignees.Select(name => new { login = name }).ToList(),
            ["base"] = new { label = request.TargetBranch, @ref = request.TargetBranch, repo_id = OwnRepository },
            ["head"] = new
            {
                label = isPushed ? "" : request.SourceBranch,
                @ref = isPushed || branch is null ? $"refs/pull/{request.Number}/head" : branch,
                repo_id = request.IsOfFork ? -1 : OwnRepository,
            },
        };
    }
}
