using System.Net.Sockets;
using System.Text;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Adapters.Kubernetes.Leases;
using GitOpsBumper.Cluster;
using GitOpsBumper.Configuration;
using GitOpsBumper.Controller;
using GitOpsBumper.Controller.Reconciling;
using GitOpsBumper.Controller.Triggers;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Hosting.Triggers;
using GitOpsBumper.Metrics;
using GitOpsBumper.Notifying;
using GitOpsBumper.Reports;
using GitOpsBumper.Web;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Hosting;

/// <summary>
/// The controller: one process that watches a cluster and runs cycles as long as it is the one that works. It ends when it is told to:
/// a push under way is finished, nothing new is begun, the lease is given back.
/// </summary>
internal sealed partial class ControllerHost : IDisposable
{
    /// <summary>For a push that is under way when the end comes; what is left of the ten seconds is for saying goodbye.</summary>
    private static readonly TimeSpan LastPush = TimeSpan.FromSeconds(7);

    private readonly Surroundings _surroundings;
    private readonly SettingsLoader _loader;
    private readonly TimeProvider _time = TimeProvider.System;
    private readonly BumperSettings _first;
    private readonly ProcessLogs _logs;
    private readonly ILogger _logger;
    private readonly RequestCounter _requests = new();
    private readonly ProcessTelemetry _telemetry;
    private readonly ClusterLink _cluster;
    private readonly string _instance;
    private volatile IReadOnlyList<string> _waitsFor = ["the configuration has not been read from the cluster yet"];
    private volatile Running? _running;

    /// <exception cref="UsageException">A setting is wrong, or no cluster is named.</exception>
    public ControllerHost(Surroundings surroundings, SettingsLoader loader)
    {
        _surroundings = surroundings;
        _loader = loader;
        var settings = loader.Load();
        _telemetry = new ProcessTelemetry(collects: settings.Controller.MetricsPort > 0);
        _cluster = ClusterConnector.Connect(
            settings,
            surroundings.Environment,
            _requests,
            $"one cycle over Applications in files needs no cluster: 'bumper run --once {SettingDefinitions.Manifests.Flag} <file or folder>'",
            _telemetry.Calls.Kubernetes);
        _first = loader.Load(podNamespace: _cluster.PodNamespace);
        _logs = new ProcessLogs(surroundings.Log, _first.Log, LogLevel.Information);
        _logger = _logs.Loggers.CreateLogger<ControllerHost>();
        _instance = surroundings.Environment("HOSTNAME") is { Length: > 0 } pod ? pod : Environment.MachineName;
        _telemetry.Show(Facts());
        _telemetry.Trace(surroundings.Environment, _instance, _logs.Loggers.CreateLogger<ProcessTelemetry>());
    }

    /// <summary>Works until the token ends it.</summary>
    /// <exception cref="UsageException">The configuration in the cluster is wrong at the start, or an address or a port cannot be listened on.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var web = await StartWebAsync(cancellationToken);
        try
        {
            var layer = await ReadConfigMapsAsync(cancellationToken);
            var settings = _loader.Load(layer, _cluster.PodNamespace);
            using var process = new ProcessParts(_surroundings, _logs, settings, _requests, _telemetry);
            using var configuration = new LiveConfiguration(_loader, _cluster.PodNamespace, settings, process);
            await process.CheckSigningAsync(settings, configuration.Texts, cancellationToken);
            var events = new EventWriter(_cluster.Connection, _instance, _time, _logs.Loggers.CreateLogger<EventWriter>());
            var watch = new ClusterWatch(_cluster.Connection, settings, _time, _logs.Loggers);
            process.Open(() => watch.OwnSecrets(configuration.Settings.ArgoCdNamespace), _time);
            var desk = new TriggerDesk(_time) { Committed = _telemetry.Triggers.Committed };
            var run = new ControllerRun(process, _cluster.Connection, watch, configuration, events, desk, _time);
            await using var api = new ApiHost(process, _cluster.Connection, watch, configuration, desk, _cluster.PodNamespace)
            {
                Reports = () => run.Board.Applications,
                HasLooked = () => run.Board.LastFull is not null,
                ApprovalKey = process.Votes.Find,
            };
            var election = settings.Controller.LeaderElection ?? _cluster.PodNamespace is not null ? CreateElection(settings, api) : null;
            _running = new Running(watch, configuration, run, process.Desk, api, election);
            await api.StartAsync(election, cancellationToken);
            await RunAsync(_running, events, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Log.Stopped(_logger);
        }
    }

    public void Dispose()
    {
        _cluster.Dispose();
        _telemetry.Dispose();
        _logs.Dispose();
    }

    private LeaderElection CreateElection(BumperSettings settings, ApiHost api) => new(
        _cluster.Connection, new NamespacedName(settings.ArgoCdNamespace, settings.Controller.LeaseName), _instance, settings.Controller.LeaderElectionTimes, _time, _logs.Loggers.CreateLogger<LeaderElection>())
    {
        Address = api.Address,
    };

