using System.Text;
using System.Text.Json;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Servers.Kubernetes;
using GitOpsBumper.EndToEndTests.Servers.Network;

namespace GitOpsBumper.EndToEndTests.Kubernetes;

public sealed class ConnectionTests(World world)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_object_is_made_and_read_back()
    {
        var server = await world.KubernetesAsync();
        var space = await server.CreateNamespaceAsync(Token);
        using var connection = Connect(server, KubernetesServer.Admin);
        await using (await connection.SendAsync(
            new KubernetesCall(HttpMethod.Post, $"/api/v1/namespaces/{space}/configmaps") { Body = Encoding.UTF8.GetBytes("""{"metadata":{"name":"a"},"data":{"k":"v"}}""") }, Token))
        {
        }

        await using var reply = await connection.SendAsync(new KubernetesCall(HttpMethod.Get, $"/api/v1/namespaces/{space}/configmaps/a"), Token);
        using var read = JsonDocument.Parse(await reply.ReadAllAsync(100_000, Token));
        Assert.Equal("v", read.RootElement.GetProperty("data").GetProperty("k").GetString());
    }

    [Fact]
    public async Task What_is_forbidden_is_told_in_the_servers_words()
    {
        var server = await world.KubernetesAsync();
        using var connection = Connect(server, "user-0");
        var refused = await Assert.ThrowsAsync<KubernetesException>(() => connection.SendAsync(new KubernetesCall(HttpMethod.Get, "/api/v1/namespaces/default/secrets?limit=1"), Token));
        Assert.True(refused.IsForbidden);
        Assert.False(refused.IsTransient);
        Assert.Equal("Forbidden", refused.Reason);
        Assert.Contains("cannot list resource \"secrets\" in API group \"\" in the namespace \"default\"", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("limit", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_token_is_renewed_once()
    {
        var server = await world.KubernetesAsync();
        var token = new ChangingToken("no-longer-valid", server.TokenOf(KubernetesServer.Admin));
        using var connection = Connect(server, token);
        await using var reply = await connection.SendAsync(new KubernetesCall(HttpMethod.Get, "/api/v1/namespaces"), Token);
        Assert.Equal(1, token.Renewals);

        using var hopeless = Connect(server, new ChangingToken("no-longer-valid", "never-was-valid"));
        var refused = await Assert.ThrowsAsync<KubernetesException>(() => hopeless.SendAsync(new KubernetesCall(HttpMethod.Get, "/api/v1/namespaces"), Token));
        Assert.Equal(401, refused.Status);
        Assert.DoesNotContain("valid", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_of_another_authority_is_not_trusted()
    {
        var server = await world.KubernetesAsync();
        using var other = new Certificates(TimeProvider.System);
        using var connection = new KubernetesConnection(Access(server, other.AuthorityPem), new RequestCounter(), TimeProvider.System);
        var refused = await Assert.ThrowsAsync<KubernetesException>(() => connection.SendAsync(new KubernetesCall(HttpMethod.Get, "/version"), Token));
        Assert.Null(refused.Status);
        Assert.False(refused.IsTransient);
        Assert.Contains("cannot be trusted", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_certificate_says_who_we_are()
    {
        var server = await world.KubernetesAsync();
        var signed = server.CertificateFor("operator", "system:masters");
        using var certificate = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPem(signed.CertificatePem, signed.KeyPem);
        using var connection = new KubernetesConnection(Access(server, server.AuthorityPem) with { ClientCertificate = certificate }, new RequestCounter(), TimeProvider.System);
        await using var reply = await connection.SendAsync(new KubernetesCall(HttpMethod.Get, "/api/v1/namespaces/kube-system/secrets"), Token);
        Assert.Equal(200, (int)reply.Status);
    }

    private static KubernetesConnection Connect(KubernetesServer server, string user) => Connect(server, new ChangingToken(server.TokenOf(user), server.TokenOf(user)));

    private static KubernetesConnection Connect(KubernetesServer server, IKubernetesToken token) =>
        new(Access(server, server.AuthorityPem) with { Token = token }, new RequestCounter(), TimeProvider.System);

    private static KubernetesAccess Access(KubernetesServer server, string authority)
    {
        var access = new KubernetesAccess { Server = server.Url, Namespace = "default", Name = "test" };
        access.Authorities.ImportFromPem(authority);
        return access;
    }

    private sealed class ChangingToken(string first, string second) : IKubernetesToken
    {
        public int Renewals { get; private set; }

        public ValueTask<string?> GetAsync(bool renew, CancellationToken cancellationToken)
        {
            Renewals += renew ? 1 : 0;
            return ValueTask.FromResult<string?>(Renewals > 0 ? second : first);
        }
    }
}
