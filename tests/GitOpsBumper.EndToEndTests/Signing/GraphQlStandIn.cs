using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GitOpsBumper.EndToEndTests.Servers;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.EndToEndTests.Signing;

/// <summary>
/// Three things of GitHub's GraphQL API, as its published reference describes them: <c>createCommitOnBranch</c>, <c>createRef</c> and the id of a repository. Commits are made by git in the repository
/// itself. It refuses what the schema does not have. It stands in for the real one, which no test asks.
/// </summary>
internal sealed class GraphQlStandIn(HostedRepository repository, string name)
{
    public const string Author = "bumper-app[bot] <1+bumper-app[bot]@users.noreply.example.com>";

    private readonly List<string> _mutations = [];

    /// <summary>Those that were understood, in order.</summary>
    public IReadOnlyList<string> Mutations => _mutations;

    /// <summary>What is answered instead, as an error of the type; null: nothing.</summary>
    public (string Type, string Message)? Refuses { get; set; }

    /// <summary>Called before a commit is made, with how many were made before.</summary>
    public Func<int, Task>? Before { get; set; }

    /// <summary>The next answer is lost on its way, after what was asked for is done.</summary>
    public bool LosesAnswer { get; set; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async Task AnswerAsync(HttpContext context)
    {
        var request = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: Token))!.AsObject();
        var (query, variables) = ((string)request["query"]!, request["variables"]!.AsObject());
        var answer = Refuses is { } refusal ? Error(refusal.Type, refusal.Message)
            : query.Contains("createCommitOnBranch(", StringComparison.Ordinal) ? await CommitAsync(Fields(variables["input"], "branch", "expectedHeadOid", "message", "fileChanges"))
            : query.Contains("createRef(", StringComparison.Ordinal) ? await CreateRefAsync(Fields(variables["input"], "repositoryId", "name", "oid"))
            : query.Contains("repository(", StringComparison.Ordinal) && $"{variables["owner"]}/{variables["name"]}" == name ? new JsonObject { ["data"] = new JsonObject { ["repository"] = new JsonObject { ["id"] = "R_1" } } }
            : Error("NOT_FOUND", "Could not resolve to a Repository");
        if (LosesAnswer)
        {
            LosesAnswer = false;
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
            return;
        }

        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.WriteAsync(answer.ToJsonString(), Token);
    }

    private async Task<JsonObject> CommitAsync(JsonObject input)
    {
        var branch = (string)Fields(input["branch"], "repositoryNameWithOwner", "branchName")["branchName"]!;
        if ((string)input["branch"]!["repositoryNameWithOwner"]! != name)
            return Error("NOT_FOUND", "Could not resolve to a Repository");
        if (Before is not null)
            await Before(_mutations.Count);
        if (!await repository.ExistsAsync(branch, Token))
            return Error("NOT_FOUND", "The branch does not exist");
        var expected = (string)input["expectedHeadOid"]!;
        if (await repository.TipAsync(branch, Token) != expected)
            return Error("STALE_DATA", $"Expected branch to point to \"{expected}\" but it did not.  Pull and try again.");
        var message = Fields(input["message"], "headline", "body");
        var text = $"{message["headline"]}{((string)message["body"]! is { Length: > 0 } body ? $"\n\n{body}" : "")}\n";
        var stream = new StringBuilder($"commit refs/heads/{branch}\nauthor {Author} 1767225600 +0000\ncommitter GitHub <noreply@github.com> 1767225600 +0000\ndata {Encoding.UTF8.GetByteCount(text)}\n{text}\nfrom {expected}\n");
        foreach (var addition in Fields(input["fileChanges"], "additions")["additions"]!.AsArray())
        {
            var content = Encoding.UTF8.GetString(Convert.FromBase64String((string)Fields(addition, "path", "contents")["contents"]!));
            stream.Append($"M 100644 inline {addition!["path"]}\ndata {Encoding.UTF8.GetByteCount(content)}\n{content}\n");
        }

        await repository.GitAsync(["fast-import", "--quiet", "--done"], Token, stream.Append("done\n").ToString());
        _mutations.Add($"commit {branch}");
        return Data("createCommitOnBranch", new JsonObject { ["commit"] = new JsonObject { ["oid"] = await repository.TipAsync(branch, Token) } });
    }

    private async Task<JsonObject> CreateRefAsync(JsonObject input)
    {
        var (reference, oid) = ((string)input["name"]!, (string)input["oid"]!);
        if ((string)input["repositoryId"]! != "R_1")
            return Error("NOT_FOUND", "Could not resolve to a node");
        if (await repository.ExistsAsync(reference["refs/heads/".Length..], Token))
            return Error("UNPROCESSABLE", $"A ref named \"{reference}\" already exists in the repository.");
        await repository.GitAsync(["update-ref", reference, oid], Token);
        _mutations.Add($"create {reference}");
        return Data("createRef", new JsonObject { ["ref"] = new JsonObject { ["target"] = new JsonObject { ["oid"] = oid } } });
    }

    /// <summary>An input object with these fields, all of them and no others.</summary>
    private static JsonObject Fields(JsonNode? node, params string[] names)
    {
        Assert.Equal(names.Order(StringComparer.Ordinal), node!.AsObject().Select(field => field.Key).Order(StringComparer.Ordinal));
        return node.AsObject();
    }

    private static JsonObject Data(string mutation, JsonObject payload) => new() { ["data"] = new JsonObject { [mutation] = payload } };

    private static JsonObject Error(string type, string message) =>
        JsonNode.Parse(JsonSerializer.Serialize(new { data = (object?)null, errors = new[] { new { type, message } } }))!.AsObject();
}
