using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers;
using GitOpsBumper.EndToEndTests.Servers.Network;

namespace GitOpsBumper.EndToEndTests.Registries;

/// <summary>A docker-registry that speaks https with a certificate of an authority that no system knows.</summary>
public sealed class OwnAuthorityTests(World world)
{
    [Theory]
    [InlineData("file")]
    [InlineData("data")]
    public async Task A_registry_with_an_own_authority_is_read_when_registries_conf_names_it(string how)
    {
        using var certificates = new Certificates(TimeProvider.System);
        await using var registry = await StartAsync(certificates);
        using var stage = await PrepareAsync(registry);
        var authority = how == "file"
            ? $"ca_file: {stage.Note("registry-ca.pem", certificates.AuthorityPem)}"
            : $"ca_data: |\n{string.Concat(certificates.AuthorityPem.Split('\n').Select(line => $"    {line}\n"))}";
        stage.Note("registries.conf", Entry(registry, authority));

        var outcome = (await stage.RunAsync()).MustExit(0);

        Assert.Equal("1.1.0", outcome.Image("web").Candidate);
        Assert.Equal(1, await stage.CountTagListsAsync("web"));
    }

    [Fact]
    public async Task A_registry_with_an_own_authority_is_not_trusted_unless_it_is_named_and_nothing_else_fails()
    {
        using var certificates = new Certificates(TimeProvider.System);
        using var others = new Certificates(TimeProvider.System);
        await using var registry = await StartAsync(certificates);
        using var stage = await PrepareAsync(registry);
        stage.Note("registries.conf", Entry(registry, $"ca_file: {stage.Note("other-ca.pem", others.AuthorityPem)}"));

        var reason = (await stage.RunAsync()).MustExit(1).Image("web").Reason;

        Assert.Contains($"registry {registry.Host} cannot be trusted", reason, StringComparison.Ordinal);
        Assert.Equal(0, await stage.CountTagListsAsync("web"));
    }

    private static async Task<DockerRegistry> StartAsync(Certificates certificates)
    {
        var signed = certificates.Sign("registry");
        var tls = new RegistryTls(signed.CertificatePem, signed.KeyPem, certificates.AuthorityPem);
        try
        {
            return await DockerRegistry.StartAsync(new DockerRegistryOptions { Tls = tls }, TimeProvider.System, Stage.Token);
        }
        catch (ServerMissingException missing)
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }

    private async Task<Stage> PrepareAsync(DockerRegistry registry)
    {
        var stage = await Stage.SetAsync(world, registry: registry);
        registry.Storage.Write([stage.RepositoryPath("web")], ["1.0.0", "1.1.0"], TestImage.Amd64());
        stage.Deploy(new Deployment("web", stage.Image("web")));
        await stage.PublishAsync();
        return stage;
    }

    private static string Entry(DockerRegistry registry, string authority) => $"""
        registries:
        - name: own
          prefix: "{registry.Host}"
          api_url: {registry.Url.ToString().TrimEnd('/')}
          {authority}

        """;
}
