using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Core.Credentials;

namespace GitOpsBumper.Adapters.Triggers;

/// <summary>Speaks with the API of a bot; what it answers is an object of JSON, or an error that names the server.</summary>
internal sealed class BotConnection : IDisposable
{
    private const int MaxBytes = 16 * 1024 * 1024;
    private const int MaxErrorLength = 2_000;

    private readonly Uri _server;
    private readonly Func<CancellationToken, Task<Secret>> _token;
    private readonly SocketsHttpHandler _handler;
    private readonly HttpClient _client;

    /// <param name="server">Its base address.</param>
    /// <param name="token">Of who asks; fetched for each request, as those of jobs last for minutes alone.</param>
    /// <param name="authorities">That are trusted besides those of the system.</param>
    public BotConnection(Uri server, Func<CancellationToken, Task<Secret>> token, X509Certificate2Collection authorities)
    {
        (_server, _token) = (server, token);
        _handler = HttpHandlers.Create(new TrustSettings(authorities, static _ => false), new HttpLimits(), connectionsPerHost: 2, useProxy: true);
        _client = new HttpClient(_handler) { Timeout = TimeSpan.FromSeconds(60) };
    }

    /// <param name="path">Below the base address.</param>
    /// <param name="body">JSON, to be posted; null: the request is a GET.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TriggerException">The bot refused, or could not be reached.</exception>
    public async Task<JsonDocument> SendAsync(string path, ReadOnlyMemory<byte>? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, new Uri(_server, path));
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
            if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.Accepted))
            {
                throw new TriggerException($"{_server.Authority} answered with {(int)response.StatusCode}: {ErrorIn(answer)}")
                {
                    Status = response.StatusCode,
                    RetryAfter = response.Headers.RetryAfter?.Delta,
                };
            }

            return Parse(answer) ?? throw Unexpected("JSON object");
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException or IOException or HttpExchangeException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            var cause = failure is OperationCanceledException ? "no answer in time" : (failure.InnerException ?? failure).Message.TrimEnd('.');
            throw new TriggerException($"{RedactedUrl.Of(_server)} cannot be asked: {cause}", failure) { IsUnreachable = failure.InnerException is not AuthenticationException };
        }
    }

    /// <summary>That somebody answered, who is not the one that was meant.</summary>
    /// <param name="expected">What should have come.</param>
    public TriggerException Unexpected(string expected) => new($"{_server.Authority} answered with something that is no {expected}: is it the address of a GitOpsBumper?");

    public void Dispose()
    {
        _client.Dispose();
        _handler.Dispose();
    }

    private static string ErrorIn(ReadOnlyMemory<byte> answer)
    {
        using var json = Parse(answer);
        // A proxy's page says less than its status.
        return json is not null && json.RootElement.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String
            ? error.GetString()![..Math.Min(error.GetString()!.Length, MaxErrorLength)]
            : "without a reason";
    }

    /// <summary>Null: it is no object.</summary>
    private static JsonDocument? Parse(ReadOnlyMemory<byte> answer)
    {
        try
        {
            var json = JsonDocument.Parse(answer);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
                return json;
            json.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
