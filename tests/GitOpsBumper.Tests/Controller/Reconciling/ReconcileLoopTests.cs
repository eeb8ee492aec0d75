using System.Collections.Concurrent;
using System.Threading.Channels;
using GitOpsBumper.Adapters.Kubernetes.Watching;
using GitOpsBumper.Controller.Reconciling;
using GitOpsBumper.Core.Applications;
using Microsoft.Extensions.Logging.Abstractions;

namespace GitOpsBumper.Tests.Controller.Reconciling;

public sealed class ReconcileLoopTests : IAsyncDisposable
{
    /// <summary>For a test that waits for what never comes, in milliseconds.</summary>
    private const int Patience = 30_000;

    private readonly SteppedTime _time = new();
    private readonly ChangeQueue _changes = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Channel<Begun> _begun = Channel.CreateUnbounded<Begun>();
    private readonly ConcurrentBag<Begun> _all = [];
    private readonly Dictionary<string, string> _places = new(StringComparer.Ordinal);
    private readonly List<string> _removed = [];
    private readonly HashSet<string> _old = new(StringComparer.Ordinal);
    private readonly List<NamespacedName> _concerned = [];
    private TimeSpan _interval = TimeSpan.FromMinutes(2);
    private Task? _loop;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        // The loop ends when its cycles have.
        foreach (var cycle in _all)
            cycle.End();
        if (_loop is not null)
            await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    [Fact(Timeout = Patience)]
    public async Task The_first_cycle_is_over_everything_and_begins_at_once()
    {
        Change("early");
        Start();
        var first = await NextAsync();
        Assert.Equal(CycleKind.Full, first.Order.Kind);
        Assert.Null(first.Order.Applications);
        // What had changed before is looked at in it, and not again.
        Assert.Equal(0, _changes.Count);
    }

    [Fact(Timeout = Patience)]
    public async Task Full_cycles_begin_at_each_interval_counted_from_beginning_to_beginning()
    {
        Start();
        var first = await NextAsync();
        _time.Advance(TimeSpan.FromSeconds(50));
        first.End();
        await WaitsAsync(TimeSpan.FromSeconds(70));
        _time.Advance(TimeSpan.FromSeconds(69));
        Assert.False(_begun.Reader.TryRead(out _));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(CycleKind.Full, (await NextAsync()).Order.Kind);
    }

    [Fact(Timeout = Patience)]
    public async Task A_cycle_that_overruns_is_followed_by_one_and_not_by_all_that_were_missed()
    {
        Start();
        var first = await NextAsync();
        _time.Advance(TimeSpan.FromMinutes(11));
        Assert.False(_begun.Reader.TryRead(out _));
        first.End();
        var second = await NextAsync();
        second.End();
        await WaitsAsync(TimeSpan.FromMinutes(2));
        Assert.False(_begun.Reader.TryRead(out _));
    }

    [Fact(Timeout = Patience)]
    public async Task Without_an_interval_only_changes_count()
    {
        _interval = TimeSpan.Zero;
        Start();
        (await NextAsync()).End();
        _time.Advance(TimeSpan.FromDays(1));
        Change("web");
        var partial = await AfterGatheringAsync();
        Assert.Equal(CycleKind.Partial, partial.Order.Kind);
    }

    [Fact(Timeout = Patience)]
    public async Task What_changes_in_one_breath_is_looked_at_in_one_cycle_while_a_full_one_is_under_way()
    {
        Start();
        var full = await NextAsync();
        Change("web");
        await WaitsAsync(ReconcileLoop.Gathering);
        Change("api");
        var partial = await AfterGatheringAsync();
        Assert.Equal(CycleKind.Partial, partial.Order.Kind);
        Assert.Equal(["api", "web"], partial.Names);
        Assert.Equal(ReconcileLoop.Gathering, partial.Order.Waited);
        full.End();
    }

    [Fact(Timeout = Patience)]
    public async Task An_application_is_in_one_small_cycle_at_a_time_and_what_changes_meanwhile_comes_after_it()
    {
        Start();
        await NextAsync();
        Change("web");
        var first = await AfterGatheringAsync();
        Change("web");
        Change("api");
        var second = await AfterGatheringAsync();
        Assert.Equal(["api"], second.Names);
        Assert.False(_begun.Reader.TryRead(out _));
        first.End();
        Assert.Equal(["web"], (await NextAsync()).Names);
    }

    [Fact(Timeout = Patience)]
    public async Task What_changes_where_a_small_cycle_is_at_work_waits_for_that_place_and_not_for_the_whole_cycle()
    {
        _places["web"] = _places["api"] = "one";
        Start();
        await NextAsync();
        Change("web");
        Change("other");
        var first = await AfterGatheringAsync();
        Assert.Equal(["other", "web"], first.Names);
        Change("api");
        Change("third");
        var second = await AfterGatheringAsync();
        // The place of "web" is in work, so "api" has to wait.
        Assert.Equal(["third"], second.Names);
        first.Order.Done(new NamespacedName("argocd", "web"));
        Assert.Equal(["api"], (await NextAsync()).Names);
    }

