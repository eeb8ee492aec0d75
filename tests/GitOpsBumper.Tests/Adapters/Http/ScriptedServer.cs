using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Tests.Adapters.Http;

/// <summary>A request that a <see cref="ScriptedServer"/> got.</summary>
internal sealed record GotRequest(string Method, string Target, string Authorization, string Body)
{
    public override string ToString() => $"{Method} {Target}";
}

/// <summary>A server on the loopback address that answers whatever a test wants, also what no decent server would.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _web;
    private readonly ConcurrentQueue<GotRequest> _requests = new();

    private ScriptedServer(WebApplication web) => _web = web;

    public int Port { get; private set; }

    public string Host => $"127.0.0.1:{Port}";

    public IReadOnlyList<GotRequest> Requests => [.. _requests];

    /// <summary>Gets the body of each request before it is answered; null: nobody listens.</summary>
    public Action<string>? Heard { get; set; }

    /// <summary>With a certificate it speaks https.</summary>
    public static async Task<ScriptedServer> StartAsync(Func<HttpContext, Task> answer, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(System.Net.IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
                listen.UseHttps(certificate);
        }));
        if (certificate is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
        var web = builder.Build();
        var server = new ScriptedServer(web);
        web.Run(async context =>
        {
            using var body = new StreamReader(context.Request.Body, Encoding.UTF8);
            var text = await body.ReadToEndAsync();
            var got = new GotRequest(
                context.Request.Method,
                $"{context.Request.Path}{context.Request.QueryString}",
                context.Request.Headers.Authorization.ToString(),
                text);
            server._requests.Enqueue(got);
            context.Items[typeof(GotRequest)] = got;
            server.Heard?.Invoke(text);
            await answer(context);
        });
        await web.StartAsync();
        server.Port = new Uri(web.Urls.First()).Port;
        return server;
    }

    public async ValueTask DisposeAsync() => await _web.DisposeAsync();
}

internal static class ScriptedAnswers
{
    /// <summary>The body of the request, which the server has read already.</summary>
    public static string Body(this HttpContext context) => ((GotRequest)context.Items[typeof(GotRequest)]!).Body;

    public static async Task SendAsync(this HttpContext context, int status, string body = "", string contentType = "application/json")
    {
        context.Response.StatusCode = status;
        if (body.Length == 0)
            return;
        context.Response.ContentType = contentType;
        var bytes = Encoding.UTF8.GetBytes(body);
        context.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(bytes);
    }
}
