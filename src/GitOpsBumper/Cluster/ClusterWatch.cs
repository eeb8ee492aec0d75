using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Adapters.Kubernetes.Watching;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Configuration;
using GitOpsBumper.Configuration.Secrets;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.ImageUpdaters;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Cluster;

/// <summary>Everything the controller looks at in a cluster, kept up to date.</summary>
internal sealed class ClusterWatch
{
    /// <summary>Longer than a watch may be silent while all is well.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly ObjectSet<ApplicationSnapshot> _applications;
    private readonly ObjectSet<ImageUpdaterResource> _imageUpdaters;
    private readonly GovernedApplications _governed;
    private readonly ObjectSet<KubernetesSecret> _secrets;
    private readonly IReadOnlyList<ObjectSet<KubernetesSecret>> _ownSecrets;
    private readonly ObjectSet<AppProject> _projects;
    private readonly IReadOnlyList<ObjectSet<KubernetesConfigMap>> _configMaps;
    private volatile bool _wasTold;

    /// <param name="connection">To the API server.</param>
    /// <param name="settings">Say which namespaces and labels; they stay what they are.</param>
    /// <param name="time">For timeouts and pauses.</param>
    /// <param name="loggers">Of the process.</param>
    public ClusterWatch(KubernetesConnection connection, BumperSettings settings, TimeProvider time, ILoggerFactory loggers)
    {
        Changes = new ChangeQueue(time);
        _applications = Set(ObjectKinds.Application, ClusterScopes.Applications(settings));
        _imageUpdaters = Set(ObjectKinds.ImageUpdater, ClusterScopes.ImageUpdaters(settings));
        _governed = new GovernedApplications(() => _imageUpdaters.Objects, settings.ArgoCdNamespace);
        _secrets = Set(ObjectKinds.Secret, ClusterScopes.RepositorySecrets(settings));
        _ownSecrets = [.. ClusterScopes.OwnSecrets(settings.ArgoCdNamespace).Select(scope => Set(ObjectKinds.Secret, scope))];
        _projects = Set(ObjectKinds.AppProject, ClusterScopes.Projects(settings));
        _configMaps = [.. ClusterScopes.ConfigMaps(settings.ArgoCdNamespace).Select(scope => Set(ObjectKinds.ConfigMap, scope))];

        ObjectSet<T> Set<T>(ObjectKind<T> kind, ObjectScope scope) => new(connection, kind, scope, Changes, time, loggers.CreateLogger<ObjectSet<T>>());
    }

    /// <summary>What has changed and nobody has looked at yet.</summary>
    public ChangeQueue Changes { get; }

    /// <summary>Why there is nothing to rely on, each a sentence; empty when there is enough to work with.</summary>
    public IReadOnlyList<string> NotReady
    {
        get
        {
            if (!HasSynced)
                return [.. Troubles.Concat(_ownSecrets.Where(set => !set.HasSynced).SelectMany(set => set.Troubles).Select(trouble => trouble.Message)).Distinct().DefaultIfEmpty("the cluster has not answered all lists yet")];
            var silent = OwnTroubles.Where(trouble => trouble.Silence >= Patience);
            if (_applications.IsSilentFor(Patience))
                silent = silent.Concat(_applications.Troubles);
            return [.. silent.Select(trouble => $"nothing has been heard for {(int)trouble.Silence.TotalMinutes} minutes: {trouble.Message}").Distinct()];
        }
    }

    /// <summary>Why changes are not heard of at the moment, each a sentence.</summary>
    public IReadOnlyList<string> Troubles => [.. _applications.Troubles.Concat(OwnTroubles).Concat(_imageUpdaters.Troubles).Concat(_wasTold ? _ownSecrets.SelectMany(set => set.Troubles) : []).Select(trouble => trouble.Message).Distinct()];

    /// <summary>How many are known now.</summary>
    public int ApplicationCount => _applications.Objects.Count;

    /// <summary>As they are known now.</summary>
    public IReadOnlyCollection<NamespacedName> ApplicationNames => [.. _applications.Objects.Keys];

    /// <summary>Equal as long as no Application, and nothing that governs them, has changed.</summary>
    public WatchedVersion ApplicationVersion => new(_applications.Objects, Rules);

    /// <summary>One of them as it is known now; null when it is not.</summary>
    public Watched<ApplicationSnapshot>? Find(NamespacedName name) =>
        _applications.Objects.TryGetValue(name, out var watched) ? watched with { Value = Govern(watched.Value) } : null;

