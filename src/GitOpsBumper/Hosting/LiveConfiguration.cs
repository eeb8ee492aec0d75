using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Configuration;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Hosting;

/// <summary>
/// The configuration as it is now: read again before each cycle, from the config maps and from the files that settings name. What is wrong
/// is told, and the last good configuration stays in use.
/// </summary>
internal sealed partial class LiveConfiguration : IDisposable
{
    private readonly SettingsLoader _loader;
    private readonly ProcessParts _process;
    private readonly string? _podNamespace;
    private readonly ILogger _logger;
    private readonly BumperSettings _start;
    private readonly Lock _gate = new();
    private BumperSettings _settings;
    private BumperSettings _read;
    private CycleTexts _texts;
    private SharedClient _client;
    private IReadOnlyList<string> _problems = [];
    private IReadOnlyList<string> _pending = [];
    private IReadOnlyList<string> _notes = [];

    /// <param name="loader">Reads the settings again.</param>
    /// <param name="podNamespace">Null outside a cluster.</param>
    /// <param name="settings">As they are at the start.</param>
    /// <param name="process">Of which settings may change while it lives.</param>
    /// <exception cref="UsageException">A file that the settings name is wrong.</exception>
    public LiveConfiguration(SettingsLoader loader, string? podNamespace, BumperSettings settings, ProcessParts process)
    {
        _loader = loader;
        _podNamespace = podNamespace;
        _start = _settings = _read = settings;
        _process = process;
        _logger = process.Loggers.CreateLogger<LiveConfiguration>();
        if (!CycleTexts.TryRead(settings, out var texts, out var problems))
            throw new UsageException(problems);
        _texts = texts;
        _client = new SharedClient(process, texts);
        Tell(ref _notes, texts.Registries.Notes, Log.Note);
    }

    public BumperSettings Settings
    {
        get
        {
            lock (_gate)
                return _settings;
        }
    }

    public CycleTexts Texts
    {
        get
        {
            lock (_gate)
                return _texts;
        }
    }

    /// <summary>Why the newest configuration is not in use; empty while it is.</summary>
    public IReadOnlyList<string> Problems
    {
        get
        {
            lock (_gate)
                return _problems;
        }
    }

    /// <summary>Which settings are not in use before the next start, each a sentence; empty when all are, also when one has its old value again.</summary>
    public IReadOnlyList<string> Pending
    {
        get
        {
            lock (_gate)
                return _pending;
        }
    }

    /// <summary>Reads what there is now. The caller disposes of what it gets at the end of its cycle.</summary>
    public ConfigurationInUse Take(ManifestSet manifests)
    {
        lock (_gate)
        {
            Refresh(manifests);
            return new ConfigurationInUse(_settings, _texts, _client.Use(), _client.Release);
        }
    }

    public void Dispose() => _client.Release();

    private void Refresh(ManifestSet manifests)
    {
        var layer = ConfigMapLayer.Read(manifests.ConfigMaps, _settings.ArgoCdNamespace);
        var settings = _loader.Load(layer, _podNamespace, out var problems);
        if (problems.Count == 0 && CycleTexts.TryRead(settings, out var texts, out problems))
        {
            Use(settings, texts);
            Tell(ref _notes, [.. layer.Notes, .. texts.Registries.Notes], Log.Note);
        }

        Tell(ref _problems, problems, Log.Problem);
    }

    private void Use(BumperSettings settings, CycleTexts texts)
    {
        var areRegistriesSame = texts.HasRegistriesOf(_texts);
        if (!areRegistriesSame)
        {
            _client.Release();
            _client = new SharedClient(_process, texts);
            if (texts.RegistriesText is null)
                Log.NoRegistries(_logger);
            else
                Log.NewRegistries(_logger);
        }

        // What is made from registries.conf elsewhere need not be made again.
        _texts = areRegistriesSame ? texts with { Registries = _texts.Registries } : texts;
        if (ReferenceEquals(settings, _read))
            return;
        _read = settings;
        Tell(ref _pending, [.. StartSettings.Changed(_start, settings).Select(name => $"The new value of {name} takes effect at the next start.")], Log.Note);
        _process.Logs.LogFrom(settings.Log.Level);
        _settings = StartSettings.Keep(_start, settings);
    }

    /// <summary>Each sentence once, for as long as it holds.</summary>
    private void Tell(ref IReadOnlyList<string> told, IReadOnlyList<string> now, Action<ILogger, string> log)
    {
        foreach (var sentence in now.Except(told))
            log(_logger, sentence);
        told = now;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Sentence}")]
        public static partial void Note(ILogger logger, string sentence);

        [LoggerMessage(LogLevel.Error, "The configuration has a mistake, and the last good one stays in use: {Sentence}")]
        public static partial void Problem(ILogger logger, string sentence);

        [LoggerMessage(LogLevel.Information, "registries.conf has changed and is in use.")]
        public static partial void NewRegistries(ILogger logger);

        [LoggerMessage(LogLevel.Warning, "registries.conf is gone: from now on every registry is asked as its name says, without the addresses, limits and credentials that it had there.")]
        public static partial void NoRegistries(ILogger logger);
    }

    /// <summary>Connections that several cycles use, closed when the last of them has ended and newer ones are there.</summary>
    [SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "Whoever uses it last disposes of the client.")]
    private sealed class SharedClient(ProcessParts process, CycleTexts texts)
    {
        private readonly Lock _gate = new();
        private readonly RegistryClient _client = process.Connect(texts.Registries);
        private int _users = 1;

        /// <summary>Until <see cref="Release"/>.</summary>
        public RegistryClient Use()
        {
            lock (_gate)
                _users++;
            return _client;
        }

        public void Release()
        {
            lock (_gate)
            {
                if (--_users > 0)
                    return;
            }

            _client.Dispose();
        }
    }
}

/// <summary>One configuration for one cycle.</summary>
/// <param name="Registries">Stay connected until this is disposed of.</param>
internal sealed record ConfigurationInUse(BumperSettings Settings, CycleTexts Texts, RegistryClient Registries, Action Release) : IDisposable
{
    public void Dispose() => Release();
}
