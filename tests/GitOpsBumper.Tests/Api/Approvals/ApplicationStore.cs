using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Tests.Adapters.Http;
using GitOpsBumper.Tests.Adapters.Kubernetes.Watching;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.Tests.Api.Approvals;

/// <summary>Keeps Applications as an API server does, says who shows a token and what they may do, and refuses when a test wants it.</summary>
internal sealed class ApplicationStore : IAsyncDisposable
{
    private const string Folder = "/apis/argoproj.io/v1alpha1/namespaces/";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, JsonObject> _applications = new(StringComparer.Ordinal);
    private ScriptedServer _server = null!;
    private int _version = 1;

    public KubernetesConnection Connection { get; private set; } = null!;

    public string Host => _server.Host;

    /// <summary>The user and the groups of each token.</summary>
    public ConcurrentDictionary<string, (string Name, string[] Groups)> Tokens { get; } = new(StringComparer.Ordinal);

    /// <summary>Who may patch what: <c>ada argocd/web</c>, or <c>ada argocd</c> for all of the namespace.</summary>
    public ConcurrentDictionary<string, bool> Rights { get; } = new(StringComparer.Ordinal);

    /// <summary>Null: taken; else requests of that method are refused so.</summary>
    public ConcurrentDictionary<string, int> Refusals { get; } = new(StringComparer.Ordinal);

    /// <summary>Runs before a patch is looked at.</summary>
    public Func<Task> BeforePatch { get; set; } = static () => Task.CompletedTask;

    public int Count(string method, string part) => _server.Requests.Count(request => request.Method == method && request.Target.Contains(part, StringComparison.Ordinal));

    public static async Task<ApplicationStore> StartAsync()
    {
        var store = new ApplicationStore();
        store._server = await ScriptedServer.StartAsync(store.AnswerAsync);
        store.Connection = Connections.To(store._server);
        return store;
    }

    public void Put(NamespacedName name, params (string Key, string Value)[] annotations)
    {
        lock (_gate)
        {
            _applications[name.ToString()] = new JsonObject
            {
                ["apiVersion"] = "argoproj.io/v1alpha1",
                ["kind"] = "Application",
                ["metadata"] = new JsonObject
                {
                    ["annotations"] = new JsonObject(annotations.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
                    ["name"] = name.Name,
                    ["namespace"] = name.Namespace,
                    ["resourceVersion"] = $"{++_version}",
                    ["uid"] = $"u-{name.Name}",
                },
                ["spec"] = new JsonObject { ["project"] = "default", ["source"] = new JsonObject { ["repoURL"] = "https://git.example.com/team/deploy.git", ["path"] = "web", ["targetRevision"] = "main" } },
            };
        }
    }

    /// <summary>As kubectl does, whatever anybody else does.</summary>
    public void Annotate(NamespacedName name, string key, string? value)
    {
        lock (_gate)
            Annotate(_applications[name.ToString()], KeyValuePair.Create(key, (JsonNode?)value));
    }

    public string? Annotation(NamespacedName name, string key)
    {
        lock (_gate)
            return (string?)_applications[name.ToString()]["metadata"]!["annotations"]![key];
    }

    /// <summary>A kubeconfig of somebody whom nobody asks who it is.</summary>
    public string Kubeconfig => $$"""
        apiVersion: v1
        kind: Config
        clusters: [{name: test, cluster: {server: "http://{{Host}}"} }]
        users: [{name: test, user: {} }]
        contexts: [{name: test, context: {cluster: test, user: test} }]
        current-context: test
        """;

    public async ValueTask DisposeAsync()
    {
        Connection.Dispose();
        await _server.DisposeAsync();
    }

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (Refusals.TryGetValue(context.Request.Method, out var status))
            return RefuseAsync(context, status);
        if (path.EndsWith("/tokenreviews", StringComparison.Ordinal))
            return ReviewAsync(context, Authenticate);
        if (path.EndsWith("/subjectaccessreviews", StringComparison.Ordinal))
            return ReviewAsync(context, Authorize);
        if (!path.StartsWith(Folder, StringComparison.Ordinal) || path[Folder.Length..].Split('/') is not [var space, "applications", var name])
            return RefuseAsync(context, 403);
        return context.Request.Method == "GET" ? GetAsync(context, $"{space}/{name}") : PatchAsync(context, $"{space}/{name}");
    }

    private static Task ReviewAsync(HttpContext context, Func<JsonNode, JsonObject> answer)
    {
        var review = JsonNode.Parse(context.Body())!;
        review["status"] = answer(review["spec"]!);
        return context.SendAsync(201, review.ToJsonString());
    }

    private JsonObject Authenticate(JsonNode spec) => Tokens.TryGetValue((string)spec["token"]!, out var user)
        ? new JsonObject { ["authenticated"] = true, ["user"] = new JsonObject { ["username"] = user.Name, ["groups"] = new JsonArray([.. user.Groups.Select(group => (JsonNode)group)]) } }
        : new JsonObject { ["authenticated"] = false };

    private JsonObject Authorize(JsonNode spec)
    {
        var wanted = spec["resourceAttributes"]!;
        var all = $"{spec["user"]} {wanted["namespace"]}";
        return new JsonObject { ["allowed"] = Rights.ContainsKey(all) || (wanted["name"] is { } name && Rights.ContainsKey($"{all}/{name}")) };
    }

    private Task GetAsync(HttpContext context, string name)
    {
        string? found;
        lock (_gate)
            found = _applications.GetValueOrDefault(name)?.ToJsonString();
        return found is null ? RefuseAsync(context, 404) : context.SendAsync(200, found);
    }

    private async Task PatchAsync(HttpContext context, string name)
    {
        await BeforePatch();
        var patch = JsonNode.Parse(context.Body())!["metadata"]!;
        int status;
        var answer = "";
        lock (_gate)
        {
            var there = _applications.GetValueOrDefault(name);
            status = there is null ? 404 : (string?)patch["resourceVersion"] != (string?)there["metadata"]!["resourceVersion"] ? 409 : 200;
            if (status == 200)
            {
                Annotate(there!, [.. patch["annotations"]!.AsObject().Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone()))]);
                answer = there!.ToJsonString();
            }
        }

        await (status == 200 ? context.SendAsync(200, answer) : RefuseAsync(context, status));
    }

    private void Annotate(JsonObject application, params KeyValuePair<string, JsonNode?>[] annotations)
    {
        var metadata = application["metadata"]!;
        foreach (var (key, value) in annotations)
        {
            metadata["annotations"]!.AsObject().Remove(key);
            if (value is not null)
                metadata["annotations"]![key] = value;
        }

        metadata["resourceVersion"] = $"{++_version}";
    }

    private static Task RefuseAsync(HttpContext context, int status) =>
        context.SendAsync(status, $$"""{"kind":"Status","status":"Failure","message":"the words of the API server","code":{{status}} }""");
}
