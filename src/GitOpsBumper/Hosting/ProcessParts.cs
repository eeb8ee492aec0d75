using GitOpsBumper.Adapters.Credentials;
using GitOpsBumper.Adapters.Credentials.Clouds;
using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.Git.Apps;
using GitOpsBumper.Adapters.Git.Signing;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Notifications;
using GitOpsBumper.Adapters.Processes;
using GitOpsBumper.Adapters.PullRequests;
using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Adapters.Registries.Ages;
using GitOpsBumper.Adapters.Registries.Manifests;
using GitOpsBumper.Configuration;
using GitOpsBumper.Configuration.Secrets;
using GitOpsBumper.Controller.Approvals;
using GitOpsBumper.Controller.Targets;
using GitOpsBumper.Hosting.Triggers;
using GitOpsBumper.Notifying;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Hosting;

/// <summary>What lives as long as the process: connections, caches and clones. Cycles come and go on top of it.</summary>
internal sealed class ProcessParts : IDisposable
{
    private readonly Lazy<CloneStore> _clones;
    private NotificationDesk? _desk;
    private VoteKey? _votes;

    /// <param name="surroundings">Of the process.</param>
    /// <param name="logs">Outlive this.</param>
    /// <param name="settings">As they are at the start.</param>
    /// <param name="kubernetesRequests">HTTP requests to the API server.</param>
    /// <param name="telemetry">Outlives this.</param>
    public ProcessParts(Surroundings surroundings, ProcessLogs logs, BumperSettings settings, RequestCounter kubernetesRequests, ProcessTelemetry telemetry)
    {
        Telemetry = telemetry;
        KubernetesRequests = kubernetesRequests;
        Surroundings = surroundings;
        Logs = logs;
        Facts = new ManifestFactsCache(TimeProvider.System, settings.TagRevalidate, settings.CacheDir, Loggers.CreateLogger<ManifestFactsCache>());
        FirstSeen = new FirstSeen(TimeProvider.System, settings.CacheDir, Loggers.CreateLogger<FirstSeen>());
        Clouds = new CloudCredentials(Credentials, surroundings.Environment, TimeProvider.System);
        Apps = new GitHubApps(ForgeRequests, new HttpLimits(), TimeProvider.System);
        Forges = new Forges(Apps, ForgeRequests, new HttpLimits(), TimeProvider.System);
        Notifiers = new Notifiers(new RequestCounter(), Notifiers.Limits, TimeProvider.System);
        Signers = new CommitSigners(settings.Git.Timeout, surroundings.Environment, TimeProvider.System);
        Turns = new RepositoryTurns(settings.Git.MaxConcurrency);
        _clones = new Lazy<CloneStore>(() => new CloneStore(new GitSettings { CacheDir = settings.CacheDir, MaxCacheBytes = settings.Git.MaxCacheBytes, Timeout = settings.Git.Timeout }, TimeProvider.System)
        {
            Logger = Loggers.CreateLogger<CloneStore>(),
            Telemetry = telemetry.Calls.Git,
            Apps = Apps,
            Pushing = Pushed.Add,
        });
    }

    public Surroundings Surroundings { get; }

    public ProcessLogs Logs { get; }

    public ProcessTelemetry Telemetry { get; }

    public LoggerFactory Loggers => Logs.Loggers;

    /// <summary>HTTP requests to registries.</summary>
    public RequestCounter RegistryRequests { get; } = new();

    /// <summary>HTTP requests to the APIs of hosting services.</summary>
    public RequestCounter ForgeRequests { get; } = new();

    /// <summary>HTTP requests to the API server.</summary>
    public RequestCounter KubernetesRequests { get; }

    public ManifestFactsCache Facts { get; }

    /// <summary>The ages of tags that nobody else tells.</summary>
    public FirstSeen FirstSeen { get; }

    /// <summary>Credentials that outlive cycles.</summary>
    public CredentialCache Credentials { get; } = new(TimeProvider.System);

