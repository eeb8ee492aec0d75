using System.Collections.Concurrent;
using GitOpsBumper.Adapters.Credentials;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Cluster;
using GitOpsBumper.Configuration;
using GitOpsBumper.Configuration.Secrets;
using GitOpsBumper.Controller;
using GitOpsBumper.Controller.Approvals;
using GitOpsBumper.Controller.Reconciling;
using GitOpsBumper.Core.Approvals;
using GitOpsBumper.Core.ImageUpdaters;
using GitOpsBumper.Notifying;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Hosting;

/// <summary>One cycle over manifests, be they from files and folders or from a cluster as it is now.</summary>
internal sealed partial class SingleRun : IDisposable
{
    private readonly ProcessLogs _logs;
    private readonly ProcessTelemetry _telemetry = new(collects: false);
    private readonly ProcessParts _process;
    private readonly ClusterLink? _cluster;
    private readonly RegistryClient _client;
    private readonly CycleTexts _texts;
    private readonly CycleParts _cycle;
    private readonly ConcurrentQueue<DecidedApplication> _decided = [];

    private SingleRun(
        Surroundings surroundings,
        BumperSettings settings,
        ManifestSet manifests,
        ClusterLink? cluster,
        RequestCounter requests,
        IReadOnlyList<string> notes,
        SecretLayer secrets,
        CancellationToken cancellationToken)
    {
        if (!CycleTexts.TryRead(settings, out var texts, out var problems))
            throw new UsageException(problems);
        _texts = texts;
        Settings = settings;
        Manifests = manifests;
        _cluster = cluster;
        _logs = new ProcessLogs(surroundings.Log, settings.Log, LogLevel.Warning);
        _telemetry.Trace(surroundings.Environment, Environment.MachineName, _logs.Loggers.CreateLogger<ProcessTelemetry>());
        _process = new ProcessParts(surroundings, _logs, settings, requests, _telemetry);
        _client = _process.Connect(texts.Registries);
        var logins = _process.Logins(settings, byDefault: true);
        IReadOnlyList<string> unread = [];
        logins?.Read(out unread);
        _cycle = new CycleParts(
            _process,
            new CycleInputs
            {
                Settings = settings,
                Texts = texts,
                RegistryClient = _client,
                Manifests = manifests,
                Secrets = Lookup(manifests, cluster?.Connection),
                Logins = logins,
                Witness = new CycleWitness { Govern = new ImageUpdaterRules(manifests.ImageUpdaters, settings.ArgoCdNamespace).Apply, Decided = Remember },
                Cluster = Cluster = cluster is null ? null : new ApplicationClient(cluster.Connection),
                ApprovalKey = new VoteKey(() => secrets, _process.Loggers.CreateLogger<VoteKey>()).Find,
            },
            cancellationToken);
        var logger = _process.Loggers.CreateLogger<SingleRun>();
        foreach (var note in notes.Concat(texts.Registries.Notes).Concat(unread).Concat(manifests.Problems.Select(found => found.ToString())))
            Log.Note(logger, note);
    }

    public BumperSettings Settings { get; }

    public ManifestSet Manifests { get; }

    /// <summary>To registries, until now.</summary>
    public IReadOnlyList<RequestCount> Requests => _process.RegistryRequests.Counts;

    /// <summary>Where Applications can be changed; null where they come from manifests.</summary>
    public ApplicationClient? Cluster { get; }

    public RegistryAnswers Answers => _cycle.Answers;

    /// <summary>Looks at files and folders; without any, at nothing.</summary>
    /// <exception cref="UsageException">A setting, or a file that the settings name, is wrong.</exception>
    public static SingleRun OpenManifests(Surroundings surroundings, Func<ConfigMapLayer, BumperSettings> load, CancellationToken cancellationToken)
    {
        var settings = load(ConfigMapLayer.Empty);
        var manifests = ManifestSource.Load(settings.Manifests, settings.ArgoCdNamespace);
        var layer = ConfigMapLayer.Read(manifests.ConfigMaps, settings.ArgoCdNamespace);
        return new SingleRun(surroundings, load(layer), manifests, null, new RequestCounter(), layer.Notes, SecretLayer.Read(manifests.Secrets, settings.ArgoCdNamespace), cancellationToken);
    }

