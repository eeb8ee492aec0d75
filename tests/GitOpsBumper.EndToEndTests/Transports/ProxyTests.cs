using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers;
using GitOpsBumper.EndToEndTests.Servers.Network;

namespace GitOpsBumper.EndToEndTests.Transports;

public sealed class ProxyTests(World world)
{
    private const string Password = "proxy-hunter2";

    private static readonly BasicAccount Account = new("robot", Password);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_request_goes_through_the_proxy_that_the_secret_names()
    {
        await using var proxy = await TransportStage.ProxyAsync();
        using var stage = await TransportStage.SetAsync(world, "private");
        stage.Secret(("username", GitHttpServer.Account.User), ("password", GitHttpServer.Account.Password), ("proxy", proxy.Url));

        await stage.SucceedsAsync();

        // The repository lies on a server that others use too; this many requests it got, and as many the proxy.
        var direct = await stage.Stage.Repository.RequestsAsync(Token);
        Assert.Equal(direct.Count, (await proxy.RequestsAsync(Token)).Count(request => request.Contains(stage.Url, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Https_goes_through_a_tunnel_and_the_password_of_the_proxy_is_seen_nowhere()
    {
        await using var proxy = await TransportStage.ProxyAsync(Account);
        using var stage = await TransportStage.SetAsync(world, "open", repository => repository.TlsUrl);
        stage.Secret(("proxy", proxy.Url.Replace("://", $"://robot:{Password}@", StringComparison.Ordinal)));
        using var watch = new ProcessWatch([Password]);

        await stage.SucceedsAsync(Password);
        await watch.StopAsync();

        Assert.True(watch.SawGit);
        Assert.Empty(watch.Found);
        Assert.Contains($"CONNECT {new Uri(stage.Url).Authority} HTTP/1.1", await proxy.RequestsAsync(Token));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("git.example.com, 127.0.0.0/8")]
    [InlineData("*")]
    public async Task Hosts_that_noProxy_names_are_reached_without_it(string exceptions)
    {
        await using var proxy = await TransportStage.ProxyAsync();
        using var stage = await TransportStage.SetAsync(world, "open");
        stage.Secret(("proxy", proxy.Url), ("noProxy", exceptions));

        await stage.SucceedsAsync();

        Assert.Empty(await proxy.RequestsAsync(Token));
    }

    [Fact]
    public async Task Exceptions_for_other_hosts_change_nothing()
    {
        await using var proxy = await TransportStage.ProxyAsync();
        using var stage = await TransportStage.SetAsync(world, "open");
        stage.Secret(("proxy", proxy.Url), ("noProxy", "git.example.com,10.0.0.0/8,127.0.0.1:1"));

        await stage.SucceedsAsync();

        Assert.NotEmpty(await proxy.RequestsAsync(Token));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_proxy_that_refuses_is_named_as_what_it_is_and_its_password_is_not_shown(bool tls)
    {
        await using var proxy = ConnectProxy.Start("robot", Password);
        using var stage = await TransportStage.SetAsync(world, "open", repository => tls ? repository.TlsUrl : repository.Url);
        stage.Secret(("proxy", $"http://robot:wrong-hunter3@127.0.0.1:{proxy.Port}"));

        Assert.Contains($"the proxy http://127.0.0.1:{proxy.Port} cannot be reached, or refuses", await stage.FailsAsync("wrong-hunter3"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_that_is_not_there_is_named()
    {
        using var stage = await TransportStage.SetAsync(world, "open");
        var url = $"http://127.0.0.1:{Startup.FreePort()}";
        stage.Secret(("proxy", url));

        Assert.Contains($"through proxy {url}", await stage.FailsAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("socks5")]
    [InlineData("socks5h")]
    public async Task A_proxy_of_socks_is_used_too(string scheme)
    {
        await using var proxy = SocksProxy.Start(Account);
        using var stage = await TransportStage.SetAsync(world, "open");
        stage.Secret(("proxy", $"{scheme}://robot:{Password}@127.0.0.1:{proxy.Port}"));

        await stage.SucceedsAsync(Password);

        Assert.All(proxy.Connections, target => Assert.Equal(new Uri(stage.Url).Authority, target));
        Assert.NotEmpty(proxy.Connections);
    }
}
