using System.Collections.Concurrent;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Adapters.Credentials;

/// <summary>
/// Fetches the credentials that references name. One per update cycle: each is fetched once, a changed one counts in the next cycle, and one that was
/// refused is fetched once more.
/// </summary>
public sealed class CredentialResolver(CredentialSources sources)
{
    private const string DockerConfig = ".dockerconfigjson";
    private const string OldDockerConfig = ".dockercfg";

    private readonly ConcurrentDictionary<NamespacedName, Lazy<Task<KubernetesSecret?>>> _secrets = new();
    private readonly ConcurrentDictionary<KubernetesSecret, DockerConfigJson> _dockerConfigs = new(ReferenceEqualityComparer.Instance);
    private readonly ConcurrentDictionary<CredentialKey, Lazy<Task<UserCredential>>> _fetched = new();
    private readonly ConcurrentDictionary<CredentialKey, Lazy<Task<FoundCredential>>> _recognised = new();
    private readonly MachineLogins? _machine = sources.Machine is { } machine ? new MachineLogins(machine) : null;
    private readonly HashSet<object> _renewed = [];
    private readonly Lock _gate = new();

    /// <summary>
    /// What an application's image asks its registry with: its own pull secret, else the registry's credentials, else what the machine is logged in with, else
    /// the identity of the process where a cloud's registry is recognised, else nothing.
    /// </summary>
    /// <exception cref="CredentialException">The credential is named and cannot be had.</exception>
    public async Task<FoundCredential> ResolveAsync(
        NamespacedName application, CredentialReference? pullSecret, RepositoryName repository, CancellationToken cancellationToken)
    {
        if (pullSecret is not null)
            Check(pullSecret, application);
        if ((pullSecret ?? sources.OfRegistry(repository).Reference) is { } reference)
            return new FoundCredential(await ReadAsync(reference, repository, cancellationToken), $"{reference}");
        var found = _machine is null ? new FoundCredential(null, FoundCredential.Anonymous) : await _machine.FindAsync(repository, cancellationToken);
        if (found.Credential is not null || sources.Clouds is not { } clouds || sources.OfRegistry(repository).Cloud is not { IsAutomatic: true } account)
            return found;
        var recognised = await _recognised.GetOrAdd(account.Key, _ => new(() => clouds.FindAsync(account, CancellationToken.None))).Value.WaitAsync(cancellationToken);
        return recognised.Credential is null && found.Note is { } note ? recognised with { Note = $"{note}; {recognised.Note}" } : recognised;
    }

    /// <summary>Another credential in place of one that was refused. Each source is asked again once per cycle, however many are refused.</summary>
    /// <returns>Null when there is no other: then it would be refused again, and accounts are locked by that.</returns>
    /// <exception cref="CredentialException">It cannot be had any more.</exception>
    public async Task<FoundCredential?> RenewAsync(
        NamespacedName application, CredentialReference? pullSecret, RepositoryName repository, UserCredential refused, CancellationToken cancellationToken)
    {
        Forget(pullSecret ?? sources.OfRegistry(repository).Reference, repository, refused);
        var found = await ResolveAsync(application, pullSecret, repository, cancellationToken);
        return found.Credential is null || found.Credential == refused ? null : found;
    }

    /// <summary>Any secret, whoever asks; looked up once.</summary>
    /// <exception cref="CredentialException">There is none, or it cannot be read.</exception>
    public async Task<KubernetesSecret> SecretAsync(NamespacedName name, CancellationToken cancellationToken)
    {
        // Looked up for all who wait: one who gives up must not end it for the others.
        var lookup = _secrets.GetOrAdd(name, static (name, sources) => new(() => sources.Secrets(name, CancellationToken.None).AsTask()), sources);
        return await lookup.Value.WaitAsync(cancellationToken) ?? throw new CredentialException($"there is no secret {name}");
    }

    /// <summary>The token for an API that a setting names: <c>user:token</c>, or the token alone, which makes the user name empty.</summary>
    /// <exception cref="CredentialException">It cannot be had.</exception>
    public async Task<UserCredential> TokenAsync(CredentialReference reference, CancellationToken cancellationToken)
    {
        var text = reference switch
        {
            CredentialReference.SecretField { Name: var name, Field: var field } => TextOf(name, field, await SecretAsync(name, cancellationToken)),
            CredentialReference.EnvironmentVariable { Name: var name } => sources.Environment(name) is { Length: > 0 } value ? value : throw new CredentialException($"environment variable {name} is not set, it should hold a token"),
            CredentialReference.External program => await sources.Programs.RunAsync(program, cancellationToken) is var given ? $"{given.Username}:{given.Password.Reveal()}" : "",
            _ => throw new CredentialException($"{reference} is no place of a token"),
        };
        var line = text.Trim();
        if (line.Length == 0 || line.Any(char.IsControl))
            throw new CredentialException($"{reference} holds no token: it is empty, or has more than one line");
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? new UserCredential("", new Secret(line)) : new UserCredential(line[..colon], new Secret(line[(colon + 1)..]));
    }

    private void Check(CredentialReference pullSecret, NamespacedName application)
    {
        if (pullSecret.SecretName is { } name && SecretRule.Check(name, application, sources.AllowedNamespaces) is { } problem)
            throw new CredentialException(problem);

        if (pullSecret is CredentialReference.EnvironmentVariable { Name: var variable } && !sources.AllowedVariables.Contains(variable))
        {
            throw new CredentialException(
                $"environment variable {variable} may not be named by annotations; those that may are listed with --allowed-env");
        }
    }

