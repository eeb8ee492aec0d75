using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Core.Credentials;

namespace GitOpsBumper.Adapters.Triggers;

/// <summary>Asks a bot for an update and waits for what comes of it. A bot that starts, changes its leader or is busy is asked again.</summary>
public sealed class TriggerClient : IDisposable
{
    private const int MaxBytes = 16 * 1024 * 1024;
    private const int MaxErrorLength = 2_000;

    /// <summary>Proxies break off what takes longer.</summary>
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly Uri _server;
    private readonly Func<CancellationToken, Task<Secret>> _token;
    private readonly TimeProvider _time;
    private readonly SocketsHttpHandler _handler;
    private readonly HttpClient _client;

    /// <param name="server">Its base address.</param>
    /// <param name="token">Of who asks; fetched for each request, as those of jobs last for minutes alone.</param>
    /// <param name="authorities">That are trusted besides those of the system.</param>
    /// <param name="time">For waiting.</param>
    public TriggerClient(Uri server, Func<CancellationToken, Task<Secret>> token, X509Certificate2Collection authorities, TimeProvider time)
    {
        (_server, _token, _time) = (server, token, time);
        _handler = HttpHandlers.Create(new TrustSettings(authorities, static _ => false), new HttpLimits(), connectionsPerHost: 2, useProxy: true);
        _client = new HttpClient(_handler) { Timeout = LongestAnswer + TimeSpan.FromSeconds(30) };
    }

    /// <param name="ask">The body, JSON.</param>
    /// <param name="patience">For all of it, as long as somebody answers at all.</param>
    /// <param name="told">Hears why it takes longer, a sentence at a time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The trigger as it was last, which is done unless the patience is over.</returns>
    /// <exception cref="TriggerException">The bot refused, or could not be reached.</exception>
    public async Task<JsonDocument> RunAsync(ReadOnlyMemory<byte> ask, TimeSpan patience, Action<string> told, CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        JsonDocument? last = null;
        var (pause, failures) = (FirstPause, 0);
        while (true)
        {
            var left = patience - _time.GetElapsedTime(began);
            try
            {
                var wait = left <= TimeSpan.Zero ? TimeSpan.Zero : left < LongestAnswer ? left : LongestAnswer;
                var answer = await SendAsync(last is null ? ask : null, last is null ? "api/v1/trigger" : $"api/v1/triggers/{Id(last)}", wait, cancellationToken);
                last?.Dispose();
                last = answer;
                (pause, failures) = (FirstPause, 0);
                if (IsDone(last) || _time.GetElapsedTime(began) >= patience)
                    return last;
                // A bot that does not wait must not be asked without a pause.
                left = TimeSpan.Zero;
            }
            catch (TriggerException failure) when (failure.Status == HttpStatusCode.NotFound && last is not null)
            {
                told("the replica that had the request is gone; it is asked for again");
                last.Dispose();
                last = null;
            }
            catch (TriggerException failure) when (failure.IsTransient && _time.GetElapsedTime(began) < patience)
            {
                if (++failures == 1)
                    told($"{failure.Message}; asking again");
                pause = failure.RetryAfter is { } after && after > pause ? after : pause;
            }
            catch
            {
                last?.Dispose();
                throw;
            }

            var rest = patience - _time.GetElapsedTime(began);
            await Task.Delay(rest > TimeSpan.Zero && rest < pause ? rest : pause, _time, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _handler.Dispose();
    }

    private async Task<JsonDocument> SendAsync(ReadOnlyMemory<byte>? body, string path, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, new Uri(_server, $"{path}?wait={(int)wait.TotalMilliseconds}ms"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await _token(cancellationToken)).Reveal());
        request.Headers.UserAgent.Add(ProductName.Header);
        if (body is { } json)
        {
            request.Content = new ReadOnlyMemoryContent(json);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var answer = await BoundedBody.ReadAsync(response.Content, MaxBytes, cancellationToken);
            if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Accepted)
                return Read(answer);
            throw new TriggerException($"{_server.Authority} answered with {(int)response.StatusCode}: {ErrorIn(answer)}")
            {
                Status = response.StatusCode,
                RetryAfter = response.Headers.RetryAfter?.Delta,
            };
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or HttpExchangeException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            var cause = failure is OperationCanceledException ? "no answer in time" : (failure.InnerException ?? failure).Message.TrimEnd('.');
            throw new TriggerException($"{RedactedUrl.Of(_server)} cannot be asked: {cause}", failure) { IsUnreachable = failure.InnerException is not System.Security.Authentication.AuthenticationException };
        }
    }

    private JsonDocument Read(ReadOnlyMemory<byte> answer)
    {
        JsonDocument? json = null;
        try
        {
            json = JsonDocument.Parse(answer);
            if (json.RootElement.ValueKind == JsonValueKind.Object && Text(json, "id") is not null && Text(json, "state") is not null)
                return json;
        }
        catch (JsonException)
        {
            // Told below.
        }

        json?.Dispose();
        throw new TriggerException($"{_server.Authority} answered with something that is no trigger: is it the address of a GitOpsBumper?");
    }

    private static bool IsDone(JsonDocument trigger) => Text(trigger, "state") == "done";

    private static string? Id(JsonDocument trigger) => Text(trigger, "id") is { } id ? Uri.EscapeDataString(id) : null;

    private static string? Text(JsonDocument json, string name) => json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    internal static string ErrorIn(ReadOnlyMemory<byte> answer)
    {
        try
        {
            using var json = JsonDocument.Parse(answer);
            if (json.RootElement.ValueKind == JsonValueKind.Object && Text(json, "error") is { } error)
                return error[..Math.Min(error.Length, MaxErrorLength)];
        }
        catch (JsonException)
        {
            // A proxy's page says less than its status.
        }

        return "without a reason";
    }
}
