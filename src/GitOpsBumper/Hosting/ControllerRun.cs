using System.Collections.Concurrent;
using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Cluster;
using GitOpsBumper.Configuration;
using GitOpsBumper.Controller;
using GitOpsBumper.Controller.Reconciling;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Hosting;

/// <summary>The cycles of a controller over what is watched in a cluster, and everything that hears of them.</summary>
internal sealed partial class ControllerRun
{
    /// <summary>Where no interval says how long a cycle over everything may take before its slowest repositories are left to themselves.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ProcessParts _process;
    private readonly ClusterWatch _watch;
    private readonly ClusterSecrets _secrets;
    private readonly ApplicationClient _cluster;
    private readonly LiveConfiguration _configuration;
    private readonly DecisionTeller _teller;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly WaitingApplications _waiting = new();
    private readonly ConcurrentDictionary<NamespacedName, Looked> _looked = new();
    private readonly ConcurrentDictionary<GitRemote, CycleOrder> _inFullCycles = new();
    private readonly ConcurrentDictionary<Task, bool> _stragglers = new();
    private readonly Func<double> _jitter = Random.Shared.NextDouble;
    private readonly Lock _gate = new();
    private IReadOnlyList<string> _unreadable = [];
    private long _newest;

    /// <param name="process">What outlives cycles.</param>
    /// <param name="connection">To the API server.</param>
    /// <param name="watch">What cycles look at.</param>
    /// <param name="configuration">How they do it.</param>
    /// <param name="events">Hears of what they decide.</param>
    /// <param name="time">For intervals.</param>
    public ControllerRun(ProcessParts process, KubernetesConnection connection, ClusterWatch watch, LiveConfiguration configuration, EventWriter events, TimeProvider time)
    {
        _process = process;
        _watch = watch;
        _secrets = new ClusterSecrets(connection);
        _cluster = new ApplicationClient(connection);
        _configuration = configuration;
        _time = time;
        _logger = process.Loggers.CreateLogger<ControllerRun>();
        _teller = new DecisionTeller(Board, watch, events, _logger);
    }

    public StatusBoard Board { get; } = new();

    /// <summary>What no cycle has begun to look at; of a replica that does not work, everything that has changed.</summary>
    public Backlog Waiting
    {
        get
        {
            var begun = _waiting.Measure(_time);
            var queued = new Backlog(_watch.Changes.Count, _watch.Changes.OldestWait);
            return new Backlog(begun.Length + queued.Length, begun.OldestWait > queued.OldestWait ? begun.OldestWait : queued.OldestWait);
        }
    }

