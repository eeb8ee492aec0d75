using System.Net.Sockets;
using GitOpsBumper.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Web;

/// <summary>Health, status and metrics over HTTP: each port answers for what it is there for, and for nothing else. Whoever asks, and however slowly, costs little.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    public const int MaxConnections = 100;

    private readonly WebPorts _ports;
    private readonly WebAnswers _answers;
    private readonly SharedDocument _status;
    private readonly SharedDocument _metrics;
    private readonly WebApplication _application;

    private WebServer(WebPorts ports, WebAnswers answers, ILoggerFactory loggers)
    {
        _ports = ports;
        _answers = answers;
        _status = new SharedDocument("application/json; charset=utf-8", answers.Status, answers.Time);
        _metrics = new SharedDocument(ExpositionFormat.ContentType, answers.Metrics, answers.Time);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Configure);
        _application = builder.Build();
        _application.Run(AnswerAsync);
    }

    /// <summary>Listens until it is disposed of.</summary>
    /// <exception cref="IOException">A port is in use.</exception>
    /// <exception cref="SocketException">The address is none of this machine's, or a port is not for us.</exception>
    public static async Task<WebServer> StartAsync(WebPorts ports, WebAnswers answers, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var server = new WebServer(ports, answers, loggers);
        try
        {
            await server._application.StartAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server._application.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
    }

    private void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        kestrel.Limits.MaxRequestBodySize = 0;
        kestrel.Limits.MaxRequestLineSize = 4 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 50;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(1);
        kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http1);
        foreach (var port in _ports.All)
        {
            if (_ports.Address is null)
                kestrel.ListenAnyIP(port);
            else
                kestrel.Listen(_ports.Address, port);
        }
    }

    private Task AnswerAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
            return TextAsync(context, StatusCodes.Status405MethodNotAllowed, "only GET is allowed here");
        var isHealth = context.Connection.LocalPort == _ports.HealthPort;
        var isMetrics = context.Connection.LocalPort == _ports.MetricsPort;
        switch (context.Request.Path.Value)
        {
            case "/metrics" when isMetrics:
                return DocumentAsync(context, _metrics);
            case "/healthz" when isHealth:
                return TextAsync(context, StatusCodes.Status200OK, "ok");
            case "/readyz" when isHealth:
                var reasons = _answers.NotReady();
                return TextAsync(context, reasons.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, reasons.Count == 0 ? "ok" : string.Join('\n', reasons));
            case "/api/v1/status" when isHealth:
                return DocumentAsync(context, _status);
            default:
                return TextAsync(context, StatusCodes.Status404NotFound, NotThere(isHealth, isMetrics));
        }
    }

    private static async Task DocumentAsync(HttpContext context, SharedDocument document)
    {
        if (!await document.TryAnswerAsync(context))
            await TextAsync(context, StatusCodes.Status503ServiceUnavailable, $"{SharedDocument.MaxReaders} others are reading this, ask again in a moment");
    }

    private static string NotThere(bool isHealth, bool isMetrics) => (isHealth, isMetrics) switch
    {
        (true, true) => "there are /healthz, /readyz, /api/v1/status and /metrics",
        (true, false) => "there are /healthz, /readyz and /api/v1/status",
        _ => "there is /metrics",
    };

    private static async Task TextAsync(HttpContext context, int status, string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text + "\n");
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    /// <summary>Signals are the process's own business: the usual lifetime of a host would answer them beside it, and swallow those that shall end it at once.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