    private async Task<UserCredential> ReadAsync(CredentialReference reference, RepositoryName repository, CancellationToken cancellationToken) => reference switch
    {
        CredentialReference.PullSecret { Name: var name } => FromDockerConfig(name, await SecretAsync(name, cancellationToken), repository),
        CredentialReference.SecretField { Name: var name, Field: var field } => FromField(name, field, await SecretAsync(name, cancellationToken)),
        CredentialReference.EnvironmentVariable { Name: var name } => FromVariable(name),
        CredentialReference.External program => await FromProgramAsync(program, repository, cancellationToken),
        CredentialReference.OfCloud cloud => await FromCloudAsync(cloud, repository, cancellationToken),
        _ => throw new InvalidOperationException($"{reference.GetType().Name} is no kind of credential that is known here"),
    };

    /// <summary>The next who asks gets it anew from its source; of a variable there is nothing new to be had.</summary>
    private void Forget(CredentialReference? reference, RepositoryName repository, UserCredential refused)
    {
        lock (_gate)
        {
            switch (reference)
            {
                case { SecretName: { } name } when _renewed.Add(name):
                    _secrets.TryRemove(name, out _);
                    break;
                case CredentialReference.External when KeyOf(reference, repository) is var key && _renewed.Add(key):
                    sources.Cache.Invalidate(key, refused);
                    _fetched.TryRemove(key, out _);
                    break;
                case CredentialReference.OfCloud when sources.OfRegistry(repository).Cloud is { } account && _renewed.Add(account.Key):
                    sources.Clouds?.Invalidate(account, refused);
                    _fetched.TryRemove(account.Key, out _);
                    break;
                case null when _renewed.Add(repository.Registry):
                    _machine?.Forget(repository);
                    if (sources.OfRegistry(repository).Cloud is { IsAutomatic: true } recognised && _renewed.Add(recognised.Key))
                    {
                        sources.Clouds?.Invalidate(recognised, refused);
                        _recognised.TryRemove(recognised.Key, out _);
                    }

                    break;
            }
        }
    }

    private CredentialKey KeyOf(CredentialReference reference, RepositoryName repository) => new(reference, sources.OfRegistry(repository).Endpoint);

    private async Task<UserCredential> FromProgramAsync(CredentialReference.External program, RepositoryName repository, CancellationToken cancellationToken)
    {
        var key = KeyOf(program, repository);
        var lifetime = sources.OfRegistry(repository).Lifetime;
        var run = _fetched.GetOrAdd(key, _ => new(() => sources.Cache.GetAsync(key, FetchAsync, CancellationToken.None)));
        return await run.Value.WaitAsync(cancellationToken);

        async Task<FetchedCredential> FetchAsync(CancellationToken end) => new(await sources.Programs.RunAsync(program, end), sources.Time.GetUtcNow() + lifetime);
    }

    private async Task<UserCredential> FromCloudAsync(CredentialReference.OfCloud reference, RepositoryName repository, CancellationToken cancellationToken)
    {
        if (sources.Clouds is not { } clouds || sources.OfRegistry(repository).Cloud is not { } account || account.Registry.Cloud != reference.Cloud)
            throw new CredentialException($"credential {reference}: {repository.Registry} is no registry of that cloud");
        return await _fetched.GetOrAdd(account.Key, _ => new(() => clouds.GetAsync(account, CancellationToken.None))).Value.WaitAsync(cancellationToken);
    }

    private UserCredential FromDockerConfig(NamespacedName name, KubernetesSecret secret, RepositoryName repository)
    {
        if (!_dockerConfigs.TryGetValue(secret, out var config))
        {
            if (!secret.Data.TryGetValue(DockerConfig, out var text) && !secret.Data.TryGetValue(OldDockerConfig, out text))
                throw new CredentialException($"secret {name} has neither a field {DockerConfig} nor {OldDockerConfig}, it is no pull secret");
            if (!DockerConfigJson.TryParse(text, out config, out var problem))
                throw new CredentialException($"secret {name}: {problem}");
            _dockerConfigs[secret] = config;
        }

        return config.Find(repository) ?? throw new CredentialException(
            $"secret {name} has no entry for {repository}{(config.Problems.Count > 0 ? $"; {config.Problems[0]}" : "")}");
    }

    private static UserCredential FromField(NamespacedName name, string field, KubernetesSecret secret) => Parse(TextOf(name, field, secret), $"field '{field}' of secret {name}");

    private static string TextOf(NamespacedName name, string field, KubernetesSecret secret) => secret.Data.TryGetValue(field, out var text)
        ? text
        : throw new CredentialException($"secret {name} has no field '{field}'{(secret.Data.Count == 0 ? "" : $", it has {string.Join(", ", secret.Data.Keys.Order(StringComparer.Ordinal).Take(10))}")}");

    private UserCredential FromVariable(string name) => sources.Environment(name) is { Length: > 0 } text
        ? Parse(text, $"environment variable {name}")
        : throw new CredentialException($"environment variable {name} is not set, it should hold <user>:<password>");

    /// <summary>The reader's own problem is not shown: it is about a secret.</summary>
    private static UserCredential Parse(string text, string where) => UserCredential.TryParse(text.Trim(), out var credential, out _)
        ? credential
        : throw new CredentialException($"{where} is not <user>:<password>");
}
