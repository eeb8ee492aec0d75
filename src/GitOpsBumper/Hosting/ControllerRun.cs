using System.Collections.Concurrent;
using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Cluster;
using GitOpsBumper.Configuration;
using GitOpsBumper.Controller;
using GitOpsBumper.Controller.Reconciling;
using GitOpsBumper.Controller.Targets;
using GitOpsBumper.Controller.Triggers;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Hosting.Cycles;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Hosting;

/// <summary>The cycles of a controller over what is watched in a cluster, and everything that hears of them.</summary>
internal sealed partial class ControllerRun
{
    /// <summary>Longer than that the loop does not wait for the slowest repositories of a cycle.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>What a cycle over so many applications leaves behind is several times what is kept until the next one: it is given back.</summary>
    private const int Many = 1_000;

    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    private readonly ProcessParts _process;
    private readonly ClusterWatch _watch;
    private readonly ClusterSecrets _secrets;
    private readonly ApplicationClient _cluster;
    private readonly LiveConfiguration _configuration;
    private readonly DecisionTeller _teller;
    private readonly SightingKeeper _sightings;
    private readonly StatusKeeper _statuses;
    private readonly ApprovalKeeper _approvals;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly WaitingApplications _waiting = new();
    private readonly ApplicationMemory _memory;
    private readonly TriggerDesk _desk;
    private readonly LookTimes _looks;
    private readonly RepositoriesInWork _repositories = new();
    private readonly ConcurrentDictionary<Task, bool> _stragglers = new();
    private readonly Func<double> _jitter = Random.Shared.NextDouble;
    private readonly Lock _gate = new();
    private IReadOnlyList<string> _unreadable = [];
    private long _newest;

    /// <summary>Watches nothing by itself, and begins nothing before it is run.</summary>
    /// <param name="desk">Knows what was asked for from outside.</param>
    public ControllerRun(ProcessParts process, KubernetesConnection connection, ClusterWatch watch, LiveConfiguration configuration, EventWriter events, TriggerDesk desk, TimeProvider time)
    {
        (_process, _watch, _desk) = (process, watch, desk);
        _desk.Wake = _waiting.Ask;
        _secrets = new ClusterSecrets(connection);
        _cluster = new ApplicationClient(connection);
        _configuration = configuration;
        _time = time;
        _logger = process.Loggers.CreateLogger<ControllerRun>();
        _memory = new ApplicationMemory(watch, () => configuration.Settings, _logger);
        _looks = new LookTimes(time, _memory.Forget);
        _sightings = new SightingKeeper(connection, process.FirstSeen, () => configuration.Settings.ArgoCdNamespace, process.Loggers.CreateLogger<SightingKeeper>());
        _approvals = new ApprovalKeeper(connection, time, process.Loggers.CreateLogger<ApprovalKeeper>());
        _statuses = new StatusKeeper(connection, time, process.Loggers.CreateLogger<StatusKeeper>());
        _teller = new DecisionTeller(Board, watch, events, process.Desk, _logger);
    }

    public StatusBoard Board { get; } = new();

    /// <summary>What no cycle has begun to look at; of a replica that does not work, everything that has changed.</summary>
    public Backlog Waiting => _waiting.Measure(_time).And(new Backlog(_watch.Changes.Count, _watch.Changes.OldestWait));

