using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers.Network;

namespace GitOpsBumper.EndToEndTests.Transports;

/// <summary>A server of https that opens to whoever shows a certificate of its authority.</summary>
public sealed class ClientCertificateTests(World world)
{
    [Fact]
    public async Task A_client_certificate_opens_the_repository_and_its_files_are_gone_afterwards()
    {
        using var stage = await PrepareAsync();
        var client = stage.Server.SignClient("bumper");
        stage.Secret(("tlsClientCertData", client.CertificatePem), ("tlsClientCertKey", client.KeyPem));
        using var watch = new ProcessWatch([client.KeyPem.Split('\n')[1]]);

        await stage.SucceedsAsync(client.KeyPem.Split('\n')[1]);
        await watch.StopAsync();

        Assert.True(watch.SawGit);
        Assert.Empty(watch.Found);
        foreach (var folder in new[] { "/dev/shm", Path.GetTempPath() }.Where(Directory.Exists))
            Assert.Empty(Directory.GetDirectories(folder, "bumper-tls-*"));
    }

    [Fact]
    public async Task Without_a_client_certificate_the_server_refuses()
    {
        using var stage = await PrepareAsync();

        Assert.Contains("the server refuses the credentials, or there are none for it", await stage.FailsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_certificate_of_another_authority_is_refused()
    {
        using var others = new Certificates(TimeProvider.System);
        using var stage = await PrepareAsync();
        var client = others.Sign("bumper");
        stage.Secret(("tlsClientCertData", client.CertificatePem), ("tlsClientCertKey", client.KeyPem));

        Assert.Contains($"could not fetch from {stage.Url}", await stage.FailsAsync(client.KeyPem.Split('\n')[1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_of_another_certificate_is_said_to_be_one()
    {
        using var stage = await PrepareAsync();
        stage.Secret(("tlsClientCertData", stage.Server.SignClient("bumper").CertificatePem), ("tlsClientCertKey", stage.Server.SignClient("other").KeyPem));

        Assert.StartsWith("tlsClientCertData and tlsClientCertKey of secret argocd/repository cannot be used", await stage.FailsAsync(), StringComparison.Ordinal);
    }

    private Task<TransportStage> PrepareAsync() => TransportStage.SetAsync(world, "certified", repository => repository.TlsUrl);
}
