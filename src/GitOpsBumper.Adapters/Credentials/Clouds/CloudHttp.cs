using System.Net.Sockets;
using System.Text.Json;
using GitOpsBumper.Adapters.Http;

namespace GitOpsBumper.Adapters.Credentials.Clouds;

/// <summary>The few requests that we send ourselves: without redirects, bounded in size and time.</summary>
internal sealed class CloudHttp : IDisposable
{
    private const int MaxBytes = 64 * 1024;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private readonly HttpMessageHandler _handler;
    private readonly HttpMessageHandler _directHandler;
    private readonly HttpClient _client;
    private readonly HttpClient _direct;
    private readonly TimeProvider _time;

    /// <param name="handler">Sends everything, and is disposed of with this; null: the network.</param>
    /// <param name="time">Of timeouts.</param>
    public CloudHttp(HttpMessageHandler? handler, TimeProvider time)
    {
        _time = time;
        _handler = handler ?? HttpHandlers.Create(TrustSettings.System, new HttpLimits(), 4, useProxy: true);
        // Whoever answers for the metadata of this machine is on it, or next to it.
        _directHandler = handler ?? HttpHandlers.Create(TrustSettings.System, new HttpLimits(), 4, useProxy: false);
        _client = Client(_handler);
        _direct = Client(_directHandler);
    }

    /// <summary>The answer as JSON, of any status.</summary>
    /// <exception cref="CloudException">There is none, or it is something else.</exception>
    public async Task<CloudReply> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var who = request.RequestUri!.Authority;
        using var timeout = new CancellationTokenSource(Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var body = await BoundedBody.ReadAsync(response.Content, MaxBytes, either.Token);
            return new CloudReply((int)response.StatusCode, Parse(body));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CloudException($"{who} did not answer within {Timeout.TotalSeconds:0} s");
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException or IOException or HttpExchangeException)
        {
            throw new CloudException($"{who}: {CloudWords.Of(failure.Message)}");
        }
    }

    /// <summary>What a metadata server says to a question; null when there is none within the time.</summary>
    public async Task<HttpResponseMessage?> ProbeAsync(HttpRequestMessage request, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await _direct.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).WaitAsync(either.Token);
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException or IOException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _direct.Dispose();
        _handler.Dispose();
        _directHandler.Dispose();
    }

    private static HttpClient Client(HttpMessageHandler handler)
    {
        var client = new HttpClient(handler, disposeHandler: false) { Timeout = System.Threading.Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.Add(ProductName.Header);
        return client;
    }

    private static JsonElement Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.Clone();
        }
        catch (JsonException)
        {
            return default;
        }
    }
}

/// <param name="Status">Of HTTP.</param>
/// <param name="Root">Undefined when it was no JSON.</param>
internal sealed record CloudReply(int Status, JsonElement Root)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>A text of the answer; null when it has none.</summary>
    public string? Text(string name) => Text(Root, name);

    public static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
