using System.Collections.Concurrent;
using System.Threading.Channels;
using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Tests.Adapters.Http;
using GitOpsBumper.Tests.Adapters.Kubernetes.Watching;
using GitOpsBumper.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.Tests.Cluster;

/// <summary>An API server without any object but some Applications, that may be told to refuse or to fail some of its paths. Its watches stay open until they are refused.</summary>
internal sealed class GuardedApi : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, bool> _refused = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _broken = new(StringComparer.Ordinal);
    private readonly Channel<string> _refusals = Channel.CreateUnbounded<string>();

    /// <summary>Those that are open; the value: whether events may be written to it.</summary>
    private readonly ConcurrentDictionary<HttpContext, bool> _watches = new();
    private ScriptedServer _server = null!;

    /// <summary>In JSON.</summary>
    public IReadOnlyList<string> Applications { get; set; } = [];

    /// <summary>The bot's own, in JSON; null: there is none.</summary>
    public string? OwnSecret { get; set; }

    public KubernetesConnection Connection { get; private set; } = null!;

    public static async Task<GuardedApi> StartAsync(params IEnumerable<string> refused)
    {
        var api = new GuardedApi();
        foreach (var part in refused)
            api._refused[part] = true;
        api._server = await ScriptedServer.StartAsync(api.AnswerAsync);
        api.Connection = Connections.To(api._server);
        return api;
    }

    /// <summary>Refuses what has this in its path and query, and ends the watches of it.</summary>
    public void Refuse(string part)
    {
        _refused[part] = true;
        foreach (var watch in _watches.Keys.Where(watch => Target(watch).Contains(part, StringComparison.Ordinal)))
            watch.Abort();
    }

    public void Allow(string part)
    {
        _refused.TryRemove(part, out _);
        _broken.TryRemove(part, out _);
    }

    /// <summary>Answers what has this in its path and query with an error of the server.</summary>
    public void Break(string part) => _broken[part] = true;

    /// <summary>Waits for a request that is refused.</summary>
    public async Task RefusalAsync() => await Eventually.GetsAsync(_refusals.Reader);

    /// <summary>Tells an open watch that has this in its path and query of an event, as soon as there is one.</summary>
    public async Task TellAsync(string part, string line)
    {
        HttpContext? open = null;
        await Eventually.HoldsAsync(() => (open = _watches.FirstOrDefault(watch => watch.Value && Target(watch.Key).Contains(part, StringComparison.Ordinal)).Key) is not null);
        await open!.Response.WriteAsync($"{line}\n", TestContext.Current.CancellationToken);
        await open.Response.Body.FlushAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Connection.Dispose();
        await _server.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var target = Target(context);
        if (_broken.Keys.Any(part => target.Contains(part, StringComparison.Ordinal)))
        {
            await context.SendAsync(500, """{"kind":"Status","message":"etcdserver: request timed out","reason":"InternalError","code":500}""");
        }
        else if (_refused.Keys.Any(part => target.Contains(part, StringComparison.Ordinal)))
        {
            await context.SendAsync(403, $$"""{"kind":"Status","message":"no right to {{context.Request.Path}}","reason":"Forbidden","code":403}""");
            _refusals.Writer.TryWrite(target);
        }
        else if (context.Request.Query.ContainsKey("watch"))
        {
            var over = new TaskCompletionSource();
            await using var registration = context.RequestAborted.Register(over.SetResult);
            _watches[context] = false;
            await context.Response.StartAsync();
            await context.Response.Body.FlushAsync();
            _watches[context] = true;
            await over.Task;
            _watches.TryRemove(context, out _);
        }
        else
        {
            var items = target.Contains("/applications", StringComparison.Ordinal) ? string.Join(',', Applications) : target.Contains("gitops-bumper-secret", StringComparison.Ordinal) ? OwnSecret : "";
            await context.SendAsync(200, $$$"""{"kind":"SomeList","items":[{{{items}}}],"metadata":{"resourceVersion":"7"} }""");
        }
    }

    private static string Target(HttpContext context) => $"{context.Request.Path}{context.Request.QueryString}";
}
