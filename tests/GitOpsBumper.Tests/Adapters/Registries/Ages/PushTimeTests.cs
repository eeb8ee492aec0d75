using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Adapters.Registries.Ages;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Tests.Adapters.Http;

namespace GitOpsBumper.Tests.Adapters.Registries.Ages;

/// <summary>When a tag was pushed, by the published APIs of registries that tell. The server answers as their documents say, and shows paths unescaped once.</summary>
public sealed class PushTimeTests
{
    private const string Hex = "1111111111111111111111111111111111111111111111111111111111111111";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(PushTimeApi.DockerHub, "library/nginx", "/v2/namespaces/library/repositories/nginx/tags/1.27.3", """{"name":"1.27.3","last_updated":"2026-03-02T00:00:00Z","tag_last_pushed":"2026-03-01T10:20:30.123456Z"}""")]
    [InlineData(PushTimeApi.DockerHub, "nginx", "/v2/namespaces/library/repositories/nginx/tags/1.27.3", """{"name":"1.27.3","last_updated":"2026-03-01T10:20:30Z"}""")]
    [InlineData(PushTimeApi.Quay, "team/web", "/api/v1/repository/team/web/tag/?onlyActiveTags=true&limit=1&specificTag=1.27.3", """{"tags":[{"name":"1.27.3","start_ts":1772360430,"manifest_digest":"sha256:1"}],"page":1}""")]
    [InlineData(PushTimeApi.Harbor, "team/web", "/api/v2.0/projects/team/repositories/web/artifacts/sha256:" + Hex, """{"push_time":"2026-02-01T00:00:00Z","tags":[{"name":"latest","push_time":"2026-04-01T00:00:00Z"},{"name":"1.27.3","push_time":"2026-03-01T10:20:30.000Z"}]}""")]
    [InlineData(PushTimeApi.Harbor, "team/a/web", "/api/v2.0/projects/team/repositories/a%2Fweb/artifacts/sha256:" + Hex, """{"push_time":"2026-03-01T10:20:30.000Z","tags":null}""")]
    public async Task Registries_tell_when_a_tag_was_pushed(PushTimeApi api, string path, string asked, string answer)
    {
        await using var server = await ScriptedServer.StartAsync(context => context.SendAsync(200, answer));
        var pushed = await FindAsync(server, api, path, null);

        Assert.Equal(new DateTimeOffset(2026, 3, 1, 10, 20, 30, TimeSpan.Zero), pushed!.Value.AddTicks(-(pushed.Value.Ticks % TimeSpan.TicksPerSecond)));
        Assert.Equal($"GET {asked}", Assert.Single(server.Requests).ToString());
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task Who_does_not_tell_us_does_not_tell(int status)
    {
        await using var server = await ScriptedServer.StartAsync(context => context.SendAsync(status, "{}"));
        Assert.Null(await FindAsync(server, PushTimeApi.Quay, "team/web", null));
    }

    [Theory]
    [InlineData("""{"tags":[]}""")]
    [InlineData("""{"tags":[{"name":"other","start_ts":5}]}""")]
    [InlineData("""{"tags":[{"name":"1.27.3","start_ts":"yesterday"}]}""")]
    [InlineData("""{"tags":[{"name":"1.27.3","start_ts":99999999999999}]}""")]
    [InlineData("""[1]""")]
    public async Task An_answer_without_a_time_tells_none(string answer)
    {
        await using var server = await ScriptedServer.StartAsync(context => context.SendAsync(200, answer));
        Assert.Null(await FindAsync(server, PushTimeApi.Quay, "team/web", null));
    }

    [Fact]
    public async Task What_cannot_be_understood_is_an_error_and_no_age()
    {
        await using var server = await ScriptedServer.StartAsync(context => context.SendAsync(200, "<html>"));
        var failure = await Assert.ThrowsAsync<RegistryException>(() => FindAsync(server, PushTimeApi.Quay, "team/web", null));
        Assert.Contains("no JSON", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_outage_is_an_error_and_no_age()
    {
        await using var server = await ScriptedServer.StartAsync(context => context.SendAsync(500, "{}"));
        Assert.True((await Assert.ThrowsAsync<RegistryException>(() => FindAsync(server, PushTimeApi.Harbor, "team/web", null))).IsTransient);
    }

    [Theory]
    [InlineData(PushTimeApi.Harbor, true)]
    [InlineData(PushTimeApi.Quay, false)]
    [InlineData(PushTimeApi.DockerHub, false)]
    public async Task Only_Harbor_is_given_the_credentials_of_its_registry(PushTimeApi api, bool isGiven)
    {
        await using var server = await ScriptedServer.StartAsync(context => context.SendAsync(200, context.Request.Headers.ContainsKey("Authorization") ? """{"push_time":"2026-03-01T10:20:30Z"}""" : "{}"));
        Assert.Equal(isGiven, await FindAsync(server, api, "team/web", Asking.Account) is not null);
    }

    [Theory]
    [InlineData("docker.io", PushTimeApi.DockerHub)]
    [InlineData("quay.io", PushTimeApi.Quay)]
    [InlineData("ghcr.io", PushTimeApi.None)]
    [InlineData("quay.io.example.com", PushTimeApi.None)]
    public void Registries_are_known_by_their_host_alone(string registry, PushTimeApi api) => Assert.Equal(api, RegistryEndpoint.Of(registry).PushTimes);

    [Fact]
    public void A_mirror_of_Docker_Hub_is_not_Docker_Hub() => Assert.Equal(
        PushTimeApi.None,
        Asking.Configuration("registries:\n- name: Hub\n  prefix: docker.io\n  api_url: https://mirror.example.com\n").EndpointFor(Asking.Repository("nginx")).PushTimes);

    [Fact]
    public void The_configuration_says_what_the_host_does_not()
    {
        var configuration = Asking.Configuration("registries:\n- name: Harbor\n  prefix: registry.example.com\n  push_times: harbor\n- name: Quay\n  prefix: quay.io\n  push_times: none\n");
        Assert.Equal(PushTimeApi.Harbor, configuration.EndpointFor(Asking.Repository("registry.example.com/team/web")).PushTimes);
        Assert.Equal(PushTimeApi.None, configuration.EndpointFor(Asking.Repository("quay.io/team/web")).PushTimes);
        Assert.False(RegistryConfiguration.TryParse("registries:\n- name: Harbor\n  prefix: registry.example.com\n  push_times: artifactory\n", out _, out var problems));
        Assert.Contains("'artifactory' is not known, allowed are docker-hub, quay, harbor and none", Assert.Single(problems).ToString(), StringComparison.Ordinal);
    }

    private static async Task<DateTimeOffset?> FindAsync(ScriptedServer server, PushTimeApi api, string path, UserCredential? credential)
    {
        var endpoint = RegistryEndpoint.Of(server.Host) with { PushTimes = api, DockerHubApi = new Uri($"http://{server.Host}/"), DefaultNamespace = "library" };
        var time = new JumpingTime();
        using var gates = new HostGates(_ => endpoint.Limits, time);
        using var connection = new RegistryConnection(endpoint, gates, new RequestCounter(), new HttpLimits { AttemptTimeout = JumpingTime.Never }, time, null);
        Assert.True(Digest.TryParse($"sha256:{Hex}", out var digest, out _));
        return await new PushTimeReader(connection).FindAsync(Asking.Repository($"{server.Host}/{path}"), Asking.Tag("1.27.3"), digest, credential, Token);
    }
}