    [Fact(Timeout = Patience)]
    public async Task What_is_no_news_begins_no_cycle()
    {
        Start();
        await NextAsync();
        _old.Add("web");
        Change("web");
        Change("api");
        Assert.Equal(["api"], (await AfterGatheringAsync()).Names);
    }

    [Fact(Timeout = Patience)]
    public async Task A_removed_application_begins_no_cycle()
    {
        Start();
        await NextAsync();
        _changes.Add(new ObjectChange("Application", new NamespacedName("argocd", "gone"), ChangeKind.Removed));
        Change("api");
        Assert.Equal(["api"], (await AfterGatheringAsync()).Names);
        Assert.Equal(["gone"], _removed);
    }

    [Fact(Timeout = Patience)]
    public async Task A_changed_secret_asks_for_a_full_cycle_and_not_for_two_at_a_time()
    {
        Start();
        var first = await NextAsync();
        _changes.Add(new ObjectChange("Secret", new NamespacedName("argocd", "repo"), ChangeKind.Changed));
        await WaitsAsync(ReconcileLoop.Gathering);
        _time.Advance(ReconcileLoop.Gathering);
        await EmptyAsync();
        Assert.False(_begun.Reader.TryRead(out _));
        first.End();
        await WaitsAsync(ReconcileLoop.LongGathering);
        _time.Advance(ReconcileLoop.LongGathering);
        Assert.Equal(CycleKind.Full, (await NextAsync()).Order.Kind);
    }

    [Fact(Timeout = Patience)]
    public async Task It_ends_when_the_cycles_under_way_have_ended()
    {
        Start();
        var full = await NextAsync();
        Change("web");
        var partial = await AfterGatheringAsync();
        await _end.CancelAsync();
        Assert.False(_loop!.IsCompleted);
        full.End();
        partial.End();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _loop);
    }

    [Fact(Timeout = Patience)]
    public async Task What_concerns_some_applications_alone_begins_a_small_cycle_over_those_for_which_it_is_news()
    {
        Start();
        await NextAsync();
        _concerned.AddRange([new NamespacedName("argocd", "web"), new NamespacedName("argocd", "other")]);
        _old.Add("other");
        _changes.Add(new ObjectChange("ImageUpdater", new NamespacedName("argocd", "all"), ChangeKind.Removed));
        var small = await AfterGatheringAsync();
        Assert.Equal(CycleKind.Partial, small.Order.Kind);
        Assert.Equal("argocd/web", Assert.Single(small.Order.Applications!).ToString());
        Assert.Empty(_removed);
    }

    private void Start() => _loop = new ReconcileLoop(new ReconcileLoopServices
    {
        Changes = _changes,
        Interval = () => _interval,
        IsNews = name => !_old.Contains(name.Name),
        PlaceOf = name => _places.GetValueOrDefault(name.Name) ?? name.Name,
        Concerned = change => change.ObjectKind == "ImageUpdater" ? _concerned : null,
        Removed = name => _removed.Add(name.Name),
        Run = (order, _) =>
        {
            var begun = new Begun(order);
            _all.Add(begun);
            _begun.Writer.TryWrite(begun);
            return begun.Ended;
        },
        Time = _time,
        Jitter = () => 0.5,
        Logger = NullLogger.Instance,
    }).RunAsync(_end.Token);

    private void Change(string name) => _changes.Add(new ObjectChange("Application", new NamespacedName("argocd", name), ChangeKind.Changed));

    private async Task<Begun> NextAsync() => await _begun.Reader.ReadAsync(Token);

    private async Task<Begun> AfterGatheringAsync()
    {
        await WaitsAsync(ReconcileLoop.Gathering);
        _time.Advance(ReconcileLoop.Gathering);
        return await NextAsync();
    }

    /// <summary>Until the loop waits for exactly this long, among others.</summary>
    private async Task WaitsAsync(TimeSpan duration)
    {
        while (!_time.Waiting.Contains(duration))
        {
            Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private async Task EmptyAsync()
    {
        while (_changes.Count > 0)
        {
            Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>A cycle that lasts until the test says so.</summary>
    private sealed class Begun(CycleOrder order)
    {
        private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CycleOrder Order => order;

        public Task Ended => _end.Task;

        public IEnumerable<string> Names => (order.Applications ?? new HashSet<NamespacedName>()).Select(name => name.Name).Order(StringComparer.Ordinal);

        public void End() => _end.TrySetResult();
    }
}
