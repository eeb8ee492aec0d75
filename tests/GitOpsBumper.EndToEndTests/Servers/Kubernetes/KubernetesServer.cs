using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using GitOpsBumper.EndToEndTests.Servers.Network;

namespace GitOpsBumper.EndToEndTests.Servers.Kubernetes;

/// <summary>
/// A real kube-apiserver with etcd on ports of the loopback address, with RBAC and Argo CD's resource definitions. Tests keep apart by
/// namespaces. There is no controller manager, so namespaces are never deleted.
/// </summary>
public sealed class KubernetesServer : IAsyncDisposable
{
    /// <summary>May do everything.</summary>
    public const string Admin = "admin";

    private readonly ScratchFolder _folder = new("gob-kube-");
    private readonly Certificates _certificates;
    private readonly TimeProvider _clock;
    private readonly string _apiServer;
    private readonly string _etcd;
    private readonly Dictionary<string, string> _tokens = new(StringComparer.Ordinal) { [Admin] = NewToken() };
    private ChildProcess? _etcdProcess;
    private ChildProcess? _apiProcess;
    private HttpClient _http = null!;
    private int _etcdPort;
    private int _port;

    private KubernetesServer(string apiServer, string etcd, TimeProvider clock)
    {
        (_apiServer, _etcd, _clock) = (apiServer, etcd, clock);
        _certificates = new Certificates(clock);
        for (var user = 0; user < 20; user++)
            _tokens[$"user-{user}"] = NewToken();
    }

    public Uri Url => new($"https://127.0.0.1:{_port}");

    public string AuthorityPem => _certificates.AuthorityPem;

    /// <summary>Speaks as <see cref="Admin"/>.</summary>
    public HttpClient Http => _http;

    /// <exception cref="ServerMissingException">The binaries are not there.</exception>
    public static async Task<KubernetesServer> StartAsync(TimeProvider clock, CancellationToken token)
    {
        var server = new KubernetesServer(Asset("kube-apiserver"), Asset("etcd"), clock);
        try
        {
            await server.StartEtcdAsync(token);
            await server.StartApiServerAsync(token);
            await server.DefineAsync("application-crd.yaml", "argoproj.io/v1alpha1/applications", token);
            await server.DefineAsync("appproject-crd.yaml", "argoproj.io/v1alpha1/appprojects", token);
            await server.DefineAsync("imageupdater-crd.yaml", "argocd-image-updater.argoproj.io/v1alpha1/imageupdaters", token);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The group of <c>user-10</c> and <c>user-11</c>.</summary>
    public const string Releases = "release managers";

    /// <summary>The bearer token of <see cref="Admin"/>, or of <c>user-0</c> to <c>user-19</c>, who may do nothing until a role says so.</summary>
    public string TokenOf(string user) => _tokens[user];

    /// <summary>A client certificate that the server takes for the user.</summary>
    internal SignedCertificate CertificateFor(string user, params string[] groups) => _certificates.Sign(user, groups);

    /// <summary>The same, from an authority that the server has never heard of but that its own one vouches for.</summary>
    internal SignedCertificate CertificateThroughAnotherFor(string user) => _certificates.SignThroughAnother(user);

    /// <summary>A kubeconfig with one context; to be removed by whoever owns <paramref name="folder"/>.</summary>
    /// <param name="port">Null: the server's own; else that of something in between.</param>
    public string WriteKubeConfig(ScratchFolder folder, string user = Admin, string space = "default", int? port = null) => folder.Write($"kubeconfig-{user}", $$"""
        apiVersion: v1
        kind: Config
        clusters: [{name: test, cluster: {server: "https://127.0.0.1:{{port ?? _port}}", certificate-authority-data: {{Convert.ToBase64String(Encoding.UTF8.GetBytes(AuthorityPem))}} } }]
        users: [{name: {{user}}, user: {token: {{TokenOf(user)}} } }]
        contexts: [{name: test, context: {cluster: test, user: {{user}}, namespace: {{space}} } }]
        current-context: test
        """);

    /// <summary>A namespace of the test's own.</summary>
    public async Task<string> CreateNamespaceAsync(CancellationToken token)
    {
        var name = "t" + Guid.NewGuid().ToString("N")[..12];
        await SendAsync(HttpMethod.Post, "/api/v1/namespaces", $$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{name}}"} }""", token);
        return name;
    }

    /// <summary>Creates an object from YAML or JSON, or changes the one that is there as server-side apply does.</summary>
    /// <param name="path">Of the object: <c>/api/v1/namespaces/a/secrets/b</c>.</param>
    public Task<string> ApplyAsync(string path, string yaml, CancellationToken token) =>
        SendAsync(HttpMethod.Patch, $"{path}?fieldManager=test&force=true", yaml, token, "application/apply-patch+yaml");

    public Task<string> MergeAsync(string path, string json, CancellationToken token) => SendAsync(HttpMethod.Patch, path, json, token, "application/merge-patch+json");

    public Task<string> GetAsync(string path, CancellationToken token) => SendAsync(HttpMethod.Get, path, null, token);

    public Task<string> DeleteAsync(string path, CancellationToken token) => SendAsync(HttpMethod.Delete, path, null, token);

    /// <summary>Any request as <see cref="Admin"/>; a status that is no success throws with what the server said.</summary>
    public async Task<string> SendAsync(HttpMethod method, string path, string? body, CancellationToken token, string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(method, new Uri(Url, path));
        if (body is not null)
            request.Content = new StringContent(body, new UTF8Encoding(false), new MediaTypeHeaderValue(contentType));
        using var response = await _http.SendAsync(request, token);
        var text = await response.Content.ReadAsStringAsync(token);
        return response.IsSuccessStatusCode ? text : throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode} {text}");
    }

