using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Configuration;
using GitOpsBumper.Controller;
using GitOpsBumper.Core;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.ImageUpdaters;

namespace GitOpsBumper.Cluster;

/// <summary>What a full cycle leaves behind, from which every resource is told how it fares.</summary>
/// <param name="Resources">That the cycle went by.</param>
/// <param name="Rules">That they make.</param>
/// <param name="Applications">That the cycle looked at.</param>
/// <param name="Reports">The last of every Application.</param>
/// <param name="At">When the cycle ended.</param>
/// <param name="Duration">Of the cycle.</param>
internal sealed record StatusPicture(
    IReadOnlyList<ImageUpdaterResource> Resources,
    ImageUpdaterRules Rules,
    IReadOnlyList<ApplicationSnapshot> Applications,
    IReadOnlyList<ApplicationReport> Reports,
    DateTimeOffset At,
    TimeSpan Duration)
{
    /// <summary>Of the Applications in trouble, and of the mistakes, so many are named.</summary>
    private const int MaxNamed = 3;

    /// <summary>
    /// The resources of which this process knows all that there is to tell. Of another Argo CD's Applications it knows nothing, nor of those that it was told to leave
    /// out: whoever looks at them tells.
    /// </summary>
    public static IReadOnlyList<ImageUpdaterResource> Served(ManifestSet manifests, ImageUpdaterRules rules, BumperSettings settings)
    {
        // What a selector leaves out, the API server does not even send.
        if (settings.Filter.Selector is not null)
            return [];
        var partly = manifests.Applications.Where(application => !settings.Filter.Accepts(application)).Select(rules.TitleOf).ToHashSet(StringComparer.Ordinal);
        return [.. manifests.ImageUpdaters.Where(resource => IsOwn(resource.Name.Namespace) && !partly.Contains(resource.Title))];

        bool IsOwn(string space) => space == settings.ArgoCdNamespace || manifests.Projects.Any(project => project.PermitsNamespace(space));
    }

    /// <summary>In the order of the resources; those that are not decided as a whole are left out.</summary>
    public IReadOnlyList<ResourceStatus> Statuses()
    {
        var reports = Reports.ToDictionary(report => report.Name);
        var governed = Applications.ToLookup(Rules.TitleOf, StringComparer.Ordinal);
        var mistakes = Rules.Problems.Where(problem => problem.Mistake.Stops).ToLookup(problem => problem.Resource);
        return [.. Resources.Select(Of).OfType<ResourceStatus>()];

        // Null while an Application has not been decided yet, as in a cycle that goes on without a slow repository.
        ResourceStatus? Of(ImageUpdaterResource resource)
        {
            var names = governed[resource.Title].Select(application => application.Name).ToList();
            var decided = names.Select(name => reports.GetValueOrDefault(name)).OfType<ApplicationReport>().ToList();
            if (decided.Count < names.Count)
                return null;
            return new ResourceStatus(resource, Status(resource, names, decided, [.. mistakes[resource.Name].Select(problem => problem.ToString())]));
        }
    }

    private ImageUpdaterStatus Status(ImageUpdaterResource resource, IReadOnlyList<NamespacedName> applications, IReadOnlyList<ApplicationReport> reports, IReadOnlyList<string> mistakes)
    {
        var failed = reports.Where(report => report.AnyFailed).ToList();
        var (word, message) = ("Checked", $"{applications.Count} Applications were looked at.");
        if (mistakes.Count > 0)
            (word, message) = ("InvalidSpec", $"The resource selects no Application: {Named(mistakes)}");
        else if (failed.Count > 0)
            (word, message) = ("UpdateFailed", $"{failed.Count} of {applications.Count} Applications are in trouble: {Named([.. failed.Select(Trouble)])}");
        var isWell = mistakes.Count == 0 && failed.Count == 0;
        return new ImageUpdaterStatus
        {
            ObservedGeneration = resource.Generation,
            ApplicationsMatched = applications.Count,
            ImagesManaged = reports.Sum(report => report.Images.Count),
            LastCheckedAt = At,
            Conditions = [Condition("Ready", isWell, word, message), Condition("Reconciling", false, "Idle", "The last cycle has ended."), Condition("Error", !isWell, word, isWell ? "No trouble was found." : message)],
        };

        StatusCondition Condition(string type, bool isTrue, string reason, string text) => new(type, isTrue, reason, text) { ObservedGeneration = resource.Generation, Since = At };
    }

    private static string Trouble(ApplicationReport report)
    {
        var reason = report.Failure ?? report.Images.Where(image => image.Decision == DecisionKind.Failed).Select(image => $"{image.Alias ?? image.Image}: {image.Reason}").FirstOrDefault()
            ?? report.Problems.Select(problem => problem.Message).FirstOrDefault() ?? "its list of images cannot be read";
        return $"{report.Name}: {Shortened.Text(reason)}";
    }

    private static string Named(IReadOnlyList<string> all)
    {
        var named = string.Join("; ", all.Take(MaxNamed).Select(Shortened.Text));
        return all.Count <= MaxNamed ? named : $"{named}; and {all.Count - MaxNamed} more";
    }
}

internal sealed record ResourceStatus(ImageUpdaterResource Resource, ImageUpdaterStatus Status);
