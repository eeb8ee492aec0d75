using GitOpsBumper.EndToEndTests.Servers.Network;

namespace GitOpsBumper.EndToEndTests.Servers;

/// <summary>
/// <c>git http-backend</c> behind nginx and fcgiwrap on a port of the loopback address. Repositories lie under <c>/open/</c> (everybody may push),
/// <c>/private/</c> (<see cref="Account"/>), <c>/bearer/</c> (<see cref="BearerToken"/>) or <c>/certified/</c> (clients with a certificate, over TLS). For
/// <see cref="Account"/> there are besides <c>/old/</c>, which knows the first version of git's protocol alone, and <c>/redirecting/</c>, which sends
/// everybody who leaves out <c>.git</c> to where it is.
/// </summary>
public sealed class GitHttpServer : IAsyncDisposable
{
    private readonly ScratchFolder _folder;
    private readonly Certificates _certificates;
    private readonly HttpClient _http;
    private readonly string _name = Guid.NewGuid().ToString("N");
    private ChildProcess? _gateway;
    private ChildProcess? _web;

    private GitHttpServer(ScratchFolder folder, TimeProvider clock)
    {
        _folder = folder;
        _certificates = new Certificates(clock);
        _http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        Log = new AccessLog(async (marker, token) => await _http.GetStringAsync(new Uri(Url, $"/ready?{marker}"), token));
    }

    /// <summary>The user of <c>/private/</c>.</summary>
    public static BasicAccount Account { get; } = new("robot", "correct-horse-battery");

    /// <summary>The token of <c>/bearer/</c>.</summary>
    public static string BearerToken => "glpat-0123456789abcdef";

    public Uri Url { get; private set; } = null!;

    /// <summary>The same over TLS, with a certificate of <see cref="AuthorityPem"/>.</summary>
    public Uri TlsUrl { get; private set; } = null!;

    /// <summary>An authority that no machine trusts.</summary>
    public string AuthorityPem => _certificates.AuthorityPem;

    public AccessLog Log { get; }

    /// <summary>A certificate for <c>/certified/</c>.</summary>
    internal SignedCertificate SignClient(string user) => _certificates.SignThroughAnother(user);

