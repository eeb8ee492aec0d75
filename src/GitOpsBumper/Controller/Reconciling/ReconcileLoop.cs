using GitOpsBumper.Adapters.Kubernetes.Watching;
using GitOpsBumper.Core.Applications;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Controller.Reconciling;

internal enum CycleKind
{
    /// <summary>Over all Applications.</summary>
    Full,

    /// <summary>Over those that have changed.</summary>
    Partial,
}

internal enum CycleEnd
{
    /// <summary>It looked at everything; what it could not write is decided so.</summary>
    Done,

    /// <summary>An error of ours ended it: of nothing in it is known how it went.</summary>
    Failed,
}

/// <param name="Applications">Those to look at; null: all.</param>
internal sealed record CycleOrder(CycleKind Kind, IReadOnlySet<NamespacedName>? Applications)
{
    /// <summary>To be told of each application that is done, so that what has changed meanwhile need not wait for the others.</summary>
    public Action<NamespacedName> Done { get; init; } = static _ => { };
}

/// <summary>What the loop works with.</summary>
internal sealed record ReconcileLoopServices
{
    public required ChangeQueue Changes { get; init; }

    /// <summary>What was taken from the queue and is not begun yet.</summary>
    public WaitingApplications Waiting { get; init; } = new();

    /// <summary>Between the beginnings of two full cycles, as it is at the moment; zero: none but the first.</summary>
    public required Func<TimeSpan> Interval { get; init; }

    /// <summary>Whether the application, as it is now, says something that was not yet decided from.</summary>
    public required Func<NamespacedName, bool> IsNews { get; init; }

    /// <summary>What an application writes to, as it is now; any name that is the same for those that cannot be written at the same time.</summary>
    public required Func<NamespacedName, string> PlaceOf { get; init; }

    /// <summary>The applications that a change of something else may concern, each of which is looked at if it says something new by it; null: all depend on it.</summary>
    public Func<ObjectChange, IReadOnlyCollection<NamespacedName>?> Concerned { get; init; } = static _ => null;

    /// <summary>Hears that an application is no longer there.</summary>
    public Action<NamespacedName> Removed { get; init; } = static _ => { };

    /// <summary>Runs one cycle; what goes wrong in it is told by it, and is no reason to stop.</summary>
    public required Func<CycleOrder, CancellationToken, Task<CycleEnd>> Run { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Applications that want to be looked at at a certain time.</summary>
    public LookTimes Looks { get; init; } = new(TimeProvider.System, static _ => { });

    /// <summary>From 0 to 1.</summary>
    public required Func<double> Jitter { get; init; }

    public required ILogger Logger { get; init; }
}

/// <summary>
/// Decides when cycles run: one over everything at each interval, never two of those at a time, and small ones over what has changed, at
/// once and beside it. What failed by an error of ours is tried again, after longer and longer pauses. Two cycles that meet at one repository take turns there; what waits for a repository holds up nothing else.
/// </summary>
internal sealed partial class ReconcileLoop(ReconcileLoopServices services)
{
    /// <summary>What comes in one breath is looked at in one cycle.</summary>
    public static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(250);

    /// <summary>After changes of what all Applications depend on, such as secrets.</summary>
    public static readonly TimeSpan LongGathering = TimeSpan.FromSeconds(1);

    /// <summary>Each is in a place of its own, so there are so many only where so many places are slow.</summary>
    private const int MaxPartialCycles = 32;

    private readonly PlacesInWork _places = new();
    private readonly FailedApplications _failed = new(services.Time, services.Jitter);

    private volatile TaskCompletionSource _asked = NewSignal();

