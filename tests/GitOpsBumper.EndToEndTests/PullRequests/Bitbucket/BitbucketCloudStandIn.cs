using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GitOpsBumper.EndToEndTests.Servers;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.EndToEndTests.PullRequests.Bitbucket;

/// <summary>
/// Stands in for Bitbucket Cloud after https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/ and, for pages and errors,
/// https://developer.atlassian.com/cloud/bitbucket/rest/intro/. A second request for the same branches changes the first.
/// </summary>
internal sealed partial class BitbucketCloudStandIn(HostedRepository repository) : ForgeStandIn(repository)
{
    /// <summary>Account ids, with the names that people see.</summary>
    public Dictionary<string, string> Members { get; } = new(StringComparer.Ordinal) { ["ada"] = "Ada Lovelace", ["grace"] = "Grace Hopper", ["{6f5f4bd3-0b0f-4f6c-8d2f-0f4c5d1b7a11}"] = "Alan Turing" };

    public override string Kind => "bitbucket-cloud";

    public override string ApiUrl => $"{Url}/2.0";

    private string FullName => new Uri(Repository.Url).AbsolutePath.Trim('/').Replace(".git", "", StringComparison.Ordinal);

    protected override async Task AnswerAsync(HttpContext context)
    {
        var isReading = HttpMethods.IsGet(context.Request.Method);
        if (Refusal(Shown(context), isReading) is { } status)
        {
            await FailAsync(context, status, status == 401 ? "Token is invalid, expired, or not supported for this endpoint." : "Your credentials lack one or more required privilege scopes.");
            return;
        }

        var path = context.Request.Path.Value!;
        var top = $"/2.0/repositories/{FullName}/pullrequests";
        var parts = path.StartsWith(top, StringComparison.Ordinal) ? path[top.Length..].Trim('/').Split('/', StringSplitOptions.RemoveEmptyEntries) : ["?"];
        var request = parts.Length > 0 && int.TryParse(parts[0], CultureInfo.InvariantCulture, out var number) ? Requests.FirstOrDefault(known => known.Number == number) : null;
        await ((context.Request.Method, parts.Length, parts.ElementAtOrDefault(1)) switch
        {
            ("GET", 0, _) => ListAsync(context),
            ("POST", 0, _) => CreateAsync(context),
            ("GET", 1, _) when request is not null => WriteAsync(context, 200, Shape(request, isWhole: true).ToJsonString()),
            ("PUT", 1, _) when request is not null => UpdateAsync(context, request),
            ("POST", 2, "decline") when request is not null => DeclineAsync(context, request),
            ("GET", 2, "comments") when request is not null => CommentsAsync(context, request),
            ("POST", 2, "comments") when request is not null => CommentAsync(context, request),
            _ => FailAsync(context, 404, $"There is no API hosted at this URL: {path}"),
        });
    }