    /// <summary>Looks at the manifests that the settings name or else at the cluster.</summary>
    /// <exception cref="UsageException">A setting, or a file that the settings name, is wrong; or there is no cluster that can be looked at.</exception>
    public static async Task<SingleRun> OpenAsync(Surroundings surroundings, SettingsLoader loader, CancellationToken cancellationToken)
    {
        var settings = loader.Load();
        if (settings.Manifests.Count > 0)
            return OpenManifests(surroundings, layer => loader.Load(layer), cancellationToken);
        ClusterLink? cluster = null;
        var requests = new RequestCounter();
        try
        {
            cluster = ClusterConnector.Connect(
                settings, surroundings.Environment, requests, $"Applications in files need no cluster: {SettingDefinitions.Manifests.Flag} <file or folder>");
            settings = loader.Load(podNamespace: cluster.PodNamespace);
            var configMaps = await ClusterLists.ConfigMapsAsync(cluster.Connection, settings.ArgoCdNamespace, TimeProvider.System, cancellationToken);
            var layer = ConfigMapLayer.Read(configMaps, settings.ArgoCdNamespace);
            settings = loader.Load(layer, cluster.PodNamespace);
            var manifests = await ClusterLists.ReadAsync(cluster.Connection, settings, configMaps, TimeProvider.System, cancellationToken);
            // Only votes need them.
            var hasVotes = manifests.Applications.Any(application => application.Annotations.Keys.Any(key => key.EndsWith($".{ApprovalKeys.Votes}", StringComparison.Ordinal)));
            var secrets = hasVotes ? await ClusterLists.OwnSecretsAsync(cluster.Connection, settings.ArgoCdNamespace, TimeProvider.System, cancellationToken) : SecretLayer.Empty;
            return new SingleRun(surroundings, settings, manifests, cluster, requests, layer.Notes, secrets, cancellationToken);
        }
        catch (KubernetesException failure)
        {
            cluster?.Dispose();
            throw new UsageException([failure.Message]);
        }
        catch
        {
            cluster?.Dispose();
            throw;
        }
    }

    /// <summary>Before anything is asked of anybody, where commits are to be made.</summary>
    /// <exception cref="UsageException">Commits cannot be signed.</exception>
    public Task CheckSigningAsync(CancellationToken cancellationToken) => _process.CheckSigningAsync(Settings, _texts, cancellationToken);

    public UpdateCycle CreateCycle(bool writes) => _cycle.CreateCycle(writes ? WriteMode.Always : WriteMode.Never);

    /// <summary>Writes into the Applications of a cluster which versions wait for approval. That it cannot be done changes nothing of the cycle.</summary>
    public async Task KeepApprovalsAsync(CancellationToken cancellationToken)
    {
        if (_cluster is null)
            return;
        var keeper = new ApprovalKeeper(_cluster.Connection, TimeProvider.System, _process.Loggers.CreateLogger<ApprovalKeeper>());
        // What cannot be written now is not tried again behind the end.
        using var once = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        keeper.Keep([.. _decided], static _ => true, static () => null, once.Token);
        await keeper.Ended;
        await once.CancelAsync();
    }

    /// <summary>The channels of the manifests or of the cluster, and of the environment.</summary>
    /// <exception cref="KubernetesException">The API server did not answer.</exception>
    public async Task<ChannelSet> ReadChannelsAsync(CancellationToken cancellationToken)
    {
        var layer = _cluster is null
            ? SecretLayer.Read(Manifests.Secrets, Settings.ArgoCdNamespace)
            : await ClusterLists.OwnSecretsAsync(_cluster.Connection, Settings.ArgoCdNamespace, TimeProvider.System, cancellationToken);
        return new ChannelReader(_process.Notifiers).Read(layer, _process.Surroundings.Environment(ChannelReader.Variable));
    }

    /// <summary>Tells the channels what a cycle did. That one cannot be told changes nothing of it.</summary>
    public async Task TellAsync(CycleReport report, CancellationToken cancellationToken)
    {
        var logger = _process.Loggers.CreateLogger<SingleRun>();
        try
        {
            var channels = await ReadChannelsAsync(cancellationToken);
            foreach (var problem in channels.Problems)
                Log.NoChannel(logger, problem);
            var projects = Manifests.Applications.ToLookup(application => application.Name, application => application.Project);
            var now = TimeProvider.System.GetUtcNow();
            var notifications = new DecisionJournal().Read(report.Applications)
                .Select(announcement => AnnouncedNotification.Of(announcement, projects[announcement.Application].FirstOrDefault(), now, isBeginning: true)).ToList();
            foreach (var result in (await new OneTimeTeller(TimeProvider.System).TellAsync(channels.Channels, notifications, cancellationToken)).Where(result => result.Failure is not null))
                Log.NotTold(logger, result.Place.Channel.Name, result.Failure!);
        }
        catch (KubernetesException failure)
        {
            Log.NoChannel(logger, failure.Message);
        }
    }

    public void Dispose()
    {
        _cycle.Dispose();
        _client.Dispose();
        _cluster?.Dispose();
        _process.Dispose();
        _telemetry.Dispose();
        _logs.Dispose();
    }

    private void Remember(IReadOnlyList<DecidedApplication> decided)
    {
        foreach (var one in decided)
            _decided.Enqueue(one);
    }

    private static SecretLookup Lookup(ManifestSet manifests, KubernetesConnection? connection)
    {
        if (connection is not null)
            return new ClusterSecrets(connection).FindAsync;
        var secrets = manifests.Secrets.ToDictionary(secret => secret.Name);
        return (name, _) => ValueTask.FromResult(secrets.GetValueOrDefault(name));
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Sentence}")]
        public static partial void Note(ILogger logger, string sentence);

        [LoggerMessage(LogLevel.Warning, "A channel for notifications cannot be used: {Problem}")]
        public static partial void NoChannel(ILogger logger, string problem);

        [LoggerMessage(LogLevel.Warning, "Channel {Channel}: a notification did not arrive: {Reason}")]
        public static partial void NotTold(ILogger logger, string channel, string reason);
    }
}
