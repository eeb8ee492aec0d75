using System.Runtime.CompilerServices;
using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.Registries;
using GitOpsBumper.Cluster;
using GitOpsBumper.Configuration;
using GitOpsBumper.Controller.Triggers;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Hosting.Triggers;

/// <summary>Who uses an image, and who writes to a repository. Made anew when an Application or a setting has changed, and only when somebody asks.</summary>
/// <param name="watch">Knows the Applications.</param>
/// <param name="configuration">As it is now.</param>
internal sealed class ApplicationIndex(ClusterWatch watch, LiveConfiguration configuration)
{
    private readonly Lock _gate = new();
    private readonly ConditionalWeakTable<ApplicationSnapshot, Read> _read = [];
    private Made? _made;

    /// <summary>Those that list the image.</summary>
    /// <param name="image">As registries.conf has images without registry.</param>
    /// <param name="andBelow">Also images whose path begins with it.</param>
    public IReadOnlyList<TriggerTarget> UsersOf(RepositoryName image, bool andBelow = false)
    {
        var made = Current();
        if (!andBelow)
            return made.ByImage.GetValueOrDefault(image) ?? [];
        var prefix = $"{image}/";
        return
        [
            .. made.ByImage.Where(pair => pair.Key == image || pair.Key.ToString().StartsWith(prefix, StringComparison.Ordinal)).SelectMany(pair => pair.Value).GroupBy(target => target.Application)
                .Select(group => new TriggerTarget(group.Key, group.SelectMany(target => target.Images ?? new HashSet<string>()).ToHashSet(StringComparer.Ordinal))),
        ];
    }

    /// <summary>Those that write to one of the addresses, whatever the scheme and the user in them.</summary>
    /// <param name="addresses">Of one repository.</param>
    /// <param name="branches">Those that matter; empty: all.</param>
    public IReadOnlyCollection<NamespacedName> WritersTo(IReadOnlyList<RepositoryUrl> addresses, IReadOnlyList<string> branches)
    {
        var made = Current();
        return
        [
            .. addresses.Select(KeyOf).Distinct(StringComparer.Ordinal).SelectMany(key => made.ByRepository.GetValueOrDefault(key) ?? [])
                .Where(writer => branches.Count == 0 || writer.Branch is null || branches.Contains(writer.Branch, StringComparer.Ordinal)).Select(writer => writer.Application).Distinct(),
        ];
    }

    /// <summary>The repositories of its images; null when it is not looked at, or lists none.</summary>
    public IReadOnlyList<RepositoryName>? ImagesOf(NamespacedName application) => Current().ByName.GetValueOrDefault(application);

    /// <summary>What an Application that was read from elsewhere says of the image of an alias; null: it lists none.</summary>
    public ImagePolicy? PolicyOf(ApplicationSnapshot application, string alias) =>
        PolicyOf(watch.Govern(application), configuration.Settings)?.Images.FirstOrDefault(image => image.Alias == alias);

    /// <summary>Host and path: what the addresses for https and for ssh of a repository have in common.</summary>
    internal static string KeyOf(RepositoryUrl url)
    {
        var text = url.Text;
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        var rest = scheme < 0 ? text : text[(scheme + 3)..];
        rest = rest[(rest.IndexOf('@', StringComparison.Ordinal) + 1)..];
        // host:path of ssh, and host:port/path, which differs from https in any case.
        var colon = rest.IndexOf(':', StringComparison.Ordinal);
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        if (colon >= 0)
        {
            var end = slash < 0 ? rest.Length : slash;
            var isPort = colon < end && rest.AsSpan(colon + 1, end - colon - 1) is { Length: > 0 } port && !port.ContainsAnyExceptInRange('0', '9') && scheme >= 0;
            if (isPort)
                rest = rest[..colon] + rest[end..];
            else if (colon < end)
                rest = $"{rest[..colon]}/{rest[(colon + 1)..].TrimStart('/')}";
        }

        rest = rest.TrimEnd('/');
        return (rest.EndsWith(".git", StringComparison.Ordinal) ? rest[..^4] : rest).ToLowerInvariant();
    }

    private Made Current()
    {
        lock (_gate)
        {
            var settings = configuration.Settings;
            var registries = configuration.Texts.Registries;
            var version = watch.ApplicationVersion;
            if (_made is { } made && made.Version == version && ReferenceEquals(made.Settings, settings) && ReferenceEquals(made.Registries, registries))
                return made;
            return _made = Make(version, settings, registries);
        }
    }

    private Made Make(WatchedVersion version, BumperSettings settings, RegistryConfiguration registries)
    {
        var byImage = new Dictionary<RepositoryName, List<TriggerTarget>>();
        var byRepository = new Dictionary<string, List<Writer>>(StringComparer.Ordinal);
        var byName = new Dictionary<NamespacedName, IReadOnlyList<RepositoryName>>();
        foreach (var name in watch.ApplicationNames)
        {
            if (watch.Find(name) is not { IsBeingDeleted: false } watched || !settings.Filter.Accepts(watched.Value) || PolicyOf(watched.Value, settings) is not { } policy)
                continue;
            var repositories = policy.Images.GroupBy(image => registries.RepositoryOf(image.Image)).ToList();
            byName.Add(name, [.. repositories.Select(images => images.Key)]);
            foreach (var images in repositories)
                Add(byImage, images.Key, new TriggerTarget(name, images.Select(image => image.DisplayAlias).ToHashSet(StringComparer.Ordinal)));
            if (policy.WriteBack is { Method: WriteBackMethod.Git, RepositoryUrl: { } repository } target && RepositoryUrl.TryParse(repository, out var url, out _))
                Add(byRepository, KeyOf(url), new Writer(name, BranchOf(target)));
        }

        return new Made(version, settings, registries, byImage, byRepository, byName);
    }

    /// <summary>The only branch that it looks at; null: there are several, or nobody here knows which.</summary>
    private static string? BranchOf(WriteBackPolicy target) =>
        target is { WriteBranchTemplate: null, Proposal: null, TargetRevision: { Length: > 0 } branch } && branch != "HEAD" ? branch : null;

    /// <summary>An Application that has not changed is read once.</summary>
    private ApplicationPolicy? PolicyOf(ApplicationSnapshot application, BumperSettings settings)
    {
        if (_read.TryGetValue(application, out var before) && ReferenceEquals(before.Defaults, settings.Annotations))
            return before.Policy;
        ApplicationPolicy? policy = null;
        try
        {
            policy = AnnotationReader.Read(application, settings.Annotations);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // A bug; the cycle comes to the same and tells it of the application.
        }

        _read.AddOrUpdate(application, new Read(settings.Annotations, policy));
        return policy;
    }

    private static void Add<TKey, TValue>(Dictionary<TKey, List<TValue>> lists, TKey key, TValue value)
        where TKey : notnull
    {
        if (!lists.TryGetValue(key, out var list))
            lists.Add(key, list = []);
        list.Add(value);
    }

    private sealed record Writer(NamespacedName Application, string? Branch);

    private sealed record Read(AnnotationDefaults Defaults, ApplicationPolicy? Policy);

    private sealed record Made(
        WatchedVersion Version,
        BumperSettings Settings,
        RegistryConfiguration Registries,
        Dictionary<RepositoryName, List<TriggerTarget>> ByImage,
        Dictionary<string, List<Writer>> ByRepository,
        Dictionary<NamespacedName, IReadOnlyList<RepositoryName>> ByName);
}
