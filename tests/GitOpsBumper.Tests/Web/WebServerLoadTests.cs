using System.Net;
using System.Net.Sockets;
using System.Text;
using GitOpsBumper.Tests.Controller.Reconciling;
using GitOpsBumper.Web;
using Microsoft.Extensions.Logging.Abstractions;

namespace GitOpsBumper.Tests.Web;

/// <summary>Anybody who reaches the port may ask: many at once, again and again, and without reading the answers.</summary>
public sealed class WebServerLoadTests : IAsyncLifetime
{
    /// <summary>More than the buffers of both ends of a connection hold.</summary>
    private const int Large = 32 * 1024 * 1024;

    private readonly SteppedTime _time = new();
    private readonly List<Socket> _clients = [];
    private readonly int _port = FreePort();
    private WebServer? _server;
    private byte[] _document = "{}"u8.ToArray();
    private int _renderings;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await WebServer.StartAsync(
        new WebPorts(IPAddress.Loopback, _port, 0),
        new WebAnswers { NotReady = () => [], Status = Render, Metrics = () => [], Time = _time },
        NullLoggerFactory.Instance,
        Token);

    [Fact]
    public async Task What_many_ask_for_is_rendered_once_a_second()
    {
        for (var count = 0; count < 30; count++)
            Assert.EndsWith("{}", await AskAsync("GET"), StringComparison.Ordinal);
        Assert.Equal(1, _renderings);

        _document = "[1]"u8.ToArray();
        Assert.EndsWith("{}", await AskAsync("GET"), StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.EndsWith("[1]", await AskAsync("GET"), StringComparison.Ordinal);
        Assert.Equal(2, _renderings);
    }

    [Fact]
    public async Task HEAD_tells_how_long_the_answer_would_be_and_sends_none()
    {
        var answer = await AskAsync("HEAD");
        Assert.Contains("Content-Length: 2\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readers_who_do_not_read_share_one_document_and_leave_health_alone()
    {
        _document = new byte[Large];
        for (var count = 0; count < SharedDocument.MaxReaders; count++)
            await BeginAsync();
        Assert.Equal(1, _renderings);

        Assert.StartsWith("HTTP/1.1 503 ", await AskAsync("GET"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200 ", await AskAsync("GET", "/healthz"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_takes_too_long_is_given_up()
    {
        _document = new byte[Large];
        var slow = await BeginAsync();
        _time.Advance(SharedDocument.Patience);
        Assert.InRange(await CountAsync(slow), 0, Large - 1);
    }

    [Fact]
    public async Task There_are_no_more_than_100_connections()
    {
        for (var count = 0; count < WebServer.MaxConnections; count++)
        {
            var client = await ConnectAsync();
            await SendAsync(client, "GET", "/healthz", "keep-alive");
            Assert.NotEqual(0, await client.ReceiveAsync(new byte[1], Token));
        }

        var one = await ConnectAsync();
        Assert.Equal(0, await CountAsync(one));
    }

    [Fact]
    public async Task Headers_are_bounded()
    {
        var client = await ConnectAsync();
        await client.SendAsync(Encoding.ASCII.GetBytes($"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Long: {new string('x', 17 * 1024)}\r\n\r\n"), Token);
        var buffer = new byte[12];
        Assert.Equal(12, await client.ReceiveAsync(buffer, Token));
        Assert.Equal("HTTP/1.1 431", Encoding.ASCII.GetString(buffer));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            client.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    private byte[] Render()
    {
        _renderings++;
        return _document;
    }

    /// <summary>Asks for the document, and reads one byte of it.</summary>
    private async Task<Socket> BeginAsync()
    {
        var client = await ConnectAsync();
        await SendAsync(client, "GET", "/api/v1/status", "close");
        Assert.Equal(1, await client.ReceiveAsync(new byte[1], Token));
        return client;
    }

    private async Task<Socket> ConnectAsync()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 8 * 1024 };
        _clients.Add(client);
        await client.ConnectAsync(IPAddress.Loopback, _port, Token);
        return client;
    }

    private async Task<string> AskAsync(string method, string path = "/api/v1/status")
    {
        var client = await ConnectAsync();
        await SendAsync(client, method, path, "close");
        await using var stream = new NetworkStream(client);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return await reader.ReadToEndAsync(Token);
    }

    private static async Task SendAsync(Socket client, string method, string path, string connection) =>
        await client.SendAsync(Encoding.ASCII.GetBytes($"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: {connection}\r\n\r\n"), Token);

    /// <summary>What still comes until the other side ends it, in order or not.</summary>
    private static async Task<int> CountAsync(Socket client)
    {
        var count = 0;
        var buffer = new byte[64 * 1024];
        try
        {
            while (await client.ReceiveAsync(buffer, Token) is > 0 and var read)
                count += read;
        }
        catch (SocketException failure) when (failure.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
        {
            // Not in order.
        }

        return count;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