    /// <summary>Lets a user do what the rules say.</summary>
    /// <param name="rules">YAML of a list of rules, in flow style.</param>
    /// <param name="space">Null: in all namespaces.</param>
    public async Task AllowAsync(string user, string rules, string? space, CancellationToken token)
    {
        var name = "r" + Guid.NewGuid().ToString("N")[..12];
        var kind = space is null ? "ClusterRole" : "Role";
        var folder = space is null ? "/apis/rbac.authorization.k8s.io/v1/" : $"/apis/rbac.authorization.k8s.io/v1/namespaces/{space}/";
        var (roles, bindings) = space is null ? ("clusterroles", "clusterrolebindings") : ("roles", "rolebindings");
        await ApplyAsync($"{folder}{roles}/{name}", $"{{apiVersion: rbac.authorization.k8s.io/v1, kind: {kind}, metadata: {{name: {name}}}, rules: {rules}}}", token);
        await ApplyAsync($"{folder}{bindings}/{name}", $$"""
            {apiVersion: rbac.authorization.k8s.io/v1, kind: {{kind}}Binding, metadata: {name: {{name}} },
             roleRef: {apiGroup: rbac.authorization.k8s.io, kind: {{kind}}, name: {{name}} }, subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: {{user}} }]}
            """, token);
    }

    /// <summary>Ends the API server; etcd keeps what it knows.</summary>
    public async Task StopApiServerAsync()
    {
        if (_apiProcess is not null)
            await _apiProcess.DisposeAsync();
        _apiProcess = null;
    }

    /// <summary>Starts the API server again, on the same port.</summary>
    public Task RestartApiServerAsync(CancellationToken token) => StartApiServerAsync(token);

    /// <summary>Stops etcd in its tracks, or lets it go on: requests hang meanwhile.</summary>
    public Task FreezeEtcdAsync(bool freeze, CancellationToken token) =>
        ChildProcess.RunAsync("pkill", [freeze ? "-STOP" : "-CONT", "-f", $"{_folder.File("etcd")}"], new RunOptions(), token);

    public async ValueTask DisposeAsync()
    {
        await StopApiServerAsync();
        if (_etcdProcess is not null)
            await _etcdProcess.DisposeAsync();
        _http?.Dispose();
        _certificates.Dispose();
        _folder.Dispose();
    }

    private static string GroupOf(string user) => user switch
    {
        Admin => "\"system:masters\"",
        "user-10" or "user-11" => $"\"{Releases}\"",
        _ => "",
    };

    private static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private static string Asset(string name)
    {
        var folder = Environment.GetEnvironmentVariable("KUBEBUILDER_ASSETS");
        var file = folder is null ? null : Path.Combine(folder, name);
        return file is not null && File.Exists(file)
            ? file
            : throw new ServerMissingException(
                $"{name} is not in the folder that KUBEBUILDER_ASSETS names: 'setup-envtest use -p env' brings the binaries (sigs.k8s.io/controller-runtime/tools/setup-envtest)");
    }

