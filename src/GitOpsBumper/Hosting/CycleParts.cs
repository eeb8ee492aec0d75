using GitOpsBumper.Adapters.Credentials;
using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Controller;

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
        _credentials = new CredentialResolver(new CredentialSources
        {
            Secrets = inputs.Secrets,
            Environment = process.Environment,
            OfRegistry = inputs.Registries.CredentialsFor,
            AllowedNamespaces = process.Settings.Annotations.AllowedSecretNamespaces.ToHashSet(StringComparer.Ordinal),
        });
        Answers = new RegistryAnswers(_registries, inputs.Registries, _credentials);
    }

    public RegistryAnswers Answers { get; }

    /// <param name="writes">Otherwise changes are only shown.</param>
    public UpdateCycle CreateCycle(bool writes)
    {
        var before = _process.RegistryRequests.Total;
        return new UpdateCycle(
            new CycleServices
            {
                Settings = _process.Settings,
                Time = TimeProvider.System,
                Loggers = _process.Loggers,
                Clones = _process.Clones,
                Repositories = new RepositoryFinder(
                    new RepositorySecrets(_inputs.ArgoCdSecrets, _process.Settings.ArgoCdNamespace), _credentials, _inputs.Projects, _process.Settings),
                Resolver = new ImageResolver(Answers),
                CommitMessage = _inputs.CommitMessage,
                Requests = new CycleRequests(() => _process.RegistryRequests.Total - before),
                Progress = new CycleProgress(_process.Progress),
                Jitter = Random.Shared.NextDouble,
            },
            writes);
    }

    public void Dispose() => _registries.Dispose();
}
