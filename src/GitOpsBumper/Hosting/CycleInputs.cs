using GitOpsBumper.Adapters.Credentials;
using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Configuration;
using GitOpsBumper.Controller;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Approvals;

namespace GitOpsBumper.Hosting;

/// <summary>What a cycle looks at besides its applications, as it is when the cycle begins.</summary>
internal sealed record CycleInputs
{
    public required BumperSettings Settings { get; init; }

    public required CycleTexts Texts { get; init; }

    /// <summary>Connected for the registries of <see cref="Texts"/>.</summary>
    public required RegistryClient RegistryClient { get; init; }

    /// <summary>Secrets, config maps and projects of Argo CD's namespace.</summary>
    public required ManifestSet Manifests { get; init; }

    /// <summary>Finds any secret that an annotation or registries.conf names.</summary>
    public required SecretLookup Secrets { get; init; }

    /// <summary>What registries are asked with where nobody names a credential; null: nothing.</summary>
    public MachineCredentials? Logins { get; init; }

    /// <summary>A project as it is now, which may be another than when the cycle began; null: those of <see cref="Manifests"/> are all there is.</summary>
    public Func<NamespacedName, AppProject?>? Project { get; init; }

    /// <summary>Whether somebody said that what is due for an application must not wait for its update window.</summary>
    public Func<NamespacedName, bool> IsUrgent { get; init; } = static _ => false;

    /// <summary>That votes are told from forged ones by; null: there is none.</summary>
    public Func<ApprovalKey?> ApprovalKey { get; init; } = static () => null;

    public CycleWitness Witness { get; init; } = new();

    /// <summary>Where Applications themselves are changed; null where they come from manifests.</summary>
    public ApplicationClient? Cluster { get; init; }
}