    private async Task StartEtcdAsync(CancellationToken token)
    {
        using var http = new HttpClient();
        _etcdProcess = await Startup.OnFreePortAsync(
            "etcd",
            port =>
            {
                _etcdPort = port;
                // The peer port is asked of the system; nobody connects to it.
                string[] arguments =
                [
                    "--name=default", $"--data-dir={_folder.File("etcd")}", $"--listen-client-urls=http://127.0.0.1:{port}", $"--advertise-client-urls=http://127.0.0.1:{port}",
                    "--listen-peer-urls=http://127.0.0.1:0", "--initial-advertise-peer-urls=http://127.0.0.1:0", "--initial-cluster=default=http://127.0.0.1:0",
                    "--unsafe-no-fsync", "--log-level=error",
                ];
                return ChildProcess.StartServer(_etcd, arguments, _folder.Path, Plain);
            },
            async (port, cancel) => (await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/health"), cancel)).Contains("true", StringComparison.Ordinal),
            _clock,
            token);
    }

    private static Dictionary<string, string> Plain { get; } = new(StringComparer.Ordinal) { ["PATH"] = "/usr/bin:/bin" };

    private async Task StartApiServerAsync(CancellationToken token)
    {
        var serving = _certificates.Sign("kube-apiserver");
        using var account = RSA.Create(2048);
        var accountKey = _folder.File("sa.key");
        if (!File.Exists(accountKey))
        {
            _folder.Write("sa.key", account.ExportPkcs8PrivateKeyPem());
            _folder.Write("sa.pub", account.ExportSubjectPublicKeyInfoPem());
        }

        _folder.Write("tls.crt", serving.CertificatePem);
        _folder.Write("tls.key", serving.KeyPem);
        _folder.Write("ca.crt", AuthorityPem);
        _folder.Write("tokens.csv", string.Concat(_tokens.Select(pair => $"{pair.Value},{pair.Key},{pair.Key},{GroupOf(pair.Key)}\n")));
        if (_port == 0)
        {
            _apiProcess = await Startup.OnFreePortAsync("kube-apiserver", LaunchApiServer, (_, cancel) => IsReadyAsync(cancel), _clock, token);
            return;
        }

        _apiProcess = LaunchApiServer(_port);
        while (!await IsReadyAsync(token))
        {
            if (_apiProcess.HasExited)
                throw new InvalidOperationException($"kube-apiserver ended: {_apiProcess.Errors}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), _clock, token);
        }
    }

    private ChildProcess LaunchApiServer(int port)
    {
        _port = port;
        _http?.Dispose();
        _http = CreateClient();
        string[] arguments =
        [
            $"--etcd-servers=http://127.0.0.1:{_etcdPort}", "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", $"--secure-port={port}",
            $"--tls-cert-file={_folder.File("tls.crt")}", $"--tls-private-key-file={_folder.File("tls.key")}", $"--client-ca-file={_folder.File("ca.crt")}", $"--cert-dir={_folder.Path}",
            $"--service-account-key-file={_folder.File("sa.pub")}", $"--service-account-signing-key-file={_folder.File("sa.key")}",
            "--service-account-issuer=https://kubernetes.default.svc", "--service-cluster-ip-range=10.0.0.0/24", $"--token-auth-file={_folder.File("tokens.csv")}",
            "--authorization-mode=RBAC", "--disable-admission-plugins=ServiceAccount", "--allow-privileged=true", "--endpoint-reconciler-type=none", "--v=0",
        ];
        return ChildProcess.StartServer(_apiServer, arguments, _folder.Path, Plain);
    }

    private HttpClient CreateClient()
    {
        var handler = new SocketsHttpHandler();
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.ImportFromPem(AuthorityPem);
        handler.SslOptions.CertificateChainPolicy = trust;
        return new HttpClient(handler, disposeHandler: true)
        {
            Timeout = TimeSpan.FromSeconds(60),
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", TokenOf(Admin)) },
        };
    }

    /// <summary>Only our own server knows our token.</summary>
    private async Task<bool> IsReadyAsync(CancellationToken token)
    {
        try
        {
            using var response = await _http.GetAsync(new Uri(Url, "/readyz"), token);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task DefineAsync(string file, string collection, CancellationToken token)
    {
        var definition = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Servers", "Kubernetes", "Crds", file), token);
        await SendAsync(HttpMethod.Post, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition, token, "application/yaml");
        while (true)
        {
            using var response = await _http.GetAsync(new Uri(Url, $"/apis/{collection}"), token);
            if (response.IsSuccessStatusCode)
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(50), _clock, token);
        }
    }
}
