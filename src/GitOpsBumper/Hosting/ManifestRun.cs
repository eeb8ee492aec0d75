using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Configuration;
using GitOpsBumper.Controller;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Hosting;

/// <summary>One cycle over manifests from files and folders.</summary>
internal sealed partial class ManifestRun : IDisposable
{
    private readonly ProcessParts _process;
    private readonly RegistryClient _client;
    private readonly CycleParts _cycle;

    /// <exception cref="UsageException">A file that the settings name is wrong.</exception>
    public ManifestRun(TextWriter log, Action<string> progress, Func<string, string?> environment, BumperSettings settings, CancellationToken cancellationToken)
    {
        var registries = ReadRegistries(settings.RegistriesConfPath);
        if (!CommitMessages.TryLoad(settings.Git.CommitMessagePath, out var message, out var problem))
            throw new UsageException([problem]);
        Manifests = ManifestSource.Load(settings.Manifests, settings.ArgoCdNamespace);
        _process = new ProcessParts(log, progress, environment, settings);
        _client = _process.Connect(registries);
        var secrets = Manifests.Secrets.ToDictionary(secret => secret.Name);
        _cycle = new CycleParts(
            _process,
            new CycleInputs
            {
                Registries = registries,
                RegistryClient = _client,
                CommitMessage = message,
                ArgoCdSecrets = Manifests.Secrets,
                Secrets = (name, _) => ValueTask.FromResult(secrets.GetValueOrDefault(name)),
                Projects = Manifests.Projects,
            },
            cancellationToken);
        var logger = _process.Loggers.CreateLogger<ManifestRun>();
        foreach (var note in registries.Notes.Concat(Manifests.Problems.Select(found => found.ToString())))
            Log.Note(logger, note);
    }

    public ManifestSet Manifests { get; }

    public RegistryAnswers Answers => _cycle.Answers;

    public UpdateCycle CreateCycle(bool writes) => _cycle.CreateCycle(writes);

    public void Dispose()
    {
        _cycle.Dispose();
        _client.Dispose();
        _process.Dispose();
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

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Sentence}")]
        public static partial void Note(ILogger logger, string sentence);
    }
}
