using System.Net;
using GitOpsBumper.Metrics;
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

    /// <summary>The metrics, in the text format of Prometheus.</summary>
    public required Func<string> Metrics { get; init; }
}

/// <param name="Address">Null: all of the machine.</param>
/// <param name="HealthPort">Zero: none.</param>
/// <param name="MetricsPort">Zero: none; may be the other one.</param>
internal sealed record WebPorts(IPAddress? Address, int HealthPort, int MetricsPort)
{
    public bool AreNone => HealthPort == 0 && MetricsPort == 0;

    /// <summary>Each once.</summary>
    public IEnumerable<int> All => new[] { HealthPort, MetricsPort }.Where(port => port > 0).Distinct();
}

/// <summary>Health, status and metrics over HTTP: each port answers for what it is there for, and for nothing else.</summary>
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
            foreach (var port in ports.All)
                Listen(kestrel, ports.Address, port);
        });
        var application = builder.Build();
        application.Run(context => AnswerAsync(context, ports, answers));
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

    private static Task AnswerAsync(HttpContext context, WebPorts ports, WebAnswers answers)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
            return TextAsync(context, StatusCodes.Status405MethodNotAllowed, "only GET is allowed here");
        var isHealth = context.Connection.LocalPort == ports.HealthPort;
        var isMetrics = context.Connection.LocalPort == ports.MetricsPort;
        switch (context.Request.Path.Value)
        {
            case "/metrics" when isMetrics:
                context.Response.ContentType = ExpositionFormat.ContentType;
                return context.Response.WriteAsync(answers.Metrics(), context.RequestAborted);
            case "/healthz" when isHealth:
                return TextAsync(context, StatusCodes.Status200OK, "ok");
            case "/readyz" when isHealth:
                var reasons = answers.NotReady();
                return TextAsync(context, reasons.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, reasons.Count == 0 ? "ok" : string.Join('\n', reasons));
            case "/api/v1/status" when isHealth:
                context.Response.ContentType = "application/json; charset=utf-8";
                return context.Response.WriteAsync(answers.Status(), context.RequestAborted);
            default:
                return TextAsync(context, StatusCodes.Status404NotFound, NotThere(isHealth, isMetrics));
        }
    }

    private static string NotThere(bool isHealth, bool isMetrics) => (isHealth, isMetrics) switch
    {
        (true, true) => "there are /healthz, /readyz, /api/v1/status and /metrics",
        (true, false) => "there are /healthz, /readyz and /api/v1/status",
        _ => "there is /metrics",
    };

    private static Task TextAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text + "\n", context.RequestAborted);
    }
}
