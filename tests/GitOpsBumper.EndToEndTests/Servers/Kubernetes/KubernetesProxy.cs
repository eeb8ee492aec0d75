using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.EndToEndTests.Servers.Kubernetes;

/// <summary>
/// Stands before a <see cref="KubernetesServer"/>, on plain HTTP as <c>kubectl proxy</c> does and with the rights of its administrator, and lets a test do something
/// between a request and its answer.
/// </summary>
internal sealed class KubernetesProxy : IAsyncDisposable
{
    private readonly KubernetesServer _server;
    private readonly WebApplication _web;

    private KubernetesProxy(KubernetesServer server)
    {
        _server = server;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _web = builder.Build();
        _web.Run(ForwardAsync);
    }

    /// <summary>Method and path of every request, in their order.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Runs before a request of that method and path is sent on.</summary>
    public Func<string, string, Task> Before { get; set; } = static (_, _) => Task.CompletedTask;

    /// <summary>Runs after the server has answered, before the answer to a request of that method and path is sent on.</summary>
    public Func<string, string, Task> After { get; set; } = static (_, _) => Task.CompletedTask;

    /// <summary>The body that is sent on instead of the one of a patch.</summary>
    public Func<string, string> Rewrite { get; set; } = static body => body;

    /// <summary>Whether the connection breaks after the server has done what was asked.</summary>
    public Func<string, bool> LosesAnswer { get; set; } = static _ => false;

    public static async Task<KubernetesProxy> StartAsync(KubernetesServer server, CancellationToken token)
    {
        var proxy = new KubernetesProxy(server);
        await proxy._web.StartAsync(token);
        return proxy;
    }

    public int CountPatches() => Requests.Count(request => request.StartsWith("PATCH ", StringComparison.Ordinal));

    /// <summary>A kubeconfig with one context; to be removed by whoever owns <paramref name="folder"/>.</summary>
    public string WriteKubeConfig(ScratchFolder folder)
    {
        var url = _web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return folder.Write("kubeconfig-proxy", $$"""
            apiVersion: v1
            kind: Config
            clusters: [{name: test, cluster: {server: "{{url}}"} }]
            users: [{name: test, user: {} }]
            contexts: [{name: test, context: {cluster: test, user: test} }]
            current-context: test
            """);
    }

    public async ValueTask DisposeAsync() => await _web.DisposeAsync();

    private async Task ForwardAsync(HttpContext context)
    {
        var (method, path) = (context.Request.Method, context.Request.Path.Value!);
        Requests.Enqueue($"{method} {path}");
        await Before(method, path);
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(_server.Url, path + context.Request.QueryString.Value));
        if (context.Request.ContentType is { } type)
        {
            using var reader = new StreamReader(context.Request.Body);
            request.Content = new StringContent(Rewrite(await reader.ReadToEndAsync(context.RequestAborted)));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }

        using var response = await _server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        if (LosesAnswer(method))
        {
            context.Abort();
            return;
        }

        await After(method, path);
        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        // A watch tells of each event as it comes.
        await using var body = await response.Content.ReadAsStreamAsync(context.RequestAborted);
        var buffer = new byte[64 * 1024];
        while (await body.ReadAsync(buffer, context.RequestAborted) is > 0 and var read)
        {
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }
}
