using System.Net;
using System.Net.Sockets;
using GitOpsBumper.Web;
using Microsoft.Extensions.Logging.Abstractions;

namespace GitOpsBumper.Tests.Web;

/// <summary>Which port answers for what.</summary>
public sealed class WebServerTests : IDisposable
{
    private readonly HttpClient _client = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_are_served_as_Prometheus_reads_them()
    {
        var (_, port) = FreePorts();
        await using var server = await StartAsync(0, port);
        using var answer = await GetAsync(port, "/metrics");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("a_metric 1\n", await answer.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Each_port_answers_for_what_it_is_there_for_and_names_it()
    {
        var (health, metrics) = FreePorts();
        await using var server = await StartAsync(health, metrics);
        Assert.Equal("ok\n", await TextAsync(health, "/healthz", HttpStatusCode.OK));
        Assert.Equal("ok\n", await TextAsync(health, "/readyz", HttpStatusCode.OK));
        Assert.Equal("{}", await TextAsync(health, "/api/v1/status", HttpStatusCode.OK));
        Assert.Equal("there are /healthz, /readyz and /api/v1/status\n", await TextAsync(health, "/metrics", HttpStatusCode.NotFound));
        Assert.Equal("there is /metrics\n", await TextAsync(metrics, "/healthz", HttpStatusCode.NotFound));
        Assert.Equal("there is /metrics\n", await TextAsync(metrics, "/api/v1/status", HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task One_port_may_serve_both()
    {
        var (port, _) = FreePorts();
        await using var server = await StartAsync(port, port);
        Assert.Equal("ok\n", await TextAsync(port, "/healthz", HttpStatusCode.OK));
        Assert.Equal("a_metric 1\n", await TextAsync(port, "/metrics", HttpStatusCode.OK));
        Assert.Equal("there are /healthz, /readyz, /api/v1/status and /metrics\n", await TextAsync(port, "/", HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task Nothing_can_be_sent_to_either()
    {
        var (port, _) = FreePorts();
        await using var server = await StartAsync(port, port);
        using var answer = await _client.PostAsync(new Uri($"http://127.0.0.1:{port}/metrics"), null, Token);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    public void Dispose() => _client.Dispose();

    private static Task<WebServer> StartAsync(int health, int metrics) => WebServer.StartAsync(
        new WebPorts(IPAddress.Loopback, health, metrics),
        new WebAnswers { NotReady = () => [], Status = () => "{}"u8.ToArray(), Metrics = () => "a_metric 1\n"u8.ToArray() },
        NullLoggerFactory.Instance,
        Token);

    private Task<HttpResponseMessage> GetAsync(int port, string path) => _client.GetAsync(new Uri($"http://127.0.0.1:{port}{path}"), Token);

    private async Task<string> TextAsync(int port, string path, HttpStatusCode status)
    {
        using var answer = await GetAsync(port, path);
        Assert.Equal(status, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(Token);
    }

    /// <summary>Two at once, so that they differ.</summary>
    private static (int First, int Second) FreePorts()
    {
        using var one = new TcpListener(IPAddress.Loopback, 0);
        using var other = new TcpListener(IPAddress.Loopback, 0);
        one.Start();
        other.Start();
        return (((IPEndPoint)one.LocalEndpoint).Port, ((IPEndPoint)other.LocalEndpoint).Port);
    }
}
