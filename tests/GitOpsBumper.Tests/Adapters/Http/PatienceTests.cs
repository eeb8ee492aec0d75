using System.Globalization;
using System.Net.Sockets;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Tests.Adapters.Registries;

namespace GitOpsBumper.Tests.Adapters.Http;

/// <summary>When a request is sent again, when it waits, and when it is given up.</summary>
public sealed class PatienceTests
{
    private const string Empty = """{"tags":[]}""";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Retry_After_is_waited_out(bool asDate)
    {
        using var asking = new Asking();
        var sent = 0;
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            if (Interlocked.Increment(ref sent) > 1)
            {
                await context.SendAsync(200, Empty);
                return;
            }

            context.Response.Headers.RetryAfter = asDate ? asking.Time.GetUtcNow().AddSeconds(40).ToString("R", CultureInfo.InvariantCulture) : "40";
            await context.SendAsync(429);
        });
        var start = asking.Time.GetUtcNow();

        await asking.ListAsync(server);

        Assert.Equal(2, server.Requests.Count);
        Assert.InRange(asking.Time.GetUtcNow() - start, TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(50));
    }

    [Fact]
    public async Task A_host_that_wants_to_be_left_alone_for_long_is_not_asked_until_then()
    {
        var patient = true;
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            context.Response.Headers.RetryAfter = "600";
            await context.SendAsync(patient ? 429 : 200, Empty);
        });
        using var asking = new Asking();

        var first = await asking.FailToListAsync(server);
        Assert.Contains("asked too often", first.Message, StringComparison.Ordinal);
        Assert.True(first.IsTransient);
        var second = await asking.FailToListAsync(server);
        Assert.Contains("asks to be left alone for 600 s", second.Message, StringComparison.Ordinal);
        Assert.True(second.IsTransient);
        Assert.Single(server.Requests);

        patient = false;
        asking.Time.Advance(TimeSpan.FromSeconds(601));
        await asking.ListAsync(server);
        Assert.Equal(2, server.Requests.Count);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task What_may_pass_is_tried_four_times_with_growing_waits(int status)
    {
        await using var server = await ScriptedServer.StartAsync(context => context.SendAsync(status));
        using var asking = new Asking();

        var failure = await asking.FailToListAsync(server);

        Assert.True(failure.IsTransient);
        Assert.Equal(4, server.Requests.Count);
        Assert.Equal(3, asking.Time.Waits.Count);
        Assert.All(asking.Time.Waits, wait => Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromSeconds(10)));
        Assert.Equal(4, asking.Counter.OfKind("tags"));
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_asked_for_again()
    {
        var sent = 0;
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            if (Interlocked.Increment(ref sent) > 1)
            {
                await context.SendAsync(200, """{"tags":["1.0"]}""");
                return;
            }

            context.Response.ContentLength = 100;
            await context.Response.Body.WriteAsync("{\"tags\":[\"1.0\""u8.ToArray());
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        using var asking = new Asking();

        Assert.Equal("1.0", await asking.ListAsync(server));
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_given_up()
    {
        await using var server = await ScriptedServer.StartAsync(context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));
        using var asking = new Asking(
            time: TimeProvider.System,
            limits: new HttpLimits { AttemptTimeout = TimeSpan.FromMilliseconds(150), Retries = 1, FirstDelay = TimeSpan.FromMilliseconds(1) });

        var failure = await asking.FailToListAsync(server);

        Assert.Contains("did not answer within 0.15 s", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.IsTransient);
        Assert.Equal(2, asking.Counter.Total);
    }

    [Fact]
    public async Task A_server_that_sends_for_ever_and_slowly_is_given_up()
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(" "u8.ToArray(), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, context.RequestAborted);
            }
        });
        using var asking = new Asking(time: TimeProvider.System, limits: new HttpLimits { AttemptTimeout = TimeSpan.FromMilliseconds(150), Retries = 1, FirstDelay = TimeSpan.FromMilliseconds(1) });

        Assert.Contains("did not answer within", (await asking.FailToListAsync(server)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_where_nothing_works_is_left_alone_for_a_moment()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var host = listener.LocalEndpoint.ToString()!;
        listener.Stop();
        using var asking = new Asking();
        Task<RegistryException> Fail(string repository) => Assert.ThrowsAsync<RegistryException>(
            () => asking.Client.ListTagsAsync(Asking.Repository($"{host}/{repository}"), null, TestContext.Current.CancellationToken));

        for (var call = 0; call < HostGate.FailuresUntilClosed; call++)
            Assert.Contains("cannot be reached", (await Fail($"team/web{call}")).Message, StringComparison.Ordinal);
        Assert.Equal(4 * HostGate.FailuresUntilClosed, asking.Counter.Total);

        var left = await Fail("team/other");
        Assert.Contains("is left alone for a moment, because it cannot be reached", left.Message, StringComparison.Ordinal);
        Assert.True(left.IsTransient);
        Assert.Equal(4 * HostGate.FailuresUntilClosed, asking.Counter.Total);
        asking.Time.Advance(TimeSpan.FromSeconds(31));
        await Fail("team/other");
        Assert.Equal(4 * HostGate.FailuresUntilClosed + 4, asking.Counter.Total);
    }

    [Fact]
    public async Task One_broken_repository_does_not_close_the_host_for_its_neighbours()
    {
        await using var server = await ScriptedServer.StartAsync(context => context.SendAsync(context.Request.Path.Value!.Contains("/web/", StringComparison.Ordinal) ? 500 : 200, Empty));
        using var asking = new Asking();
        for (var call = 0; call <= HostGate.FailuresUntilClosed; call++)
            await asking.FailToListAsync(server);

        Assert.Empty(await asking.Client.ListTagsAsync(Asking.Repository($"{server.Host}/team/other"), null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_burst_is_free_and_then_requests_keep_their_distance()
    {
        var time = new JumpingTime();
        using var gate = new HostGate(new HostLimits(8, 20), time);
        for (var request = 0; request < 20 * HostGate.BurstSeconds; request++)
            (await gate.EnterAsync(TestContext.Current.CancellationToken)).Dispose();
        Assert.Empty(time.Waits);

        for (var request = 0; request < 40; request++)
            (await gate.EnterAsync(TestContext.Current.CancellationToken)).Dispose();
        Assert.All(time.Waits, wait => Assert.Equal(TimeSpan.FromMilliseconds(50), wait));
        Assert.Equal(40, time.Waits.Count);
    }

    [Fact]
    public async Task No_more_than_the_limit_are_under_way_at_once()
    {
        var underWay = 0;
        var most = 0;
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            var now = Interlocked.Increment(ref underWay);
            lock (context.RequestServices)
                most = Math.Max(most, now);
            await Task.Yield();
            await context.SendAsync(200, Empty);
            Interlocked.Decrement(ref underWay);
        });
        using var asking = new Asking();

        await Task.WhenAll(Enumerable.Range(0, 200).Select(number => asking.Client.ListTagsAsync(Asking.Repository($"{server.Host}/team/web{number}"), null, TestContext.Current.CancellationToken)));

        Assert.InRange(most, 1, RegistryEndpoint.DefaultConcurrency);
        Assert.Equal(200, server.Requests.Count);
    }

    [Fact]
    public async Task Whoever_stops_waiting_is_not_waited_for()
    {
        using var stop = new CancellationTokenSource();
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
        using var asking = new Asking();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking.Client.ListTagsAsync(Asking.Repository($"{server.Host}/team/web"), null, stop.Token));
    }
}