    /// <summary>Runs cycles until the token ends it; begins with a full one.</summary>
    /// <exception cref="OperationCanceledException">The token ended it; no cycle is running any more.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // The first cycle looks at everything, whatever has changed before it.
        services.Changes.TakeAll();
        services.Waiting.Clear();
        services.Looks.Clear();
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] loops = [RepeatAsync(both.Token), FollowAsync(both.Token)];
        try
        {
            await await Task.WhenAny(loops);
        }
        finally
        {
            await both.CancelAsync();
            await Task.WhenAll(loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RepeatAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        while (true)
        {
            _asked = NewSignal();
            var started = services.Time.GetTimestamp();
            failures = await services.Run(new CycleOrder(CycleKind.Full, null), cancellationToken) == CycleEnd.Failed ? failures + 1 : 0;
            await PauseAsync(started, failures, cancellationToken);
        }
    }

    /// <param name="started">The cycle before.</param>
    /// <param name="failures">How many have failed in a row.</param>
    private async Task PauseAsync(long started, int failures, CancellationToken cancellationToken)
    {
        var interval = services.Interval();
        // Several replicas, clusters and bots do not all ask the same registry at the same second.
        var pause = interval * (0.9 + (0.2 * services.Jitter())) - services.Time.GetElapsedTime(started);
        if (interval == TimeSpan.Zero)
        {
            // No interval would ever repeat what failed.
            pause = failures == 0 ? Timeout.InfiniteTimeSpan : FailedApplications.PauseAfter(failures, services.Jitter());
        }
        else if (pause <= TimeSpan.Zero)
        {
            Log.Overrun(services.Logger, services.Time.GetElapsedTime(started).TotalSeconds, interval.TotalSeconds);
            pause = TimeSpan.Zero;
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asked = _asked.Task;
        var elapsed = Task.Delay(pause, services.Time, over.Token);
        await Task.WhenAny(asked, elapsed);
        await over.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        if (asked.IsCompleted)
            await Task.Delay(LongGathering, services.Time, cancellationToken);
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        var running = new HashSet<Task>();
        try
        {
            while (true)
            {
                var (freed, asked, sooner) = (_places.Freed, services.Waiting.Asked, services.Looks.Sooner);
                Begin(running, cancellationToken);
                await WaitAsync([freed, asked, sooner, .. running], cancellationToken);
                foreach (var name in _failed.TakeDue().Concat(services.Looks.TakeDue()))
                    services.Waiting.Add(name, services.Time.GetTimestamp());
                if (services.Changes.Count > 0)
                {
                    var seen = services.Time.GetTimestamp();
                    await Task.Delay(Gathering, services.Time, cancellationToken);
                    Take(seen);
                }

                foreach (var ended in running.Where(task => task.IsCompleted).ToList())
                {
                    running.Remove(ended);
                    await ended;
                }
            }
        }
        finally
        {
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>For any of the tasks, a change, or the end of a pause after a failure.</summary>
    private async Task WaitAsync(IEnumerable<Task> others, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny([services.Changes.WaitAsync(over.Token), Task.Delay(_failed.Pause, services.Time, over.Token), Task.Delay(services.Looks.Pause, services.Time, over.Token), .. others]);
        await over.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private void Take(long seen)
    {
        foreach (var change in services.Changes.TakeAll())
        {
            if (change.ObjectKind != ApplicationKind)
                Follow(change, seen);
            else if (change.Change == ChangeKind.Removed)
                Forget(change.Name);
            else
                services.Waiting.Add(change.Name, seen);
        }
    }

    private void Follow(ObjectChange change, long seen)
    {
        if (services.Concerned(change) is not { } concerned)
        {
            _asked.TrySetResult();
            return;
        }

        foreach (var name in concerned)
            services.Waiting.Add(name, seen);
    }

    private void Forget(NamespacedName name)
    {
        services.Waiting.Remove(name);
        _failed.Remove([name]);
        services.Removed(name);
    }

    /// <summary>One small cycle is in a place at a time; what changes there meanwhile waits for its end.</summary>
    private void Begin(HashSet<Task> running, CancellationToken cancellationToken)
    {
        if (running.Count >= MaxPartialCycles)
            return;
        var free = services.Waiting.Take(name => _places.IsFree(services.PlaceOf(name)));
        var due = free.Where(services.IsNews).ToHashSet();
        _failed.Remove(free.Where(name => !due.Contains(name)));
        if (due.Count > 0)
            running.Add(RunAsync(due, cancellationToken));
    }

    private async Task RunAsync(IReadOnlySet<NamespacedName> due, CancellationToken cancellationToken)
    {
        using var stay = _places.Begin(due.ToDictionary(name => name, services.PlaceOf));
        if (await services.Run(new CycleOrder(CycleKind.Partial, due) { Done = stay.Done }, cancellationToken) == CycleEnd.Failed)
            _failed.Add(due);
        else
            _failed.Remove(due);
    }

    private static string ApplicationKind => Adapters.Kubernetes.Objects.ObjectKinds.Application.Name;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The cycle took {Seconds:0.#} s, longer than the interval of {Interval:0.#} s: the next one begins at once.")]
        public static partial void Overrun(ILogger logger, double seconds, double interval);
    }
}
