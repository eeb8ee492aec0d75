namespace GitOpsBumper.Core.Annotations.Reading;

/// <summary>Two images that write one Helm parameter, or one variable of a plugin, would overwrite each other in every cycle, for ever.</summary>
internal static class ParameterConflicts
{
    /// <summary>The images that collide, with the reason.</summary>
    /// <param name="images">Of one application.</param>
    /// <param name="words">Helm parameters, keys of a values file, or variables of a plugin.</param>
    public static IReadOnlyDictionary<ImagePolicy, IReadOnlyList<string>> Find(IReadOnlyList<ImagePolicy> images, ParameterWords words)
    {
        var writers = images.SelectMany(image => Writes(image, words)).GroupBy(write => write.Parameter, StringComparer.Ordinal)
            .Where(group => group.Any(write => !ReferenceEquals(write.Image, group.First().Image)) && (group.Any(write => write.Name is null) || group.DistinctBy(write => write.Name).Count() > 1));
        var problems = new Dictionary<ImagePolicy, IReadOnlyList<string>>(ReferenceEqualityComparer.Instance);
        foreach (var group in writers)
        {
            var names = Shortened.Join(group.Select(write => $"'{write.Image.DisplayAlias}'").Distinct(StringComparer.Ordinal));
            foreach (var image in group.Select(write => write.Image).Distinct<ImagePolicy>(ReferenceEqualityComparer.Instance))
                problems[image] = [.. problems.GetValueOrDefault(image, []), Message(image, group.Key, names, words)];
        }

        // What holds a version would be overwritten with the next one.
        foreach (var image in images.Where(image => words != ParameterWords.Plugin && image.OverrideTagParameter is not null))
        {
            if (images.FirstOrDefault(other => !ReferenceEquals(other, image) && Writes(other, words).Any(write => write.Parameter == image.OverrideTagParameter)) is { } writer)
            {
                problems[image] =
                [
                    .. problems.GetValueOrDefault(image, []),
                    $"its override parameter '{image.OverrideTagParameter}' is what '{writer.DisplayAlias}' is written to; name another one with '{(image.Alias is null ? "<alias>" : AnnotationKeys.AliasInKeys(image.Alias))}.{AnnotationKeys.HelmOverrideTag}'",
                ];
            }
        }

        return problems;
    }

    private static string Message(ImagePolicy image, string parameter, string names, ParameterWords words)
    {
        var message = $"{(words == ParameterWords.Plugin ? "variable" : words == ParameterWords.Values ? "Helm value" : "Helm parameter")} '{parameter}' is written by several images ({names}), only one may; give each image an alias and parameters of its own";
        var alias = image.Alias is null ? "<alias>" : AnnotationKeys.AliasInKeys(image.Alias);
        return $"{message} with '{alias}.{words.Name}' and '{alias}.{words.Tag}'";
    }

    private static Write[] Writes(ImagePolicy image, ParameterWords words)
    {
        var parameters = words == ParameterWords.Plugin ? image.PluginVariables : image.HelmParameters;
        // A values file gets no name that nobody asked for.
        if (words == ParameterWords.Values && parameters is { Spec: null, IsDefaultName: true })
            return [new Write(image, parameters.Tag, null)];
        return parameters.Spec is null
            ? [new Write(image, parameters.Name, image.Image.Name), new Write(image, parameters.Tag, null)]
            : [new Write(image, parameters.Spec, null)];
    }

    /// <param name="Image">Whose parameter it is.</param>
    /// <param name="Parameter">What is written to.</param>
    /// <param name="Name">The image's name, which is always the same text: aliases of one image may share the parameter for it. Null where a version is written.</param>
    private sealed record Write(ImagePolicy Image, string Parameter, string? Name);
}
