using BenchmarkDotNet.Attributes;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Versions;
using GitOpsBumper.Core.WriteBack;

namespace GitOpsBumper.Benchmarks.Micro;

/// <summary>What happens once for every application: its annotations are read, its override file is read and edited.</summary>
public class TextBenchmarks
{
    private const string OverrideFile = """
        # edited by hand
        helm:
          parameters:
          - name: image.name   # the registry moved
            value: registry.example.com/team/web
            forcestring: true
          - name: "image.tag"
            value: '1.0.0'
            forcestring: true
          - name: replicas
            value: "3"

        """;

    private static readonly ApplicationSnapshot Application = new()
    {
        Name = new NamespacedName("argocd", "web"),
        Annotations = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["argocd-image-updater.argoproj.io/image-list"] = "web=registry.example.com/team/web:~1, side=registry.example.com/team/side",
            ["argocd-image-updater.argoproj.io/web.update-strategy"] = "semver",
            ["argocd-image-updater.argoproj.io/web.allow-tags"] = "regexp:^[0-9.]+$",
            ["argocd-image-updater.argoproj.io/side.update-strategy"] = "newest-build",
            ["argocd-image-updater.argoproj.io/side.helm.image-tag"] = "side.tag",
            ["argocd-image-updater.argoproj.io/side.helm.image-name"] = "side.name",
            ["argocd-image-updater.argoproj.io/write-back-method"] = "git",
        },
        Sources = [new ApplicationSource { RepositoryUrl = "https://git.example.com/team/config.git", Path = "apps/web", TargetRevision = "main", Kind = SourceKind.Helm }],
    };

    [Benchmark]
    public ulong ParseVersion() => SemVer.TryParse("v1.27.3-alpine.4+build.7", out var version) ? version.Patch : 0;

    [Benchmark]
    public int ReadAnnotations() => AnnotationReader.Read(Application, new AnnotationDefaults())!.Images.Count;

    [Benchmark]
    public int EditOverrideFile()
    {
        if (!ArgoCdSourceFile.TryRead(OverrideFile, out var file, out var problem)
            || !file.TryApply([new HelmParameter("image.tag", "1.9.19", ForceString: true)], [], CarryParameters.Safe, mustShow: false, [], out var edit, out problem))
        {
            throw new InvalidOperationException(problem);
        }

        return edit.Text.Length;
    }
}
