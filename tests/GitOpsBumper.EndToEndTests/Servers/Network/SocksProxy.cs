using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GitOpsBumper.EndToEndTests.Servers.Network;

/// <summary>A proxy of SOCKS 5 on the loopback address that wants an account, and connects to addresses of IPv4.</summary>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc1928"/>
internal sealed class SocksProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _clients = [];
    private readonly BasicAccount _account;
    private readonly Task _accepting;

    private SocksProxy(BasicAccount account)
    {
        _account = account;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Address and port of every connection that was made.</summary>
    public ConcurrentQueue<string> Connections { get; } = new();

    public static SocksProxy Start(BasicAccount account) => new(account);

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
                await ReadAsync(stream, (await ReadAsync(stream, 2))[1]);
                await stream.WriteAsync(new byte[] { 5, 2 }, _stop.Token);
                var user = Encoding.UTF8.GetString(await ReadAsync(stream, (await ReadAsync(stream, 2))[1]));
                var password = Encoding.UTF8.GetString(await ReadAsync(stream, (await ReadAsync(stream, 1))[0]));
                var isKnown = user == _account.User && password == _account.Password;
                await stream.WriteAsync(new byte[] { 1, isKnown ? (byte)0 : (byte)1 }, _stop.Token);
                var request = isKnown ? await ReadAsync(stream, 4) : [];
                if (!isKnown || request[3] != 1)
                    return;
                var address = await ReadAsync(stream, 6);
                var target = new IPEndPoint(new IPAddress(address.AsSpan(0, 4)), address[4] << 8 | address[5]);
                Connections.Enqueue(target.ToString());
                using var server = new TcpClient();
                await server.ConnectAsync(target, _stop.Token);
                await stream.WriteAsync(new byte[] { 5, 0, 0, 1, 0, 0, 0, 0, 0, 0 }, _stop.Token);
                await Task.WhenAny(stream.CopyToAsync(server.GetStream(), _stop.Token), server.GetStream().CopyToAsync(stream, _stop.Token));
            }
            catch (Exception failure) when (failure is IOException or OperationCanceledException or SocketException)
            {
                // One end is gone.
            }
        }
    }

    private async Task<byte[]> ReadAsync(NetworkStream stream, int count)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, _stop.Token);
        return bytes;
    }
}
