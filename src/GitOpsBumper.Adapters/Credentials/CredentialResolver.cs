using System.Collections.Concurrent;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Adapters.Credentials;

/// <summary>Null when there is no such secret.</summary>
/// <exception cref="CredentialException">It cannot be read.</exception>
public delegate ValueTask<KubernetesSecret?> SecretLookup(NamespacedName name, CancellationToken cancellationToken);

/// <summary>Fetches the credentials that references name. One per update cycle: each secret is looked up once, and a changed one counts in the next cycle.</summary>
public sealed class CredentialResolver(CredentialSources sources)
{
    private const string DockerConfig = ".dockerconfigjson";
    private const string OldDockerConfig = ".dockercfg";

    private readonly ConcurrentDictionary<NamespacedName, Lazy<Task<KubernetesSecret?>>> _secrets = new();
    private readonly ConcurrentDictionary<NamespacedName, DockerConfigJson> _dockerConfigs = new();

    /// <summary>What an application's image asks its registry with: its own pull secret, else the registry's credentials, else null for none.</summary>
    /// <exception cref="CredentialException">The credential is named and cannot be had.</exception>
    public async Task<UserCredential?> ResolveAsync(
        NamespacedName application, CredentialReference? pullSecret, RepositoryName repository, CancellationToken cancellationToken)
    {
        if (pullSecret is null)
            return await ResolveAsync(repository, cancellationToken);
        if (pullSecret.SecretName is { } name && SecretRule.Check(name, application, sources.AllowedNamespaces) is { } problem)
            throw new CredentialException(problem);

        if (pullSecret is CredentialReference.EnvironmentVariable { Name: var variable } && !sources.AllowedVariables.Contains(variable))
        {
            throw new CredentialException(
                $"environment variable {variable} may not be named by annotations; those that may are listed with --allowed-env");
        }

        return await ReadAsync(pullSecret, repository, cancellationToken);
    }

    /// <summary>What registries.conf says the registry is asked with; it may name any secret. Null for nothing.</summary>
    /// <exception cref="CredentialException">The credential is named and cannot be had.</exception>
    public async Task<UserCredential?> ResolveAsync(RepositoryName repository, CancellationToken cancellationToken) =>
        sources.OfRegistry(repository) is { } reference ? await ReadAsync(reference, repository, cancellationToken) : null;

    private async Task<UserCredential?> ReadAsync(CredentialReference reference, RepositoryName repository, CancellationToken cancellationToken) => reference switch
    {
        CredentialReference.PullSecret { Name: var name } => FromDockerConfig(name, await SecretAsync(name, cancellationToken), repository),
        CredentialReference.SecretField { Name: var name, Field: var field } => FromField(name, field, await SecretAsync(name, cancellationToken)),
        CredentialReference.EnvironmentVariable { Name: var name } => FromVariable(name),
        CredentialReference.External { Path: var path } =>
            throw new CredentialException($"credential {reference} is a program: this version runs none, use pullsecret:, secret: or env: instead of {path}"),
        _ => throw new InvalidOperationException($"{reference.GetType().Name} is no kind of credential that is known here"),
    };

    /// <summary>Any secret, whoever asks; looked up once.</summary>
    /// <exception cref="CredentialException">There is none, or it cannot be read.</exception>
    public async Task<KubernetesSecret> SecretAsync(NamespacedName name, CancellationToken cancellationToken)
    {
        // Looked up for all who wait: one who gives up must not end it for the others.
        var lookup = _secrets.GetOrAdd(name, static (name, sources) => new(() => sources.Secrets(name, CancellationToken.None).AsTask()), sources);
        return await lookup.Value.WaitAsync(cancellationToken) ?? throw new CredentialException($"there is no secret {name}");
    }

    private UserCredential FromDockerConfig(NamespacedName name, KubernetesSecret secret, RepositoryName repository)
    {
        if (!_dockerConfigs.TryGetValue(name, out var config))
        {
            if (!secret.Data.TryGetValue(DockerConfig, out var text) && !secret.Data.TryGetValue(OldDockerConfig, out text))
                throw new CredentialException($"secret {name} has neither a field {DockerConfig} nor {OldDockerConfig}, it is no pull secret");
            if (!DockerConfigJson.TryParse(text, out config, out var problem))
                throw new CredentialException($"secret {name}: {problem}");
            _dockerConfigs[name] = config;
        }

        return config.Find(repository) ?? throw new CredentialException(
            $"secret {name} has no entry for {repository}{(config.Problems.Count > 0 ? $"; {config.Problems[0]}" : "")}");
    }

    private static UserCredential FromField(NamespacedName name, string field, KubernetesSecret secret)
    {
        if (!secret.Data.TryGetValue(field, out var text))
            throw new CredentialException($"secret {name} has no field '{field}'{(secret.Data.Count == 0 ? "" : $", it has {string.Join(", ", secret.Data.Keys.Order(StringComparer.Ordinal).Take(10))}")}");
        return Parse(text, $"field '{field}' of secret {name}");
    }

    private UserCredential FromVariable(string name) => sources.Environment(name) is { Length: > 0 } text
        ? Parse(text, $"environment variable {name}")
        : throw new CredentialException($"environment variable {name} is not set, it should hold <user>:<password>");

    /// <summary>The reader's own problem is not shown: it is about a secret.</summary>
    private static UserCredential Parse(string text, string where) => UserCredential.TryParse(text.Trim(), out var credential, out _)
        ? credential
        : throw new CredentialException($"{where} is not <user>:<password>");
}

/// <summary>Where credentials come from.</summary>
public sealed record CredentialSources
{
    public required SecretLookup Secrets { get; init; }

    /// <summary>The value of an environment variable; null when it is not set.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>The environment variables that an application's annotations may name: the process has others, of its own.</summary>
    public IReadOnlySet<string> AllowedVariables { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>The folder of the public keys that annotations name, each <c>&lt;name&gt;.pub</c>; null: there are none.</summary>
    public string? KeysFolder { get; init; }

    /// <summary>What registries.conf names for a repository's registry; null for nothing.</summary>
    public Func<RepositoryName, CredentialReference?> OfRegistry { get; init; } = _ => null;

    /// <summary>Besides its own namespace, whose secrets an application's annotations may name; <c>*</c> for all.</summary>
    public IReadOnlyList<string> AllowedNamespaces { get; init; } = [];
}
