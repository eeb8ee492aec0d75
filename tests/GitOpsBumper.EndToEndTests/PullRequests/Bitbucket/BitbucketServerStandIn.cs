using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GitOpsBumper.Core.PullRequests;
using GitOpsBumper.EndToEndTests.Servers;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.EndToEndTests.PullRequests.Bitbucket;

/// <summary>
/// Stands in for Bitbucket Data Center after https://developer.atlassian.com/server/bitbucket/rest/v819/api-group-pull-requests/ and, for pages and errors,
/// https://developer.atlassian.com/server/bitbucket/rest/v819/intro/. It gives no ETags.
/// </summary>
internal sealed class BitbucketServerStandIn(HostedRepository repository) : ForgeStandIn(repository)
{
    private const string Package = "com.atlassian.bitbucket.";

    public HashSet<string> Users { get; } = new(StringComparer.Ordinal) { "ada", "grace" };

    public string Version { get; set; } = "8.19.1";

    /// <summary>Called after a request was read, once.</summary>
    public Action? AfterRead { get; set; }

    /// <summary>Somebody adds Grace as a reviewer, and the request has a new version.</summary>
    public void TouchByHand(int number) => Change(number, request => request.Reviewers.Add("grace"));

    public override string Kind => "bitbucket-server";

    public override string ApiUrl => $"{Url}/rest/api/1.0";

    private string[] Names => new Uri(Repository.Url).AbsolutePath.Trim('/').Replace(".git", "", StringComparison.Ordinal).Split('/');

    private bool KnowsDrafts => System.Version.Parse(Version) >= new Version(8, 18);

