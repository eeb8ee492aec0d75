using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using GitOpsBumper.Core.PullRequests;
using GitOpsBumper.EndToEndTests.Servers;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.EndToEndTests.PullRequests.GitHub;

/// <summary>
/// GitHub as its published documents say. Where the published description is there, whatever the REST API is asked and answers goes through a proxy that holds it against that. Nothing but
/// this class reads what the GraphQL API is asked.
/// </summary>
/// <param name="repository">That the pull requests are of.</param>
/// <param name="description">Null: nothing is held against it.</param>
/// <param name="isEnterprise">A server of its own, whose API is below <c>/api/v3</c>.</param>
/// <seealso href="https://docs.github.com/en/rest/pulls/pulls?apiVersion=2022-11-28"/>
/// <seealso href="https://docs.github.com/en/rest/pulls/review-requests?apiVersion=2022-11-28"/>
/// <seealso href="https://docs.github.com/en/rest/issues?apiVersion=2022-11-28"/>
/// <seealso href="https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api?apiVersion=2022-11-28"/>
/// <seealso href="https://docs.github.com/en/graphql/reference/pulls#mutation-enablepullrequestautomerge"/>
/// <seealso href="https://docs.github.com/en/enterprise-server@3.18/graphql/guides/forming-calls-with-graphql#the-graphql-endpoint"/>
internal sealed class GitHubForgeStandIn(HostedRepository repository, GitHubDescription? description, bool isEnterprise = false) : ForgeStandIn(repository)
{
    private const string NotFound = "Not Found";

    private readonly HashSet<string> _computed = [];
    private readonly ConcurrentQueue<string> _violations = new();

    /// <summary>Who can be asked and assigned.</summary>
    private static readonly string[] People = ["ada", "grace"];

    public override string Kind => "github";

    public override string ApiUrl => isEnterprise ? $"{Url}/api/v3" : Url;

    public string Owner => Path[0];

    /// <summary>The one team that can be asked.</summary>
    public string Team => $"{Owner}/platform";

    /// <summary>There is something to wait for before a merge.</summary>
    public bool HasChecks { get; set; } = true;

    /// <summary>What auto-merge is refused with; null: it is not.</summary>
    public string? AutoMergeRefusal { get; set; }

    /// <summary>Who merges sees whether there are conflicts only after GitHub had time to look.</summary>
    public bool LooksLater { get; set; }

    /// <summary>The forks are no more.</summary>
    public bool HasLostForks { get; set; }

    /// <summary>What was asked or answered and is not as described.</summary>
    public IReadOnlyList<string> Violations => [.. _violations];

    private string[] Path => new Uri(Repository.Url).AbsolutePath.Trim('/').Replace(".git", "", StringComparison.Ordinal).Split('/');

    private GitHubShapes Shapes => new(ApiUrl, Path[0], Path[1], HasLostForks);

