using System.Collections.Concurrent;
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
    private readonly ProcessParts _process;
    private readonly ClusterWatch _watch;
    private readonly ClusterSecrets _secrets;
    private readonly ApplicationClient _cluster;
    private readonly LiveConfiguration _configuration;
    private readonly EventWriter _events;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly WaitingApplications _waiting = new();
    private readonly DecisionJournal _journal = new();
    private readonly ConcurrentDictionary<NamespacedName, ApplicationSnapshot> _decided = new();
    private readonly Func<double> _jitter = Random.Shared.NextDouble;

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
        _events = events;
        _time = time;
        _logger = process.Loggers.CreateLogger<ControllerRun>();
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
    public Task RunAsync(WriteMode mode, CancellationToken cancellationToken) => new ReconcileLoop(new ReconcileLoopServices
    {
        Changes = _watch.Changes,
        Waiting = _waiting,
        Interval = () => _configuration.Settings.Controller.Interval,
        IsNews = IsNews,
        Run = (order, token) => RunAsync(order, mode, token),
        Time = _time,
        Jitter = _jitter,
        Logger = _logger,
    }).RunAsync(cancellationToken);

    /// <summary>Of an application that asks for updates, or did when it was last looked at.</summary>
    private bool IsNews(NamespacedName name)
    {
        _decided.TryGetValue(name, out var before);
        return _watch.Applications.TryGetValue(name, out var watched) && !watched.IsBeingDeleted
            && (Asks(watched.Value) || (before is not null && Asks(before)))
            && ApplicationNews.IsNews(before, watched.Value);
    }

    private bool Asks(ApplicationSnapshot application) => AnnotationReader.Read(application, _configuration.Settings.Annotations) is not null;

    private async Task RunAsync(CycleOrder order, WriteMode mode, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        try
        {
            var manifests = _watch.Current();
            using var configuration = _configuration.Take(manifests);
            var applications = manifests.Applications
                .Where(application => order.Applications?.Contains(application.Name) != false && configuration.Settings.Filter.Accepts(application)).ToList();
            foreach (var application in applications)
                _decided[application.Name] = application;
            using var parts = new CycleParts(
                _process,
                new CycleInputs
                {
                    Settings = configuration.Settings,
                    Texts = configuration.Texts,
                    RegistryClient = configuration.Registries,
                    Manifests = manifests,
                    Secrets = _secrets.FindAsync,
                    Cluster = _cluster,
                },
                cancellationToken);
            var report = await parts.CreateCycle(mode).RunAsync(applications, cancellationToken);
            Tell(order, report, manifests, configuration.Settings);
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or OutOfMemoryException))
        {
            // A bug that stops one cycle must not stop the next one.
            Log.Unexpected(_logger, order.Kind, failure);
            _process.Telemetry.Cycles.Failed(order.Kind, _time.GetElapsedTime(started));
            Board.Fail($"an internal error, please report it: {failure.GetType().Name}: {failure.Message}", _time.GetUtcNow(), _time.GetElapsedTime(started));
        }
    }

    private void Tell(CycleOrder order, CycleReport report, ManifestSet manifests, BumperSettings settings)
    {
        Board.Put(order, report, _time.GetUtcNow());
        _process.Telemetry.Cycles.Ended(order.Kind, report);
        if (order.Kind == CycleKind.Full)
            Forget(manifests);
        foreach (var news in _journal.Read(report))
        {
            Say(news);
            if (settings.Controller.KubeEvents && _watch.Applications.TryGetValue(news.Application, out var application))
                _events.Write(news, application, () => _journal.Holds(news));
        }

        Log.Done(_logger, order.Kind, report.Applications.Count, report.Images, report.Count(DecisionKind.Updated), report.Count(DecisionKind.Failed), report.Duration.TotalSeconds);
    }

    private void Forget(ManifestSet manifests)
    {
        var present = manifests.Applications.Select(application => application.Name).ToHashSet();
        _journal.Forget(name => !present.Contains(name));
        foreach (var gone in _decided.Keys.Where(name => !present.Contains(name)).ToList())
            _decided.TryRemove(gone, out _);
    }

    private void Say(Announcement news)
    {
        var name = news.Application.ToString();
        switch (news.Kind)
        {
            case AnnouncementKind.Updated:
                Log.Updated(_logger, name, news.Message);
                break;
            case AnnouncementKind.Pinned:
                Log.Pinned(_logger, name, news.Message);
                break;
            case AnnouncementKind.Failed:
                Log.Failed(_logger, name, news.Message);
                break;
            default:
                Log.Problem(_logger, name, news.Message);
                break;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Application}: updated {Change}")]
        public static partial void Updated(ILogger logger, string application, string change);

        [LoggerMessage(LogLevel.Information, "{Application}: pinned {Reason}")]
        public static partial void Pinned(ILogger logger, string application, string reason);

        [LoggerMessage(LogLevel.Warning, "{Application}: {Reason}")]
        public static partial void Failed(ILogger logger, string application, string reason);

        [LoggerMessage(LogLevel.Warning, "{Application}: {Problem}")]
        public static partial void Problem(ILogger logger, string application, string problem);

        [LoggerMessage(LogLevel.Debug, "{Kind} cycle over {Applications} applications with {Images} images: {Updated} updated, {Failed} failed, {Seconds:0.##} s.")]
        public static partial void Done(ILogger logger, CycleKind kind, int applications, int images, int updated, int failed, double seconds);

        [LoggerMessage(LogLevel.Error, "An internal error ended a cycle ({Kind}).")]
        public static partial void Unexpected(ILogger logger, CycleKind kind, Exception exception);
    }
}
