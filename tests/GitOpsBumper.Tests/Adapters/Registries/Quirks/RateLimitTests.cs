using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Adapters.Telemetry;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Metrics;
using GitOpsBumper.Tests.Adapters.Http;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.Tests.Adapters.Registries.Quirks;

/// <summary>What registries say of what they allow, and what is made of it.</summary>
public sealed class RateLimitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ratelimit-limit: 100;w=21600\nratelimit-remaining: 76;w=21600", 100, 76, 21600, null, "allows 100 requests in 6 h, and 76 are left")]
    [InlineData("ratelimit-limit: 100;w=21600\nratelimit-remaining: 0;w=21600\ndocker-ratelimit-source: 192.0.2.7", 100, 0, 21600, null, "allows 100 manifest pulls in 6 h without login, and none is left")]
    [InlineData("ratelimit-limit: 200;w=21600\nratelimit-remaining: 0;w=21600\ndocker-ratelimit-source: 8f4c-uuid", 200, 0, 21600, null, "allows 200 manifest pulls in 6 h, and none is left")]
    [InlineData("X-RateLimit-Limit: 5000\nX-RateLimit-Remaining: 0\nX-RateLimit-Reset: 1777637700", 5000, 0, null, 900, "allows 5000 requests, and none is left")]
    [InlineData("RateLimit-Limit: 600, 600;w=60\nRateLimit-Remaining: 12\nRateLimit-Reset: 30", 600, 12, 60, 30, "allows 600 requests in 1 min, and 12 are left")]
    [InlineData("RateLimit: limit=100, remaining=0, reset=50", 100, 0, null, 50, "allows 100 requests, and none is left")]
    [InlineData("RateLimit-Policy: \"default\";q=100;w=60\nRateLimit: \"default\";r=3;t=20", 100, 3, 60, 20, "allows 100 requests in 1 min, and 3 are left")]
    [InlineData("X-RateLimit-Remaining: 0\nX-RateLimit-Reset: 1600000000", null, 0, null, 0, "allows a number of requests, and none is left")]
    public void A_limit_is_read_however_it_is_written(string headers, int? limit, int remaining, int? window, int? reset, string sentence)
    {
        var read = RateLimit.Read(Reply(200, headers), new JumpingTime())!;
        Assert.Equal((limit, remaining, window, reset), (limit is null ? null : (int)read.Limit!, (int)read.Remaining, (int?)read.Window?.TotalSeconds, (int?)read.Reset?.TotalSeconds));
        Assert.Equal(sentence, read.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("ratelimit-limit: 100;w=21600")]
    [InlineData("ratelimit-remaining: many")]
    [InlineData("ratelimit-remaining: -1")]
    [InlineData("ratelimit-remaining: 99999999999999999999999")]
    [InlineData("RateLimit: ;;,=,r")]
    [InlineData("docker-ratelimit-source: 192.0.2.7")]
    public void What_is_no_limit_is_none(string headers) => Assert.Null(RateLimit.Read(Reply(200, headers), new JumpingTime()));

    [Theory]
    [InlineData("ratelimit-limit: 100;w=21600\nratelimit-remaining: 0;w=21600", 216)]
    [InlineData("ratelimit-limit: 10;w=3600\nratelimit-remaining: 0;w=3600", 360)]
    [InlineData("RateLimit-Limit: 600, 600;w=60\nRateLimit-Remaining: 0", 60)]
    [InlineData("X-RateLimit-Remaining: 0\nX-RateLimit-Reset: 1777637700", 900)]
    [InlineData("X-RateLimit-Remaining: 0", 60)]
    [InlineData("X-RateLimit-Remaining: 0\nX-RateLimit-Reset: 999999999", 86400)]
    [InlineData("ratelimit-limit: 0;w=999999999\nratelimit-remaining: 0", 86400)]
    public void A_used_up_limit_is_waited_for_until_its_reset_or_for_one_share_of_its_window(string headers, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), RateLimit.Read(Reply(200, headers), new JumpingTime())!.Hold);

    [Fact]
    public void Retry_After_of_a_refusal_counts_before_everything_else() =>
        Assert.Equal(TimeSpan.FromSeconds(90), RateLimit.Read(Reply(429, "ratelimit-limit: 100;w=21600\nratelimit-remaining: 0;w=21600\nretry-after: 90"), new JumpingTime())!.Hold);

    [Fact]
    public async Task Docker_Hub_counts_no_HEAD_so_digests_are_still_known_when_no_pull_is_left()
    {
        await using var hub = await StartAsync(pulls: 0);
        using var asking = new Asking();

        for (var cycle = 0; cycle < 3; cycle++)
            await DigestAsync(asking, hub);

        Assert.Equal(Enumerable.Repeat("HEAD /v2/team/web/manifests/1.0", 3), hub.Requests.Select(request => request.ToString()));
    }

    [Fact]
    public async Task Docker_Hub_is_not_asked_for_manifests_when_no_pull_is_left_and_its_lists_go_on()
    {
        await using var hub = await StartAsync(pulls: 1);
        using var asking = new Asking();
        await BuildAsync(asking, hub, "1.0");

        foreach (var tag in (string[])["1.1", "1.2", "1.1"])
        {
            var failure = await Assert.ThrowsAsync<RegistryException>(() => BuildAsync(asking, hub, tag));
            Assert.True(failure.IsTransient);
            Assert.Equal(
                $"registry {hub.Host} allows 100 manifest pulls in 6 h without login, and none is left; nothing is asked of 127.0.0.1 because of it for 216 s (GET /v2/team/web/manifests/{tag} for {hub.Image})",
                failure.Message);
        }

        Assert.Equal(["GET /v2/team/web/manifests/1.0", $"GET /v2/team/web/blobs/{Config(hub, "1.0")}"], hub.Requests.Select(request => request.ToString()));
        Assert.Equal(3, (await asking.Client.ListTagsAsync(Asking.Repository(hub.Image), null, Token)).Count);

        hub.PullsLeft = 100;
        asking.Time.Advance(TimeSpan.FromSeconds(217));
        Assert.NotNull((await BuildAsync(asking, hub, "1.1")).CreatedFor([]));
    }

    [Fact]
    public async Task A_HEAD_that_says_there_are_pulls_again_ends_the_wait()
    {
        await using var hub = await StartAsync(pulls: 1);
        using var asking = new Asking();
        await BuildAsync(asking, hub, "1.0");
        await Assert.ThrowsAsync<RegistryException>(() => BuildAsync(asking, hub, "1.1"));

        hub.PullsLeft = 5;
        await DigestAsync(asking, hub);

        Assert.NotNull((await BuildAsync(asking, hub, "1.1")).CreatedFor([]));
    }

    [Fact]
    public async Task A_pull_that_Docker_Hub_refuses_is_not_tried_again_and_names_the_limit()
    {
        await using var hub = await StartAsync(pulls: 0);
        using var asking = new Asking();

        var failure = await Assert.ThrowsAsync<RegistryException>(() => BuildAsync(asking, hub, "1.0"));

        Assert.Equal(
            $"registry {hub.Host} allows 100 manifest pulls in 6 h without login, and none is left, so it was not told of {hub.Image} (429 on GET /v2/team/web/manifests/1.0): TOOMANYREQUESTS, You have reached your unauthenticated pull rate limit",
            failure.Message);
        Assert.Single(hub.Requests);
        await Assert.ThrowsAsync<RegistryException>(() => BuildAsync(asking, hub, "1.1"));
        Assert.Single(hub.Requests);
        Assert.Empty(asking.Time.Waits);
    }

    [Fact]
    public async Task Pulls_that_are_refused_time_and_again_are_no_outage_of_the_registry()
    {
        await using var hub = await StartAsync(pulls: 0);
        using var asking = new Asking();
        for (var cycle = 0; cycle <= HostGate.FailuresUntilClosed; cycle++)
        {
            await Assert.ThrowsAsync<RegistryException>(() => BuildAsync(asking, hub, "1.0"));
            asking.Time.Advance(TimeSpan.FromSeconds(217));
        }

        Assert.Equal(HostGate.FailuresUntilClosed + 1, hub.Requests.Count);
        await ListAsync(asking, hub);
    }

    [Fact]
    public async Task Who_is_logged_in_is_not_held_up_by_a_limit_of_who_is_not()
    {
        await using var hub = await StartAsync(pulls: 0);
        using var asking = new Asking();
        await Assert.ThrowsAsync<RegistryException>(() => BuildAsync(asking, hub, "1.0"));

        hub.PullsLeft = 5;
        var build = await asking.Client.GetBuildAsync(Asking.Repository(hub.Image), Asking.Tag("1.0"), [], Asking.Account, Token);

        Assert.NotNull(build.CreatedFor([]));
        await Assert.ThrowsAsync<RegistryException>(() => BuildAsync(asking, hub, "1.1"));
    }

    [Fact]
    public async Task A_registry_that_counts_every_request_is_left_alone_until_it_says_there_is_more()
    {
        using var asking = new Asking();
        var left = 2;
        var reset = asking.Time.GetUtcNow().AddMinutes(15);
        await using var registry = await QuirkyRegistry.StartAsync(new QuirkyRegistry
        {
            AnswersListsWith = context => CountAsync(context, () => --left, reset),
        });

        await ListAsync(asking, registry);
        await ListAsync(asking, registry);
        var failure = await Assert.ThrowsAsync<RegistryException>(() => ListAsync(asking, registry));
        Assert.Contains("allows 5000 requests, and none is left; nothing is asked of 127.0.0.1 because of it for 15 min", failure.Message, StringComparison.Ordinal);
        Assert.Equal(2, registry.Requests.Count);

        left = 2;
        asking.Time.Advance(TimeSpan.FromMinutes(16));
        await ListAsync(asking, registry);
    }

    [Fact]
    public async Task A_reset_that_is_near_is_waited_for()
    {
        using var asking = new Asking();
        var left = 1;
        await using var registry = await QuirkyRegistry.StartAsync(new QuirkyRegistry
        {
            AnswersListsWith = context => CountAsync(context, () => --left < 0 ? 4999 : left, asking.Time.GetUtcNow().AddSeconds(20)),
        });
        var start = asking.Time.GetUtcNow();

        await ListAsync(asking, registry);
        await ListAsync(asking, registry);

        Assert.InRange(asking.Time.GetUtcNow() - start, TimeSpan.FromSeconds(19), TimeSpan.FromSeconds(21));
    }

    [Fact]
    public async Task What_is_allowed_and_left_is_shown_for_each_registry()
    {
        using var meter = new Meter("test");
        using var spans = new ActivitySource("test");
        using var collector = new MetricsCollector(meter);
        await using var hub = await StartAsync(pulls: 77);
        using var asking = new Asking(telemetry: new CallTelemetry(meter, spans, TimeProvider.System).Registries);
        await BuildAsync(asking, hub, "1.0");

        var lines = collector.Render().Split('\n');

        Assert.Contains($"gitopsbumper_registry_ratelimit_limit{{registry=\"{hub.Host}\"}} 100", lines);
        Assert.Contains($"gitopsbumper_registry_ratelimit_remaining{{registry=\"{hub.Host}\"}} 76", lines);
        Assert.Contains("# TYPE gitopsbumper_registry_ratelimit_remaining gauge", lines);
    }

    [Fact]
    public async Task What_a_token_server_allows_is_not_shown_as_the_registrys_and_does_not_stop_it()
    {
        using var meter = new Meter("test");
        using var spans = new ActivitySource("test");
        using var collector = new MetricsCollector(meter);
        await using var realm = await ScriptedServer.StartAsync(context =>
        {
            context.Response.Headers["x-ratelimit-limit"] = "180";
            context.Response.Headers["x-ratelimit-remaining"] = "0";
            return context.SendAsync(200, """{"token":"t0ken"}""");
        });
        await using var registry = await QuirkyRegistry.StartAsync(new QuirkyRegistry { Challenge = $"Bearer realm=\"http://{realm.Host}/token\",service=\"s\"" });
        using var asking = new Asking(telemetry: new CallTelemetry(meter, spans, TimeProvider.System).Registries);

        await ListAsync(asking, registry);
        await ListAsync(asking, registry);

        Assert.DoesNotContain(collector.Render().Split('\n'), line => line.StartsWith("gitopsbumper_registry_ratelimit_", StringComparison.Ordinal));
    }

    private static async Task<QuirkyRegistry> StartAsync(int pulls)
    {
        var hub = await QuirkyRegistry.StartAsync(new QuirkyRegistry { PullLimit = 100, PullsLeft = pulls });
        foreach (var tag in hub.Tags)
            hub.Images.AddImage($"2026-05-01T12:00:0{tag[^1]}Z", tag);
        return hub;
    }

    private static Task CountAsync(HttpContext context, Func<int> left, DateTimeOffset reset)
    {
        context.Response.Headers["X-RateLimit-Limit"] = "5000";
        context.Response.Headers["X-RateLimit-Remaining"] = left().ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["X-RateLimit-Reset"] = reset.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return context.SendAsync(200, """{"tags":["1.0"]}""");
    }

    private static string Config(QuirkyRegistry registry, string tag)
    {
        using var manifest = System.Text.Json.JsonDocument.Parse(registry.Images.Find(tag)!);
        return manifest.RootElement.GetProperty("config").GetProperty("digest").GetString()!;
    }

    private static Task ListAsync(Asking asking, QuirkyRegistry registry) => asking.Client.ListTagsAsync(Asking.Repository(registry.Image), null, Token);

    private static Task DigestAsync(Asking asking, QuirkyRegistry registry) => asking.Client.GetDigestAsync(Asking.Repository(registry.Image), Asking.Tag("1.0"), null, Token);

    private static Task<ImageBuild> BuildAsync(Asking asking, QuirkyRegistry registry, string tag) =>
        asking.Client.GetBuildAsync(Asking.Repository(registry.Image), Asking.Tag(tag), [], null, Token);

    private static HttpReply Reply(int status, string headers)
    {
        using var response = new HttpResponseMessage((System.Net.HttpStatusCode)status);
        foreach (var line in headers.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            response.Headers.TryAddWithoutValidation(line[..colon], line[(colon + 1)..].Trim());
        }

        return new HttpReply(response.StatusCode, new Uri("https://registry.example.com/"), response.Headers, null, default);
    }
}
