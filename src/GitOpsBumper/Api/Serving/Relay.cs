using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Api.Serving;

/// <summary>Hands requests to the replica that leads, as they are: their proof and their token are for it to check. It is known by the certificate that the lease names.</summary>
internal sealed partial class Relay : IDisposable
{
    /// <summary>Marks what was handed on, which is not handed on again.</summary>
    public const string Header = "X-GitOpsBumper-Relayed";

    /// <summary>Of the address of a leader: behind it, the fingerprint of its certificate.</summary>
    public const string FingerprintMark = "#sha256=";

    /// <summary>About this connection alone.</summary>
    private static readonly string[] HopByHop = ["Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Host", "Expect", "Content-Length"];

    /// <summary>Longer than the longest wait that may be asked for.</summary>
    private static readonly TimeSpan Patience = Triggers.TriggerEndpoint.LongestWait + TimeSpan.FromSeconds(30);

    private readonly ILogger _logger;
    private readonly SocketsHttpHandler _handler;
    private readonly HttpClient _client;
    private volatile string _fingerprint = "";

    public Relay(ILoggerFactory loggers)
    {
        _logger = loggers.CreateLogger<Relay>();
        _handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = TimeSpan.FromSeconds(3),
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        };
        _handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            certificate is X509Certificate2 shown && string.Equals(shown.GetCertHashString(HashAlgorithmName.SHA256), _fingerprint, StringComparison.OrdinalIgnoreCase);
        _client = new HttpClient(_handler) { Timeout = Patience };
    }

    /// <param name="context">Of which nothing has been read.</param>
    /// <param name="leader">Its address, with the fingerprint as fragment.</param>
    /// <param name="time">For the body's time.</param>
    public async Task SendAsync(HttpContext context, Uri leader, TimeProvider time)
    {
        if (context.Request.Headers.ContainsKey(Header))
        {
            await NobodyAsync(context, "who leads is changing at this moment");
            return;
        }

        var (body, refusal) = await RequestBody.ReadAsync(context, ApiEndpoints.MaxBytes, time);
        if (refusal is not null)
        {
            await refusal.WriteAsync(context);
            return;
        }

        _fingerprint = leader.Fragment.StartsWith(FingerprintMark, StringComparison.Ordinal) ? leader.Fragment[FingerprintMark.Length..] : "";
        using var request = CreateRequest(context.Request, leader, body);
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
            context.Response.StatusCode = (int)response.StatusCode;
            foreach (var (name, values) in response.Headers.Concat(response.Content.Headers).Where(header => !HopByHop.Contains(header.Key, StringComparer.OrdinalIgnoreCase)))
                context.Response.Headers[name] = values.ToArray();
            await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException || (failure is OperationCanceledException && !context.RequestAborted.IsCancellationRequested))
        {
            Log.Unreachable(_logger, leader.Authority, failure.GetBaseException().Message);
            if (!context.Response.HasStarted)
                await NobodyAsync(context, "the replica that leads cannot be reached");
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _handler.Dispose();
    }

    private static HttpRequestMessage CreateRequest(HttpRequest asked, Uri leader, ReadOnlyMemory<byte> body)
    {
        var request = new HttpRequestMessage(new HttpMethod(asked.Method), $"{leader.GetLeftPart(UriPartial.Authority)}{asked.Path.ToUriComponent()}{asked.QueryString.ToUriComponent()}") { Version = HttpVersion.Version11 };
        if (body.Length > 0)
            request.Content = new ReadOnlyMemoryContent(body);
        foreach (var (name, values) in asked.Headers.Where(header => !HopByHop.Contains(header.Key, StringComparer.OrdinalIgnoreCase)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }

        request.Headers.TryAddWithoutValidation(Header, "1");
        return request;
    }

    private static Task NobodyAsync(HttpContext context, string reason) => ApiReply.Error(StatusCodes.Status503ServiceUnavailable, reason, TimeSpan.FromSeconds(2)).WriteAsync(context);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "A request could not be handed to the replica that leads, at {Address}: {Reason}")]
        public static partial void Unreachable(ILogger logger, string address, string reason);
    }
}