    /// <summary>The identities of this process.</summary>
    public CloudCredentials Clouds { get; }

    /// <summary>Tokens of GitHub Apps.</summary>
    public GitHubApps Apps { get; }

    /// <summary>Ways to the APIs of forges.</summary>
    public Forges Forges { get; }

    /// <summary>Ways to services that tell people.</summary>
    public Notifiers Notifiers { get; }

    /// <summary>Tells people beside the cycles, once it is opened.</summary>
    public NotificationDesk Desk => _desk ?? throw new InvalidOperationException("there is no desk");

    /// <summary>What votes are told from forged ones by, once it is opened.</summary>
    public VoteKey Votes => _votes ?? throw new InvalidOperationException("no secrets are known");

    /// <summary>Has the key ready that commits are signed with.</summary>
    public CommitSigners Signers { get; }

    /// <summary>Runs the programs that give credentials.</summary>
    public ProcessRunner Programs { get; } = new(TimeProvider.System);

    /// <summary>What was pushed by this process.</summary>
    public OwnCommits Pushed { get; } = new();

    /// <summary>Of all cycles on repositories.</summary>
    public RepositoryTurns Turns { get; }

    /// <summary>Made when a cycle first needs git.</summary>
    public CloneStore Clones => _clones.Value;

    /// <summary>Connections to the registries of one <c>registries.conf</c>; to be disposed of when it is replaced.</summary>
    public RegistryClient Connect(RegistryConfiguration registries) =>
        new(registries, Facts, RegistryRequests, new HttpLimits(), TimeProvider.System, Loggers.CreateLogger<RegistryClient>())
        {
            FirstSeen = FirstSeen,
            Telemetry = Telemetry.Calls.Registries,
        };

    /// <summary>What goes on beside the cycles, and needs the secrets of the bot.</summary>
    /// <param name="secrets">As they are now.</param>
    /// <param name="time">For pauses and stamps.</param>
    public void Open(Func<SecretLayer> secrets, TimeProvider time)
    {
        _votes = new VoteKey(secrets, Loggers.CreateLogger<VoteKey>());
        var logger = Loggers.CreateLogger<NotificationDesk>();
        _desk = new NotificationDesk(new LiveChannels(secrets, Surroundings.Environment(ChannelReader.Variable), new ChannelReader(Notifiers), logger), Telemetry.Notifications, time, logger);
    }

    /// <summary>Finds out at the start what is wrong with the key that commits are to be signed with.</summary>
    /// <exception cref="UsageException">It cannot be signed with it.</exception>
    public async Task CheckSigningAsync(BumperSettings settings, CycleTexts texts, CancellationToken cancellationToken)
    {
        if (texts.Signing is not { } key)
            return;
        try
        {
            (await Signers.OpenAsync(key, cancellationToken)).Dispose();
        }
        catch (GitException failure)
        {
            throw new UsageException([$"{settings.Git.Signing!.Origin}: {failure.Message}"]);
        }
    }

    /// <summary>What the docker client of this machine is logged in with; null: that does not count.</summary>
    /// <param name="settings">Of the cycle.</param>
    /// <param name="byDefault">Where the settings do not say.</param>
    public MachineCredentials? Logins(BumperSettings settings, bool byDefault)
    {
        var path = settings.Credentials.DockerConfig ?? MachineCredentials.UsualPath(Surroundings.Environment);
        return path is not null && (settings.Credentials.UsesDockerConfig ?? byDefault) ? new MachineCredentials(path, Programs, Surroundings.Environment) : null;
    }

    public void Dispose()
    {
        Facts.Save();
        FirstSeen.Save();
        Turns.Dispose();
        Credentials.Dispose();
        Clouds.Dispose();
        if (_clones.IsValueCreated)
            _clones.Value.Dispose();
        Signers.Dispose();
        Forges.Dispose();
        Notifiers.Dispose();
        Apps.Dispose();
    }
}
