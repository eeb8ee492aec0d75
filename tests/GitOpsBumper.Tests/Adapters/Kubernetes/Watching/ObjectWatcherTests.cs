using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Adapters.Kubernetes.Watching;
using GitOpsBumper.Core.Applications;
using Microsoft.Extensions.Logging.Abstractions;
using static GitOpsBumper.Tests.Adapters.Kubernetes.Watching.ScriptedApi;

namespace GitOpsBumper.Tests.Adapters.Kubernetes.Watching;

public sealed class ObjectWatcherTests : IAsyncDisposable
{
    private const string Path = "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications";

    private readonly CancellationTokenSource _stop = new();
    private readonly HeldTime _time = new();
    private readonly ChangeQueue _queue = new();
    private ScriptedApi _api = null!;
    private ObjectSet<ApplicationSnapshot> _set = null!;
    private Task _running = Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running);
        await _api.DisposeAsync();
        _stop.Dispose();
    }

    [Fact]
    public async Task Pages_are_listed_one_after_the_other_and_then_watched_from_the_lists_version()
    {
        await StartAsync(Page("70", "next==", Item("a", "1"), Item("b", "2")), Page("70", "", Item("c", "3")), Open());

        Assert.Equal($"{Path}?limit=500", await _api.NextAsync());
        Assert.Equal($"{Path}?limit=500&continue=next%3D%3D", await _api.NextAsync());
        var watch = await _api.NextAsync();
        Assert.StartsWith($"{Path}?watch=true&allowWatchBookmarks=true&resourceVersion=70&timeoutSeconds=", watch, StringComparison.Ordinal);
        Assert.InRange(int.Parse(watch.Split('=')[^1], System.Globalization.CultureInfo.InvariantCulture), 240, 300);
        Assert.True(_set.HasSynced);
        Assert.Equal(["a Added", "b Added", "c Added"], Taken());
    }

    [Fact]
    public async Task Pages_of_any_size_are_read_and_large_ones_are_followed_by_smaller_ones()
    {
        var status = $",\"status\":{{\"resources\":[\"{new string('x', 3_500_000)}\"]}} }}";
        var fat = Enumerable.Range(0, 20).Select(number => Item($"fat{number}", "1")[..^1] + status);
        await StartAsync(Page("70", "a", fat), Page("70", "b", Item("a", "1")), Page("70", "", Item("b", "1")), Open());

        await _set.WaitForSyncAsync(TestContext.Current.CancellationToken);
        Assert.Equal($"{Path}?limit=500", await _api.NextAsync());
        Assert.Equal($"{Path}?limit=250&continue=a", await _api.NextAsync());
        Assert.Equal($"{Path}?limit=500&continue=b", await _api.NextAsync());
        Assert.Equal(22, _set.Objects.Count);
    }

    [Fact]
    public async Task An_expired_token_begins_the_list_anew_and_in_the_end_without_pages()
    {
        await StartAsync(
            Page("1", "x", Item("old", "1")), Refusal(410, "Expired"),
            Page("2", "y", Item("old", "1")), Refusal(410, "Expired"),
            Page("3", "z", Item("old", "1")), Refusal(410, "Expired"),
            Page("4", "", Item("a", "1")));

        await _set.WaitForSyncAsync(TestContext.Current.CancellationToken);
        for (var request = 0; request < 6; request++)
            Assert.Contains("limit=500", await _api.NextAsync(), StringComparison.Ordinal);
        Assert.Equal(Path, await _api.NextAsync());
        Assert.Equal(["a Added"], Taken());
        Assert.Empty(_time.Pauses);
    }

    [Fact]
    public async Task A_list_that_breaks_off_shows_nothing_until_it_is_complete()
    {
        await StartAsync(Page("1", "x", Item("a", "1")), HalfPage(Item("b", "1")), Page("2", "", Item("c", "1")), Open());

        await _set.WaitForSyncAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["c Added"], Taken());
        Assert.Single(_set.Objects);
    }

    [Fact]
    public async Task A_connection_that_was_cut_goes_on_from_the_last_version_without_a_list()
    {
        TaskCompletionSource first = new(), second = new();
        await StartAsync(
            Page("10", ""), Cut(first.Task, Bookmark("11"), Event("ADDED", "a", "15")), Cut(second.Task, Event("MODIFIED", "a", "16", "other"), "{\"type\":\"ADD"),
            Ended(Event("DELETED", "a", "17")), Open());
        foreach (var cut in new[] { first, second })
        {
            await _queue.WaitAsync(TestContext.Current.CancellationToken);
            Taken();
            cut.SetResult();
        }

        Assert.Equal($"{Path}?limit=500", await _api.NextAsync());
        foreach (var version in new[] { "10", "15", "16", "17" })
            Assert.Contains($"watch=true&allowWatchBookmarks=true&resourceVersion={version}&", await _api.NextAsync(), StringComparison.Ordinal);
        Assert.Empty(_set.Objects);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_version_that_is_too_old_is_listed_anew_and_what_vanished_meanwhile_is_told(bool inTheStream)
    {
        const string Expired = """{"type":"ERROR","object":{"kind":"Status","status":"Failure","message":"too old resource version","reason":"Expired","code":410}}""";
        var taken = new TaskCompletionSource();
        await StartAsync(
            Page("10", "", Item("stays", "1"), Item("goes", "2"), Item("changes", "3")),
            After(taken.Task, inTheStream ? Open(Event("ADDED", "comes", "11"), Expired) : Refusal(410, "Expired")),
            Page("90", "", Item("stays", "1"), Item("changes", "80", "other")), Open());

        await _set.WaitForSyncAsync(TestContext.Current.CancellationToken);
        Taken();
        taken.SetResult();
        await _api.NextAsync();
        await _api.NextAsync();
        Assert.Equal($"{Path}?limit=500", await _api.NextAsync());
        Assert.Contains("resourceVersion=90&", await _api.NextAsync(), StringComparison.Ordinal);
        Assert.Equal(["changes", "stays"], _set.Objects.Keys.Select(name => name.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["changes Changed", "goes Removed"], Taken());
    }

    [Fact]
    public async Task A_watch_that_falls_silent_is_dropped_and_goes_on_from_the_last_version()
    {
        await StartAsync(Page("10", ""), Open(Bookmark("12"), Event("ADDED", "a", "13")), Open());

        await _queue.WaitAsync(TestContext.Current.CancellationToken);
        await _api.NextAsync();
        await _api.NextAsync();
        Assert.InRange(Assert.Single(_time.RunOut()), TimeSpan.FromSeconds(270), TimeSpan.FromSeconds(330));

        Assert.Contains("resourceVersion=13&", await _api.NextAsync(), StringComparison.Ordinal);
        Assert.Single(_set.Objects);
    }

    [Fact]
    public async Task A_refusal_is_told_until_it_is_over_and_the_pauses_grow_to_half_a_minute()
    {
        var refusals = Enumerable.Repeat(Refusal(403, "Forbidden"), 9);
        await StartAsync([.. refusals]);
        for (var request = 0; request < 10; request++)
            await _api.NextAsync();

        Assert.False(_set.HasSynced);
        var trouble = Assert.Single(_set.Troubles);
        Assert.Contains("Forbidden", trouble.Message, StringComparison.Ordinal);
        Assert.Equal(9, trouble.Failures);
        Assert.Equal(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero), trouble.Since);
        Assert.Equal(9, _time.Pauses.Count);
        Assert.InRange(_time.Pauses[0], TimeSpan.FromSeconds(0.8), TimeSpan.FromSeconds(1.6));
        Assert.All(_time.Pauses.Skip(6), pause => Assert.InRange(pause, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30)));

        _api.Then(Page("1", ""));
        _api.Then(Open());
        _time.RunOut();
        await _set.WaitForSyncAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Trouble_is_over_when_a_watch_is_open_again()
    {
        await StartAsync(Page("10", ""), Refusal(403, "Forbidden"), Open(Event("ADDED", "a", "11")));
        await _queue.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Empty(_set.Troubles);
        Assert.True(_set.HasSynced);
    }

    [Fact]
    public async Task After_many_failures_in_a_row_the_version_itself_is_no_longer_trusted()
    {
        await StartAsync([Page("10", ""), .. Enumerable.Repeat(Refusal(403, "Forbidden"), 5), Page("4", ""), Open()]);
        for (var request = 0; request < 6; request++)
            await _api.NextAsync();
        Assert.Equal($"{Path}?limit=500", await _api.NextAsync());
        Assert.Contains("resourceVersion=4&", await _api.NextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_ends_every_watch_at_once_is_not_asked_without_a_pause()
    {
        await StartAsync([Page("10", ""), .. Enumerable.Repeat(Ended(), 4), Open()]);
        for (var request = 0; request < 6; request++)
            await _api.NextAsync();
        Assert.Equal(4, _time.Pauses.Count);
    }

    private async Task StartAsync(params Func<Microsoft.AspNetCore.Http.HttpContext, Task>[] script)
    {
        _api = await ScriptedApi.StartAsync(script);
        _set = new ObjectSet<ApplicationSnapshot>(
            _api.Connection, ObjectKinds.Application, new ObjectScope { Namespaces = ["argocd"] }, _queue, _time, NullLogger<ObjectSet<ApplicationSnapshot>>.Instance);
        _running = _set.RunAsync(_stop.Token);
    }

    private IEnumerable<string> Taken() => [.. _queue.TakeAll().Select(change => $"{change.Name.Name} {change.Change}").Order(StringComparer.Ordinal)];
}
