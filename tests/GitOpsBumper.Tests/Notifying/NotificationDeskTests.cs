using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Notifications;
using GitOpsBumper.Configuration.Secrets;
using GitOpsBumper.Controller.Reconciling;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Metrics;
using GitOpsBumper.Notifying;
using GitOpsBumper.Tests.Adapters.Http;
using GitOpsBumper.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.Tests.Notifying;

/// <summary>From what cycles decide to what a webhook gets, with a clock that jumps over pauses.</summary>
public sealed class NotificationDeskTests : IDisposable
{
    /// <summary>In milliseconds: far beyond what anything here takes.</summary>
    private const int Patience = 60_000;

    private readonly JumpingTime _time = new();
    private readonly Notifiers _notifiers;
    private readonly Meter _meter = new("desk");
    private readonly MetricsCollector _collector;
    private readonly NotificationMetrics _metrics;
    private readonly LogLines<NotificationDesk> _lines = new();
    private readonly Channel<JsonNode> _got = Channel.CreateUnbounded<JsonNode>();
    private volatile int _status = 204;

    public NotificationDeskTests()
    {
        _notifiers = new Notifiers(new RequestCounter(), Notifiers.Limits with { Retries = 0, OutagePause = TimeSpan.Zero, AttemptTimeout = JumpingTime.Never }, _time);
        _collector = new MetricsCollector(_meter);
        _metrics = new NotificationMetrics(_meter);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task One_cycle_is_one_message_and_what_was_there_at_the_start_is_not_told()
    {
        await using var server = await ScriptedServer.StartAsync(AnswerAsync);
        var desk = Desk(server, "");
        desk.BeginTerm();
        using (desk.BeginCycle(isFull: true))
        {
            desk.Add([Failed("old")], "default", isFirst: true);
            desk.Add([Updated("web")], "default", isFirst: true);
            desk.Add([Updated("api")], "default", isFirst: true);
        }

        using (desk.BeginCycle(isFull: false))
            desk.Add([Failed("new")], "default", isFirst: true);
        await using var running = Running.Start(desk);
        var message = await Eventually.GetsAsync(_got.Reader);
        Assert.Equal("2 updated, 1 failed", (string?)message["title"]);
        Assert.Equal(["new", "web", "api"], message["notifications"]!.AsArray().Select(notification => (string)notification!["application"]!));
        await Eventually.HoldsAsync(() => _collector.Render().Contains("gitopsbumper_notifications_sent_total{channel=\"hook\"} 1", StringComparison.Ordinal));
        await running.DisposeAsync();
        Assert.Single(server.Requests);
    }

    [Fact(Timeout = Patience)]
    public async Task What_changes_while_everything_is_looked_at_for_the_first_time_is_told()
    {
        await using var server = await ScriptedServer.StartAsync(AnswerAsync);
        var desk = Desk(server, "");
        desk.BeginTerm();
        await using var running = Running.Start(desk);
        using (desk.BeginCycle(isFull: true))
        {
            desk.Add([Failed("old")], "default", isFirst: true);
            using (desk.BeginCycle(isFull: false))
                desk.Add([Failed("new")], "default", isFirst: false);
        }

        Assert.Equal("new", (string?)(await Eventually.GetsAsync(_got.Reader))["notifications"]![0]!["application"]);
    }

    [Fact(Timeout = Patience)]
    public async Task A_service_that_is_down_is_told_of_once_and_gets_what_it_missed()
    {
        _status = 503;
        await using var server = await ScriptedServer.StartAsync(AnswerAsync);
        var desk = Desk(server, "");
        await using var running = Running.Start(desk);
        desk.Add([Updated("web")], null, isFirst: true);
        await Eventually.GetsAsync(_got.Reader);
        await Eventually.GetsAsync(_got.Reader);
        desk.Add([Updated("api")], null, isFirst: true);
        _status = 204;
        while ((string?)(await Eventually.GetsAsync(_got.Reader))["notifications"]![0]!["application"] != "api")
            Token.ThrowIfCancellationRequested();
        await Eventually.HoldsAsync(() => _lines.Has("arrive again"));
        Assert.Equal(1, _lines.Count("do not arrive"));
        Assert.Equal(1, _lines.Count("arrive again"));
        Assert.DoesNotContain("s3cret", _lines.ToString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = Patience)]
    public async Task What_is_refused_for_good_is_not_tried_again()
    {
        _status = 404;
        await using var server = await ScriptedServer.StartAsync(AnswerAsync);
        var desk = Desk(server, "");
        await using var running = Running.Start(desk);
        desk.Add([Updated("web")], null, isFirst: true);
        await Eventually.GetsAsync(_got.Reader);
        await Eventually.HoldsAsync(() => _lines.Has("do not arrive"));
        _status = 204;
        desk.Add([Updated("api")], null, isFirst: true);
        var message = await Eventually.GetsAsync(_got.Reader);
        Assert.Equal("api", (string?)Assert.Single(message["notifications"]!.AsArray())!["application"]);
        Assert.Contains("1 earlier notification is lost.", (string?)message["text"], StringComparison.Ordinal);
    }

    [Fact(Timeout = Patience)]
    public async Task Each_channel_hears_what_it_asked_for()
    {
        await using var server = await ScriptedServer.StartAsync(AnswerAsync);
        var desk = Desk(server, "events: [failed]\nat-start: true\n");
        await using var running = Running.Start(desk);
        desk.Add([Updated("web"), Failed("api")], null, isFirst: true);
        Assert.Equal("failed", (string?)(await Eventually.GetsAsync(_got.Reader))["event"]);
    }

    [Fact(Timeout = Patience)]
    public async Task A_message_under_way_is_not_broken_off_because_another_channel_changes()
    {
        var release = new TaskCompletionSource();
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            if (context.Request.Path == "/hook")
                await release.Task.WaitAsync(context.RequestAborted);
            await AnswerAsync(context);
        });
        var layer = Two(server, "/other");
        var desk = Desk(() => layer);
        await using var running = Running.Start(desk);
        desk.Add([Updated("web")], null, isFirst: true);
        await Eventually.HoldsAsync(() => Asked(server, "/hook") > 0 && Asked(server, "/other") > 0);
        layer = Two(server, "/changed");
        desk.Add([Updated("api")], null, isFirst: true);
        // What was under way to the other place may be told at the new one once more, before.
        await Eventually.HoldsAsync(() => Told(server, "/changed").Contains("api"));
        release.SetResult();
        await Eventually.HoldsAsync(() => Asked(server, "/hook") > 1);
        Assert.Equal(["web", "api"], Told(server, "/hook"));
    }

    [Fact(Timeout = Patience)]
    public async Task A_channel_that_is_down_is_not_forgotten_because_another_one_changes()
    {
        // With a clock that jumps over pauses nothing else would end what is tried again and again.
        using var turns = new SemaphoreSlim(1);
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            if (context.Request.Path == "/hook")
                await turns.WaitAsync(context.RequestAborted);
            await context.SendAsync(context.Request.Path == "/hook" ? 503 : 204);
        });
        var layer = Two(server, "/other");
        var desk = Desk(() => layer);
        await using var running = Running.Start(desk);
        desk.Add([Updated("web")], null, isFirst: true);
        await Eventually.HoldsAsync(() => _lines.Has("do not arrive"));
        layer = Two(server, "/changed");
        desk.Add([Updated("api")], null, isFirst: true);
        await Eventually.HoldsAsync(() => Asked(server, "/changed") > 0);
        var before = Asked(server, "/hook");
        turns.Release(4);
        await Eventually.HoldsAsync(() => Asked(server, "/hook") > before + 2);
        Assert.Equal(1, _lines.Count("do not arrive"));
    }

    [Fact(Timeout = Patience)]
    public async Task What_waits_at_the_end_is_still_told()
    {
        await using var server = await ScriptedServer.StartAsync(AnswerAsync);
        // The two seconds at the end are not to be jumped over.
        var desk = Desk(server, "", TimeProvider.System);
        using var end = new CancellationTokenSource();
        using (desk.BeginCycle(isFull: true))
        {
            var running = desk.RunAsync(end.Token);
            desk.Add([Updated("web")], null, isFirst: true);
            await end.CancelAsync();
            await running;
        }

        Assert.Single(server.Requests);
    }

    public void Dispose()
    {
        _notifiers.Dispose();
        _collector.Dispose();
        _meter.Dispose();
    }

    private static Announcement Updated(string name) => new(new NamespacedName("argocd", name), AnnouncementKind.Updated, "from 1 to 2");

    private static Announcement Failed(string name) => new(new NamespacedName("argocd", name), AnnouncementKind.Failed, "no");

    private async Task AnswerAsync(HttpContext context)
    {
        context.Response.StatusCode = _status;
        await context.Response.CompleteAsync();
    }

    private static int Asked(ScriptedServer server, string path) => server.Requests.Count(request => request.Target == path);

    private static IEnumerable<string?> Told(ScriptedServer server, string path) =>
        server.Requests.Where(request => request.Target == path).SelectMany(request => JsonNode.Parse(request.Body)!["notifications"]!.AsArray()).Select(notification => (string?)notification!["application"]);

    private static SecretLayer Two(ScriptedServer server, string other) =>
        Secrets.Layer(("notify.hook", $"generic+http://{server.Host}/hook"), ("notify.other", $"generic+http://{server.Host}{other}"));

    private NotificationDesk Desk(ScriptedServer server, string more, TimeProvider? time = null)
    {
        var layer = Secrets.Layer(("notify.hook", $"url: generic+http://{server.Host}/s3cretPath\n{more}"));
        server.Heard = body => _got.Writer.TryWrite(JsonNode.Parse(body)!);
        return Desk(() => layer, time);
    }

    private NotificationDesk Desk(Func<SecretLayer> layer, TimeProvider? time = null) =>
        new(new LiveChannels(layer, null, new ChannelReader(_notifiers), _lines), _metrics, time ?? _time, _lines);

    /// <summary>A desk at work, until it is disposed of.</summary>
    private sealed class Running : IAsyncDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private readonly Task _running;

        private Running(NotificationDesk desk) => _running = Task.Run(() => desk.RunAsync(_end.Token));

        public static Running Start(NotificationDesk desk) => new(desk);

        public async ValueTask DisposeAsync()
        {
            if (_running.IsCompleted)
                return;
            await _end.CancelAsync();
            await _running;
            _end.Dispose();
        }
    }
}
