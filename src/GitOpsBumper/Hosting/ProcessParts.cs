using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Adapters.Registries.Manifests;
using GitOpsBumper.Configuration;
using GitOpsBumper.Logging;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Hosting;

/// <summary>What lives as long as the process: connections, caches and clones. Cycles come and go on top of it.</summary>
internal sealed class ProcessParts : IDisposable
{
    private readonly LogWriter _logs;
    private readonly Lazy<CloneStore> _clones;

    /// <param name="log">Where log lines go.</param>
    /// <param name="progress">Shows a person who watches how far a cycle is; does nothing when nobody does.</param>
    /// <param name="environment">Reads a variable; null when it is not set.</param>
    /// <param name="settings">Of the process.</param>
    public ProcessParts(TextWriter log, Action<string> progress, Func<string, string?> environment, BumperSettings settings)
    {
        Settings = settings;
        Progress = progress;
        Environment = environment;
        _logs = new LogWriter(log, settings.Log.Format == OutputFormat.Json, TimeProvider.System, settings.Log.Level);
        Loggers = new LoggerFactory([_logs]);
        Facts = new ManifestFactsCache(TimeProvider.System, settings.TagRevalidate, settings.CacheDir, Loggers.CreateLogger<ManifestFactsCache>());
        _clones = new Lazy<CloneStore>(() => new CloneStore(new GitSettings { CacheDir = settings.CacheDir, Timeout = settings.Git.Timeout }, TimeProvider.System));
    }

    public BumperSettings Settings { get; }

    public Action<string> Progress { get; }

    public Func<string, string?> Environment { get; }

    public LoggerFactory Loggers { get; }

    /// <summary>HTTP requests to registries.</summary>
    public RequestCounter RegistryRequests { get; } = new();

    public ManifestFactsCache Facts { get; }

    /// <summary>Made when a cycle first needs git.</summary>
    public CloneStore Clones => _clones.Value;

    /// <summary>Connections to the registries of one <c>registries.conf</c>; to be disposed of when it is replaced.</summary>
    public RegistryClient Connect(RegistryConfiguration registries) =>
        new(registries, Facts, RegistryRequests, new HttpLimits(), TimeProvider.System, Loggers.CreateLogger<RegistryClient>());

    public void Dispose()
    {
        Facts.Save();
        if (_clones.IsValueCreated)
            _clones.Value.Dispose();
        Loggers.Dispose();
        _logs.Dispose();
    }
}