    protected override async Task AnswerAsync(HttpContext context)
    {
        var isReading = HttpMethods.IsGet(context.Request.Method);
        var path = context.Request.Path.Value!;
        if (path == "/rest/api/1.0/application-properties" && isReading)
        {
            await ReplyAsync(context, 200, new JsonObject { ["version"] = Version, ["buildNumber"] = "8019001", ["displayName"] = "Bitbucket" });
            return;
        }

        if (Refusal(Shown(context), isReading) is { } status)
        {
            await (status == 401
                ? FailAsync(context, 401, "auth.IncorrectPasswordAuthenticationException", "Authentication failed. Please check your credentials and try again.")
                : FailAsync(context, 401, "AuthorisationException", "You are not permitted to access this resource"));
            return;
        }

        var top = $"/rest/api/1.0/projects/{Names[0]}/repos/{Names[1]}/pull-requests";
        var parts = path.StartsWith(top, StringComparison.Ordinal) ? path[top.Length..].Trim('/').Split('/', StringSplitOptions.RemoveEmptyEntries) : ["?"];
        var request = parts.Length > 0 && int.TryParse(parts[0], CultureInfo.InvariantCulture, out var number) ? Requests.FirstOrDefault(known => known.Number == number) : null;
        await ((context.Request.Method, parts.Length, parts.ElementAtOrDefault(1)) switch
        {
            ("GET", 0, _) => ListAsync(context),
            ("POST", 0, _) => CreateAsync(context),
            ("GET", 1, _) when request is not null => ReadAsync(context, request),
            ("PUT", 1, _) when request is not null => UpdateAsync(context, request),
            ("GET", 2, "merge") when request is not null => CanMergeAsync(context, request),
            ("POST", 2, "merge") when request is not null => AutoMergeAsync(context, request),
            ("POST", 2, "decline") when request is not null => DeclineAsync(context, request),
            ("POST", 2, "participants") when request is not null => ParticipateAsync(context, request),
            ("GET", 2, "activities") when request is not null => ActivitiesAsync(context, request),
            ("POST", 2, "comments") when request is not null => CommentAsync(context, request),
            _ => FailAsync(context, 404, "pull.NoSuchPullRequestException", $"{path} does not exist."),
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
        var state = context.Request.Query["state"].FirstOrDefault() ?? "OPEN";
        return PageAsync(context, [.. Requests.Where(request => StateOf(request) == state).OrderByDescending(request => request.Number).Select(request => (JsonNode)Shape(request))]);
    }

    private async Task ReadAsync(HttpContext context, StandInRequest request)
    {
        var (shape, after) = (Shape(request), AfterRead);
        AfterRead = null;
        after?.Invoke();
        await ReplyAsync(context, 200, shape);
    }

    private async Task CreateAsync(HttpContext context)
    {
        string[] fields = ["title: string", "description: string", .. End("fromRef"), .. End("toRef"), "reviewers[].user.name: string", "draft: boolean"];
        var (body, problem) = await DocumentedFields.ReadAsync(context, fields);
        if (problem is not null)
        {
            await FailAsync(context, 400, "IllegalEntityStateException", problem);
            return;
        }

        var (source, target) = (Branch(body, "fromRef"), Branch(body, "toRef"));
        if (!await Repository.ExistsAsync(source, context.RequestAborted))
        {
            await FailAsync(context, 404, "commit.NoSuchBranchException", $"Branch {source} does not exist.");
            return;
        }

        if (await RefusesReviewersAsync(context, body))
            return;
        if (Find(source, target) is not null)
        {
            await FailAsync(context, 409, "pull.DuplicatePullRequestException", "Only one pull request may be open for a given source and target branch");
            return;
        }

        var request = Add(source, target, body.Text("title")!, body.Text("description")!);
        request.Reviewers.AddRange(NamesOf(body));
        request.IsDraft = KnowsDrafts && body.TryGetProperty("draft", out var draft) && draft.GetBoolean();
        await ReplyAsync(context, 201, Shape(request));

        static string[] End(string name) => [$"{name}.id: string", $"{name}.repository.slug: string", $"{name}.repository.project.key: string"];
    }

    /// <summary>Reviewers that are not named are taken off, and so is the draft.</summary>
    private async Task UpdateAsync(HttpContext context, StandInRequest request)
    {
        var (body, problem) = await DocumentedFields.ReadAsync(context, "version: number", "title: string", "description: string", "reviewers[].user.name: string", "draft: boolean");
        if (problem is not null)
        {
            await FailAsync(context, 400, "IllegalEntityStateException", problem);
            return;
        }

        if (await RefusesVersionAsync(context, request, body.GetProperty("version").GetInt32()) || await RefusesReviewersAsync(context, body))
            return;
        Change(request.Number, changed =>
        {
            (changed.Title, changed.Body) = (body.Text("title")!, body.Text("description")!);
            changed.Reviewers.Clear();
            changed.Reviewers.AddRange(NamesOf(body));
            changed.IsDraft = KnowsDrafts && body.TryGetProperty("draft", out var draft) && draft.GetBoolean();
        });
        await ReplyAsync(context, 200, Shape(request));
    }

    private async Task CanMergeAsync(HttpContext context, StandInRequest request)
    {
        var isConflicted = await HasConflictsAsync(request, context.RequestAborted);
        await ReplyAsync(context, 200, new JsonObject { ["canMerge"] = !isConflicted, ["conflicted"] = isConflicted, ["outcome"] = isConflicted ? "CONFLICTED" : "CLEAN", ["vetoes"] = new JsonArray() });
    }

    private async Task AutoMergeAsync(HttpContext context, StandInRequest request)
    {
        var (body, problem) = await DocumentedFields.ReadAsync(context, "autoMerge: boolean", "strategyId: string", "version: number");
        MergeMethod? method = problem is not null ? null : body.Text("strategyId") switch
        {
            "no-ff" => MergeMethod.Merge,
            "squash" => MergeMethod.Squash,
            "rebase-ff-only" => MergeMethod.Rebase,
            _ => null,
        };
        if (method is null)
            await FailAsync(context, 400, "IllegalEntityStateException", problem ?? "unknown strategy");
        else if (request.IsDraft)
            await FailAsync(context, 409, "pull.PullRequestMergeVetoedException", "The pull request is a draft.");
        else if (!await RefusesVersionAsync(context, request, body.GetProperty("version").GetInt32()))
        {
            Change(request.Number, changed => changed.AutoMerge = method);
            await ReplyAsync(context, 202, Shape(request));
        }
    }

    private async Task DeclineAsync(HttpContext context, StandInRequest request)
    {
        var (_, problem) = await DocumentedFields.ReadAsync(context, "comment: string");
        if (problem is not null || request.State != StandInState.Open)
            await FailAsync(context, 409, "pull.IllegalPullRequestStateException", problem ?? "This pull request has already been closed.");
        else if (!await RefusesVersionAsync(context, request, int.TryParse(context.Request.Query["version"], CultureInfo.InvariantCulture, out var version) ? version : -1))
        {
            Change(request.Number, changed => changed.State = StandInState.Closed);
            await ReplyAsync(context, 200, Shape(request));
        }
    }

    private async Task ParticipateAsync(HttpContext context, StandInRequest request)
    {
        var (body, problem) = await DocumentedFields.ReadAsync(context, "user.name: string", "role: string");
        var name = problem is null ? body.GetProperty("user").Text("name")! : "";
        if (problem is not null || body.Text("role") != "REVIEWER")
            await FailAsync(context, 400, "IllegalEntityStateException", problem ?? "no such role");
        else if (!Users.Contains(name))
            await FailAsync(context, 404, "user.NoSuchUserException", $"User '{name}' does not exist.");
        else
        {
            Change(request.Number, changed => changed.Reviewers.Add(name));
            await ReplyAsync(context, 200, new JsonObject { ["role"] = "REVIEWER" });
        }
    }

    private static Task ActivitiesAsync(HttpContext context, StandInRequest request) => PageAsync(context,
    [
        .. request.Comments.AsEnumerable().Reverse().Select(text => (JsonNode)new JsonObject { ["action"] = "COMMENTED", ["commentAction"] = "ADDED", ["comment"] = new JsonObject { ["text"] = text } }),
        new JsonObject { ["action"] = "OPENED" },
    ]);

    private async Task CommentAsync(HttpContext context, StandInRequest request)
    {
        var (body, problem) = await DocumentedFields.ReadAsync(context, "text: string");
        if (problem is null)
            request.Comments.Add(body.Text("text")!);
        await (problem is null ? ReplyAsync(context, 201, []) : FailAsync(context, 400, "IllegalEntityStateException", problem));
    }

    private static async Task<bool> RefusesVersionAsync(HttpContext context, StandInRequest request, int version)
    {
        if (version != request.Version)
            await FailAsync(context, 409, "pull.PullRequestOutOfDateException", "You are attempting to modify a pull request based on out-of-date information.");
        return version != request.Version;
    }

    private async Task<bool> RefusesReviewersAsync(HttpContext context, JsonElement body)
    {
        var strangers = NamesOf(body).Where(name => !Users.Contains(name)).ToList();
        if (strangers.Count == 0)
            return false;
        var error = Error("pull.InvalidPullRequestReviewersException", "Errors encountered while adding some reviewers to this pull request.");
        error["reviewerErrors"] = new JsonArray([.. strangers.Select(name => (JsonNode)new JsonObject { ["context"] = name, ["message"] = $"{name} is not a user." })]);
        await ReplyAsync(context, 409, new JsonObject { ["errors"] = new JsonArray(error) });
        return true;
    }

    private static Task PageAsync(HttpContext context, List<JsonNode> all)
    {
        var query = context.Request.Query;
        var start = int.TryParse(query["start"], CultureInfo.InvariantCulture, out var from) ? from : 0;
        var limit = int.TryParse(query["limit"], CultureInfo.InvariantCulture, out var most) ? most : 25;
        var isLast = start + limit >= all.Count;
        return ReplyAsync(context, 200, new JsonObject
        {
            ["size"] = Math.Min(limit, all.Count - start),
            ["limit"] = limit,
            ["start"] = start,
            ["isLastPage"] = isLast,
            ["nextPageStart"] = isLast ? null : start + limit,
            ["values"] = new JsonArray([.. all.Skip(start).Take(limit)]),
        });
    }

    private JsonObject Shape(StandInRequest request)
    {
        var shape = new JsonObject
        {
            ["id"] = request.Number,
            ["version"] = request.Version,
            ["title"] = request.Title,
            ["description"] = request.Body.Length == 0 ? null : request.Body,
            ["state"] = StateOf(request),
            ["updatedDate"] = request.Changed.ToUnixTimeMilliseconds(),
            ["fromRef"] = Ref(request.SourceBranch, request.IsOfFork ? 2 : 1),
            ["toRef"] = Ref(request.TargetBranch, 1),
            ["reviewers"] = new JsonArray([.. request.Reviewers.Select(name => (JsonNode)new JsonObject { ["user"] = new JsonObject { ["name"] = name }, ["role"] = "REVIEWER" })]),
            ["links"] = new JsonObject { ["self"] = new JsonArray(new JsonObject { ["href"] = $"{Url}/projects/{Names[0]}/repos/{Names[1]}/pull-requests/{request.Number}" }) },
        };
        if (KnowsDrafts)
            shape["draft"] = request.IsDraft;
        return shape;
    }

    private JsonObject Ref(string branch, int repository) => new() { ["id"] = $"refs/heads/{branch}", ["displayId"] = branch, ["repository"] = new JsonObject { ["id"] = repository, ["slug"] = Names[1] } };

    private static string Branch(JsonElement body, string name) => body.GetProperty(name).Text("id")!.Replace("refs/heads/", "", StringComparison.Ordinal);

    private static IEnumerable<string> NamesOf(JsonElement body) =>
        body.TryGetProperty("reviewers", out var reviewers) ? [.. reviewers.EnumerateArray().Select(reviewer => reviewer.GetProperty("user").Text("name")!)] : [];

    private static string StateOf(StandInRequest request) => request.State switch
    {
        StandInState.Open => "OPEN",
        StandInState.Closed => "DECLINED",
        _ => "MERGED",
    };

    private static JsonObject Error(string name, string words) => new() { ["context"] = null, ["message"] = words, ["exceptionName"] = Package + name };

    private static Task FailAsync(HttpContext context, int status, string name, string words) => ReplyAsync(context, status, new JsonObject { ["errors"] = new JsonArray(Error(name, words)) });

    private static Task ReplyAsync(HttpContext context, int status, JsonObject json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json.ToJsonString());
    }
}