    /// <summary>Cycles in the foreground; watches, events and the election beside them, until the last cycle has ended.</summary>
    private async Task RunAsync(Running running, EventWriter events, CancellationToken cancellationToken)
    {
        var (watch, run, election) = (running.Watch, running.Run, running.Election);
        using var beside = new CancellationTokenSource();
        Task[] background = [watch.RunAsync(beside.Token), events.RunAsync(beside.Token), running.Desk.RunAsync(beside.Token), election?.RunAsync(beside.Token) ?? Task.CompletedTask];
        try
        {
            await watch.WaitForSyncAsync(cancellationToken);
            Log.Synced(_logger, watch.ApplicationNames.Count);
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await LeadAsync(run, election, cancellationToken);
            }
        }
        finally
        {
            await beside.CancelAsync();
            await Task.WhenAll(background).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One term: ends when it is lost.</summary>
    private async Task LeadAsync(ControllerRun run, LeaderElection? election, CancellationToken cancellationToken)
    {
        using var abort = new CancellationTokenSource();
        using var atTheEnd = cancellationToken.Register(() => abort.CancelAfter(LastPush));
        if (election is null)
        {
            await run.RunAsync(new WriteMode { Abort = abort.Token }, cancellationToken);
            return;
        }

        var term = await election.WaitForLeadershipAsync(cancellationToken);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, term.Lost);
        using var atOnce = term.Lost.Register(abort.Cancel);
        try
        {
            await run.RunAsync(During(term, abort.Token), either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Log.Lost(_logger);
        }
    }

    /// <summary>Writes within this term alone: what was planned in it is not for a later one, be it our own, which decides anew.</summary>
    internal static WriteMode During(LeaderTerm term, CancellationToken abort) => new()
    {
        Barrier = () => term.IsLeader ? null : "this replica no longer leads, whoever does decides anew",
        Abort = abort,
    };

    /// <summary>Asks until there is an answer: a controller that starts before its cluster does, or before its rights are given, waits for them.</summary>
    private async Task<ConfigMapLayer> ReadConfigMapsAsync(CancellationToken cancellationToken)
    {
        var pause = TimeSpan.FromSeconds(1);
        while (true)
        {
            try
            {
                return ConfigMapLayer.Read(await ClusterLists.ConfigMapsAsync(_cluster.Connection, _first.ArgoCdNamespace, _time, cancellationToken), _first.ArgoCdNamespace);
            }
            catch (KubernetesException failure)
            {
                if (_waitsFor is not [var known] || known != failure.Message)
                    Log.Waits(_logger, failure.Message);
                _waitsFor = [failure.Message];
            }

            await Task.Delay(pause, _time, cancellationToken);
            pause = TimeSpan.FromSeconds(Math.Min(pause.TotalSeconds * 2, 15));
        }
    }

    private async Task<WebServer?> StartWebAsync(CancellationToken cancellationToken)
    {
        var ports = new WebPorts(_first.Controller.BindAddress, _first.Controller.HealthPort, _first.Controller.MetricsPort);
        if (ports.AreNone)
            return null;
        try
        {
            return await WebServer.StartAsync(ports, new WebAnswers { NotReady = NotReady, Status = Status, Metrics = () => Encoding.UTF8.GetBytes(_telemetry.Render()), Time = _time }, _logs.Loggers, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            var address = ports.Address is null ? "" : $"{ClusterSettingDefinitions.BindAddress.Flag} {ports.Address}, ";
            throw new UsageException(
                [$"{address}{ClusterSettingDefinitions.HealthPort.Flag} {ports.HealthPort}, {ClusterSettingDefinitions.MetricsPort.Flag} {ports.MetricsPort}: nothing can listen there: {failure.Message}"]);
        }
    }

    private IReadOnlyList<string> NotReady()
    {
        if (_running is not { } running)
            return _waitsFor;
        return running.Election?.Problem is { } problem ? [.. running.Watch.NotReady, problem] : running.Watch.NotReady;
    }

    private byte[] Status() => StatusDocument.Render(
        new ControllerStatus
        {
            Version = ProcessTelemetry.Version,
            Instance = _instance,
            IsLeader = IsLeader(),
            LeaderName = _running?.Election?.Leader,
            Problems = _running is { } running ? [.. running.Watch.Troubles, .. running.Configuration.Problems, .. running.Configuration.Pending, .. running.Desk.Problems, .. running.Api.Problems, .. Unreadable(running.Watch)] : _waitsFor,
        },
        _running?.Run.Board ?? new StatusBoard());

    private bool IsLeader() => _running is { Election: null } || _running?.Election?.IsLeader == true;

    /// <summary>Nothing is known before there is anything that runs.</summary>
    private ProcessFacts Facts() => new()
    {
        Version = ProcessTelemetry.Version,
        IsLeader = IsLeader,
        ConfigurationProblems = () => _running is { } running ? running.Configuration.Problems.Count + Unreadable(running.Watch).Count() : 0,
        Waiting = () => _running?.Run.Waiting ?? Backlog.Empty,
        Applications = () => _running?.Run.Board.Applications ?? [],
    };

    private static IEnumerable<string> Unreadable(ClusterWatch watch) => watch.Current().Problems.Select(problem => problem.ToString());

    /// <summary>What there is once the configuration is known.</summary>
    private sealed record Running(ClusterWatch Watch, LiveConfiguration Configuration, ControllerRun Run, NotificationDesk Desk, ApiHost Api, LeaderElection? Election);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Waiting for the cluster: {Reason}")]
        public static partial void Waits(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Information, "Watching {Applications} Applications.")]
        public static partial void Synced(ILogger logger, int applications);

        [LoggerMessage(LogLevel.Warning, "This replica no longer leads; what it had begun is left to the next one.")]
        public static partial void Lost(ILogger logger);

        [LoggerMessage(LogLevel.Information, "Stopped: what was pushed is pushed, the rest is untouched.")]
        public static partial void Stopped(ILogger logger);
    }
}
