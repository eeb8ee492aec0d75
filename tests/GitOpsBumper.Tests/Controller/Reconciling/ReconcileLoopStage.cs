using System.Collections.Concurrent;
using System.Threading.Channels;
using GitOpsBumper.Adapters.Kubernetes.Watching;
using GitOpsBumper.Controller.Reconciling;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace GitOpsBumper.Tests.Controller.Reconciling;

/// <summary>A loop whose cycles last until the test ends them, on a clock that the test moves.</summary>
public abstract class ReconcileLoopStage : IAsyncDisposable
{
    /// <summary>For a test that waits for what never comes, in milliseconds.</summary>
    private protected const int Patience = 30_000;

    private readonly CancellationTokenSource _end = new();
    private readonly Channel<Begun> _begun = Channel.CreateUnbounded<Begun>();
    private readonly ConcurrentBag<Begun> _all = [];

    protected ReconcileLoopStage() => Looks = new LookTimes(Time, name => Old.Remove(name.Name));

    private protected SteppedTime Time { get; } = new();

    /// <summary>What is due is news.</summary>
    private protected LookTimes Looks { get; }

    private protected ChangeQueue Changes { get; } = new();

    /// <summary>Of applications that share one; the others have one each.</summary>
    private protected Dictionary<string, string> Places { get; } = new(StringComparer.Ordinal);

    private protected List<string> Removed { get; } = [];

    /// <summary>Those that a changed ImageUpdater is about.</summary>
    private protected List<NamespacedName> Concerned { get; } = [];

    /// <summary>What is no news.</summary>
    private protected HashSet<string> Old { get; } = new(StringComparer.Ordinal);

    private protected TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(2);

    private protected Task? Loop { get; private set; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        // The loop ends when its cycles have.
        foreach (var cycle in _all)
            cycle.End();
        if (Loop is not null)
            await Loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected Task StopAsync() => _end.CancelAsync();

    /// <summary>Whether a cycle has begun that the test does not know of.</summary>
    private protected bool HasBegun() => _begun.Reader.TryRead(out _);

    private protected void Start() => Loop = new ReconcileLoop(new ReconcileLoopServices
    {
        Changes = Changes,
        Interval = () => Interval,
        IsNews = name => !Old.Contains(name.Name),
        PlaceOf = name => Places.GetValueOrDefault(name.Name) ?? name.Name,
        Concerned = change => change.ObjectKind == "ImageUpdater" ? Concerned : null,
        Removed = name => Removed.Add(name.Name),
        Run = (order, _) =>
        {
            var begun = new Begun(order);
            _all.Add(begun);
            _begun.Writer.TryWrite(begun);
            return begun.Ended;
        },
        Time = Time,
        Looks = Looks,
        Jitter = () => 0.5,
        Logger = NullLogger.Instance,
    }).RunAsync(_end.Token);

    private protected void Change(string name) => Changes.Add(new ObjectChange("Application", new NamespacedName("argocd", name), ChangeKind.Changed));

    private protected async Task<Begun> NextAsync() => await Eventually.GetsAsync(_begun.Reader);

    private protected async Task<Begun> AfterGatheringAsync()
    {
        await WaitsAsync(ReconcileLoop.Gathering);
        Time.Advance(ReconcileLoop.Gathering);
        return await NextAsync();
    }

    /// <summary>Until the loop waits for exactly this long, among others.</summary>
    private protected Task WaitsAsync(TimeSpan duration) => Eventually.HoldsAsync(() => Time.Waiting.Contains(duration));

    /// <summary>Until the loop waits for nothing but changes.</summary>
    private protected Task IdleAsync() => Eventually.HoldsAsync(() => Time.Waiting.Count == 0);

    private protected Task EmptyAsync() => Eventually.HoldsAsync(() => Changes.Count == 0);

    /// <summary>A cycle that lasts until the test says so.</summary>
    private protected sealed class Begun(CycleOrder order)
    {
        private readonly TaskCompletionSource<CycleEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CycleOrder Order => order;

        public Task<CycleEnd> Ended => _end.Task;

        public IEnumerable<string> Names => (order.Applications ?? new HashSet<NamespacedName>()).Select(name => name.Name).Order(StringComparer.Ordinal);

        public void End(CycleEnd how = CycleEnd.Done) => _end.TrySetResult(how);
    }
}