    /// <summary>Runs cycles until the token ends it.</summary>
    /// <param name="mode">Whether and how they write.</param>
    /// <param name="cancellationToken">No cycle is running any more when this ends by it.</param>
    public async Task RunAsync(WriteMode mode, CancellationToken cancellationToken)
    {
        try
        {
            await new ReconcileLoop(new ReconcileLoopServices
            {
                Changes = _watch.Changes,
                Waiting = _waiting,
                Interval = () => _configuration.Settings.Controller.Interval,
                IsNews = IsNews,
                PlaceOf = PlaceOf,
                Removed = Forget,
                Run = (order, token) => RunAsync(order, mode, token),
                Time = _time,
                Jitter = _jitter,
                Logger = _logger,
            }).RunAsync(cancellationToken);
        }
        finally
        {
            await Task.WhenAll(_stragglers.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Of an application that asks for updates, or did when it was last looked at.</summary>
    private bool IsNews(NamespacedName name)
    {
        _looked.TryGetValue(name, out var before);
        return _watch.Applications.TryGetValue(name, out var watched) && !watched.IsBeingDeleted
            && ApplicationNews.IsNews(before?.Application, watched.Value)
            && (Asks(watched.Value, _configuration.Settings) || before is { Asks: true });
    }

    /// <summary>The repository that the application would write to; else it is by itself.</summary>
    private string PlaceOf(NamespacedName name) =>
        _watch.Applications.TryGetValue(name, out var watched)
        && AnnotationReader.Read(watched.Value, _configuration.Settings.Annotations)?.WriteBack is { Method: WriteBackMethod.Git, RepositoryUrl: { } repository }
        && RepositoryUrl.TryParse(repository, out var url, out _)
            ? url.Text
            : name.ToString();

    private static bool Asks(ApplicationSnapshot application, BumperSettings settings) =>
        settings.Filter.Accepts(application) && AnnotationReader.Read(application, settings.Annotations) is not null;

    /// <summary>A cycle over everything is not waited for longer than an interval, if all that is left of it are repositories that hang.</summary>
    private async Task RunAsync(CycleOrder order, WriteMode mode, CancellationToken cancellationToken)
    {
        var cycle = CycleAsync(order, mode, cancellationToken);
        if (order.Kind == CycleKind.Partial)
        {
            await cycle;
            return;
        }

        var interval = _configuration.Settings.Controller.Interval;
        await WaitAsync(cycle, interval > TimeSpan.Zero ? interval : Patience);
        while (!cycle.IsCompleted && _process.Turns.Queued > 0)
            await WaitAsync(cycle, Patience);
        if (cycle.IsCompleted)
        {
            await cycle;
            return;
        }

        Log.Straggling(_logger, string.Join(", ", _inFullCycles.Keys.Select(remote => remote.Url.Text).Order(StringComparer.Ordinal)));
        _stragglers[cycle] = true;
        _ = cycle.ContinueWith(ended => _stragglers.TryRemove(ended, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task WaitAsync(Task task, TimeSpan atMost)
    {
        using var over = new CancellationTokenSource();
        await Task.WhenAny(task, Task.Delay(atMost, _time, over.Token));
        await over.CancelAsync();
    }

    private async Task CycleAsync(CycleOrder order, WriteMode mode, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        IReadOnlyList<ApplicationSnapshot> applications = [];
        try
        {
            var manifests = _watch.Current();
            using var configuration = _configuration.Take(manifests);
            var settings = configuration.Settings;
            applications = Look(order, manifests, settings);
            using var parts = new CycleParts(
                _process,
                new CycleInputs
                {
                    Settings = settings,
                    Texts = configuration.Texts,
                    RegistryClient = configuration.Registries,
                    Manifests = manifests,
                    Secrets = _secrets.FindAsync,
                    Cluster = _cluster,
                    Witness = new CycleWitness
                    {
                        Current = application => Current(application, settings),
                        MayBegin = remote => order.Kind == CycleKind.Partial || _inFullCycles.TryAdd(remote, order),
                        Ended = remote => _inFullCycles.TryRemove(KeyValuePair.Create(remote, order)),
                        Decided = reports => _teller.Tell(order, reports, settings.Controller.KubeEvents),
                    },
                },
                cancellationToken);
            var report = await parts.CreateCycle(mode).RunAsync(applications, cancellationToken);
            End(order, started, new CycleOutcome(_time.GetUtcNow(), report.Duration, report.Requests, null));
            _process.Telemetry.Cycles.Ended(order.Kind, report);
            Log.Done(_logger, order.Kind, report.Applications.Count, report.Images, report.Count(DecisionKind.Updated), report.Count(DecisionKind.Failed), report.Duration.TotalSeconds);
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or OutOfMemoryException))
        {
            // A bug that stops one cycle must not stop the next one, which looks at everything again.
            foreach (var application in applications)
                _looked.TryRemove(application.Name, out _);
            Log.Unexpected(_logger, order.Kind, failure);
            _process.Telemetry.Cycles.Failed(order.Kind, _time.GetElapsedTime(started));
            End(order, started, new CycleOutcome(
                _time.GetUtcNow(), _time.GetElapsedTime(started), new RequestCounts(0, 0, 0, 0), $"an internal error, please report it: {failure.GetType().Name}: {failure.Message}"));
        }
    }

    /// <summary>The applications of the order that ask for updates; what is no longer there, or asks no longer, is forgotten.</summary>
    private List<ApplicationSnapshot> Look(CycleOrder order, ManifestSet manifests, BumperSettings settings)
    {
        var asking = new List<ApplicationSnapshot>();
        var present = new HashSet<NamespacedName>();
        foreach (var application in manifests.Applications.Where(application => order.Applications?.Contains(application.Name) != false))
        {
            present.Add(application.Name);
            if (Look(application, settings).Asks)
                asking.Add(application);
            else
                _teller.Leave(application.Name);
        }

        foreach (var name in (order.Applications ?? _looked.Keys.ToHashSet()).Where(name => !present.Contains(name)))
            Forget(name);
        var unreadable = manifests.Problems.Select(problem => problem.ToString()).ToList();
        foreach (var problem in unreadable.Except(Interlocked.Exchange(ref _unreadable, unreadable), StringComparer.Ordinal))
            Log.Unreadable(_logger, problem);
        return asking;
    }

    private Looked Look(ApplicationSnapshot application, BumperSettings settings) => _looked[application.Name] = new Looked(application, Asks(application, settings));

    /// <summary>As it is at this moment; null when there is nothing to be done for it.</summary>
    private ApplicationSnapshot? Current(ApplicationSnapshot application, BumperSettings settings) =>
        _watch.Applications.TryGetValue(application.Name, out var watched) && !watched.IsBeingDeleted && Look(watched.Value, settings).Asks ? watched.Value : null;

    /// <summary>The last one that began counts, also when an older one that hung ends after it.</summary>
    private void End(CycleOrder order, long started, CycleOutcome outcome)
    {
        if (order.Kind != CycleKind.Full)
            return;
        lock (_gate)
        {
            if (started < _newest)
                return;
            _newest = started;
            Board.End(outcome);
        }
    }

    /// <summary>Of an application that is gone.</summary>
    private void Forget(NamespacedName name)
    {
        _teller.Leave(name);
        _looked.TryRemove(name, out _);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "{Kind} cycle over {Applications} applications with {Images} images: {Updated} updated, {Failed} failed, {Seconds:0.##} s.")]
        public static partial void Done(ILogger logger, CycleKind kind, int applications, int images, int updated, int failed, double seconds);

        [LoggerMessage(LogLevel.Warning, "Some repositories take longer than an interval; the next cycle goes on without them: {Repositories}")]
        public static partial void Straggling(ILogger logger, string repositories);

        [LoggerMessage(LogLevel.Warning, "{Problem}")]
        public static partial void Unreadable(ILogger logger, string problem);

        [LoggerMessage(LogLevel.Error, "An internal error ended a cycle ({Kind}).")]
        public static partial void Unexpected(ILogger logger, CycleKind kind, Exception exception);
    }

    /// <summary>What an application was last looked at as.</summary>
    /// <param name="Asks">For updates.</param>
    private sealed record Looked(ApplicationSnapshot Application, bool Asks);
}