    private static string? Shown(HttpContext context)
    {
        if (!AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var shown))
            return null;
        return shown.Scheme == "Basic" ? Encoding.UTF8.GetString(Convert.FromBase64String(shown.Parameter!)).Split(':', 2)[1] : shown.Parameter;
    }

    private Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var (length, page) = (Number(query["pagelen"], 10), Number(query["page"], 1));
        if (length is < 1 or > 50)
            return FailAsync(context, 400, "Invalid pagelen");
        var state = query["state"].FirstOrDefault() ?? "OPEN";
        var found = Requests.AsEnumerable();
        if (query["q"].FirstOrDefault() is { } filter)
        {
            if (Filter().Match(filter) is not { Success: true } match)
                return FailAsync(context, 400, $"Invalid query: {filter}");
            found = found.Where(request => request.SourceBranch == match.Groups["source"].Value && request.TargetBranch == match.Groups["target"].Value);
            state = "OPEN";
        }

        found = found.Where(request => StateOf(request) == state);
        found = query["sort"].FirstOrDefault() == "-updated_on" ? found.OrderByDescending(request => request.Changed) : found.OrderByDescending(request => request.Number);
        var all = found.ToList();
        var answer = new JsonObject
        {
            ["size"] = all.Count,
            ["page"] = page,
            ["pagelen"] = length,
            ["values"] = new JsonArray([.. all.Skip((page - 1) * length).Take(length).Select(request => (JsonNode)Shape(request, isWhole: false))]),
        };
        if (page * length < all.Count)
        {
            var rest = string.Join('&', query.Where(pair => pair.Key != "page").Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value!)}"));
            answer["next"] = $"{Url}{context.Request.Path}?{rest}&page={page + 1}";
        }

        return WriteAsync(context, 200, answer.ToJsonString());
    }

    private async Task CreateAsync(HttpContext context)
    {
        var (body, problem) = await DocumentedFields.ReadAsync(context, "title: string", "description: string", "source.branch.name: string", "destination.branch.name: string", "reviewers[].uuid: string", "reviewers[].account_id: string", "close_source_branch: boolean", "draft: boolean");
        if (problem is not null)
        {
            await FailAsync(context, 400, problem);
            return;
        }

        var source = body.GetProperty("source").GetProperty("branch").Text("name")!;
        var target = body.GetProperty("destination").GetProperty("branch").Text("name")!;
        if (!await Repository.ExistsAsync(source, context.RequestAborted))
        {
            await FailAsync(context, 400, "source: branch not found");
            return;
        }

        if (await RefusesReviewersAsync(context, body))
            return;
        var request = Find(source, target) ?? Add(source, target, "", "");
        Change(request.Number, changed =>
        {
            Fill(changed, body);
            changed.IsDraft = body.TryGetProperty("draft", out var draft) && draft.GetBoolean();
        });
        await WriteAsync(context, 201, Shape(request, isWhole: true).ToJsonString());
    }

    /// <summary>Reviewers that are not named are taken off.</summary>
    private async Task UpdateAsync(HttpContext context, StandInRequest request)
    {
        var (body, problem) = await DocumentedFields.ReadAsync(context, "title: string", "description: string", "reviewers[].uuid: string", "reviewers[].account_id: string");
        if (problem is not null || request.State != StandInState.Open)
        {
            await FailAsync(context, 400, problem ?? "Only open pull requests can be mutated.");
            return;
        }

        if (await RefusesReviewersAsync(context, body))
            return;
        Change(request.Number, changed => Fill(changed, body));
        await WriteAsync(context, 200, Shape(request, isWhole: true).ToJsonString());
    }

    private async Task DeclineAsync(HttpContext context, StandInRequest request)
    {
        if (request.State != StandInState.Open || context.Request.ContentLength is > 0)
        {
            await FailAsync(context, 400, "This pull request is already closed.");
            return;
        }

        Change(request.Number, changed => changed.State = StandInState.Closed);
        await WriteAsync(context, 200, Shape(request, isWhole: true).ToJsonString());
    }

    private static Task CommentsAsync(HttpContext context, StandInRequest request)
    {
        var length = Number(context.Request.Query["pagelen"], 10);
        var comments = request.Comments.AsEnumerable();
        if (context.Request.Query["sort"] == "-created_on")
            comments = comments.Reverse();
        var values = comments.Take(length).Select(text => (JsonNode)new JsonObject { ["content"] = new JsonObject { ["raw"] = text }, ["deleted"] = false });
        return length > 100 ? FailAsync(context, 400, "Invalid pagelen") : WriteAsync(context, 200, new JsonObject { ["pagelen"] = length, ["values"] = new JsonArray([.. values]) }.ToJsonString());
    }

    private async Task CommentAsync(HttpContext context, StandInRequest request)
    {
        var (body, problem) = await DocumentedFields.ReadAsync(context, "content.raw: string");
        if (problem is not null)
        {
            await FailAsync(context, 400, problem);
            return;
        }

        Change(request.Number, changed => changed.Comments.Add(body.GetProperty("content").Text("raw")!));
        await WriteAsync(context, 201, "{}");
    }

    private async Task<bool> RefusesReviewersAsync(HttpContext context, JsonElement body)
    {
        if (Ids(body).FirstOrDefault(id => !Members.ContainsKey(id)) is not { } stranger)
            return false;
        var words = Left.TryGetValue(stranger, out var name) ? $"{name} is not a member of this workspace and cannot be added to this pull request" : "Malformed reviewers list";
        var error = new JsonObject { ["message"] = "Bad request", ["fields"] = new JsonObject { ["reviewers"] = new JsonArray(words) } };
        await WriteAsync(context, 400, new JsonObject { ["type"] = "error", ["error"] = error }.ToJsonString());
        return true;
    }

    private static void Fill(StandInRequest request, JsonElement body)
    {
        request.Title = body.Text("title")!;
        request.Body = body.Text("description") ?? request.Body;
        request.Reviewers.Clear();
        request.Reviewers.AddRange(Ids(body));
    }

    private static IEnumerable<string> Ids(JsonElement body) =>
        body.TryGetProperty("reviewers", out var reviewers) ? [.. reviewers.EnumerateArray().Select(reviewer => reviewer.Text("uuid") ?? reviewer.Text("account_id")!)] : [];

    private JsonObject Shape(StandInRequest request, bool isWhole)
    {
        var shape = new JsonObject
        {
            ["type"] = "pullrequest",
            ["id"] = request.Number,
            ["title"] = request.Title,
            ["description"] = request.Body,
            ["summary"] = new JsonObject { ["raw"] = request.Body, ["markup"] = "markdown" },
            ["state"] = StateOf(request),
            ["draft"] = request.IsDraft,
            ["source"] = End(request.SourceBranch, request.IsOfFork ? null : FullName),
            ["destination"] = End(request.TargetBranch, FullName),
            ["updated_on"] = request.Changed.ToString("O", CultureInfo.InvariantCulture),
            ["links"] = new JsonObject { ["html"] = new JsonObject { ["href"] = $"https://bitbucket.org/{FullName}/pull-requests/{request.Number}" } },
        };
        if (isWhole)
        {
            shape["reviewers"] = new JsonArray([.. request.Reviewers.Select(id => (JsonNode)new JsonObject
            {
                [id.StartsWith('{') ? "uuid" : "account_id"] = id,
                ["display_name"] = Members.GetValueOrDefault(id) ?? Left.GetValueOrDefault(id),
            })]);
        }

        return shape;
    }

    /// <summary>Who was a member once.</summary>
    public Dictionary<string, string> Left { get; } = new(StringComparer.Ordinal);

    /// <summary>The repository of a fork that was deleted is null.</summary>
    private static JsonObject End(string branch, string? fullName) =>
        new() { ["branch"] = new JsonObject { ["name"] = branch }, ["repository"] = fullName is null ? null : new JsonObject { ["full_name"] = fullName } };

    private static string StateOf(StandInRequest request) => request.State switch
    {
        StandInState.Open => "OPEN",
        StandInState.Closed => "DECLINED",
        _ => "MERGED",
    };

    private static int Number(string? text, int otherwise) => int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private static Task FailAsync(HttpContext context, int status, string words) =>
        WriteAsync(context, status, new JsonObject { ["type"] = "error", ["error"] = new JsonObject { ["message"] = words } }.ToJsonString());

    [GeneratedRegex("""^state = "OPEN" AND source\.branch\.name = "(?<source>[^"]+)" AND destination\.branch\.name = "(?<target>[^"]+)"$""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Filter();
}
