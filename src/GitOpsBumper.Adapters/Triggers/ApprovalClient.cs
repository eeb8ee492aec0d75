using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Core.Credentials;

namespace GitOpsBumper.Adapters.Triggers;

/// <summary>Says to a bot what a person thinks of versions that wait.</summary>
public sealed class ApprovalClient : IDisposable
{
    private const int MaxBytes = 16 * 1024 * 1024;
    private const string Path = "api/v1/approvals";

    private readonly Uri _server;
    private readonly Secret _token;
    private readonly SocketsHttpHandler _handler;
    private readonly HttpClient _client;

    /// <param name="server">Its base address.</param>
    /// <param name="token">Of the person.</param>
    /// <param name="authorities">That are trusted besides those of the system.</param>
    public ApprovalClient(Uri server, Secret token, X509Certificate2Collection authorities)
    {
        (_server, _token) = (server, token);
        _handler = HttpHandlers.Create(new TrustSettings(authorities, static _ => false), new HttpLimits(), connectionsPerHost: 2, useProxy: true);
        _client = new HttpClient(_handler) { Timeout = TimeSpan.FromSeconds(60) };
    }

    /// <summary>What waits of what the person may decide about.</summary>
    /// <exception cref="TriggerException">The bot refused, or could not be reached.</exception>
    public Task<JsonDocument> ListAsync(CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, Path, null, cancellationToken);

    /// <param name="application">Its namespace and name.</param>
    /// <param name="alias">Of the image.</param>
    /// <param name="body">What is said, JSON.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TriggerException">The bot refused, or could not be reached.</exception>
    public Task<JsonDocument> DecideAsync(string application, string alias, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"{Path}/{application}/{Uri.EscapeDataString(alias)}", body, cancellationToken);

    public void Dispose()
    {
        _client.Dispose();
        _handler.Dispose();
    }

    private async Task<JsonDocument> SendAsync(HttpMethod method, string path, ReadOnlyMemory<byte>? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(_server, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token.Reveal());
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
            return response.StatusCode == HttpStatusCode.OK
                ? Read(answer)
                : throw new TriggerException($"{_server.Authority} answered with {(int)response.StatusCode}: {TriggerClient.ErrorIn(answer)}") { Status = response.StatusCode };
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or HttpExchangeException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            var cause = failure is OperationCanceledException ? "no answer in time" : (failure.InnerException ?? failure).Message.TrimEnd('.');
            throw new TriggerException($"{RedactedUrl.Of(_server)} cannot be asked: {cause}", failure) { IsUnreachable = true };
        }
    }

    private JsonDocument Read(ReadOnlyMemory<byte> answer)
    {
        try
        {
            var json = JsonDocument.Parse(answer);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
                return json;
            json.Dispose();
        }
        catch (JsonException)
        {
            // Told below.
        }

        throw new TriggerException($"{_server.Authority} answered with something that is no JSON object: is it the address of a GitOpsBumper?");
    }
}
