using System.Text;
using GitOpsBumper.Adapters.Credentials;
using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Adapters.Registries.Manifests;
using GitOpsBumper.Cli.Output;
using GitOpsBumper.Configuration;
using GitOpsBumper.Controller;
using GitOpsBumper.Core.Messages;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Cli;

/// <summary>Puts the parts of one run together, by hand: this is the whole object graph.</summary>
internal sealed partial class Composition : IDisposable
{
    private readonly CommandContext _context;
    private readonly BumperSettings _settings;
    private readonly LogWriter _logs;
    private readonly LoggerFactory _loggers;
    private readonly RequestCounter _counter = new();
    private readonly ManifestFactsCache _facts;
    private readonly RegistryClient _registries;
    private readonly RegistryCycle _cycle;
    private readonly CommitMessageTemplate _commitMessage;
    private readonly Lazy<CloneStore> _clones;

    /// <exception cref="UsageException">A file that the settings name is wrong.</exception>
    public Composition(CommandContext context, BumperSettings settings, CancellationToken cancellationToken)
    {
        _context = context;
        _settings = settings;
        var configuration = ReadRegistries(settings.RegistriesConfPath);
        if (!CommitMessages.TryLoad(settings.Git.CommitMessagePath, out var message, out var problem))
            throw new UsageException([problem]);
        _commitMessage = message;
        Manifests = ManifestSource.Load(settings.Manifests, settings.ArgoCdNamespace);
        _logs = new LogWriter(context.Error, settings.Log.Format == OutputFormat.Json, TimeProvider.System, settings.Log.Level);
        _loggers = new LoggerFactory([_logs]);
        _facts = new ManifestFactsCache(TimeProvider.System, settings.TagRevalidate, settings.CacheDir, _loggers.CreateLogger<ManifestFactsCache>());
        _registries = new RegistryClient(configuration, _facts, _counter, new HttpLimits(), TimeProvider.System, _loggers.CreateLogger<RegistryClient>());
        _cycle = new RegistryCycle(_registries, cancellationToken);
        Answers = new RegistryAnswers(_cycle, configuration, new CredentialResolver(Credentials(configuration)));
        _clones = new Lazy<CloneStore>(() => new CloneStore(new GitSettings { CacheDir = settings.CacheDir, Timeout = settings.Git.Timeout }, TimeProvider.System));
        foreach (var note in configuration.Notes.Concat(Manifests.Problems.Select(found => found.ToString())))
            Note(note);
    }

    public ManifestSet Manifests { get; }

    public RegistryAnswers Answers { get; }

    public UpdateCycle CreateCycle(bool writes) => new(
        new CycleServices
        {
            Settings = _settings,
            Time = TimeProvider.System,
            Logger = _loggers.CreateLogger<UpdateCycle>(),
            Clones = _clones.Value,
            Repositories = new RepositoryFinder(new RepositorySecrets(Manifests.Secrets, _settings.ArgoCdNamespace), Manifests.Projects, _settings),
            Resolver = new ImageResolver(Answers),
            CommitMessage = _commitMessage,
            Requests = new CycleRequests(() => _counter.Total),
            Progress = new CycleProgress(_context.Terminal.Progress),
            Jitter = Random.Shared.NextDouble,
        },
        writes);

    public void Dispose()
    {
        _context.Terminal.EndProgress();
        _facts.Save();
        _cycle.Dispose();
        _registries.Dispose();
        if (_clones.IsValueCreated)
            _clones.Value.Dispose();
        _loggers.Dispose();
        _logs.Dispose();
    }

    private static RegistryConfiguration ReadRegistries(string? path)
    {
        if (path is null)
            return RegistryConfiguration.Empty;
        if (!SettingsText.TryRead(path, out var text, out var problem))
            throw new UsageException([problem]);
        return RegistryConfiguration.TryParse(text, out var configuration, out var problems)
            ? configuration
            : throw new UsageException([.. problems.Select(problem => $"{path}: {problem}")]);
    }

    private CredentialSources Credentials(RegistryConfiguration configuration)
    {
        var secrets = Manifests.Secrets.ToDictionary(secret => secret.Name);
        return new CredentialSources
        {
            Secrets = (name, _) => ValueTask.FromResult<IReadOnlyDictionary<string, byte[]>?>(
                secrets.TryGetValue(name, out var secret) ? secret.Data.ToDictionary(field => field.Key, field => Encoding.UTF8.GetBytes(field.Value)) : null),
            Environment = _context.Environment,
            OfRegistry = configuration.CredentialsFor,
            AllowedNamespaces = _settings.Annotations.AllowedSecretNamespaces.ToHashSet(StringComparer.Ordinal),
        };
    }

    private void Note(string sentence) => Log.Note(_loggers.CreateLogger<Composition>(), sentence);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Sentence}")]
        public static partial void Note(ILogger logger, string sentence);
    }
}
