using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Cluster;
using GitOpsBumper.Controller;
using GitOpsBumper.Tests.Adapters.Http;
using GitOpsBumper.Tests.Adapters.Kubernetes.Watching;
using GitOpsBumper.Tests.Controller.Reconciling;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Tests.Cluster;

public sealed class StatusKeeperTests : IAsyncDisposable
{
    private readonly SteppedTime _time = new();
    private readonly Lines _log = new();
    private int _status = 200;
    private string _there = "{}";
    private ScriptedServer _server = null!;
    private KubernetesConnection _connection = null!;
    private StatusKeeper _keeper = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _connection?.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    [Fact]
    public async Task What_is_new_is_written_at_once_and_the_time_of_the_last_look_after_five_minutes()
    {
        await StartAsync();
        Assert.Equal(["read", "wrote 2026-03-01T12:00:00Z"], await CycleAsync(0));
        Assert.Empty(await CycleAsync(4.9));
        Assert.Equal(["wrote 2026-03-01T12:05:00Z"], await CycleAsync(5));
        Assert.Equal(["wrote 2026-03-01T12:06:00Z"], await CycleAsync(6, DecisionKind.Failed));
        Assert.Empty(await CycleAsync(7, DecisionKind.Failed));
        Assert.Empty(_log);
    }

    [Fact]
    public async Task What_an_earlier_process_has_written_is_found_and_left_alone()
    {
        await StartAsync();
        await CycleAsync(0);
        var written = JsonNode.Parse(_server.Requests[^1].Body)!;
        Assert.Equal("uid-of-all", (string?)written["metadata"]!["uid"]);
        Assert.Null(written["status"]!["recentUpdates"]);
        _there = written.ToJsonString();
        _keeper.Forget();
        Assert.Equal(["read"], await CycleAsync(1));
        Assert.Equal(["wrote 2026-03-01T12:02:00Z"], await CycleAsync(2, DecisionKind.Failed));
        var conditions = JsonNode.Parse(_server.Requests[^1].Body)!["status"]!["conditions"]!.AsArray();
        Assert.Equal(
            ["Ready False 2026-03-01T12:02:00Z", "Reconciling False 2026-03-01T12:00:00Z", "Error True 2026-03-01T12:02:00Z"],
            conditions.Select(condition => $"{condition!["type"]} {condition["status"]} {condition["lastTransitionTime"]}"));
    }

    [Fact]
    public async Task An_update_is_told_once_and_stays_there()
    {
        await StartAsync();
        await CycleAsync(0);
        _keeper.Updated("ImageUpdater argocd/all", StatusPictureTests.Report("web", DecisionKind.Updated), StatusPictureTests.Noon);
        _keeper.Updated(null, StatusPictureTests.Report("other", DecisionKind.Updated), StatusPictureTests.Noon);
        Assert.Equal(["wrote 2026-03-01T12:01:00Z"], await CycleAsync(1));
        var status = JsonNode.Parse(_server.Requests[^1].Body)!["status"]!;
        Assert.Equal("2026-03-01T12:00:00Z", (string?)status["lastUpdatedAt"]);
        Assert.Equal("1.1.0", (string?)Assert.Single(status["recentUpdates"]!.AsArray())!["newVersion"]);
        Assert.Equal(["wrote 2026-03-01T12:06:00Z"], await CycleAsync(6));
        Assert.Null(JsonNode.Parse(_server.Requests[^1].Body)!["status"]!["recentUpdates"]);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(422)]
    [InlineData(503)]
    public async Task A_refusal_is_said_once_and_tried_again_after_longer_and_longer_pauses(int status)
    {
        await StartAsync();
        _status = status;
        for (var pause = 1; pause <= 4096; pause *= 2)
        {
            Assert.NotEmpty(await CycleAsync(0));
            Assert.Empty(await CycleAsync(0));
            _time.Advance(TimeSpan.FromSeconds(Math.Min(pause, 3600)));
        }

        _status = 200;
        Assert.Equal(["read", "wrote 2026-03-01T12:00:00Z"], await CycleAsync(0));
        Assert.StartsWith("Warning: The status of ImageUpdater argocd/all was not written", Assert.Single(_log), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(409)]
    public async Task One_that_is_gone_or_another_is_left_to_the_next_time(int status)
    {
        await StartAsync();
        _status = status;
        Assert.Equal(["read"], await CycleAsync(0));
        _status = 200;
        Assert.Equal(["read", "wrote 2026-03-01T12:00:00Z"], await CycleAsync(0));
        Assert.Empty(_log);
    }

    [Fact]
    public async Task After_one_cycle_no_more_than_a_bounded_number_is_written_and_the_others_come_next()
    {
        await StartAsync();
        var picture = StatusPictureTests.Picture([.. Enumerable.Range(0, 150).Select(number => StatusPictureTests.Resource($"r{number}", "nobody"))]);
        Assert.Equal(StatusKeeper.MaxRequests, (await WriteAsync(picture)).Count);
        Assert.Equal(100, (await WriteAsync(picture)).Count);
        Assert.Empty(await WriteAsync(picture));
    }

    [Fact]
    public async Task Whoever_does_not_lead_writes_nothing()
    {
        await StartAsync();
        _keeper.Write(StatusPictureTests.Picture([StatusPictureTests.Resource("all", "*")]), () => "it does not lead", Token);
        await _keeper.Ended;
        Assert.Empty(_server.Requests);
    }

    private async Task StartAsync()
    {
        _server = await ScriptedServer.StartAsync(context => context.SendAsync(_status, _status == 200 ? _there : $$"""{"kind":"Status","message":"no","code":{{_status}} }"""));
        _connection = Connections.To(_server);
        _keeper = new StatusKeeper(_connection, _time, _log);
    }

    /// <param name="minutes">After noon.</param>
    /// <param name="decision">For the only image of the only Application.</param>
    private Task<IReadOnlyList<string>> CycleAsync(double minutes, DecisionKind decision = DecisionKind.UpToDate) =>
        WriteAsync(StatusPictureTests.Picture([StatusPictureTests.Resource("all", "*")], StatusPictureTests.Report("web", decision)) with { At = StatusPictureTests.Noon.AddMinutes(minutes) });

    /// <returns>What was asked of the API server.</returns>
    private async Task<IReadOnlyList<string>> WriteAsync(StatusPicture picture)
    {
        var before = _server.Requests.Count;
        _keeper.Write(picture, () => null, Token);
        await _keeper.Ended;
        return [.. _server.Requests.Skip(before).Select(request => JsonNode.Parse(request.Body)!["status"] is { } status ? $"wrote {status["lastCheckedAt"]}" : "read")];
    }

    private sealed class Lines : ConcurrentQueue<string>, ILogger<StatusKeeper>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Enqueue($"{logLevel}: {formatter(state, exception)}");
    }
}
