using System.Collections.Concurrent;
using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Cluster;
using GitOpsBumper.Controller.Reconciling;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Tests.Adapters.Kubernetes.Objects;
using GitOpsBumper.Tests.Controller.Reconciling;
using GitOpsBumper.Tests.Support;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Tests.Cluster;

public sealed class EventWriterTests : IAsyncDisposable
{
    /// <summary>For a test that waits for what never comes, in milliseconds.</summary>
    private const int Patience = 30_000;

    private readonly SteppedTime _time = new();
    private readonly Lines _log = new();
    private readonly CancellationTokenSource _end = new();
    private EventStore _store = null!;
    private EventWriter _writer = null!;
    private Task _running = Task.CompletedTask;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        await _running;
        _end.Dispose();
        if (_store is not null)
            await _store.DisposeAsync();
    }

    [Theory(Timeout = Patience)]
    [InlineData(403)]
    [InlineData(401)]
    [InlineData(503)]
    public async Task What_could_not_be_written_is_tried_again_and_said_once(int status)
    {
        await StartAsync();
        _store.PostStatus = status;
        Write("web", "one");
        for (var pause = 1; pause <= 8; pause *= 2)
        {
            Assert.Equal("one", await PostedAsync());
            await RestsAsync(TimeSpan.FromSeconds(pause));
            _store.PostStatus = pause < 8 ? status : null;
            _time.Advance(TimeSpan.FromSeconds(pause));
        }

        Assert.Equal("one", await PostedAsync());
        await SaysAsync("Information: Events are written to Applications again.");
        Assert.Single(_store.Events);
        Assert.Equal(2, _log.Count);
        Assert.StartsWith("Warning: Events are not written to Applications, the first was for argocd/web: ", _log.First(), StringComparison.Ordinal);
    }

    [Fact(Timeout = Patience)]
    public async Task A_namespace_without_rights_keeps_no_other_waiting()
    {
        await StartAsync();
        _store.PostStatusIn["team"] = 403;
        Write("web", "refused", "team");
        Assert.Equal("refused", await PostedAsync());
        Write("api", "taken");
        Assert.Equal("taken", await PostedAsync());
        await RestsAsync(EventPauses.First);
        Assert.Single(_store.Events);
        _store.PostStatusIn.Clear();
        _time.Advance(EventPauses.First);
        Assert.Equal("refused", await PostedAsync());
        await SaysAsync("Information: Events are written to Applications again.");
    }

    [Fact(Timeout = Patience)]
    public async Task What_is_over_before_it_could_be_written_is_not_written()
    {
        await StartAsync();
        var holds = true;
        _store.PostStatus = 403;
        Write("web", "over", holds: () => holds);
        Assert.Equal("over", await PostedAsync());
        await RestsAsync(EventPauses.First);
        holds = false;
        _store.PostStatus = null;
        Write("api", "behind");
        _time.Advance(EventPauses.First);
        Assert.Equal("behind", await PostedAsync());
        await SaysAsync("Information: Events are written to Applications again.");
        Assert.Equal("behind", (string?)Assert.Single(_store.Events.Values)["message"]);
    }

    [Fact(Timeout = Patience)]
    public async Task What_is_held_is_a_warning()
    {
        await StartAsync();
        Write("web", "1.5.0 has no signature", kind: AnnouncementKind.Held);
        Assert.Equal("1.5.0 has no signature", await PostedAsync());
        await Eventually.HoldsAsync(() => _store.Events.Values.Count > 0);
        var told = Assert.Single(_store.Events.Values);
        Assert.Equal(("Warning", "UpdateHeld"), ((string?)told["type"], (string?)told["reason"]));
    }

    [Fact(Timeout = Patience)]
    public async Task What_happened_an_hour_ago_is_no_news_but_what_lasts_is()
    {
        await StartAsync();
        _store.PostStatus = 403;
        Write("web", "happened", kind: AnnouncementKind.Updated);
        Write("web", "lasts");
        Assert.Equal("happened", await PostedAsync());
        await RestsAsync(EventPauses.First);
        _store.PostStatus = null;
        _time.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal("lasts", await PostedAsync());
        await SaysAsync("Information: Events are written to Applications again.");
        Write("web", "next");
        await SaysAsync("Warning: 1 Events were left out, as they could not be written for an hour.");
        Assert.Equal(["lasts", "next"], _store.Events.Values.Select(told => (string)told["message"]!).Order(StringComparer.Ordinal));
    }

    [Fact(Timeout = Patience)]
    public async Task An_application_that_says_too_much_is_told_so_and_displaces_nobody()
    {
        await StartAsync();
        var gate = new TaskCompletionSource();
        _store.Gate = gate.Task;
        Write("api", "first");
        Assert.Equal("first", await PostedAsync());
        foreach (var number in Enumerable.Range(0, 1000))
            Write("loud", $"{number}");
        Write("web", "last");
        gate.SetResult();
        await SaysAsync($"Warning: argocd/loud: {1000 - EventQueue.MaxOfOne} Events were left out, as it had more than {EventQueue.MaxOfOne} at once.");
        Assert.Equal(EventQueue.MaxOfOne + 2, _store.Events.Count);
        Assert.Contains(_store.Events.Values, told => (string?)told["message"] == "last");
        Assert.Single(_log);
    }

    [Fact(Timeout = Patience)]
    public async Task An_event_that_the_server_does_not_want_is_left_out()
    {
        await StartAsync();
        _store.PostStatus = 422;
        Write("web", "wrong");
        Write("web", "wrong too");
        Assert.Equal("wrong", await PostedAsync());
        Assert.Equal("wrong too", await PostedAsync());
        _store.PostStatus = null;
        Write("web", "right");
        Assert.Equal("right", await PostedAsync());
        Assert.StartsWith("Warning: argocd/web: an Event was left out", Assert.Single(_log), StringComparison.Ordinal);
    }

    [Fact(Timeout = Patience)]
    public async Task What_waits_at_the_end_is_written()
    {
        await StartAsync();
        var gate = new TaskCompletionSource();
        _store.Gate = gate.Task;
        foreach (var number in Enumerable.Range(1, 5))
            Write("web", $"{number}");
        await PostedAsync();
        await _end.CancelAsync();
        gate.SetResult();
        await _running;
        Assert.Equal(5, _store.Events.Count);
        Assert.Empty(_log);
    }

    [Fact(Timeout = Patience)]
    public async Task The_end_waits_a_second_and_no_longer()
    {
        await StartAsync();
        _store.Gate = new TaskCompletionSource().Task;
        Write("web", "1");
        Write("web", "2");
        await PostedAsync();
        await _end.CancelAsync();
        await RestsAsync(TimeSpan.FromSeconds(1));
        Assert.False(_running.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        await _running;
        Assert.Equal("Information: 2 Events were not written before the end.", Assert.Single(_log));
    }

    private async Task StartAsync()
    {
        _store = await EventStore.StartAsync();
        _writer = new EventWriter(_store.Connection, "bumper-0", _time, _log);
        _running = _writer.RunAsync(_end.Token);
    }

    private void Write(string application, string message, string space = "argocd", AnnouncementKind kind = AnnouncementKind.Failed, Func<bool>? holds = null)
    {
        var name = new NamespacedName(space, application);
        var snapshot = new ApplicationSnapshot { Name = name };
        _writer.Write(new Announcement(name, kind, message), new Watched<ApplicationSnapshot>(snapshot, name, application, "1"), holds ?? (() => true));
    }

    private async Task<string> PostedAsync() => await Eventually.GetsAsync(_store.Posted.Reader);

    private Task RestsAsync(TimeSpan duration) => Eventually.HoldsAsync(() => _time.Waiting.Contains(duration));

    private Task SaysAsync(string line) => Eventually.HoldsAsync(() => _log.Contains(line));

    private sealed class Lines : ConcurrentQueue<string>, ILogger<EventWriter>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Enqueue($"{logLevel}: {formatter(state, exception)}");
    }
}
