using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Web;

/// <summary>What the web server answers with.</summary>
internal sealed record WebAnswers
{
    /// <summary>What is in the way of doing the job; empty when nothing is.</summary>
    public required Func<IReadOnlyList<string>> NotReady { get; init; }

    /// <summary>The status document, as JSON.</summary>
    public required Func<string> Status { get; init; }
}

/// <param name="Address">Null: all of the machine.</param>
/// <param name="HealthPort">Zero: none.</param>
internal sealed record WebPorts(IPAddress? Address, int HealthPort);

/// <summary>Health and status over HTTP.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private WebServer(WebApplication application) => _application = application;

    /// <summary>Listens until it is disposed of.</summary>
    /// <exception cref="IOException">A port is in use.</exception>
    public static async Task<WebServer> StartAsync(WebPorts ports, WebAnswers answers, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 0;
            if (ports.HealthPort > 0)
                Listen(kestrel, ports.Address, ports.HealthPort);
        });
        var application = builder.Build();
        application.Run(context => AnswerAsync(context, answers));
        await application.StartAsync(cancellationToken);
        return new WebServer(application);
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
    }

    private static void Listen(Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions kestrel, IPAddress? address, int port)
    {
        if (address is null)
            kestrel.ListenAnyIP(port);
        else
            kestrel.Listen(address, port);
    }

    private static Task AnswerAsync(HttpContext context, WebAnswers answers)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
            return TextAsync(context, StatusCodes.Status405MethodNotAllowed, "only GET is allowed here");
        switch (context.Request.Path.Value)
        {
            case "/healthz":
                return TextAsync(context, StatusCodes.Status200OK, "ok");
            case "/readyz":
                var reasons = answers.NotReady();
                return TextAsync(context, reasons.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, reasons.Count == 0 ? "ok" : string.Join('\n', reasons));
            case "/api/v1/status":
                context.Response.ContentType = "application/json; charset=utf-8";
                return context.Response.WriteAsync(answers.Status(), context.RequestAborted);
            default:
                return TextAsync(context, StatusCodes.Status404NotFound, "there are /healthz, /readyz and /api/v1/status");
        }
    }

    private static Task TextAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text + "\n", context.RequestAborted);
    }
}
