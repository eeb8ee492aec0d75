using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace GitOpsBumper.EndToEndTests.Servers.Network;

/// <summary>What lies between a client and a server: forwards bytes, until somebody cuts it, or it loses what is sent without telling anybody.</summary>
internal sealed class Cable : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<TcpClient, bool> _ends = new();
    private readonly ConcurrentBag<Task> _lines = [];
    private readonly int _port;
    private readonly Task _accepting;
    private volatile State _state;
    private long _passed;
    private long _most = long.MaxValue;

    private Cable(int port)
    {
        _port = port;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    private enum State
    {
        Whole,
        Cut,
        Deaf,
    }

    /// <summary>Where clients connect to.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <param name="port">The server's, on the loopback address.</param>
    public static Cable To(int port) => new(port);

    /// <summary>Ends all connections, and every new one at once.</summary>
    public void Cut()
    {
        _state = State.Cut;
        foreach (var end in _ends.Keys)
            end.Close();
    }

    /// <summary>Bytes in both directions since the start, or since <see cref="CutAfter"/>.</summary>
    public long Passed => Interlocked.Read(ref _passed);

    /// <summary>Cuts it as soon as so many bytes have passed, in both directions together; those up to there arrive.</summary>
    public void CutAfter(long bytes)
    {
        Interlocked.Exchange(ref _passed, 0);
        Interlocked.Exchange(ref _most, bytes);
    }

    /// <summary>From now on nothing arrives any more, on either side, and no connection ends: as when a firewall forgets a connection.</summary>
    public void Deafen() => _state = State.Deaf;

    /// <summary>New connections work again; those that lost bytes stay as they are.</summary>
    public void Mend()
    {
        Interlocked.Exchange(ref _most, long.MaxValue);
        _state = State.Whole;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Cut();
        await _accepting;
        await Task.WhenAll(_lines);
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _lines.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            try
            {
                if (_state == State.Cut)
                    return;
                _ends[client] = true;
                await server.ConnectAsync(IPAddress.Loopback, _port, _stop.Token);
                await Task.WhenAny(ForwardAsync(client.GetStream(), server.GetStream()), ForwardAsync(server.GetStream(), client.GetStream()));
            }
            catch (Exception failure) when (failure is IOException or OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // One end is gone.
            }
            finally
            {
                _ends.TryRemove(client, out _);
            }
        }
    }

    /// <summary>A line that has lost bytes once never delivers any again.</summary>
    private async Task ForwardAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[64 * 1024];
        var deaf = false;
        while (await from.ReadAsync(buffer, _stop.Token) is > 0 and var length)
        {
            deaf |= _state == State.Deaf;
            var over = Interlocked.Add(ref _passed, length) - Interlocked.Read(ref _most);
            if (over >= 0)
            {
                if (over < length)
                    await to.WriteAsync(buffer.AsMemory(0, length - (int)over), _stop.Token);
                Cut();
                return;
            }

            if (!deaf)
                await to.WriteAsync(buffer.AsMemory(0, length), _stop.Token);
        }
    }
}
