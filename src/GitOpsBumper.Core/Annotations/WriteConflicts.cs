using GitOpsBumper.Core.Annotations.Reading;
using GitOpsBumper.Core.Annotations.Targets;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Core.Annotations;

/// <summary>Images of one application that would be written to the same place, and so over each other in every cycle, for ever.</summary>
public static class WriteConflicts
{
    /// <param name="images">Of one application.</param>
    /// <param name="target">Where they are written; null: into the Application itself.</param>
    /// <param name="kind">What the source is rendered with; as long as it is not known, nothing collides.</param>
    /// <returns>Those that collide, with the reason.</returns>
    public static IReadOnlyDictionary<ImagePolicy, IReadOnlyList<string>> Find(IReadOnlyList<ImagePolicy> images, WriteBackTarget? target, SourceKind kind) => (target, kind) switch
    {
        (WriteBackTarget.Markers, _) => None,
        (WriteBackTarget.Compose, _) => ComposeConflicts.Find(images),
        (WriteBackTarget.HelmValues, _) => ParameterConflicts.Find(images, ParameterWords.Values),
        (WriteBackTarget.Kustomization, _) or (_, SourceKind.Kustomize) => KustomizeConflicts.Find(images),
        (_, SourceKind.Plugin) => ParameterConflicts.Find(images, ParameterWords.Plugin),
        (_, SourceKind.Helm) => ParameterConflicts.Find(images, ParameterWords.Helm),
        // What was said about Helm parameters was said for a chart.
        (not null, SourceKind.Unknown) when images.Any(image => image.HelmParameters.Spec is not null || image.HelmParameters is not { Name: "image.name", Tag: "image.tag" }) =>
            ParameterConflicts.Find(images, ParameterWords.Helm),
        _ => None,
    };

    internal static IReadOnlyList<ImagePolicy> Mark(IReadOnlyList<ImagePolicy> images, WriteBackPolicy? writeBack, AnnotationValue imageList)
    {
        if (writeBack is null)
            return images;
        var wrong = Find(images, writeBack.Method == WriteBackMethod.ArgoCd ? null : writeBack.Target, writeBack.Source.Kind);
        return wrong.Count == 0 ? images : [.. images.Select(image => wrong.TryGetValue(image, out var messages) ? image with { Problems = [.. image.Problems, .. messages.Select(imageList.Problem)] } : image)];
    }

    private static IReadOnlyDictionary<ImagePolicy, IReadOnlyList<string>> None { get; } = new Dictionary<ImagePolicy, IReadOnlyList<string>>(ReferenceEqualityComparer.Instance);
}