    protected override Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (path == (isEnterprise ? "/api/graphql" : "/graphql"))
            return MutateAsync(context);
        if (isEnterprise && !path.StartsWith("/api/v3/", StringComparison.Ordinal))
            return RefuseAsync(context, 404, NotFound);
        path = isEnterprise ? path["/api/v3".Length..] : path;
        // Links of lists name the repository by its number.
        path = path.Replace(string.Create(CultureInfo.InvariantCulture, $"/repositories/{GitHubShapes.RepositoryId}/"), $"/repos/{Path[0]}/{Path[1]}/", StringComparison.Ordinal);
        return description is null ? RestAsync(context, path) : DescribedAsync(context, description, path);
    }

    private async Task DescribedAsync(HttpContext context, GitHubDescription described, string path)
    {
        if (await described.PassAsync(context, path, inner => RestAsync(inner, inner.Request.Path.Value!)) is not { } violation)
            return;
        _violations.Enqueue(violation);
        await RefuseAsync(context, StatusCodes.Status418ImATeapot, violation);
    }

    private Task RestAsync(HttpContext context, string path)
    {
        var request = context.Request;
        if (Refusal(context, out var status) is { } refusal)
            return RefuseAsync(context, status, refusal);
        if (request.Headers.Accept != "application/vnd.github+json" || request.Headers["X-GitHub-Api-Version"] != "2022-11-28" || !path.StartsWith($"/repos/{Path[0]}/{Path[1]}/", StringComparison.Ordinal))
            return RefuseAsync(context, 404, NotFound);
        return (request.Method, path.Split('/')[4..]) switch
        {
            ("GET", ["pulls"]) => ListAsync(context),
            ("POST", ["pulls"]) => CreateAsync(context),
            ("GET", ["pulls", var number]) when Known(number) is { } pull => ShowAsync(context, pull),
            ("PATCH", ["pulls", var number]) when Known(number) is { } pull => ChangeAsync(context, pull),
            ("PUT", ["pulls", var number, "merge"]) when Known(number) is { } pull => MergeAsync(context, pull),
            ("POST", ["pulls", var number, "requested_reviewers"]) when Known(number) is { } pull => ReviewAsync(context, pull),
            ("GET", ["issues", var number, "comments"]) when Known(number) is { } pull =>
                PageAsync(context, pull.Comments, (_, index) => Task.FromResult(Shapes.Comment(pull, index)), $"issues/{number}/comments"),
            ("POST", ["issues", var number, "comments"]) when Known(number) is { } pull => CommentAsync(context, pull),
            ("POST", ["issues", var number, "labels"]) when Known(number) is { } pull => LabelAsync(context, pull),
            ("POST", ["issues", var number, "assignees"]) when Known(number) is { } pull => AssignAsync(context, pull),
            _ => RefuseAsync(context, 404, NotFound),
        };
    }

    private static string? Refusal(HttpContext context, out int status)
    {
        var shown = context.Request.Headers.Authorization.ToString();
        status = Refusal(shown.StartsWith("Bearer ", StringComparison.Ordinal) ? shown["Bearer ".Length..] : null, HttpMethods.IsGet(context.Request.Method)) ?? 200;
        return status switch { 401 => "Bad credentials", 403 => "Resource not accessible by personal access token", _ => null };
    }

    private Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var found = Requests.Where(request => query["state"] == "all" || (request.State == StandInState.Open) == (query["state"] != "closed"));
        var sorted = query["sort"] == "updated" ? found.OrderBy(request => request.Changed) : found.OrderBy(request => request.Number);
        // Those that were made last come first unless another order is asked for; by anything else it is the other way round.
        var isDescending = query["direction"] == "desc" || (query["direction"].Count == 0 && query["sort"].Count == 0);
        return PageAsync(context, [.. isDescending ? sorted.Reverse() : sorted], (request, _) => PullAsync(context, request, isWhole: false), "pulls");
    }

    private async Task PageAsync<T>(HttpContext context, IReadOnlyList<T> all, Func<T, int, Task<JsonObject>> shape, string path)
    {
        var query = context.Request.Query;
        var size = Math.Min(100, Number(query["per_page"], 30));
        var page = Number(query["page"], 1);
        if (all.Count > page * size)
        {
            var rest = string.Concat(query.Where(pair => pair.Key != "page").Select(pair => $"{pair.Key}={pair.Value}&"));
            context.Response.Headers.Link = string.Create(CultureInfo.InvariantCulture, $"<{ApiUrl}/repositories/{GitHubShapes.RepositoryId}/{path}?{rest}page={page + 1}>; rel=\"next\"")
                + string.Create(CultureInfo.InvariantCulture, $", <{ApiUrl}/repositories/{GitHubShapes.RepositoryId}/{path}?{rest}page={((all.Count - 1) / size) + 1}>; rel=\"last\"");
        }

        var shown = new JsonArray();
        for (var index = (page - 1) * size; index < Math.Min(all.Count, page * size); index++)
            shown.Add((JsonNode)await shape(all[index], index));
        await WriteAsync(context, 200, shown.ToJsonString());
    }

    private async Task CreateAsync(HttpContext context)
    {
        var body = await BodyAsync(context);
        var (head, target) = (body["head"]!.GetValue<string>(), body["base"]!.GetValue<string>());
        if (Find(head, target) is not null)
            await InvalidAsync(context, new JsonObject { ["resource"] = "PullRequest", ["code"] = "custom", ["message"] = $"A pull request already exists for {Owner}:{head}." });
        else if (!await Repository.ExistsAsync(head, context.RequestAborted))
            await InvalidAsync(context, new JsonObject { ["resource"] = "PullRequest", ["field"] = "head", ["code"] = "invalid" });
        else if (!await Repository.ExistsAsync(target, context.RequestAborted))
            await InvalidAsync(context, new JsonObject { ["resource"] = "PullRequest", ["field"] = "base", ["code"] = "invalid" });
        else if (await Repository.TipAsync(head, context.RequestAborted) == await Repository.TipAsync(target, context.RequestAborted))
            await InvalidAsync(context, new JsonObject { ["resource"] = "PullRequest", ["code"] = "custom", ["message"] = $"No commits between {target} and {head}" });
        else
        {
            var pull = Add(head, target, body["title"]!.GetValue<string>(), body["body"]?.GetValue<string>() ?? "");
            pull.IsDraft = body["draft"]?.GetValue<bool>() ?? false;
            await WriteAsync(context, 201, (await PullAsync(context, pull, isWhole: true)).ToJsonString());
        }
    }

    private async Task ShowAsync(HttpContext context, StandInRequest pull) => await WriteAsync(context, 200, (await PullAsync(context, pull, isWhole: true)).ToJsonString());

    private async Task ChangeAsync(HttpContext context, StandInRequest pull)
    {
        var body = await BodyAsync(context);
        Change(pull.Number, changed =>
        {
            changed.Title = body["title"]?.GetValue<string>() ?? changed.Title;
            changed.Body = body["body"]?.GetValue<string>() ?? changed.Body;
            changed.State = body["state"]?.GetValue<string>() switch { "closed" => StandInState.Closed, "open" => StandInState.Open, _ => changed.State };
        });
        await ShowAsync(context, pull);
    }

    private async Task CommentAsync(HttpContext context, StandInRequest pull)
    {
        var body = await BodyAsync(context);
        Change(pull.Number, changed => changed.Comments.Add(body["body"]!.GetValue<string>()));
        await WriteAsync(context, 201, Shapes.Comment(pull, pull.Comments.Count - 1).ToJsonString());
    }

    /// <summary>Labels that are not there yet are made.</summary>
    private async Task LabelAsync(HttpContext context, StandInRequest pull)
    {
        var labels = Texts(await BodyAsync(context), "labels");
        Change(pull.Number, changed => changed.Labels.AddRange(labels.Except(changed.Labels, StringComparer.OrdinalIgnoreCase).ToList()));
        await WriteAsync(context, 200, Shapes.Labels(pull).ToJsonString());
    }

    private async Task AssignAsync(HttpContext context, StandInRequest pull)
    {
        var users = Texts(await BodyAsync(context), "assignees");
        Change(pull.Number, changed => changed.Assignees.AddRange(users.Intersect(People, StringComparer.OrdinalIgnoreCase).Except(changed.Assignees, StringComparer.OrdinalIgnoreCase).ToList()));
        await WriteAsync(context, 201, Shapes.Issue(pull).ToJsonString());
    }

    private async Task ReviewAsync(HttpContext context, StandInRequest pull)
    {
        var body = await BodyAsync(context);
        var teams = Texts(body, "team_reviewers").Select(team => $"{Owner}/{team}").ToList();
        var users = Texts(body, "reviewers");
        if (users.Except(People).Any() || teams.Except([Team]).Any())
        {
            await RefuseAsync(context, 422, $"Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the {string.Join('/', Path)} repository.");
            return;
        }

        Change(pull.Number, changed => changed.Reviewers.AddRange(users.Concat(teams).Except(changed.Reviewers).ToList()));
        await WriteAsync(context, 201, (await PullAsync(context, pull, isWhole: false)).ToJsonString());
    }

    private async Task MergeAsync(HttpContext context, StandInRequest pull)
    {
        var body = await BodyAsync(context);
        if (pull.IsDraft || HasChecks || await HasConflictsAsync(pull, context.RequestAborted))
        {
            await RefuseAsync(context, 405, "Pull Request is not mergeable");
            return;
        }

        await MergeAsync(pull.Number, context.RequestAborted, Enum.Parse<MergeMethod>(body["merge_method"]!.GetValue<string>(), ignoreCase: true));
        var sha = await Repository.TipAsync(pull.TargetBranch, context.RequestAborted);
        await WriteAsync(context, 200, new JsonObject { ["sha"] = sha, ["merged"] = true, ["message"] = "Pull Request successfully merged" }.ToJsonString());
    }

    /// <summary>The one mutation that the bot sends; any other is none.</summary>
    private async Task MutateAsync(HttpContext context)
    {
        if (Refusal(context, out var status) is { } words)
        {
            await RefuseAsync(context, status, words);
            return;
        }

        var body = await BodyAsync(context);
        var input = body["variables"]?["input"]?.AsObject();
        var pull = Open.FirstOrDefault(request => GitHubShapes.NodeOf(request.Number) == input?["pullRequestId"]?.GetValue<string>());
        const string mutation = "mutation($input: EnablePullRequestAutoMergeInput!) { enablePullRequestAutoMerge(input: $input) { pullRequest { number } } }";
        if (body["query"]?.GetValue<string>() != mutation || input is not { Count: 2 } || input["mergeMethod"]?.GetValue<string>() is not ("MERGE" or "SQUASH" or "REBASE"))
            await FailAsync(context, "", "Parse error or unknown argument");
        else if (pull is null)
            await FailAsync(context, "NOT_FOUND", "Could not resolve to a node with the global id of that value");
        else if ((AutoMergeRefusal ?? (HasChecks ? null : "Pull request Pull request is in clean status")) is { } refusal)
            await FailAsync(context, "UNPROCESSABLE", refusal);
        else
        {
            Change(pull.Number, changed => changed.AutoMerge = Enum.Parse<MergeMethod>(input["mergeMethod"]!.GetValue<string>(), ignoreCase: true));
            var answer = new JsonObject { ["enablePullRequestAutoMerge"] = new JsonObject { ["pullRequest"] = new JsonObject { ["number"] = pull.Number } } };
            await WriteAsync(context, 200, new JsonObject { ["data"] = answer }.ToJsonString());
        }
    }

    private static Task FailAsync(HttpContext context, string type, string message) => WriteAsync(context, 200, new JsonObject
    {
        ["data"] = new JsonObject { ["enablePullRequestAutoMerge"] = null },
        ["errors"] = new JsonArray(new JsonObject { ["type"] = type, ["path"] = new JsonArray("enablePullRequestAutoMerge"), ["message"] = message }),
    }.ToJsonString());

    private async Task<JsonObject> PullAsync(HttpContext context, StandInRequest request, bool isWhole)
    {
        // Of a branch that is not there GitHub still knows the commit; any will do.
        var head = isWhole ? await HeadAsync(request, context.RequestAborted) : null;
        var target = isWhole ? await Repository.TipAsync(request.TargetBranch, context.RequestAborted) : null;
        var isLate = LooksLater && _computed.Add($"{head} {target}");
        bool? mergeable = head is null || isLate || request.State != StandInState.Open ? null : !await HasConflictsAsync(request, context.RequestAborted);
        return Shapes.Pull(request, head ?? new string('a', 40), target ?? new string('b', 40), isWhole, mergeable);
    }

    private StandInRequest? Known(string number) => Requests.FirstOrDefault(request => request.Number.ToString(CultureInfo.InvariantCulture) == number);

    private static async Task<JsonObject> BodyAsync(HttpContext context) => (await JsonSerializer.DeserializeAsync<JsonObject>(context.Request.Body, cancellationToken: context.RequestAborted))!;

    private static List<string> Texts(JsonObject body, string name) => [.. body[name]!.AsArray().Select(text => text!.GetValue<string>())];

    private static int Number(string? text, int otherwise) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private static Task InvalidAsync(HttpContext context, JsonObject error) => WriteAsync(context, 422, GitHubShapes.Error(422, "Validation Failed", error).ToJsonString());

    private static Task RefuseAsync(HttpContext context, int status, string message) => WriteAsync(context, status, GitHubShapes.Error(status, message).ToJsonString());
}
