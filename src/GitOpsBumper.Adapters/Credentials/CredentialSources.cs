using GitOpsBumper.Adapters.Credentials.Clouds;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Adapters.Credentials;

/// <summary>Null when there is no such secret.</summary>
/// <exception cref="CredentialException">It cannot be read.</exception>
public delegate ValueTask<KubernetesSecret?> SecretLookup(NamespacedName name, CancellationToken cancellationToken);

/// <summary>Where credentials come from.</summary>
public sealed record CredentialSources
{
    public required SecretLookup Secrets { get; init; }

    /// <summary>The value of an environment variable; null when it is not set.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>The environment variables that an application's annotations may name: the process has others, of its own.</summary>
    public IReadOnlySet<string> AllowedVariables { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>What registries.conf says of a repository's registry.</summary>
    public Func<RepositoryName, RegistryAccount> OfRegistry { get; init; } = repository => new RegistryAccount(repository.Registry, null, null);

    /// <summary>Besides its own namespace, whose secrets an application's annotations may name; <c>*</c> for all.</summary>
    public IReadOnlyList<string> AllowedNamespaces { get; init; } = [];

    /// <summary>The folder of the public keys that annotations name, each <c>&lt;name&gt;.pub</c>; null: there are none.</summary>
    public string? KeysFolder { get; init; }

    /// <summary>Of <c>ext:</c>.</summary>
    public required CredentialPrograms Programs { get; init; }

    /// <summary>Remembers across cycles what is costly to get.</summary>
    public required CredentialCache Cache { get; init; }

    /// <summary>Where nobody names a credential; null: then there is none.</summary>
    public MachineCredentials? Machine { get; init; }

    /// <summary>The identities of the process in clouds; null: it has none.</summary>
    public CloudCredentials? Clouds { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <param name="Endpoint">Names the registry; whatever has the same name has the same credentials.</param>
/// <param name="Reference">Null: registries.conf names none.</param>
/// <param name="Lifetime">How long one that was fetched is used; null: for one cycle.</param>
public sealed record RegistryAccount(string Endpoint, CredentialReference? Reference, TimeSpan? Lifetime)
{
    /// <summary>Null: it is no registry of a cloud.</summary>
    public CloudAccount? Cloud { get; init; }
}
