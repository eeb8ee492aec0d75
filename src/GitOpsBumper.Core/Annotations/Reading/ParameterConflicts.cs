namespace GitOpsBumper.Core.Annotations.Reading;

/// <summary>Two images that write one Helm parameter would overwrite each other in every cycle, for ever.</summary>
internal static class ParameterConflicts
{
    public static List<ImagePolicy> Mark(IReadOnlyList<ImagePolicy> images, AnnotationValue imageList)
    {
        var writers = images.SelectMany(Writes).GroupBy(write => write.Parameter, StringComparer.Ordinal)
            .Where(group => group.Any(write => !ReferenceEquals(write.Image, group.First().Image)) && (group.Any(write => write.Name is null) || group.DistinctBy(write => write.Name).Count() > 1));
        var problems = new Dictionary<ImagePolicy, List<Problem>>(ReferenceEqualityComparer.Instance);
        foreach (var group in writers)
        {
            var names = Shortened.Join(group.Select(write => $"'{write.Image.DisplayAlias}'").Distinct(StringComparer.Ordinal));
            foreach (var image in group.Select(write => write.Image).Distinct<ImagePolicy>(ReferenceEqualityComparer.Instance))
            {
                if (!problems.TryGetValue(image, out var list))
                    problems[image] = list = [];
                list.Add(imageList.Problem(Message(image, group.Key, names)));
            }
        }

        return [.. images.Select(image => problems.TryGetValue(image, out var list) ? image with { Problems = [.. image.Problems, .. list] } : image)];
    }

    private static string Message(ImagePolicy image, string parameter, string names)
    {
        var message = $"Helm parameter '{parameter}' is written by several images ({names}), only one may; give each image an alias and parameters of its own";
        var alias = image.Alias is null ? "<alias>" : AnnotationKeys.AliasInKeys(image.Alias);
        return $"{message} with '{alias}.{AnnotationKeys.HelmImageName}' and '{alias}.{AnnotationKeys.HelmImageTag}'";
    }

    private static Write[] Writes(ImagePolicy image)
    {
        var parameters = image.HelmParameters;
        return parameters.Spec is null
            ? [new Write(image, parameters.Name, image.Image.Name), new Write(image, parameters.Tag, null)]
            : [new Write(image, parameters.Spec, null)];
    }

    /// <param name="Image">Whose parameter it is.</param>
    /// <param name="Parameter">What is written to.</param>
    /// <param name="Name">The image's name, which is always the same text: aliases of one image may share the parameter for it. Null where a version is written.</param>
    private sealed record Write(ImagePolicy Image, string Parameter, string? Name);
}
