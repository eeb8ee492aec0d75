using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Annotations.Reading;

/// <summary>
/// Two images that write one entry of <c>kustomize.images</c> would overwrite each other in every cycle, for ever. An image without a name of
/// its own in the kustomization writes every entry of its repository.
/// </summary>
internal static class KustomizeConflicts
{
    /// <summary>The images that collide, with the reason.</summary>
    public static IReadOnlyDictionary<ImagePolicy, IReadOnlyList<string>> Find(IReadOnlyList<ImagePolicy> images)
    {
        var byName = images.GroupBy(Name, StringComparer.Ordinal).Where(group => group.Skip(1).Any());
        var byRepository = images.GroupBy(image => image.Image.Repository.ToString(), StringComparer.Ordinal).Where(group => group.Skip(1).Any() && group.Any(image => image.KustomizeImageName is null));
        var problems = new Dictionary<ImagePolicy, IReadOnlyList<string>>(ReferenceEqualityComparer.Instance);
        foreach (var group in byName.Concat(byRepository))
        {
            var aliases = Shortened.Join(group.Select(image => $"'{image.DisplayAlias}'").Distinct(StringComparer.Ordinal));
            var problem =
                $"image '{group.Key}' of the kustomization is written by several images ({aliases}), only one may; give each image an alias and a name of its own with '<alias>.{AnnotationKeys.KustomizeImageName}'";
            foreach (var image in group)
                problems.TryAdd(image, [problem]);
        }

        return problems;
    }

    private static string Name(ImagePolicy image) => image.KustomizeImageName is not { } name ? image.Image.Repository.ToString()
        : RepositoryName.TryParse(name, out var repository, out _) ? repository.ToString() : name;
}
