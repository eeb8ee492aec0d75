using GitOpsBumper.Adapters.Credentials;
using GitOpsBumper.Adapters.Credentials.Clouds;
using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.Git.Apps.Commits;
using GitOpsBumper.Adapters.Git.Ssh;
using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Controller;
using GitOpsBumper.Controller.Approvals;

using GitOpsBumper.Controller.Targets;
using GitOpsBumper.Controller.Windows;
namespace GitOpsBumper.Hosting;

/// <summary>The parts of one cycle: they remember what was asked in it, and are thrown away with it.</summary>
internal sealed class CycleParts : IDisposable
{
    private readonly ProcessParts _process;
    private readonly CycleInputs _inputs;
    private readonly RegistryCycle _registries;
    private readonly CredentialResolver _credentials;

    /// <param name="process">What outlives the cycle.</param>
    /// <param name="inputs">What the cycle looks at.</param>
    /// <param name="cancellationToken">Ends requests that are under way.</param>
    public CycleParts(ProcessParts process, CycleInputs inputs, CancellationToken cancellationToken)
    {
        _process = process;
        _inputs = inputs;
        _registries = new RegistryCycle(inputs.RegistryClient, cancellationToken);
        var sources = new CredentialSources
        {
            Secrets = inputs.Secrets,
            Environment = process.Surroundings.Environment,
            OfRegistry = repository => Account(inputs.Texts.Registries.EndpointFor(repository), inputs.Settings.Credentials.RecognisesClouds),
            Clouds = process.Clouds,
            Programs = new CredentialPrograms(process.Programs) { Folder = inputs.Settings.Credentials.ScriptsDir },
            Cache = process.Credentials,
            Machine = inputs.Logins,
            AllowedVariables = inputs.Settings.Trust.Variables,
            AllowedNamespaces = inputs.Settings.Annotations.AllowedSecretNamespaces,
            KeysFolder = inputs.Settings.Trust.KeysFolder,
        };
        _credentials = new CredentialResolver(sources);
        Answers = new RegistryAnswers(_registries, inputs.Texts.Registries, _credentials, new KeyResolver(_credentials, sources), inputs.Settings.Trust);
    }

    public RegistryAnswers Answers { get; }

    /// <param name="mode">Whether and how changes are written.</param>
    public UpdateCycle CreateCycle(WriteMode mode) => new(
        new CycleServices
        {
            Settings = _inputs.Settings,
            Time = TimeProvider.System,
            Loggers = _process.Loggers,
            Clones = _process.Clones,
            Repositories = new RepositoryFinder(
                new RepositorySecrets(_inputs.Manifests.Secrets, _inputs.Settings.ArgoCdNamespace),
                new RepositoryCertificates(_inputs.Manifests.ConfigMaps, _inputs.Settings.ArgoCdNamespace),
                KnownHosts.Find(_inputs.Texts.KnownHosts, _inputs.Manifests.ConfigMaps, _inputs.Settings.ArgoCdNamespace, _inputs.Texts.FallbackKnownHosts),
                _credentials,
                new ProjectRules(_inputs.Manifests.Projects, areAll: _inputs.Cluster is not null, _inputs.Settings.ArgoCdNamespace),
                _inputs.Settings),
            Gate = new WindowGate(TimeProvider.System)
            {
                Project = _inputs.Settings.RespectsSyncWindows ? _inputs.Project ?? _inputs.Manifests.Projects.ToDictionary(project => project.Name).GetValueOrDefault : static _ => null,
                ArgoCdNamespace = _inputs.Settings.ArgoCdNamespace,
                IsUrgent = _inputs.IsUrgent,
            },
            Approvals = new ApprovalGate(TimeProvider.System, _inputs.ApprovalKey),
            Turns = _process.Turns,
            Witness = _inputs.Witness,
            Everyone = _inputs.Manifests.Applications,
            Resolver = new ImageResolver(Answers, TimeProvider.System),
            Commits = new GitHubCommits(_process.Apps),
            Signers = _process.Signers,
            Signing = _inputs.Texts.Signing,
            CommitMessage = _inputs.Texts.CommitMessage,
            RequestText = _inputs.Texts.Request,
            Forges = _process.Forges,
            Requests = new CycleRequests(_process.RegistryRequests, _process.KubernetesRequests, _process.ForgeRequests),
            Cluster = _inputs.Cluster,
            Spans = _process.Telemetry.Spans,
            Progress = new CycleProgress(_process.Surroundings.Progress),
            Jitter = Random.Shared.NextDouble,
        },
        mode);

    public void Dispose()
    {
        _registries.Dispose();
        // However the process ends, the next one begins with it.
        _process.Facts.Save();
    }

    private static RegistryAccount Account(RegistryEndpoint endpoint, bool recognisesClouds) => new(endpoint.Prefix, endpoint.Credentials, endpoint.CredentialLifetime)
    {
        Cloud = endpoint.Cloud is { } cloud ? new CloudAccount(cloud, endpoint.ApiUrl, recognisesClouds && endpoint.IsCloudItself) : null,
    };
}
