using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Core.ImageUpdaters;

/// <summary>Finds the mistakes in a resource whether or not it selects any Application, and on all levels, whether or not another one hides them.</summary>
public static class ImageUpdaterCheck
{
    /// <summary>Of its references; those of the resource as a whole are told by <see cref="ImageUpdaterRules"/>. Their keys are the paths of fields alone.</summary>
    public static IReadOnlyList<Problem> Problems(ImageUpdaterResource resource, AnnotationDefaults defaults) =>
        [.. resource.References.Where(reference => !reference.UsesAnnotations).SelectMany(reference => Problems(resource, reference, defaults)).Distinct()];

    private static IEnumerable<Problem> Problems(ImageUpdaterResource resource, ApplicationReference reference, AnnotationDefaults defaults)
    {
        var images = reference.Images.Select(image => image with { Level = SettingsLevel.Empty }).ToList();
        var prefix = $"{resource.Title}: ";
        return new[] { reference, reference with { Images = images }, reference with { Images = images, Level = SettingsLevel.Empty } }
            .SelectMany(level => Read(ReferenceSettings.Of(resource, level), resource.Namespace, defaults))
            .Where(problem => problem.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(problem => problem with { Key = problem.Key[prefix.Length..] });
    }

    /// <summary>Of an Application that is as simple as can be, so that nothing is wrong with itself.</summary>
    private static IEnumerable<Problem> Read(ResourceSettings settings, string space, AnnotationDefaults defaults) => AnnotationReader.Read(
        new ApplicationSnapshot
        {
            Name = new NamespacedName(space, "any"),
            Sources = [new ApplicationSource { RepositoryUrl = "https://git.invalid/any.git", Path = "any", Kind = SourceKind.Helm }],
            Governor = settings,
        },
        defaults)?.AllProblems ?? [];
}
