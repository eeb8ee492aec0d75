using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Adapters.Kubernetes.Watching;
using GitOpsBumper.Core.Applications;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using static GitOpsBumper.Tests.Adapters.Kubernetes.Watching.ScriptedApi;

namespace GitOpsBumper.Tests.Adapters.Kubernetes.Watching;

/// <summary>What is known of objects that the API server no longer shows.</summary>
public sealed class RefusalTests : IAsyncDisposable
{
    private static readonly ObjectScope Optional = new() { Namespaces = ["argocd"], IsOptional = true };

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

    [Theory]
    [InlineData(403, "Forbidden")]
    [InlineData(404, "NotFound")]
    public async Task Objects_that_may_not_be_listed_any_more_are_forgotten_and_come_back_with_the_right(int code, string reason)
    {
        var given = new TaskCompletionSource();
        await StartAsync(forgets: true, Page("10", "", Item("a", "1"), Item("b", "2")), Refusal(code, reason), Refusal(code, reason), After(given.Task, Page("20", "", Item("b", "2"))), Open());
        for (var request = 0; request < 4; request++)
            Assert.Equal(request == 1, (await _api.NextAsync()).Contains("watch=true", StringComparison.Ordinal));

        Assert.Empty(_set.Objects);
        Assert.Contains(reason, Assert.Single(_set.Troubles).Message, StringComparison.Ordinal);
        // Added and removed before anybody looked.
        Assert.Empty(_queue.TakeAll());

        given.SetResult();
        await _api.NextAsync();
        await _queue.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["argocd/b"], _set.Objects.Keys.Select(name => name.ToString()));
    }

    [Fact]
    public async Task A_kind_that_nobody_knows_has_no_objects_which_is_no_trouble_and_is_found_when_it_comes()
    {
        var (given, taken) = (new TaskCompletionSource(), new TaskCompletionSource());
        await StartAsync(Optional, Refusal(404, "NotFound"), Refusal(404, "NotFound"), After(given.Task, Page("20", "", Item("b", "2"))), After(taken.Task, Refusal(404, "NotFound")), Refusal(404, "NotFound"));
        await _set.WaitForSyncAsync(TestContext.Current.CancellationToken);
        for (var request = 0; request < 3; request++)
            await _api.NextAsync();
        Assert.Empty(_set.Objects);
        Assert.Empty(_set.Troubles);

        given.SetResult();
        await _queue.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Single(_set.Objects);
        taken.SetResult();
        for (var request = 0; request < 2; request++)
            await _api.NextAsync();
        Assert.Empty(_set.Objects);
        Assert.Empty(_set.Troubles);
    }

    [Fact]
    public async Task A_kind_that_nobody_may_list_has_no_objects_and_is_named()
    {
        await StartAsync(Optional, [.. Enumerable.Repeat(Refusal(403, "Forbidden"), 3)]);
        await _set.WaitForSyncAsync(TestContext.Current.CancellationToken);
        Assert.Empty(_set.Objects);
        Assert.Contains("Forbidden", Assert.Single(_set.Troubles).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watch_that_is_refused_alone_loses_nothing_and_lists_no_more_often_than_any_failure()
    {
        await StartAsync(forgets: true, [Page("10", "", Item("a", "1")), Refusal(403, "Forbidden"), Page("11", "", Item("a", "1")), .. Enumerable.Repeat(Refusal(403, "Forbidden"), 4), Page("12", "")]);
        for (var request = 0; request < 7; request++)
            Assert.Equal(request is not (0 or 2), (await _api.NextAsync()).Contains("watch=true", StringComparison.Ordinal));
        Assert.Single(_set.Objects);
        Assert.DoesNotContain("watch=true", await _api.NextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Objects_stay_what_they_were_while_nobody_answers_and_where_that_is_not_asked_for()
    {
        await StartAsync(forgets: true, [Page("10", "", Item("a", "1")), .. Enumerable.Repeat(Refusal(401, "Unauthorized"), 7)]);
        for (var request = 0; request < 9; request++)
            await _api.NextAsync();
        Assert.Single(_set.Objects);
    }

    [Fact]
    public async Task Objects_of_other_sets_stay_what_they_were_when_they_are_refused()
    {
        await StartAsync(forgets: false, [Page("10", "", Item("a", "1")), .. Enumerable.Repeat(Refusal(403, "Forbidden"), 7)]);
        for (var request = 0; request < 9; request++)
            await _api.NextAsync();
        Assert.Single(_set.Objects);
    }

    [Fact]
    public async Task Silence_counts_from_the_last_good_answer()
    {
        await StartAsync(forgets: true, [Page("10", "", Item("a", "1")), .. Enumerable.Repeat(Refusal(403, "Forbidden"), 3)]);
        for (var request = 0; request < 5; request++)
            await _api.NextAsync();
        var pauses = TimeSpan.FromTicks(_time.Pauses.Sum(pause => pause.Ticks));
        Assert.Equal(pauses, Assert.Single(_set.Troubles).Silence);
        Assert.False(_set.IsSilentFor(TimeSpan.FromMinutes(5)));
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.True(_set.IsSilentFor(TimeSpan.FromMinutes(5)));
    }

    private Task StartAsync(bool forgets, params Func<HttpContext, Task>[] script) => StartAsync(new ObjectScope { Namespaces = ["argocd"], ForgetsWhatIsRefused = forgets }, script);

    private async Task StartAsync(ObjectScope scope, params Func<HttpContext, Task>[] script)
    {
        _api = await ScriptedApi.StartAsync(script);
        _set = new ObjectSet<ApplicationSnapshot>(_api.Connection, ObjectKinds.Application, scope, _queue, _time, NullLogger<ObjectSet<ApplicationSnapshot>>.Instance);
        _running = _set.RunAsync(_stop.Token);
    }
}