    /// <summary>Runs cycles until the token ends it.</summary>
    /// <param name="mode">Whether and how they write.</param>
    /// <param name="cancellationToken">No cycle is running any more when this ends by it.</param>
    public async Task RunAsync(WriteMode mode, CancellationToken cancellationToken)
    {
        Board.Clear();
        await _sightings.BeginAsync(cancellationToken);
        _statuses.Forget();
        _process.Desk.BeginTerm();
        try
        {
            await new ReconcileLoop(new ReconcileLoopServices
            {
                Changes = _watch.Changes,
                Waiting = _waiting,
                Looks = _looks,
                Interval = () => _configuration.Settings.Controller.Interval,
                IsNews = IsDue,
                PlaceOf = _memory.PlaceOf,
                Concerned = change => change.ObjectKind == ObjectKinds.ImageUpdater.Name ? [.. _watch.ApplicationNames.Where(_memory.IsNews)] : null,
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
            _desk.EndTerm();
            await Task.WhenAll(_statuses.Ended, _approvals.Ended);
        }
    }

    /// <summary>What is left of a cycle over everything when all that is left are repositories that hang is not waited for.</summary>
    private async Task<CycleEnd> RunAsync(CycleOrder order, WriteMode mode, CancellationToken cancellationToken)
    {
        var settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cycle = CycleAsync(order, mode, settled.SetResult, cancellationToken);
        if (order.Kind == CycleKind.Full)
        {
            await Task.WhenAny(cycle, settled.Task);
            var interval = _configuration.Settings.Controller.Interval;
            await WaitAsync(cycle, interval > TimeSpan.Zero && interval < Patience ? interval : Patience);
            while (!cycle.IsCompleted && _process.Turns.Queued > 0)
                await WaitAsync(cycle, Poll);
            if (!cycle.IsCompleted)
            {
                _stragglers[cycle] = true;
                _ = cycle.ContinueWith(ended => _stragglers.TryRemove(ended, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                return CycleEnd.Done;
            }
        }

        var end = await cycle;
        if (order.Kind == CycleKind.Full && _watch.ApplicationCount >= Many)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return end;
    }

    private bool MayBegin(RepositoryWork repository, CycleOrder order)
    {
        if (_repositories.TryBegin(repository.Remote, order))
            return true;
        Log.Straggling(_logger, repository.Url.Text);
        return false;
    }

    private void End(RepositoryWork repository, CycleOrder order)
    {
        var names = repository.Applications.Select(application => application.Application.Name).ToList();
        foreach (var name in names)
            order.Done(name);
        if (!_repositories.End(repository.Remote, order))
            return;
        foreach (var name in names)
            _memory.Forget(name);
        _waiting.Ask(names, _time.GetTimestamp());
    }

    /// <summary>It says something that was not decided from yet, or somebody asked for it.</summary>
    private bool IsDue(NamespacedName name) => _desk.IsDue(name) || _memory.IsNews(name);

    private async Task WaitAsync(Task task, TimeSpan atMost) => await task.WaitAsync(atMost, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task<CycleEnd> CycleAsync(CycleOrder order, WriteMode mode, Action settled, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        IReadOnlyList<ApplicationSnapshot> applications = [];
        using var gathering = _process.Desk.BeginCycle(isFull: order.Kind == CycleKind.Full);
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
                    Project = _watch.FindProject,
                    Secrets = _secrets.FindAsync,
                    Logins = _process.Logins(settings, byDefault: false),
                    Cluster = _cluster,
                    IsUrgent = _desk.IsUrgent,
                    ApprovalKey = _process.Votes.Find,
                    Witness = new CycleWitness
                    {
                        Current = application => _memory.Current(application, settings),
                        Govern = _watch.Govern,
                        MayBegin = repository => MayBegin(repository, order),
                        Settled = settled,
                        Ended = repository => End(repository, order),
                        Decided = decided => Tell(order, _approvals.Keep(decided, application => _memory.IsCurrent(application, settings), mode.Barrier, cancellationToken), settings, started),
                    },
                },
                cancellationToken);
            var report = await parts.CreateCycle(mode).RunAsync(_looks.Take(order, applications, IsDue), cancellationToken);
            await _sightings.WriteAsync(cancellationToken);
            if (End(order, started, new CycleOutcome(_time.GetUtcNow(), report.Duration, report.Requests, null)))
                _statuses.Write(new StatusPicture(StatusPicture.Served(manifests, _watch.Rules, settings), _watch.Rules, applications, Board.Applications, _time.GetUtcNow(), report.Duration), mode.Barrier, cancellationToken);
            _process.Telemetry.Cycles.Ended(order.Kind, report);
            Log.Done(_logger, order.Kind, report.Applications.Count, report.Images, report.Count(DecisionKind.Updated), report.Count(DecisionKind.Failed), report.Duration.TotalSeconds);
            return CycleEnd.Done;
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or OutOfMemoryException))
        {
            // A bug that stops one cycle must not stop the next one, which looks at its applications again.
            foreach (var application in applications)
                _memory.Forget(application.Name);
            Log.Unexpected(_logger, order.Kind, failure);
            _process.Telemetry.Cycles.Failed(order.Kind, _time.GetElapsedTime(started));
            End(order, started, new CycleOutcome(
                _time.GetUtcNow(), _time.GetElapsedTime(started), new RequestCounts(0, 0, 0, 0), $"an internal error, please report it: {failure.GetType().Name}: {failure.Message}"));
            return CycleEnd.Failed;
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
            if (_memory.Asks(application, settings))
            {
                asking.Add(application);
                continue;
            }

            _memory.Look(application, asks: false);
            _desk.Left(application.Name);
            _teller.Leave(application.Name);
            order.Done(application.Name);
        }

        foreach (var name in (order.Applications ?? _memory.Known).Where(name => !present.Contains(name)))
            Forget(name);
        var unreadable = manifests.Problems.Select(problem => problem.ToString()).ToList();
        foreach (var problem in unreadable.Except(Interlocked.Exchange(ref _unreadable, unreadable), StringComparer.Ordinal))
            Log.Unreadable(_logger, problem);
        return asking;
    }

    /// <summary>What was decided from an older word is not told after a newer one, but for what was written: the newer one may be our own change of the Application.</summary>
    private void Tell(CycleOrder order, IReadOnlyList<DecidedApplication> decided, BumperSettings settings, long began)
    {
        foreach (var (application, report) in decided)
        {
            _statuses.Updated(_watch.Rules.TitleOf(application), report, _time.GetUtcNow());
            lock (_gate)
            {
                var isCurrent = _memory.IsCurrent(application, settings);
                if (isCurrent || report.IsWritten)
                    _desk.Decided(report, began);
                if (isCurrent)
                {
                    _memory.Look(application, asks: true);
                    _looks.Decided(report);
                    _teller.Tell(report, settings.Controller.KubeEvents);
                }
                else if (report.IsWritten)
                {
                    // Should it say again what it said before, it is looked at all the same: what was written is of a word between.
                    _memory.Forget(application.Name);
                    _teller.TellWritten(report, settings.Controller.KubeEvents);
                }
            }

            order.Done(application.Name);
        }
    }

    /// <summary>The last one that began counts, also when an older one that hung ends after it.</summary>
    /// <returns>Whether it is that one.</returns>
    private bool End(CycleOrder order, long started, CycleOutcome outcome)
    {
        if (order.Kind != CycleKind.Full)
            return false;
        lock (_gate)
        {
            if (started < _newest)
                return false;
            _newest = started;
            Board.End(outcome);
            return true;
        }
    }

    /// <summary>Of an application that is gone.</summary>
    private void Forget(NamespacedName name)
    {
        lock (_gate)
        {
            _teller.Leave(name);
            _memory.Forget(name);
            _desk.Left(name);
        }
    }
}
