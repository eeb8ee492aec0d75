using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using GitOpsBumper.Tests.Adapters.Http;

namespace GitOpsBumper.Tests.Adapters.Registries;

public sealed class TrustTests
{
    private const string Tags = """{"tags":["1.0"]}""";

    [Fact]
    public async Task A_certificate_is_verified_unless_the_configuration_says_otherwise()
    {
        using var authority = CreateAuthority("one");
        using var certificate = Sign(authority, IPAddress.Loopback);
        await using var server = await ScriptedServer.StartAsync(context => context.SendAsync(200, Tags), certificate);

        using var careful = new Asking(Entry(server, ""));
        var failure = await careful.FailToListAsync(server);
        Assert.Contains($"registry {server.Host} cannot be trusted", failure.Message, StringComparison.Ordinal);
        Assert.False(failure.IsTransient);
        Assert.Empty(server.Requests);

        using var careless = new Asking(Entry(server, "insecure: true"));
        Assert.Equal("1.0", await careless.ListAsync(server));

        using var knowing = new Asking(Entry(server, $"ca_data: \"{authority.ExportCertificatePem().ReplaceLineEndings("\\n")}\""));
        Assert.Equal("1.0", await knowing.ListAsync(server));

        var file = Path.GetTempFileName();
        File.WriteAllText(file, authority.ExportCertificatePem());
        using var reading = new Asking(Entry(server, $"ca_file: {file}"));
        File.Delete(file);
        Assert.Equal("1.0", await reading.ListAsync(server));
    }

    [Fact]
    public async Task A_trusted_authority_does_not_make_another_name_or_another_authority_right()
    {
        using var authority = CreateAuthority("one");
        using var other = CreateAuthority("other");
        using var certificate = Sign(authority, IPAddress.Parse("10.0.0.1"));
        await using var server = await ScriptedServer.StartAsync(context => context.SendAsync(200, Tags), certificate);
        foreach (var trusted in new[] { authority, other })
        {
            using var asking = new Asking(Entry(server, $"ca_data: \"{trusted.ExportCertificatePem().ReplaceLineEndings("\\n")}\""));
            Assert.Contains("cannot be trusted", (await asking.FailToListAsync(server)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_registry_on_this_machine_that_speaks_https_asks_for_its_url()
    {
        using var authority = CreateAuthority("one");
        using var certificate = Sign(authority, IPAddress.Loopback);
        await using var server = await ScriptedServer.StartAsync(context => context.SendAsync(200, Tags), certificate);
        using var asking = new Asking();

        Assert.Contains("if it speaks https, say so with api_url in registries.conf", (await asking.FailToListAsync(server)).Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Nothing_leads_from_https_to_http()
    {
        using var authority = CreateAuthority("one");
        using var certificate = Sign(authority, IPAddress.Loopback);
        await using var plain = await ScriptedServer.StartAsync(context => context.SendAsync(200, Tags));
        await using var server = await ScriptedServer.StartAsync(
            async context =>
            {
                context.Response.Headers.Location = $"http://127.0.0.1:{plain.Port}/";
                await context.SendAsync(302);
            },
            certificate);
        using var asking = new Asking(Entry(server, "insecure: true"));

        Assert.Contains("redirects from https to http", (await asking.FailToListAsync(server)).Message, StringComparison.Ordinal);
        Assert.Empty(plain.Requests);
    }

    private static string Entry(ScriptedServer server, string more) => $$"""
        registries:
        - name: test
          prefix: "{{server.Host}}"
          api_url: https://{{server.Host}}
          {{more}}
        """;

    private static X509Certificate2 CreateAuthority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=authority {name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-2), now.AddDays(2));
    }

    private static X509Certificate2 Sign(X509Certificate2 authority, IPAddress address)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=registry", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var signed = request.Create(authority, now.AddDays(-1), now.AddDays(1), RandomNumberGenerator.GetBytes(8));
        using var whole = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pfx), null);
    }
}
