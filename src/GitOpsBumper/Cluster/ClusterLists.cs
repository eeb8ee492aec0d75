using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Adapters.Kubernetes.Watching;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Configuration;
using GitOpsBumper.Configuration.Secrets;
using GitOpsBumper.Core.ImageUpdaters;

namespace GitOpsBumper.Cluster;

/// <summary>Looks at a cluster once, for commands that do not stay.</summary>
internal static class ClusterLists
{
    /// <exception cref="KubernetesException">Something could not be had; the message says what.</exception>
    public static async Task<IReadOnlyList<KubernetesConfigMap>> ConfigMapsAsync(
        KubernetesConnection connection, string argoCdNamespace, TimeProvider time, CancellationToken cancellationToken)
    {
        var maps = await Task.WhenAll(ClusterScopes.ConfigMaps(argoCdNamespace)
            .Select(scope => ObjectListing.ListAsync(connection, ObjectKinds.ConfigMap, scope, time, cancellationToken)));
        return [.. maps.SelectMany(list => list.Objects).Select(map => map.Value)];
    }

    /// <summary>What the bot is told in confidence; nothing where it may not be seen.</summary>
    /// <exception cref="KubernetesException">The API server did not answer.</exception>
    public static async Task<SecretLayer> OwnSecretsAsync(KubernetesConnection connection, string argoCdNamespace, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            var lists = await Task.WhenAll(ClusterScopes.OwnSecrets(argoCdNamespace).Select(scope => ObjectListing.ListAsync(connection, ObjectKinds.Secret, scope, time, cancellationToken)));
            return SecretLayer.Read(lists.SelectMany(list => list.Objects).Select(secret => secret.Value), argoCdNamespace);
        }
        catch (KubernetesException failure) when (failure.IsForbidden)
        {
            return SecretLayer.Empty;
        }
    }

    /// <param name="connection">To the API server.</param>
    /// <param name="settings">Say which namespaces.</param>
    /// <param name="configMaps">As they were read before the settings could be.</param>
    /// <param name="time">For timeouts.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="KubernetesException">Something could not be had; the message says what.</exception>
    public static async Task<ManifestSet> ReadAsync(
        KubernetesConnection connection, BumperSettings settings, IReadOnlyList<KubernetesConfigMap> configMaps, TimeProvider time, CancellationToken cancellationToken)
    {
        var applications = ObjectListing.ListAsync(connection, ObjectKinds.Application, ClusterScopes.Applications(settings), time, cancellationToken);
        var secrets = ObjectListing.ListAsync(connection, ObjectKinds.Secret, ClusterScopes.RepositorySecrets(settings), time, cancellationToken);
        var projects = ObjectListing.ListAsync(connection, ObjectKinds.AppProject, ClusterScopes.Projects(settings), time, cancellationToken);
        var imageUpdaters = ImageUpdatersAsync(connection, settings, time, cancellationToken);
        await Task.WhenAll(applications, secrets, projects, imageUpdaters);
        var (resources, refusals) = await imageUpdaters;
        var imageUpdaterObjects = resources.Objects.Where(resource => !resource.IsBeingDeleted).Select(resource => resource.Value).ToList();
        var rules = new ImageUpdaterRules(imageUpdaterObjects, settings.ArgoCdNamespace);
        return new ManifestSet
        {
            Applications = [.. (await applications).Objects.Where(application => !application.IsBeingDeleted).Select(application => rules.Apply(application.Value))],
            ImageUpdaters = imageUpdaterObjects,
            Secrets = [.. (await secrets).Objects.Select(secret => secret.Value)],
            Projects = [.. (await projects).Objects.Select(project => project.Value)],
            ConfigMaps = configMaps,
            Problems =
            [
                .. refusals, .. Unreadable(ObjectKinds.ImageUpdater, resources.Unreadable), .. Wrong(rules),
                .. Unreadable(ObjectKinds.Application, (await applications).Unreadable),
                .. Unreadable(ObjectKinds.Secret, (await secrets).Unreadable),
                .. Unreadable(ObjectKinds.AppProject, (await projects).Unreadable),
            ],
        };
    }

    /// <summary>Mistakes of ImageUpdater resources because of which they select nothing.</summary>
    public static IEnumerable<ManifestProblem> Wrong(ImageUpdaterRules rules) =>
        rules.Problems.Select(problem => new ManifestProblem($"{ImageUpdaterResource.Kind} {problem.Resource}", 0, problem.ToString(), IsNote: false));

    /// <summary>A cluster need not know them, and nobody need let the bot see them: each namespace by itself.</summary>
    private static async Task<(ObjectList<ImageUpdaterResource> List, IReadOnlyList<ManifestProblem> Refusals)> ImageUpdatersAsync(
        KubernetesConnection connection, BumperSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        var (objects, unreadable, refusals) = (new List<Watched<ImageUpdaterResource>>(), new List<UnreadableObject>(), new List<ManifestProblem>());
        var scope = ClusterScopes.ImageUpdaters(settings);
        foreach (var one in scope.Namespaces.Count == 0 ? [scope] : scope.Namespaces.Select(space => scope with { Namespaces = [space] }))
        {
            try
            {
                var list = await ObjectListing.ListAsync(connection, ObjectKinds.ImageUpdater, one, time, cancellationToken);
                objects.AddRange(list.Objects);
                unreadable.AddRange(list.Unreadable);
            }
            catch (KubernetesException failure) when (failure.IsNotFound)
            {
            }
            catch (KubernetesException failure) when (failure.IsForbidden)
            {
                refusals.Add(new ManifestProblem(ImageUpdaterResource.Kind, 0, $"such resources are not looked at: {failure.Message}", IsNote: true));
            }
        }

        return (new ObjectList<ImageUpdaterResource>(objects, unreadable), refusals);
    }

    /// <summary>Objects that are there and say something of the wrong kind, told as files are.</summary>
    public static IEnumerable<ManifestProblem> Unreadable<T>(ObjectKind<T> kind, IReadOnlyList<UnreadableObject> unreadable) =>
        unreadable.Select(item => new ManifestProblem($"{kind.Name} {item.Name}", 0, item.Reason, IsNote: false));
}
