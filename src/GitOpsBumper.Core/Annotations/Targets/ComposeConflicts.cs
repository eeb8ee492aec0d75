namespace GitOpsBumper.Core.Annotations.Targets;

/// <summary>
/// Two images that write one service of a compose file would overwrite each other in every cycle, for ever. An image without a service of its own writes
/// every service that has its repository.
/// </summary>
internal static class ComposeConflicts
{
    /// <summary>The images that collide, with the reason.</summary>
    public static IReadOnlyDictionary<ImagePolicy, IReadOnlyList<string>> Find(IReadOnlyList<ImagePolicy> images)
    {
        var byService = images.Where(image => image.ComposeService is not null).GroupBy(image => $"service '{image.ComposeService}'", StringComparer.Ordinal).Where(group => group.Skip(1).Any());
        var byRepository = images.GroupBy(image => $"image '{image.Image.Repository}'", StringComparer.Ordinal).Where(group => group.Skip(1).Any() && group.Any(image => image.ComposeService is null));
        var problems = new Dictionary<ImagePolicy, IReadOnlyList<string>>(ReferenceEqualityComparer.Instance);
        foreach (var group in byService.Concat(byRepository))
        {
            var aliases = Shortened.Join(group.Select(image => $"'{image.DisplayAlias}'").Distinct(StringComparer.Ordinal));
            var problem = $"{group.Key} of the compose file is written by several images ({aliases}), only one may; give each image an alias and a service of its own with '<alias>.{AnnotationKeys.ComposeService}'";
            foreach (var image in group)
                problems.TryAdd(image, [problem]);
        }

        return problems;
    }
}
