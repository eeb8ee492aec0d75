using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Telemetry;

namespace GitOpsBumper.Adapters.Kubernetes;

/// <summary>
/// Speaks with one API server. Questions are asked again when a failure may pass; what changes something is not, because nobody knows
/// whether it was done. A refused token is renewed once.
/// </summary>
public sealed class KubernetesConnection : IDisposable
{
    private const int MaxAttempts = 4;
    private const int MaxStatusBytes = 64 * 1024;
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly KubernetesAccess _access;
    private readonly RequestCounter _counter;
    private readonly TimeProvider _time;
    private readonly SocketsHttpHandler _handler;
    private readonly HttpClient _client;
    private readonly Func<double> _jitter = Random.Shared.NextDouble;
    private long _failures;

    /// <param name="access">Where and as whom.</param>
    /// <param name="counter">Counts every request, by server and HTTP method.</param>
    /// <param name="time">For timeouts and pauses.</param>
    public KubernetesConnection(KubernetesAccess access, RequestCounter counter, TimeProvider time)
    {
        _access = access;
        _counter = counter;
        _time = time;
        _handler = KubernetesTransport.Create(access);
        _client = new HttpClient(_handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>That of the context, or of the pod.</summary>
    public string Namespace => _access.Namespace;

    /// <summary>Told of every request; null: nobody is.</summary>
    public KubernetesTelemetry? Telemetry { get; init; }

    /// <summary>Requests that were refused or had no answer, each attempt counted.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>Sends a call; the caller disposes of the answer.</summary>
    /// <exception cref="KubernetesException">Refused, or no answer.</exception>
    public async Task<KubernetesReply> SendAsync(KubernetesCall call, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await SendWithTokenAsync(call, cancellationToken);
            }
            catch (KubernetesException failure) when (attempt < MaxAttempts && MayRepeat(call, failure))
            {
                await Task.Delay(Pause(attempt, failure), _time, cancellationToken);
            }
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _handler.Dispose();
    }

    private static bool MayRepeat(KubernetesCall call, KubernetesException failure) =>
        failure.IsTransient && !(failure.RetryAfter > LongestPause) && (call.Method == HttpMethod.Get || failure.Status == (int)HttpStatusCode.TooManyRequests);

    private TimeSpan Pause(int attempt, KubernetesException failure)
    {
        var own = FirstPause * Math.Pow(2, attempt - 1) * (0.5 + _jitter());
        return failure.RetryAfter is { } asked && asked > own ? asked : own;
    }

    private async Task<KubernetesReply> SendWithTokenAsync(KubernetesCall call, CancellationToken cancellationToken)
    {
        var token = _access.Token is null ? null : await _access.Token.GetAsync(renew: false, cancellationToken);
        try
        {
            return await SendOnceAsync(call, token, cancellationToken);
        }
        catch (KubernetesException failure) when (failure.Status == (int)HttpStatusCode.Unauthorized && _access.Token is not null)
        {
            var renewed = await _access.Token.GetAsync(renew: true, cancellationToken);
            if (renewed == token)
                throw;
            return await SendOnceAsync(call, renewed, cancellationToken);
        }
    }

    private async Task<KubernetesReply> SendOnceAsync(KubernetesCall call, string? token, CancellationToken cancellationToken)
    {
        var patience = call.Timeout ?? DefaultTimeout;
#pragma warning disable CA2000 // The reply disposes of it, or the catch below.
        var late = new CancellationTokenSource(patience, _time);
#pragma warning restore CA2000
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        _counter.Add(_access.Server.Authority, call.Method.Method);
        Telemetry?.Requested();
        using var request = CreateRequest(call, token);
        HttpResponseMessage? response = null;
        try
        {
            response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (!response.IsSuccessStatusCode)
                throw await RefusedAsync(call, response, either.Token);
            return new KubernetesReply(response, await response.Content.ReadAsStreamAsync(either.Token), late);
        }
        catch (Exception failure)
        {
            response?.Dispose();
            late.Dispose();
            if (failure is OperationCanceledException && cancellationToken.IsCancellationRequested)
                throw;
            Interlocked.Increment(ref _failures);
            Telemetry?.Failed();
            switch (failure)
            {
                case OperationCanceledException:
                    throw new KubernetesException($"{Asked(call)} was not answered within {patience.TotalSeconds:0.###} s", isTransient: true);
                case HttpRequestException or SocketException or IOException:
                    throw Unreachable(call, failure);
                default:
                    throw;
            }
        }
    }

    private HttpRequestMessage CreateRequest(KubernetesCall call, string? token)
    {
        var request = new HttpRequestMessage(call.Method, new Uri($"{_access.Server.AbsoluteUri.TrimEnd('/')}{call.PathAndQuery}"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        // The handler takes the name for TLS from nowhere else: what its own options say is overwritten.
        request.Headers.Host = _access.TlsServerName;
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        request.Headers.UserAgent.Add(ProductName.Header);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (call.Body.Length > 0)
        {
            request.Content = new ReadOnlyMemoryContent(call.Body);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(call.ContentType ?? "application/json");
        }

        return request;
    }

    private async Task<KubernetesException> RefusedAsync(KubernetesCall call, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var (message, reason) = ("", (string?)null);
        try
        {
            await using var reply = new KubernetesReply(response, await response.Content.ReadAsStreamAsync(cancellationToken));
            (message, reason) = ReadStatus(await reply.ReadAllAsync(MaxStatusBytes, cancellationToken));
        }
        catch (Exception failure) when (failure is KubernetesException or IOException or HttpRequestException)
        {
            // The status code alone has to do.
        }

        var status = (int)response.StatusCode;
        var after = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - _time.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return new KubernetesException($"{Asked(call)} was refused with {status}: {(message.Length == 0 ? response.StatusCode : message)}", isTransient: status == 429 || status >= 500)
        {
            Status = status,
            Reason = reason,
            RetryAfter = after < TimeSpan.Zero ? TimeSpan.Zero : after,
        };
    }

    /// <summary>Message and reason of a <c>metav1.Status</c>; empty and null when it is none.</summary>
    private static (string Message, string? Reason) ReadStatus(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind != JsonValueKind.Object ? ("", null) : (Field(json.RootElement, "message") ?? "", Field(json.RootElement, "reason"));
        }
        catch (JsonException)
        {
            return ("", null);
        }

        static string? Field(JsonElement status, string name) =>
            status.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }

    private KubernetesException Unreachable(KubernetesCall call, Exception failure)
    {
        var cause = failure.InnerException is System.Security.Authentication.AuthenticationException tls ? $"it cannot be trusted: {tls.Message}" : (failure.InnerException ?? failure).Message;
        return new KubernetesException($"{Asked(call)} had no answer: {cause.TrimEnd('.')}", isTransient: failure.InnerException is not System.Security.Authentication.AuthenticationException, failure);
    }

    private string Asked(KubernetesCall call) => $"{call.Method} {call.Path} of the API server {_access.Server.Authority}";
}
