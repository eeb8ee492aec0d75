using System.Collections.Concurrent;
using System.Threading.Channels;
using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Tests.Adapters.Http;
using GitOpsBumper.Tests.Adapters.Kubernetes.Objects;
using GitOpsBumper.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.Tests.Adapters.Kubernetes.Watching;

/// <summary>
/// Speaks bytes as an API server does, in the order of a script: for failures that the real one cannot be made to show on demand. When the
/// script is at its end requests wait without an answer.
/// </summary>
internal sealed class ScriptedApi : IAsyncDisposable
{
    private readonly ConcurrentQueue<Func<HttpContext, Task>> _script = new();
    private readonly Channel<string> _arrivals = Channel.CreateUnbounded<string>();
    private ScriptedServer _server = null!;

    public KubernetesConnection Connection { get; private set; } = null!;

    public static async Task<ScriptedApi> StartAsync(params IEnumerable<Func<HttpContext, Task>> script)
    {
        var api = new ScriptedApi();
        foreach (var answer in script)
            api._script.Enqueue(answer);
        api._server = await ScriptedServer.StartAsync(api.AnswerAsync);
        api.Connection = Connections.To(api._server);
        return api;
    }

    /// <summary>Path and query of the next request, in the order in which they came.</summary>
    public async Task<string> NextAsync() => await Eventually.GetsAsync(_arrivals.Reader);

    /// <summary>Adds to the script.</summary>
    public void Then(Func<HttpContext, Task> answer) => _script.Enqueue(answer);

    public static Func<HttpContext, Task> Page(string version, string? continueToken, params IEnumerable<string> items) => context => context.SendAsync(
        200, $$$"""{"apiVersion":"argoproj.io/v1alpha1","items":[{{{string.Join(',', items)}}}],"kind":"ApplicationList","metadata":{"continue":"{{{continueToken}}}","resourceVersion":"{{{version}}}"}}""");

    public static Func<HttpContext, Task> Refusal(int code, string reason) => context => context.SendAsync(
        code, $$"""{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"the server says {{reason}}","reason":"{{reason}}","code":{{code}}}""");

    /// <summary>Half a list in an answer that ends in order: so does a proxy that has lost its server.</summary>
    public static Func<HttpContext, Task> HalfPage(params IEnumerable<string> items) => context =>
        WriteAsync(context, [$$"""{"apiVersion":"argoproj.io/v1alpha1","items":[{{string.Join(',', items)}},"""]);

    /// <summary>Events, and then the server ends the watch in order.</summary>
    public static Func<HttpContext, Task> Ended(params IEnumerable<string> events) => context => WriteAsync(context, events);

    /// <summary>Events, and then the connection breaks, when the test lets it: what is on its way when a connection breaks is lost.</summary>
    public static Func<HttpContext, Task> Cut(Task cut, params IEnumerable<string> events) => async context =>
    {
        await WriteAsync(context, events);
        await cut;
        context.Abort();
    };

    /// <summary>Events, and then silence.</summary>
    public static Func<HttpContext, Task> Open(params IEnumerable<string> events) => async context =>
    {
        await WriteAsync(context, events);
        await SilenceAsync(context);
    };

    /// <summary>The same answer, when the test lets it.</summary>
    public static Func<HttpContext, Task> After(Task before, Func<HttpContext, Task> answer) => async context =>
    {
        await before;
        await answer(context);
    };

    public static string Event(string type, string name, string version, string project = "shop") => $$$"""{"type":"{{{type}}}","object":{{{Item(name, version, project)}}} }""";

    public static string Bookmark(string version) =>
        $$$$"""{"type":"BOOKMARK","object":{"kind":"Application","apiVersion":"argoproj.io/v1alpha1","metadata":{"resourceVersion":"{{{{version}}}}"}}}""";

    public static string Item(string name, string version, string project = "shop") => Reading.Application(name).ReplaceLineEndings("")
        .Replace("\"resourceVersion\":\"5\"", $"\"resourceVersion\":\"{version}\"", StringComparison.Ordinal)
        .Replace("\"shop\"", $"\"{project}\"", StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        Connection.Dispose();
        await _server.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var hasAnswer = _script.TryDequeue(out var answer);
        _arrivals.Writer.TryWrite($"{context.Request.Path}{context.Request.QueryString}");
        await (hasAnswer ? answer!(context) : SilenceAsync(context));
    }

    private static async Task WriteAsync(HttpContext context, IEnumerable<string> lines)
    {
        context.Response.ContentType = "application/json";
        await context.Response.StartAsync();
        foreach (var line in lines)
            await context.Response.WriteAsync(line + "\n");
        await context.Response.Body.FlushAsync();
    }

    private static async Task SilenceAsync(HttpContext context)
    {
        var over = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(over.SetResult);
        await over.Task;
    }
}
