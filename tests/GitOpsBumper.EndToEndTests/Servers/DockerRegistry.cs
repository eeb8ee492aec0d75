using System.Security.Cryptography.X509Certificates;

namespace GitOpsBumper.EndToEndTests.Servers;

/// <summary>Who may talk to a <see cref="DockerRegistry"/>: everybody, one account, or whoever holds a token.</summary>
public sealed record DockerRegistryOptions
{
    public BasicAccount? Account { get; init; }

    public TokenServer? Tokens { get; init; }

    /// <summary>Speaks https with this certificate; null: http. Images come into such a registry through <see cref="DockerRegistry.Storage"/>.</summary>
    public RegistryTls? Tls { get; init; }

    /// <summary>Who is told of every push; null: nobody.</summary>
    public RegistryNotification? Notification { get; init; }
}

/// <param name="Url">Of the webhook.</param>
/// <param name="Authorization">What the header of that name says.</param>
public sealed record RegistryNotification(Uri Url, string Authorization);

/// <summary>All three in PEM.</summary>
public sealed record RegistryTls(string Certificate, string Key, string Authority);

/// <summary>Debian's <c>docker-registry</c> on a port of the loopback address, with its storage in a folder of its own.</summary>
public sealed class DockerRegistry : IAsyncDisposable
{
    private readonly ScratchFolder _folder;
    private readonly SocketsHttpHandler _handler;
    private readonly HttpClient _http;
    private ChildProcess _process = null!;

    private DockerRegistry(ScratchFolder folder, DockerRegistryOptions options)
    {
        _folder = folder;
        Options = options;
        _handler = CreateHandler(options.Tls);
        _http = new HttpClient(_handler, disposeHandler: false) { Timeout = TimeSpan.FromSeconds(30) };
        Log = new AccessLog(async (marker, token) => await ProbeAsync(new Uri(Url, $"/v2/?{marker}"), token));
    }

    /// <summary>Host and port, as image references name it.</summary>
    public string Host => Url.Authority;

    public Uri Url { get; private set; } = null!;

    public DockerRegistryOptions Options { get; }

    public AccessLog Log { get; }

    public ImagePusher Images { get; private set; } = null!;

    /// <summary>Writes repositories into the storage without going through the API.</summary>
    public RegistryStorage Storage => new(_folder.Folder("storage"));

    /// <exception cref="ServerMissingException">docker-registry is not installed.</exception>
    public static async Task<DockerRegistry> StartAsync(DockerRegistryOptions options, TimeProvider clock, CancellationToken token)
    {
        var program = Executable.Require("docker-registry", "docker-registry");
        var folder = new ScratchFolder("gob-registry-");
        var registry = new DockerRegistry(folder, options);
        try
        {
            var name = Guid.NewGuid().ToString("N");
            var auth = await DescribeAuthAsync(folder, options, token);
            registry._process = await Startup.OnFreePortAsync(
                "docker-registry", port => registry.Launch(program, port, name, auth), (_, cancel) => registry.IsReadyAsync(name, cancel), clock, token);
            registry.Images = new ImagePusher(registry);
            return registry;
        }
        catch
        {
            await registry.DisposeAsync();
            throw;
        }
    }

    /// <summary>The requests about one repository so far: <c>/v2/team/web/</c> and what is below.</summary>
    public Task<IReadOnlyList<LoggedRequest>> RequestsAsync(string repository, CancellationToken token) =>
        Log.ReadAsync($"/v2/{repository}/", token);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _http.Dispose();
        _handler.Dispose();
        _folder.Dispose();
    }

    private ChildProcess Launch(string program, int port, string name, string auth)
    {
        Url = new Uri($"{(Options.Tls is null ? "http" : "https")}://127.0.0.1:{port}");
        var configuration = _folder.Write("config.yml", $"""
            version: 0.1
            log:
              level: error
              accesslog:
                disabled: false
            storage:
              filesystem:
                rootdirectory: {_folder.Folder("storage")}
                maxthreads: 100
              delete:
                enabled: true
            http:
              addr: 127.0.0.1:{port}
              secret: {name}
              headers:
                X-World: [{name}]
            {DescribeTls()}
            {auth}
            {DescribeNotification()}
            """);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["HOME"] = _folder.Path, ["PATH"] = "/usr/bin:/bin" };
        return ChildProcess.StartServer(program, ["serve", configuration], _folder.Path, environment, Log.Add);
    }

    private string DescribeNotification() => Options.Notification is not { } told
        ? ""
        : $"notifications:\n  endpoints:\n  - name: bumper\n    url: {told.Url}\n    headers:\n      Authorization: [\"{told.Authorization}\"]\n    timeout: 5s\n    threshold: 3\n    backoff: 1s\n";

    private string DescribeTls() => Options.Tls is not { } tls
        ? ""
        : $"  tls:\n    certificate: {_folder.Write("tls.pem", tls.Certificate)}\n    key: {_folder.Write("tls.key", tls.Key)}\n";

    private static SocketsHttpHandler CreateHandler(RegistryTls? tls)
    {
        var handler = new SocketsHttpHandler();
        if (tls is null)
            return handler;
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(tls.Authority);
        handler.SslOptions.CertificateChainPolicy = policy;
        return handler;
    }

    private static async Task<string> DescribeAuthAsync(ScratchFolder folder, DockerRegistryOptions options, CancellationToken token)
    {
        if (options.Account is { } account)
        {
            var file = folder.Write("htpasswd", await account.ToBcryptLineAsync(token) + "\n");
            return $"auth:\n  htpasswd:\n    realm: test-registry\n    path: {file}\n";
        }

        if (options.Tokens is { } tokens)
        {
            var bundle = folder.Write("tokens.pem", tokens.CertificatePem);
            return $"auth:\n  token:\n    realm: {tokens.Realm}\n    service: {tokens.Service}\n    issuer: {tokens.Issuer}\n    rootcertbundle: {bundle}\n";
        }

        return "";
    }

    private async Task<bool> IsReadyAsync(string name, CancellationToken token)
    {
        using var response = await _http.GetAsync(new Uri(Url, "/v2/"), token);
        return response.Headers.TryGetValues("X-World", out var values) && values.Contains(name, StringComparer.Ordinal);
    }

    private async Task ProbeAsync(Uri url, CancellationToken token)
    {
        using var response = await _http.GetAsync(url, token);
    }
}
