using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Tests.Adapters.Http;
using GitOpsBumper.Tests.Adapters.Kubernetes.Watching;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.Tests.Adapters.Kubernetes.Objects;

/// <summary>Takes and keeps events as an API server does, and refuses when a test wants it.</summary>
internal sealed class EventStore : IAsyncDisposable
{
    private ScriptedServer _server = null!;
    private int _version;

    public KubernetesConnection Connection { get; private set; } = null!;

    /// <summary>By name.</summary>
    public ConcurrentDictionary<string, JsonNode> Events { get; } = new(StringComparer.Ordinal);

    /// <summary>Of every event that was posted, also in vain, the message.</summary>
    public Channel<string> Posted { get; } = Channel.CreateUnbounded<string>();

    /// <summary>Null: taken; else every post is refused so.</summary>
    public int? PostStatus { get; set; }

    /// <summary>The same for one namespace.</summary>
    public ConcurrentDictionary<string, int> PostStatusIn { get; } = new(StringComparer.Ordinal);

    /// <summary>Null: taken; else every patch is refused so.</summary>
    public int? PatchStatus { get; set; }

    public Action BeforePatch { get; set; } = static () => { };

    /// <summary>Runs when a patch of nothing is answered.</summary>
    public Action AfterRead { get; set; } = static () => { };

    /// <summary>What a post waits for.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public static async Task<EventStore> StartAsync()
    {
        var store = new EventStore();
        store._server = await ScriptedServer.StartAsync(store.AnswerAsync);
        store.Connection = Connections.To(store._server);
        return store;
    }

    public async ValueTask DisposeAsync()
    {
        Connection.Dispose();
        await _server.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        // The server has read the body already.
        var body = JsonNode.Parse(_server.Requests.Last(request => request.Target == context.Request.Path).Body)!;
        var space = context.Request.Path.Value!.Split('/')[4];
        if (context.Request.Method == "POST")
            await PostAsync(context, body, space);
        else
            await PatchAsync(context, body, context.Request.Path.Value!.Split('/')[^1]);
    }

    private async Task PostAsync(HttpContext context, JsonNode body, string space)
    {
        Posted.Writer.TryWrite((string)body["message"]!);
        await Gate.WaitAsync(context.RequestAborted);
        if ((PostStatusIn.TryGetValue(space, out var here) ? here : PostStatus) is { } status)
        {
            await RefuseAsync(context, status);
            return;
        }

        body["metadata"]!["resourceVersion"] = $"{Interlocked.Increment(ref _version)}";
        if (Events.TryAdd((string)body["metadata"]!["name"]!, body))
            await context.SendAsync(201, body.ToJsonString());
        else
            await RefuseAsync(context, 409);
    }

    private async Task PatchAsync(HttpContext context, JsonNode patch, string name)
    {
        BeforePatch();
        if (PatchStatus is not null || !Events.TryGetValue(name, out var there))
        {
            await RefuseAsync(context, PatchStatus ?? 404);
            return;
        }

        if (patch["metadata"]?["resourceVersion"] is { } version && (string?)version != (string?)there["metadata"]!["resourceVersion"])
        {
            await RefuseAsync(context, 409);
            return;
        }

        foreach (var (key, value) in patch.AsObject().Where(field => field.Key != "metadata"))
            there[key] = value!.DeepClone();
        var answer = there.ToJsonString();
        if (patch.AsObject().Count == 0)
            AfterRead();
        await context.SendAsync(200, answer);
    }

    private static Task RefuseAsync(HttpContext context, int status) =>
        context.SendAsync(status, $$"""{"kind":"Status","status":"Failure","message":"the server says {{status}}","code":{{status}} }""");
}
