using GitOpsBumper.Core.Annotations;

namespace GitOpsBumper.Core.ImageUpdaters;

public enum FieldKind
{
    Text,
    Flag,
    List,
}

/// <param name="Name">Of the field.</param>
/// <param name="Key">Of the annotation that means the same.</param>
public sealed record FieldMeaning(string Name, string Key, FieldKind Kind = FieldKind.Text);

/// <summary>Which annotation each field of a resource stands in for.</summary>
public static class ImageUpdaterFields
{
    /// <summary>Whether images must be signed, <c>true</c> or <c>false</c>: no annotation says that.</summary>
    public const string ImagesVerification = "images-verification";

    /// <summary>The forges that a resource can name, as annotations call them.</summary>
    public static IReadOnlyList<string> Forges { get; } = ["github", "gitlab"];

    public static IReadOnlyList<FieldMeaning> PullRequest { get; } = [new("labels", AnnotationKeys.RequestLabels, FieldKind.List)];

    public static IReadOnlyList<FieldMeaning> CommonUpdateSettings { get; } =
    [
        new("updateStrategy", AnnotationKeys.UpdateStrategy), new("allowTags", AnnotationKeys.AllowTags), new("ignoreTags", AnnotationKeys.IgnoreTags, FieldKind.List),
        new("platforms", AnnotationKeys.Platforms, FieldKind.List), new("pullSecret", AnnotationKeys.PullSecret), new("forceUpdate", AnnotationKeys.ForceUpdate, FieldKind.Flag),
    ];

    public static IReadOnlyList<FieldMeaning> WriteBackConfig { get; } = [new("method", AnnotationKeys.WriteBackMethod)];

    public static IReadOnlyList<FieldMeaning> GitConfig { get; } =
        [new("branch", AnnotationKeys.GitBranch), new("repository", AnnotationKeys.GitRepository), new("writeBackTarget", AnnotationKeys.WriteBackTarget)];

    public static IReadOnlyList<FieldMeaning> Helm { get; } =
        [new("name", AnnotationKeys.HelmImageName), new("tag", AnnotationKeys.HelmImageTag), new("spec", AnnotationKeys.HelmImageSpec)];

    public static IReadOnlyList<FieldMeaning> Kustomize { get; } = [new("name", AnnotationKeys.KustomizeImageName)];
}
