using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Tests.Core.Annotations;

/// <summary>An Application with one Helm source in git and the annotations that a test is about.</summary>
internal static class Reading
{
    public static ApplicationSource HelmSource { get; } = new()
    {
        RepositoryUrl = "https://git.example.com/team/deploy.git",
        Path = "apps/web",
        TargetRevision = "main",
        Kind = SourceKind.Helm,
    };

    /// <summary>Lines such as <c>image-list: web=nginx</c>; a key without prefix is one of Image Updater, unless it is one of ours alone.</summary>
    public static ApplicationPolicy Of(params string[] lines) => Of(HelmSource, lines);

    public static ApplicationPolicy Of(ApplicationSource source, params string[] lines) =>
        AnnotationReader.Read(App([source], lines), new AnnotationDefaults()) ?? throw new InvalidOperationException("there is no image-list");

    public static ApplicationSnapshot App(IReadOnlyList<ApplicationSource> sources, params string[] lines) => new()
    {
        Name = new NamespacedName("argocd", "web"),
        Sources = sources,
        HasMultipleSources = sources.Count != 1,
        Annotations = lines.Select(line => line.Split(": ", 2)).ToDictionary(pair => WithPrefix(pair[0]), pair => pair[1]),
    };

    /// <summary>The only image of a list, which must be fine.</summary>
    public static ImagePolicy Image(params string[] lines)
    {
        var image = Assert.Single(Of(lines).Images);
        Assert.Empty(image.Problems);
        return image;
    }

    /// <summary>The only problem there is.</summary>
    public static Problem Problem(params string[] lines) => Assert.Single(Of(lines).AllProblems);

    private static string WithPrefix(string key)
    {
        if (key.Contains('/', StringComparison.Ordinal))
            return key;
        var isOwn = AnnotationKeys.OwnKeys.Any(own => key == own || key.EndsWith("." + own, StringComparison.Ordinal));
        return (isOwn ? AnnotationKeys.Prefix : AnnotationKeys.ImageUpdaterPrefix) + key;
    }
}
