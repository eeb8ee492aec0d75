using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using GitOpsBumper.Configuration.Hooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Api.Serving;

/// <summary>The port for webhooks and pipelines. Whoever asks, and however slowly or often, costs little before it is known who it is.</summary>
internal sealed partial class ApiServer : IAsyncDisposable
{
    /// <summary>Pipelines that wait hold one each.</summary>
    public const int MaxConnections = 1_000;

    private readonly ApiEndpoints _endpoints;
    private readonly Relay _relay;
    private readonly ApiServices _services;
    private readonly ILogger _logger;
    private readonly WebApplication _application;

    private ApiServer(IPAddress? address, HookSection settings, ServerCertificate? certificate, ApiServices services, ApiEndpoints endpoints)
    {
        _services = services;
        _endpoints = endpoints;
        _relay = new Relay(services.Loggers);
        _logger = services.Loggers.CreateLogger<ApiServer>();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(services.Loggers);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Configure(kestrel, address, settings, certificate));
        _application = builder.Build();
        _application.Run(AnswerAsync);
    }

    /// <summary>Listens until it is disposed of.</summary>
    /// <param name="address">Null: all of the machine.</param>
    /// <param name="settings">As they are at the start.</param>
    /// <param name="certificate">Null: plain HTTP.</param>
    /// <param name="services">What is asked goes to.</param>
    /// <param name="endpoints">Who answers.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="IOException">The port is in use.</exception>
    /// <exception cref="SocketException">The address is none of this machine's, or the port is not for us.</exception>
    public static async Task<ApiServer> StartAsync(IPAddress? address, HookSection settings, ServerCertificate? certificate, ApiServices services, ApiEndpoints endpoints, CancellationToken cancellationToken)
    {
        var server = new ApiServer(address, settings, certificate, services, endpoints);
        try
        {
            await server._application.StartAsync(cancellationToken);
            Log.Listening(server._logger, settings.Port, certificate is null ? "plain HTTP" : "TLS");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
        _relay.Dispose();
    }

    private static void Configure(KestrelServerOptions kestrel, IPAddress? address, HookSection settings, ServerCertificate? certificate)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        kestrel.Limits.MaxRequestBodySize = ApiEndpoints.MaxBytes;
        kestrel.Limits.MaxRequestLineSize = 8 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 100;
        kestrel.Limits.MaxRequestHeadersTotalSize = 64 * 1024;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(1);
        void Listen(ListenOptions endpoint)
        {
            endpoint.Protocols = HttpProtocols.Http1;
            if (certificate is not null)
                endpoint.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(Tls(certificate, settings.OldestTls)), HandshakeTimeout = TimeSpan.FromSeconds(10) });
        }

        if (address is null)
            kestrel.ListenAnyIP(settings.Port, Listen);
        else
            kestrel.Listen(address, settings.Port, Listen);
    }

    [SuppressMessage("Security", "CA5398:Avoid hardcoded SslProtocols values", Justification = "The user says what is too old; newer ones than are known here do not exist yet.")]
    private static SslServerAuthenticationOptions Tls(ServerCertificate certificate, TlsVersion oldest) => new()
    {
        ServerCertificateContext = certificate.Current.Context,
        EnabledSslProtocols = oldest == TlsVersion.Tls12 ? SslProtocols.Tls12 | SslProtocols.Tls13 : SslProtocols.Tls13,
    };

    private async Task AnswerAsync(HttpContext context)
    {
        try
        {
            if (ApiEndpoints.IsForAnyReplica(context.Request.Path))
            {
                await (await _endpoints.AnswerAsync(context)).WriteAsync(context);
                return;
            }

            switch (_services.Standing())
            {
                case Standing.Leads:
                    await (await _endpoints.AnswerAsync(context)).WriteAsync(context);
                    break;
                case Standing.Follows { Leader: var leader }:
                    await _relay.SendAsync(context, leader, _services.Time);
                    break;
                case Standing.Waits { Reason: var reason }:
                    await ApiReply.Error(StatusCodes.Status503ServiceUnavailable, reason, TimeSpan.FromSeconds(5)).WriteAsync(context);
                    break;
            }
        }
        catch (Exception failure) when (context.RequestAborted.IsCancellationRequested && failure is OperationCanceledException or IOException)
        {
            // Whoever asked has gone.
        }
        catch (Exception failure) when (failure is not OutOfMemoryException && !context.Response.HasStarted)
        {
            Log.Unexpected(_logger, context.Request.Path.Value ?? "", failure);
            await ApiReply.Error(StatusCodes.Status500InternalServerError, "an internal error, please report it").WriteAsync(context);
        }
    }

    /// <summary>Signals are the process's own business.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Webhooks and the API for pipelines are served on port {Port}, by {Protocol}.")]
        public static partial void Listening(ILogger logger, int port, string protocol);

        [LoggerMessage(LogLevel.Error, "An internal error while answering {Path}.")]
        public static partial void Unexpected(ILogger logger, string path, Exception exception);
    }
}
