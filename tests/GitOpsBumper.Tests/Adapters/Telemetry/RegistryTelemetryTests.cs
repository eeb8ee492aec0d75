using System.Diagnostics;
using System.Diagnostics.Metrics;
using GitOpsBumper.Adapters.Telemetry;
using GitOpsBumper.Metrics;
using GitOpsBumper.Tests.Adapters.Http;
using GitOpsBumper.Tests.Adapters.Registries;

namespace GitOpsBumper.Tests.Adapters.Telemetry;

/// <summary>Real requests to a server on the loopback address, and what is said of them.</summary>
public sealed class RegistryTelemetryTests : IDisposable
{
    private readonly Meter _meter = new("test");
    private readonly ActivitySource _spans = new("test");
    private readonly ActivityListener _listener;
    private readonly List<Activity> _ended = [];
    private readonly MetricsCollector _collector;
    private readonly CallTelemetry _telemetry;

    public RegistryTelemetryTests()
    {
        _collector = new MetricsCollector(_meter);
        _telemetry = new CallTelemetry(_meter, _spans, TimeProvider.System);
        _listener = new ActivityListener
        {
            ShouldListenTo = source => ReferenceEquals(source, _spans),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = _ended.Add,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    [Fact]
    public async Task Every_attempt_is_counted_with_its_outcome()
    {
        var sent = 0;
        await using var server = await ScriptedServer.StartAsync(context => context.SendAsync(Interlocked.Increment(ref sent) == 1 ? 503 : 200, """{"tags":["1.0"]}"""));
        using var asking = new Asking(telemetry: _telemetry.Registries);
        await asking.ListAsync(server);
        Has($"gitopsbumper_registry_requests_total{{registry=\"{server.Host}\",outcome=\"failed\"}} 1");
        Has($"gitopsbumper_registry_requests_total{{registry=\"{server.Host}\",outcome=\"ok\"}} 1");
        Has($"gitopsbumper_registry_request_seconds_count{{registry=\"{server.Host}\"}} 2");
        Has($"argocd_image_updater_registry_requests_total{{registry=\"http://{server.Host}\"}} 2");
        Assert.Equal(["registry tags Error", "registry tags Unset"], _ended.Select(span => $"{span.DisplayName} {span.Status}"));
    }

    [Fact]
    public async Task A_token_server_counts_for_its_registry_and_its_query_is_in_no_span()
    {
        await using var server = await ScriptedServer.StartAsync(context =>
        {
            if (context.Request.Path == "/token")
                return context.SendAsync(200, """{"token":"t0ken"}""");
            if (context.Request.Headers.Authorization == "Bearer t0ken")
                return context.SendAsync(200, """{"tags":["1.0"]}""");
            context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"http://{context.Request.Host}/token\",service=\"hidden-service\"";
            return context.SendAsync(401);
        });
        using var asking = new Asking(telemetry: _telemetry.Registries);
        await asking.ListAsync(server, Asking.Account);
        Has($"gitopsbumper_registry_requests_total{{registry=\"{server.Host}\",outcome=\"challenged\"}} 1");
        Has($"gitopsbumper_registry_requests_total{{registry=\"{server.Host}\",outcome=\"ok\"}} 2");
        // Image Updater counts no requests for tokens.
        Has($"argocd_image_updater_registry_requests_total{{registry=\"http://{server.Host}\"}} 2");
        var said = string.Join('\n', _ended.SelectMany(span => span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}")));
        Assert.Contains("url.path=/token", said, StringComparison.Ordinal);
        foreach (var secret in (string[])["t0ken", "s3cret", "hidden-service", "?"])
            Assert.DoesNotContain(secret, said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_that_does_not_answer_has_failed_under_both_names()
    {
        string host;
        await using (var server = await ScriptedServer.StartAsync(context => context.SendAsync(200)))
            host = server.Host;
        using var asking = new Asking(telemetry: _telemetry.Registries);
        await Assert.ThrowsAnyAsync<Exception>(() => asking.Client.ListTagsAsync(Asking.Repository($"{host}/team/web"), null, TestContext.Current.CancellationToken));
        Has($"gitopsbumper_registry_requests_total{{registry=\"{host}\",outcome=\"unreachable\"}} 4");
        Has($"argocd_image_updater_registry_requests_failed_total{{registry=\"http://{host}\"}} 4");
    }

    public void Dispose()
    {
        _listener.Dispose();
        _collector.Dispose();
        _spans.Dispose();
        _meter.Dispose();
    }

    private void Has(string line) => Assert.Contains(line, _collector.Render().Split('\n'));
}
