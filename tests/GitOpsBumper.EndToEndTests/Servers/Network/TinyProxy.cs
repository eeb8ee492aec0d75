namespace GitOpsBumper.EndToEndTests.Servers.Network;

/// <summary>tinyproxy on a port of the loopback address: an HTTP proxy that also makes tunnels.</summary>
internal sealed class TinyProxy : IAsyncDisposable
{
    private const string Request = "): ";

    private readonly ScratchFolder _folder = new("gob-proxy-");
    private readonly string _ownPage = $"{Guid.NewGuid():N}.test";
    private readonly BasicAccount? _account;
    private readonly Lock _gate = new();
    private readonly List<string> _requests = [];
    private readonly Dictionary<string, TaskCompletionSource> _markers = new(StringComparer.Ordinal);
    private ChildProcess? _process;
    private int _lastMarker;

    private TinyProxy(BasicAccount? account) => _account = account;

    public int Port { get; private set; }

    /// <summary>Without user and password.</summary>
    public string Url => $"http://127.0.0.1:{Port}";

    /// <param name="account">Wanted of everybody; null: nobody is asked.</param>
    /// <param name="token">Stops waiting.</param>
    /// <exception cref="ServerMissingException">tinyproxy is not installed.</exception>
    public static async Task<TinyProxy> StartAsync(BasicAccount? account, CancellationToken token)
    {
        var proxy = new TinyProxy(account);
        try
        {
            var program = Executable.Require("tinyproxy", "tinyproxy");
            proxy._process = await Startup.OnFreePortAsync("tinyproxy", port => proxy.Launch(program, port), (port, stop) => proxy.IsReadyAsync(port, "ready", stop), TimeProvider.System, token);
            return proxy;
        }
        catch
        {
            await proxy.DisposeAsync();
            throw;
        }
    }

    /// <summary>Every request so far, as in <c>GET http://127.0.0.1:80/path HTTP/1.1</c>.</summary>
    public async Task<IReadOnlyList<string>> RequestsAsync(CancellationToken token)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        string marker;
        lock (_gate)
            _markers[marker = $"marker-{++_lastMarker}"] = seen;
        await IsReadyAsync(Port, marker, token);
        await seen.Task.WaitAsync(TimeSpan.FromSeconds(30), token);
        lock (_gate)
            return [.. _requests];
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _folder.Dispose();
    }

    private ChildProcess Launch(string program, int port)
    {
        Port = port;
        var configuration = _folder.Write("tinyproxy.conf", $"""
            Port {port}
            Listen 127.0.0.1
            Timeout 600
            LogLevel Connect
            StatHost "{_ownPage}"
            MaxClients 100
            {(_account is null ? "" : $"BasicAuth {_account.User} {_account.Password}")}

            """);
        return ChildProcess.StartServer(program, ["-d", "-c", configuration], _folder.Path, GitCommand.Environment(_folder.Path), Hear);
    }

    private void Hear(string line)
    {
        var at = line.IndexOf(Request, StringComparison.Ordinal);
        if (at < 0 || !line.Contains("Request (file descriptor", StringComparison.Ordinal))
            return;
        var request = line[(at + Request.Length)..];
        lock (_gate)
        {
            if (!request.Contains(_ownPage, StringComparison.Ordinal))
                _requests.Add(request);
            else if (_markers.Remove(request.Split(' ')[1].Split('/')[^1], out var waiting))
                waiting.TrySetResult();
        }
    }

    /// <summary>Its own page has a name that no other proxy knows.</summary>
    private async Task<bool> IsReadyAsync(int port, string page, CancellationToken token)
    {
        using var handler = new SocketsHttpHandler { Proxy = new System.Net.WebProxy($"http://127.0.0.1:{port}"), UseProxy = true };
        using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(30) };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{_ownPage}/{page}");
        request.Headers.ProxyAuthorization = _account?.Header;
        using var response = await client.SendAsync(request, token);
        return (await response.Content.ReadAsStringAsync(token)).Contains("tinyproxy", StringComparison.Ordinal);
    }
}
