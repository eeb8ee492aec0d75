using System.Text;
using System.Text.Json;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Adapters.Kubernetes.Access;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Servers;
using GitOpsBumper.EndToEndTests.Servers.Kubernetes;
using GitOpsBumper.EndToEndTests.Servers.Network;

namespace GitOpsBumper.EndToEndTests.Kubernetes;

/// <summary>What is found leads to the API server, as the one who is meant.</summary>
public sealed class AccessTests(World world) : IDisposable
{
    private readonly ScratchFolder _folder = new("gob-access-");
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal) { ["PATH"] = "/usr/bin:/bin" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task With_a_token()
    {
        var server = await world.KubernetesAsync();
        Assert.Equal("user-7", await WhoAsync(Question with { Kubeconfig = server.WriteKubeConfig(_folder, "user-7") }));
    }

    [Fact]
    public async Task With_a_client_certificate_in_place_and_from_files()
    {
        var server = await world.KubernetesAsync();
        var signed = server.CertificateFor("operator");
        _folder.Write("pki/me.crt", signed.CertificatePem);
        _folder.Write("pki/me.key", signed.KeyPem);

        Assert.Equal("operator", await WhoAsync(Write(Trusted(server), $"client-certificate-data: {Base64(signed.CertificatePem)}, client-key-data: {Base64(signed.KeyPem)}")));
        Assert.Equal("operator", await WhoAsync(Write(Trusted(server), "client-certificate: pki/me.crt, client-key: pki/me.key")));
    }

    [Fact]
    public async Task With_a_client_certificate_whose_authority_the_server_has_to_be_told()
    {
        var server = await world.KubernetesAsync();
        var signed = server.CertificateThroughAnotherFor("operator");

        Assert.Equal("operator", await WhoAsync(Write(Trusted(server), $"client-certificate-data: {Base64(signed.CertificatePem)}, client-key-data: {Base64(signed.KeyPem)}")));
    }

    [Fact]
    public async Task Through_a_proxy_that_wants_an_account()
    {
        var server = await world.KubernetesAsync();
        await using var proxy = ConnectProxy.Start("me", "p@ss word");
        var user = $"token: {server.TokenOf("user-12")}";

        Assert.Equal("user-12", await WhoAsync(Write($"{Trusted(server)}, proxy-url: \"http://me:p%40ss%20word@127.0.0.1:{proxy.Port}\"", user)));
        Assert.Equal([server.Url.Authority], proxy.Tunnels.Distinct(StringComparer.Ordinal));
        var refused = await Assert.ThrowsAsync<KubernetesException>(() => WhoAsync(Write($"{Trusted(server)}, proxy-url: \"http://127.0.0.1:{proxy.Port}\"", user)));
        Assert.Null(refused.Status);
        Assert.Contains("407", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_program_whose_token_is_renewed_when_it_is_refused()
    {
        var server = await world.KubernetesAsync();
        // The first token that it gives has been revoked, as far as the server is concerned.
        var plugin = _folder.Write("plugin", $$$"""
            #!/bin/sh
            [ -e "$0.ran" ] && token={{{server.TokenOf("user-8")}}} || token=revoked
            echo "$KUBERNETES_EXEC_INFO" >> "$0.ran"
            echo '{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","status":{"token":"'$token'"}}'
            """);
        File.SetUnixFileMode(plugin, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        Assert.Equal("user-8", await WhoAsync(Write(Trusted(server), "exec: { apiVersion: client.authentication.k8s.io/v1beta1, command: ./plugin, provideClusterInfo: true }")));
        var told = await File.ReadAllLinesAsync(_folder.File("plugin.ran"), Token);
        Assert.Equal(2, told.Length);
        using var info = JsonDocument.Parse(told[1]);
        Assert.Equal(server.Url.GetLeftPart(UriPartial.Authority), info.RootElement.GetProperty("spec").GetProperty("cluster").GetProperty("server").GetString());
    }

    [Fact]
    public async Task A_server_of_another_authority_is_refused_unless_nothing_is_verified()
    {
        var server = await world.KubernetesAsync();
        using var other = new Certificates(TimeProvider.System);
        var user = $"token: {server.TokenOf("user-6")}";

        var refused = await Assert.ThrowsAsync<KubernetesException>(() => WhoAsync(Write($"server: \"{Server(server)}\", certificate-authority-data: {Base64(other.AuthorityPem)}", user)));
        Assert.Contains("cannot be trusted", refused.Message, StringComparison.Ordinal);
        refused = await Assert.ThrowsAsync<KubernetesException>(() => WhoAsync(Write($"server: \"{Server(server)}\"", user)));
        Assert.Contains("cannot be trusted", refused.Message, StringComparison.Ordinal);
        Assert.Equal("user-6", await WhoAsync(Write($"server: \"{Server(server)}\", insecure-skip-tls-verify: true", user)));
    }

    [Fact]
    public async Task A_server_has_to_bear_the_name_that_the_kubeconfig_gives_it()
    {
        var server = await world.KubernetesAsync();
        var user = $"token: {server.TokenOf("user-6")}";

        Assert.Equal("user-6", await WhoAsync(Write($"{Trusted(server)}, tls-server-name: kubernetes.default.svc", user)));
        var refused = await Assert.ThrowsAsync<KubernetesException>(() => WhoAsync(Write($"{Trusted(server)}, tls-server-name: other.example.com", user)));
        Assert.Contains("cannot be trusted", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_the_account_of_a_pod_whose_token_is_exchanged()
    {
        var server = await world.KubernetesAsync();
        _variables["KUBERNETES_SERVICE_HOST"] = server.Url.Host;
        _variables["KUBERNETES_SERVICE_PORT"] = $"{server.Url.Port}";
        _folder.Write("account/ca.crt", server.AuthorityPem);
        _folder.Write("account/namespace", "bumper");
        _folder.Write("account/token", server.TokenOf("user-9"));
        var access = Find(Question);
        using var connection = new KubernetesConnection(access, new RequestCounter(), TimeProvider.System);
        Assert.Equal("bumper", connection.Namespace);
        Assert.Equal("user-9", await WhoAsync(connection));

        // A good token is used on, until a minute has passed.
        _folder.Write("account/token", server.TokenOf("user-10"));
        Assert.Equal("user-9", await WhoAsync(connection));
        await access.Token!.GetAsync(renew: true, Token);
        Assert.Equal("user-10", await WhoAsync(connection));
    }

    [Fact]
    public async Task A_pod_whose_token_was_revoked_reads_the_next_one_at_once()
    {
        var server = await world.KubernetesAsync();
        _variables["KUBERNETES_SERVICE_HOST"] = server.Url.Host;
        _variables["KUBERNETES_SERVICE_PORT"] = $"{server.Url.Port}";
        _folder.Write("account/ca.crt", server.AuthorityPem);
        _folder.Write("account/token", "revoked");
        using var connection = new KubernetesConnection(Find(Question), new RequestCounter(), TimeProvider.System);
        _folder.Write("account/token", server.TokenOf("user-9"));

        Assert.Equal("user-9", await WhoAsync(connection));
    }

    [Fact]
    public async Task Through_a_list_of_files_that_each_know_a_part()
    {
        var server = await world.KubernetesAsync();
        _folder.Write("ca/ca.pem", server.AuthorityPem);
        _folder.Write("mine/token", server.TokenOf("user-11"));
        _variables["KUBECONFIG"] = string.Join(
            ':',
            _folder.File("nowhere"),
            _folder.Write("ca/config", $"clusters: [ {{ name: c, cluster: {{ server: \"{Server(server)}\", certificate-authority: ca.pem }} }} ]"),
            _folder.Write("mine/config", "{ users: [ { name: u, user: { tokenFile: ./token } } ], contexts: [ { name: x, context: { cluster: c, user: u } } ] }"));

        Assert.Equal("user-11", await WhoAsync(Question with { Context = "x" }));
    }

    private KubernetesAccessQuestion Question => new(name => _variables.GetValueOrDefault(name), TimeProvider.System) { ServiceAccountFolder = _folder.File("account") };

    private static string Server(KubernetesServer server) => server.Url.GetLeftPart(UriPartial.Authority);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Trusted(KubernetesServer server) => $"server: \"{Server(server)}\", certificate-authority-data: {Base64(server.AuthorityPem)}";

    private KubernetesAccessQuestion Write(string cluster, string user) => Question with
    {
        Kubeconfig = _folder.Write("config", $$"""
            clusters: [ { name: c, cluster: { {{cluster}} } } ]
            users: [ { name: u, user: { {{user}} } } ]
            contexts: [ { name: x, context: { cluster: c, user: u } } ]
            current-context: x
            """),
    };

    private static KubernetesAccess Find(KubernetesAccessQuestion question)
    {
        Assert.True(KubernetesAccessFinder.TryFind(question, out var access, out var problems), string.Join('\n', problems));
        return access;
    }

    private static async Task<string> WhoAsync(KubernetesAccessQuestion question)
    {
        using var connection = new KubernetesConnection(Find(question), new RequestCounter(), TimeProvider.System);
        return await WhoAsync(connection);
    }

    /// <summary>Whom the server takes us for: it says so when it refuses what none of these users may do.</summary>
    private static async Task<string> WhoAsync(KubernetesConnection connection)
    {
        var refused = await Assert.ThrowsAsync<KubernetesException>(
            () => connection.SendAsync(new KubernetesCall(HttpMethod.Get, "/api/v1/namespaces/kube-system/secrets/any"), Token));
        if (!refused.IsForbidden)
            throw refused;
        return refused.Message.Split("User \"")[1].Split('"')[0];
    }
}
