using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Core.ImageUpdaters;

/// <summary>
/// All resources together: which of their references governs an Application. It is the most specific one that selects it, of whatever resource; among equals
/// the first one in the order of the resources' names and then in the order of the resource.
/// </summary>
public sealed class ImageUpdaterRules
{
    private readonly ILookup<string, Candidate> _byNamespace;
    private readonly bool _anyUsesAnnotations;

    /// <param name="resources">In any order.</param>
    /// <param name="argoCdNamespace">Whoever may write there may select Applications of other namespaces; others only those beside the resource.</param>
    public ImageUpdaterRules(IEnumerable<ImageUpdaterResource> resources, string argoCdNamespace)
    {
        var problems = new List<ResourceProblem>();
        var candidates = new List<Candidate>();
        foreach (var resource in resources.OrderBy(resource => resource.Name.ToString(), StringComparer.Ordinal))
        {
            problems.AddRange(resource.Mistakes.Select(mistake => new ResourceProblem(resource.Name, mistake)));
            var isForeign = resource.Namespace != resource.Name.Namespace && resource.Name.Namespace != argoCdNamespace;
            if (isForeign)
            {
                problems.Add(new ResourceProblem(resource.Name, new ResourceMistake(
                    "spec.namespace", Shortened.Text(resource.Namespace),
                    $"'{Shortened.Text(resource.Namespace)}' is another namespace than that of the resource, which only a resource in {argoCdNamespace} may name; allowed is '{resource.Name.Namespace}', or no spec.namespace")));
            }

            if (!isForeign && !resource.Mistakes.Any(mistake => mistake.Stops))
                candidates.AddRange(resource.References.Select(reference => new Candidate(resource, reference, reference.Specificity, reference.UsesAnnotations ? null : ReferenceSettings.Of(resource, reference))));
        }

        Problems = problems;
        _anyUsesAnnotations = candidates.Exists(candidate => candidate.Settings is null);
        // A stable sort: equals stay in order.
        _byNamespace = candidates.OrderByDescending(candidate => candidate.Specificity).ToLookup(candidate => candidate.Resource.Namespace, StringComparer.Ordinal);
    }

    public static ImageUpdaterRules None { get; } = new([], "");

    /// <summary>Whether no Application can be governed by anything.</summary>
    public bool IsEmpty => _byNamespace.Count == 0;

    /// <summary>Of resources as a whole. What stops one or some Applications, or an image, is found with these.</summary>
    public IReadOnlyList<ResourceProblem> Problems { get; }

    /// <summary>The Application as its governor has it, if it has one.</summary>
    public ApplicationSnapshot Apply(ApplicationSnapshot application)
    {
        Candidate? chosen = null;
        foreach (var candidate in _byNamespace[application.Name.Namespace])
        {
            if (chosen is not null && candidate.Specificity < chosen.Specificity)
                break;
            if (!candidate.Reference.Selects(application))
                continue;
            if (chosen is not null && candidate.Resource.Name != chosen.Resource.Name)
                return With(application, chosen, candidate);
            chosen ??= candidate;
        }

        return chosen is null ? application : application with { Governor = chosen.Settings };
    }

    /// <summary>Kind and name of the resource that governs an Application, be it by leaving it to its annotations; null when none does.</summary>
    /// <param name="application">As <see cref="Apply"/> has made it.</param>
    public string? TitleOf(ApplicationSnapshot application) => application.Governor?.Resource
        ?? (_anyUsesAnnotations ? _byNamespace[application.Name.Namespace].FirstOrDefault(candidate => candidate.Reference.Selects(application))?.Resource.Title : null);

    /// <summary>What two people say for one Application is told to both of them.</summary>
    private static ApplicationSnapshot With(ApplicationSnapshot application, Candidate chosen, Candidate other) => chosen.Settings is not { } settings ? application : application with
    {
        Governor = settings with
        {
            Mistakes =
            [
                .. settings.Mistakes,
                new ResourceMistake(
                    $"{chosen.Reference.Field}.namePattern", chosen.Reference.NamePattern.Text,
                    $"{other.Resource.Title} selects the Application just as specifically with {other.Reference.Field}; what {chosen.Resource.Title} says counts, as the first by name. Allowed is one of the two, or a more specific pattern",
                    Stops: false),
            ],
        },
    };

    /// <param name="Settings">Null: the Application's own annotations count.</param>
    private sealed record Candidate(ImageUpdaterResource Resource, ApplicationReference Reference, int Specificity, ResourceSettings? Settings);
}

/// <param name="Resource">Whose it is.</param>
public sealed record ResourceProblem(NamespacedName Resource, ResourceMistake Mistake)
{
    public override string ToString() => $"{Mistake.Field}: {Mistake.Message}";
}
