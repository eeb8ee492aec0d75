using System.Runtime.CompilerServices;
using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.ImageUpdaters;

namespace GitOpsBumper.Cluster;

/// <summary>Applications as the ImageUpdater resources have them at the moment. What has not changed stays the same object.</summary>
/// <param name="resources">As they are known now; the same dictionary as long as none has changed.</param>
/// <param name="argoCdNamespace">Whose resources may select Applications of other namespaces.</param>
internal sealed class GovernedApplications(Func<IReadOnlyDictionary<NamespacedName, Watched<ImageUpdaterResource>>> resources, string argoCdNamespace)
{
    private readonly ConditionalWeakTable<ApplicationSnapshot, Governed> _governed = [];
    private volatile Made _made = new(null, ImageUpdaterRules.None);

    /// <summary>As they are now.</summary>
    public ImageUpdaterRules Rules
    {
        get
        {
            var now = resources();
            var made = _made;
            if (!ReferenceEquals(made.From, now))
                _made = made = new Made(now, new ImageUpdaterRules(now.Values.Where(resource => !resource.IsBeingDeleted).Select(resource => resource.Value), argoCdNamespace));
            return made.Rules;
        }
    }

    public ApplicationSnapshot Apply(ApplicationSnapshot application)
    {
        var rules = Rules;
        if (rules.IsEmpty)
            return application;
        _governed.TryGetValue(application, out var before);
        if (before?.By == rules)
            return before.Application;
        var now = rules.Apply(application);
        if (before is not null && ResourceSettings.Same(before.Application.Governor, now.Governor))
            now = before.Application;
        _governed.AddOrUpdate(application, new Governed(rules, now));
        return now;
    }

    private sealed record Made(IReadOnlyDictionary<NamespacedName, Watched<ImageUpdaterResource>>? From, ImageUpdaterRules Rules);

    private sealed record Governed(ImageUpdaterRules By, ApplicationSnapshot Application);
}