    /// <summary>A project as it is known now; null when it is not.</summary>
    public AppProject? FindProject(NamespacedName name) => _projects.Objects.GetValueOrDefault(name)?.Value;

    /// <summary>An Application that was read from elsewhere, as the resources known now have it.</summary>
    public ApplicationSnapshot Govern(ApplicationSnapshot application) => _governed.Apply(application);

    /// <summary>Of the resources known now.</summary>
    public ImageUpdaterRules Rules => _governed.Rules;

    /// <summary>What the bot is told in confidence, as it is known now; what has not been read yet is missing.</summary>
    public SecretLayer OwnSecrets(string argoCdNamespace)
    {
        var secrets = _ownSecrets.SelectMany(set => set.Objects.Values).Select(secret => secret.Value).ToList();
        // From now on it is trouble not to hear of them.
        if (secrets.Count > 0)
            _wasTold = true;
        return SecretLayer.Read(secrets, argoCdNamespace);
    }

    /// <summary>Everything as it is known now; never half of a list.</summary>
    public ManifestSet Current() => new()
    {
        Applications = [.. _applications.Objects.Values.Where(application => !application.IsBeingDeleted).Select(application => Govern(application.Value))],
        ImageUpdaters = [.. _imageUpdaters.Objects.Values.Where(resource => !resource.IsBeingDeleted).Select(resource => resource.Value)],
        Secrets = [.. _secrets.Objects.Values.Select(secret => secret.Value)],
        Projects = [.. _projects.Objects.Values.Select(project => project.Value)],
        ConfigMaps = [.. _configMaps.SelectMany(set => set.Objects.Values).Select(map => map.Value)],
        Problems =
        [
            .. ClusterLists.Unreadable(ObjectKinds.Application, _applications.Unreadable),
            .. ClusterLists.Unreadable(ObjectKinds.ImageUpdater, _imageUpdaters.Unreadable), .. ClusterLists.Wrong(_governed.Rules),
            .. ClusterLists.Unreadable(ObjectKinds.Secret, _secrets.Unreadable),
            .. ClusterLists.Unreadable(ObjectKinds.AppProject, _projects.Unreadable),
            .. _configMaps.SelectMany(set => ClusterLists.Unreadable(ObjectKinds.ConfigMap, set.Unreadable)),
        ],
    };

    /// <summary>
    /// Ends when there is enough to begin: a complete list of everything in Argo CD's namespace, and of the Applications of one namespace; and it is known which
    /// resources govern these, if the cluster tells at all.
    /// </summary>
    public Task WaitForSyncAsync(CancellationToken cancellationToken) => Task.WhenAll(
    [
        _applications.WaitForPartAsync(cancellationToken), _imageUpdaters.WaitForSyncAsync(cancellationToken), _secrets.WaitForSyncAsync(cancellationToken), _projects.WaitForSyncAsync(cancellationToken),
        .. _configMaps.Select(set => set.WaitForSyncAsync(cancellationToken)), .. _ownSecrets.Select(set => set.WaitForSyncAsync(cancellationToken)),
    ]);

    /// <summary>Watches until the token ends it.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(
        [_applications.RunAsync(cancellationToken), _imageUpdaters.RunAsync(cancellationToken), _secrets.RunAsync(cancellationToken), _projects.RunAsync(cancellationToken), .. _configMaps.Select(set => set.RunAsync(cancellationToken)), .. _ownSecrets.Select(set => set.RunAsync(cancellationToken))]);

    private bool HasSynced => _applications.HasSyncedInPart && _imageUpdaters.HasSynced && _secrets.HasSynced && _projects.HasSynced && _configMaps.All(set => set.HasSynced) && _ownSecrets.All(set => set.HasSynced);

    /// <summary>Of what is in Argo CD's namespace.</summary>
    private IEnumerable<WatchTrouble> OwnTroubles => _secrets.Troubles.Concat(_projects.Troubles).Concat(_configMaps.SelectMany(set => set.Troubles));
}

/// <summary>What was known of the Applications at a time. Two are equal when nothing has come between them.</summary>
/// <param name="Applications">The very object that a list of all of them was then.</param>
/// <param name="Rules">Likewise of what governs them.</param>
internal readonly record struct WatchedVersion(object Applications, object Rules);
