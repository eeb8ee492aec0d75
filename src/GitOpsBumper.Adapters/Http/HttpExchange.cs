using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using GitOpsBumper.Adapters.Http.Headers;
using GitOpsBumper.Adapters.Telemetry;
using Polly;
using Polly.Retry;

namespace GitOpsBumper.Adapters.Http;

/// <summary>
/// Sends a call and reads its whole answer: in its turn, bounded in time and size, again when the failure may pass. Follows no redirect.
/// </summary>
public sealed class HttpExchange
{
    private readonly HttpClient _client;
    private readonly HostGates _gates;
    private readonly RequestCounter _counter;
    private readonly HttpLimits _limits;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline<HttpReply> _retries;

    public HttpExchange(HttpClient client, HostGates gates, RequestCounter counter, HttpLimits limits, TimeProvider time)
    {
        _client = client;
        _gates = gates;
        _counter = counter;
        _limits = limits;
        _time = time;
        // No retries at all are none that the builder knows.
        _retries = limits.Retries == 0 ? ResiliencePipeline<HttpReply>.Empty : new ResiliencePipelineBuilder<HttpReply> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<HttpReply>
            {
                MaxRetryAttempts = limits.Retries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = limits.FirstDelay,
                MaxDelay = limits.LongestDelay,
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome switch
                {
                    { Exception: HttpExchangeException failure } => failure.MayRetryNow,
                    { Result: { } reply } => reply.IsTransient && !(RetryAfter.Read(reply, time) > limits.LongestPause) && !IsUsedUpForLong(reply.RateLimit),
                    _ => false,
                }),
            })
            .Build();
    }

    /// <summary>Told of every attempt; null: nobody is.</summary>
    public RegistryProbe? Probe { get; init; }

    /// <summary>An answer of any status; with a transient one all retries have been spent.</summary>
    /// <exception cref="HttpExchangeException">There is no answer, or it is too long.</exception>
    public async Task<HttpReply> SendAsync(HttpCall call, CancellationToken cancellationToken)
    {
        var gate = _gates.For(call.Url);
        try
        {
            var reply = await _retries.ExecuteAsync(
                static (state, token) => new ValueTask<HttpReply>(state.Exchange.AttemptAsync(state.Call, state.Gate, token)),
                new Sending(this, call, gate),
                cancellationToken);
            // A limit that is used up is no outage: what it does not count goes on.
            if (reply.RateLimit is { IsUsedUp: true })
                return reply;
            if (reply.IsOutage)
                gate.Failed($"it answered {(int)reply.Status} again and again", _limits.OutagePause);
            else
                gate.Succeeded();
            return reply;
        }
        catch (HttpExchangeException failure) when (failure.MayRetryNow)
        {
            gate.Failed($"it {failure.Message}", _limits.OutagePause);
            throw;
        }
    }

    private async Task<HttpReply> AttemptAsync(HttpCall call, HostGate gate, CancellationToken cancellationToken)
    {
        ThrowIfUnwelcome(call, gate);
        if (gate.Holds.For(call) is { } hold)
            await Task.Delay(Left(hold), _time, cancellationToken);
        using var place = await gate.EnterAsync(cancellationToken);
        ThrowIfUnwelcome(call, gate);
        using var timeout = new CancellationTokenSource(_limits.AttemptTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        _counter.Add(call.Url.Authority, call.Kind);
        var measured = Probe?.Begin(call.Method.Method, call.Url, call.Kind);
        try
        {
            using var request = CreateRequest(call);
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var body = call.Method == HttpMethod.Head ? default : await BoundedBody.ReadAsync(response.Content, call.MaxBytes, either.Token);
            var reply = new HttpReply(response.StatusCode, call.Url, response.Headers, response.Content.Headers.ContentType?.MediaType, body);
            if (RetryAfter.Read(reply, _time) is { } pause)
                gate.Pause(pause);
            if (RateLimit.Read(reply, _time) is { } limit)
            {
                reply = reply with { RateLimit = limit };
                gate.Holds.Saw(call, limit, wasRefused: reply.Status == HttpStatusCode.TooManyRequests);
                Probe?.Saw(call.Url, limit.Limit, limit.Remaining);
            }

            measured?.Answered((int)reply.Status, call.Authorization is not null || call.Form is not null);
            return reply;
        }
        catch (OperationCanceledException)
        {
            measured?.Outcome = cancellationToken.IsCancellationRequested ? CallOutcome.Cancelled : CallOutcome.Timeout;
            if (cancellationToken.IsCancellationRequested)
                throw;
            throw new HttpExchangeException($"did not answer within {_limits.AttemptTimeout.TotalSeconds:0.###} s", isTransient: true);
        }
        // A connection that ends in the moment in which it is made comes as the error of its socket.
        catch (Exception failure) when (failure is HttpRequestException or SocketException or IOException)
        {
            measured?.Outcome = CallOutcome.Unreachable;
            throw Describe(failure);
        }
        finally
        {
            measured?.End();
        }
    }

    private void ThrowIfUnwelcome(HttpCall call, HostGate gate)
    {
        if (gate.ClosedBecause() is { } reason)
            throw new HttpExchangeException($"is left alone for a moment, because {reason}", isTransient: true) { MayRetryNow = false };
        var pause = gate.PausedFor;
        if (pause > _limits.LongestPause)
        {
            throw new HttpExchangeException(
                $"asks to be left alone for {pause.TotalSeconds:0} s, longer than the {_limits.LongestPause.TotalSeconds:0} s that are waited for {call.Url.Host}", isTransient: true)
            {
                MayRetryNow = false,
            };
        }

        if (gate.Holds.For(call) is { } hold && IsUsedUpForLong(hold.Limit))
        {
            throw new HttpExchangeException($"{hold.Limit}; nothing is asked of {call.Url.Host} because of it for {RateLimit.Duration(Left(hold))}", isTransient: true)
            {
                MayRetryNow = false,
            };
        }
    }

    /// <summary>Where nobody knows when there is more, waiting is guessing: that fails at once.</summary>
    private bool IsUsedUpForLong(RateLimit? limit) => limit is { IsUsedUp: true } && !(limit.Reset <= _limits.LongestPause);

    private TimeSpan Left(RateLimitHold hold) => hold.Until - _time.GetUtcNow() is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    private static HttpRequestMessage CreateRequest(HttpCall call)
    {
        var request = new HttpRequestMessage(call.Method, call.Url) { Version = System.Net.HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        request.Headers.Authorization = call.Authorization;
        if (call.Accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", call.Accept);
        if (call.IfNoneMatch is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", call.IfNoneMatch);
        if (call.Form is not null)
            request.Content = new FormUrlEncodedContent(call.Form);
        if (call.Json is { } json)
        {
            request.Content = new ReadOnlyMemoryContent(json);
            request.Content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(call.ContentType);
        }

        foreach (var (name, value) in call.Headers)
            request.Headers.TryAddWithoutValidation(name, value);

        return request;
    }

    private static HttpExchangeException Describe(Exception failure) => failure switch
    {
        { InnerException: AuthenticationException tls } => new HttpExchangeException($"cannot be trusted: {tls.Message.TrimEnd('.')}", isTransient: false, failure),
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => new HttpExchangeException("has a name that cannot be resolved", isTransient: true, failure),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => new HttpExchangeException($"cannot be reached: {failure.Message.TrimEnd('.')}", isTransient: true, failure),
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => new HttpExchangeException("does not speak HTTP here", isTransient: true, failure) { IsGarbled = true },
        _ => new HttpExchangeException($"broke the connection off: {(failure.InnerException ?? failure).Message.TrimEnd('.')}", isTransient: true, failure) { IsGarbled = true },
    };

    private readonly record struct Sending(HttpExchange Exchange, HttpCall Call, HostGate Gate);
}