    /// <exception cref="ServerMissingException">nginx, fcgiwrap or git is not installed.</exception>
    public static async Task<GitHttpServer> StartAsync(TimeProvider clock, CancellationToken token)
    {
        var nginx = Executable.Require("nginx", "nginx");
        var fcgiwrap = Executable.Require("fcgiwrap", "fcgiwrap");
        var folder = new ScratchFolder("gob-git-");
        var server = new GitHttpServer(folder, clock);
        try
        {
            server._gateway = await server.StartGatewayAsync(fcgiwrap, clock, token);
            server._web = await Startup.OnFreePortAsync("nginx", port => server.Launch(nginx, port), server.IsReadyAsync, clock, token);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <param name="path">For example <c>open/team/config</c>; <c>.git</c> is added.</param>
    public async Task<HostedRepository> CreateRepositoryAsync(string path, CancellationToken token)
    {
        var folder = Path.Combine(_folder.Folder("repositories"), path + ".git");
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        await GitCommand.RunAsync(_folder.Path, ["init", "--quiet", "--bare", "--initial-branch=main", folder], token);
        var repository = new HostedRepository(this, path, folder);
        await repository.ConfigureAsync("http.receivepack", "true", token);
        await repository.ConfigureAsync("uploadpack.allowFilter", "true", token);
        await repository.ConfigureAsync("uploadpack.allowAnySHA1InWant", "true", token);
        return repository;
    }

    /// <summary>The same repository again, as a copy that costs next to nothing.</summary>
    public async Task<HostedRepository> CopyRepositoryAsync(HostedRepository original, string path, CancellationToken token)
    {
        var copy = await CreateRepositoryAsync(path, token);
        await ChildProcess.RunAsync("cp", ["-rT", original.Folder, copy.Folder], new RunOptions(), token);
        return copy;
    }

    public async ValueTask DisposeAsync()
    {
        if (_web is not null)
            await _web.DisposeAsync();
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        _http.Dispose();
        _certificates.Dispose();
        _folder.Dispose();
    }

    private async Task<ChildProcess> StartGatewayAsync(string fcgiwrap, TimeProvider clock, CancellationToken token)
    {
        var socket = _folder.File("fcgi");
        // A repository's own on-fetch script, when there is one, runs while the objects of a fetch are being sent, once.
        var packHook = _folder.Write("pack-objects", """
            #!/bin/sh
            if [ -x hooks/on-fetch ]; then mv hooks/on-fetch hooks/on-fetch.done && ./hooks/on-fetch.done >&2; fi
            exec "$@"
            """);
        File.SetUnixFileMode(packHook, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var configuration = _folder.Write("gitconfig", $"[uploadpack]\n\tpackObjectsHook = {packHook}\n[gc]\n\tauto = 0\n[receive]\n\tautogc = false\n");
        var server = ChildProcess.StartServer(
            fcgiwrap, ["-c", "8", "-s", "unix:" + socket], _folder.Path, GitCommand.Environment(_folder.Path, configuration));
        while (!File.Exists(socket))
        {
            if (server.HasExited)
                throw new InvalidOperationException($"fcgiwrap ended at once: {server.Errors}");
            await Task.Delay(TimeSpan.FromMilliseconds(5), clock, token);
        }

        return server;
    }

    private ChildProcess Launch(string nginx, int port)
    {
        Url = new Uri($"http://127.0.0.1:{port}");
        TlsUrl = new Uri($"https://127.0.0.1:{Startup.FreePort()}");
        var certificate = _certificates.Sign("git");
        _folder.Write("tls.crt", certificate.CertificatePem);
        _folder.Write("tls.key", certificate.KeyPem);
        _folder.Write("clients.crt", AuthorityPem);
        _folder.Write("accounts", $"{Account.User}:{{PLAIN}}{Account.Password}\n");
        var configuration = _folder.Write("nginx.conf", Configuration(port));
        return ChildProcess.StartServer(
            nginx, ["-e", "stderr", "-p", _folder.Path, "-c", configuration], _folder.Path, GitCommand.Environment(_folder.Path), Log.Add);
    }

    private string Configuration(int port) => $$"""
        daemon off;
        master_process off;
        pid nginx.pid;
        error_log stderr error;
        events { worker_connections 512; }
        http {
          access_log /dev/stdout combined;
          client_body_temp_path body;
          fastcgi_temp_path fastcgi;
          proxy_temp_path proxy;
          scgi_temp_path scgi;
          uwsgi_temp_path uwsgi;
          client_max_body_size 0;
          client_body_buffer_size 1m;
          map $http_authorization $is_bearer { default 0; "Bearer {{BearerToken}}" 1; }
          fastcgi_param SCRIPT_FILENAME {{Executable.Require("git-http-backend", "git")}};
          fastcgi_param GIT_PROJECT_ROOT {{_folder.Folder("repositories")}};
          fastcgi_param GIT_HTTP_EXPORT_ALL 1;
          map $uri $protocol { default $http_git_protocol; "~^/old/" ""; }
          fastcgi_param GIT_PROTOCOL $protocol;
          fastcgi_param PATH_INFO $uri;
          fastcgi_param REMOTE_USER $remote_user;
          fastcgi_param REMOTE_ADDR $remote_addr;
          fastcgi_param QUERY_STRING $query_string;
          fastcgi_param REQUEST_METHOD $request_method;
          fastcgi_param CONTENT_TYPE $content_type;
          fastcgi_param CONTENT_LENGTH $content_length;
          fastcgi_read_timeout 300s;
          server {
            listen 127.0.0.1:{{port}};
            listen 127.0.0.1:{{TlsUrl.Port}} ssl;
            ssl_certificate tls.crt;
            ssl_certificate_key tls.key;
            ssl_client_certificate clients.crt;
            ssl_verify_client optional;
            ssl_verify_depth 2;
            location = /ready { return 200 "{{_name}}"; }
            location /open/ { fastcgi_pass unix:fcgi; }
            location /private/ { auth_basic "git"; auth_basic_user_file accounts; fastcgi_pass unix:fcgi; }
            location /old/ { auth_basic "git"; auth_basic_user_file accounts; fastcgi_pass unix:fcgi; }
            location /redirecting/ {
              rewrite "^(/redirecting/.*(?<!\.git))/(info/refs|git-upload-pack|git-receive-pack)$" $1.git/$2 permanent;
              auth_basic "git"; auth_basic_user_file accounts; fastcgi_pass unix:fcgi;
            }
            location /certified/ { if ($ssl_client_verify != SUCCESS) { return 403; } fastcgi_pass unix:fcgi; }
            location /bearer/ { if ($is_bearer = 0) { return 401; } fastcgi_pass unix:fcgi; }
          }
        }

        """.Replace("unix:fcgi;", $"unix:{_folder.File("fcgi")};", StringComparison.Ordinal);

    private async Task<bool> IsReadyAsync(int port, CancellationToken token) =>
        await _http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/ready"), token) == _name;
}
