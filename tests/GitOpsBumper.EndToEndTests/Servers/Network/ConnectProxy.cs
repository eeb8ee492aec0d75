using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GitOpsBumper.EndToEndTests.Servers.Network;

/// <summary>An HTTP proxy on the loopback address that makes tunnels for whoever knows its account.</summary>
internal sealed class ConnectProxy : IAsyncDisposable
{
    private const int MaxHeaderBytes = 16 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _clients = [];
    private readonly string _account;
    private readonly Task _accepting;

    private ConnectProxy(string user, string password)
    {
        _account = "Proxy-Authorization: Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Host and port of every tunnel that was made.</summary>
    public ConcurrentQueue<string> Tunnels { get; } = new();

    public static ConnectProxy Start(string user, string password) => new(user, password);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        await Task.WhenAll(_clients);
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _clients.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                while (await HeaderAsync(stream) is { } header)
                {
                    if (!header.Contains(_account, StringComparison.OrdinalIgnoreCase))
                    {
                        await stream.WriteAsync("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"test\"\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), _stop.Token);
                        continue;
                    }

                    var target = header.Split(' ')[1];
                    Tunnels.Enqueue(target);
                    using var server = new TcpClient();
                    await server.ConnectAsync(IPEndPoint.Parse(target), _stop.Token);
                    await stream.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray(), _stop.Token);
                    await Task.WhenAny(stream.CopyToAsync(server.GetStream(), _stop.Token), server.GetStream().CopyToAsync(stream, _stop.Token));
                    return;
                }
            }
            catch (Exception failure) when (failure is IOException or OperationCanceledException or SocketException)
            {
                // One end is gone.
            }
        }
    }

    /// <summary>Byte by byte, so that nothing of the tunnel is taken; null at the end.</summary>
    private async Task<string?> HeaderAsync(NetworkStream stream)
    {
        var header = new StringBuilder();
        var one = new byte[1];
        while (header.Length < MaxHeaderBytes && await stream.ReadAsync(one, _stop.Token) == 1)
        {
            header.Append((char)one[0]);
            if (one[0] == '\n' && header.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
                return header.ToString();
        }

        return null;
    }
}
