using GitOpsBumper.Adapters.Credentials;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Messages;

namespace GitOpsBumper.Hosting;

/// <summary>What a cycle looks at besides its applications, as it is when the cycle begins.</summary>
internal sealed record CycleInputs
{
    public required RegistryConfiguration Registries { get; init; }

    /// <summary>Connected for <see cref="Registries"/>.</summary>
    public required RegistryClient RegistryClient { get; init; }

    public required CommitMessageTemplate CommitMessage { get; init; }

    /// <summary>Those of Argo CD's namespace, repository secrets and templates among them.</summary>
    public required IReadOnlyList<KubernetesSecret> ArgoCdSecrets { get; init; }

    /// <summary>Finds any secret that an annotation or registries.conf names.</summary>
    public required SecretLookup Secrets { get; init; }

    public required IReadOnlyList<AppProject> Projects { get; init; }
}
