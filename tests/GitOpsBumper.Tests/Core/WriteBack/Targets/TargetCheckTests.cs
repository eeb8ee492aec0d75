using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.WriteBack;
using GitOpsBumper.Core.WriteBack.Targets;
using GitOpsBumper.Tests.Core.Annotations;

namespace GitOpsBumper.Tests.Core.WriteBack.Targets;

/// <summary>What stands in a file and is in the way of an image, or is not.</summary>
public sealed class TargetCheckTests
{
    private static readonly string Digest = WriteBackImage.Digests[0];

    [Theory]
    [InlineData("redis:7")]
    [InlineData("web:1.0.0")]
    [InlineData("docker.io/team/web:1.0.0")]
    [InlineData("ghcr.io/other/web")]
    [InlineData("ghcr.io/team/api@sha256:broken")]
    public void Another_image_is_neither_read_nor_overwritten(string written)
    {
        var values = One("helmvalues", $"image: {written}\n", "web.helm.image-spec: image");
        Says(values, "'apps/web/values.yaml': image: '", "image-list says 'ghcr.io/team/web' for 'web'; write the right one there");
        var marked = One("markers", $"image: {written} # {{\"bumper\": \"web\"}}\n");
        Says(marked, "'apps/web/values.yaml': line 1: '", "image-list says 'ghcr.io/team/web' for 'web'; write the right one there");
        foreach (var (policy, target) in new[] { values, marked })
        {
            var edit = target.Write(new TargetWrites([new ImageWrite(policy.Images[0], WriteBackImage.Version("1.5.0"))]));
            Assert.Empty(edit.Changes);
            Assert.Equal([policy.Images[0]], edit.Failures.Keys);
        }
    }

    [Theory]
    [InlineData("ghcr.io/team/web:1.0.0", "ghcr.io/team/web:1.5.0")]
    [InlineData("GHCR.io/team/web", "GHCR.io/team/web:1.5.0")]
    [InlineData("team/web:1.0.0", "team/web:1.5.0")]
    [InlineData("''", "'ghcr.io/team/web:1.5.0'")]
    [InlineData("null", "ghcr.io/team/web:1.5.0")]
    public void The_image_in_any_spelling_and_what_is_empty_are_written(string written, string expected)
    {
        Becomes(One("helmvalues", $"image: {written}\n", "web.helm.image-spec: image"), $"image: {expected}\n");
        Becomes(One("markers", $"image: {written} # {{\"bumper\": \"web\"}}\n"), $"image: {expected} # {{\"bumper\": \"web\"}}\n");
    }

    [Theory]
    [InlineData("redis:7")]
    [InlineData("ghcr.io/other/web:1.0.0")]
    public void Another_image_in_an_override_file_is_left_alone_and_so_is_one_in_the_Application(string written)
    {
        var helm = Override(Reading.HelmSource, "web.helm.image-spec: image", $"helm:\n  parameters:\n  - name: image\n    value: {written}\n");
        Says(helm, $"'apps/web/.argocd-source-web.yaml': image: '", "image-list says 'ghcr.io/team/web' for 'web'; write the right one there");
        var plugin = Override(Plugin, "web.plugin.image-spec: IMAGE", $"plugin:\n  env:\n  - name: IMAGE\n    value: {written}\n");
        Says(plugin, $"'apps/web/.argocd-source-web.yaml': IMAGE: '", "image-list says 'ghcr.io/team/web' for 'web'; write the right one there");
        foreach (var (policy, target) in new[] { helm, plugin })
        {
            var edit = target.Write(new TargetWrites([new ImageWrite(policy.Images[0], WriteBackImage.Version("1.5.0"))]));
            Assert.Empty(edit.Changes);
            Assert.Equal([policy.Images[0]], edit.Failures.Keys);
        }

        var source = Reading.HelmSource with { HelmParameters = [new HelmParameter("image", written, ForceString: true)] };
        Says(Override(source, "web.helm.image-spec: image", null), "parameter image of Application argocd/web: '", "write the right one there");
        Says(Override(Plugin with { PluginEnv = [new PluginVariable("IMAGE", written)] }, "web.plugin.image-spec: IMAGE", null), "variable IMAGE of Application argocd/web: '");
        // The file hides what the Application says.
        Assert.Null(Override(source, "web.helm.image-spec: image", "helm:\n  parameters:\n  - name: image\n    value: ghcr.io/team/web:1.0.0\n") is var (mine, open) ? open.Check(mine.Images[0]) : "");
    }

    [Fact]
    public void The_spelling_of_a_whole_image_stays_in_override_files_too()
    {
        Becomes(Override(Reading.HelmSource, "web.helm.image-spec: image", "helm:\n  parameters:\n  - name: image\n    value: team/web:1.0.0\n"), "helm:\n  parameters:\n  - name: image\n    value: team/web:1.5.0\n    forcestring: true\n");
        Becomes(Override(Plugin, "web.plugin.image-spec: IMAGE", "plugin:\n  env:\n  - name: IMAGE\n    value: GHCR.io/team/web:1.0.0\n"), "plugin:\n  env:\n  - name: IMAGE\n    value: GHCR.io/team/web:1.5.0\n");
    }

    [Fact]
    public void A_mark_of_the_name_alone_bears_no_version() =>
        Says(One("markers", "image: ghcr.io/team/web # {\"bumper\": \"web:name\"}\n"), "only the name of 'web' is marked in 'apps/web'", "\"web:tag\"");

    [Theory]
    [InlineData("web.pin-digest: true")]
    [InlineData("web.update-strategy: digest")]
    public void A_digest_that_is_to_be_written_has_to_be_marked(string annotation)
    {
        string[] list = annotation.Contains("strategy", StringComparison.Ordinal) ? ["image-list: web=ghcr.io/team/web:latest", annotation] : [annotation];
        Says(One("markers", "v: 1.0.0 # {\"bumper\": \"web:tag\"}\n", list), "the digest of 'web' is to be written", "\"web:digest\"");
        foreach (var text in new[] { "v: ghcr.io/team/web:1 # {\"bumper\": \"web\"}\n", $"v: {Digest} # {{\"bumper\": \"web:digest\"}}\n", "v: 1 # {\"bumper\": \"web:tag\"}\nd: '' # {\"bumper\": \"web:digest\"}\n" })
        {
            var (policy, target) = One("markers", text, list);
            Assert.Null(target.Check(policy.Images[0]));
        }
    }

    [Fact]
    public void A_tag_and_a_digest_in_two_files_are_one_version()
    {
        var policy = Policy("markers");
        Assert.True(MarkersTarget.TryOpen(policy, RepositoryPath.Root, Files(("a.yaml", "v: 1.0.0 # {\"bumper\": \"web:tag\"}\n"), ("b.yaml", $"v: {Digest} # {{\"bumper\": \"web:digest\"}}\n")), out var target, out var problem), problem);
        Assert.Equal($"1.0.0@{Digest}", target.Find(policy.Images[0])?.Text);
    }

    [Theory]
    [InlineData("a: {{ x }}{{ y }} # {\"$imagepolicy\": \"flux-system:foreign\"}\n", null)]
    [InlineData("a: {{ x }}{{ y }} # {\"$imagepolicy\": \"flux-system:web\"}\n", "'a.yaml': ")]
    [InlineData("a: {{ x }}{{ y }} # {\"bumper\": \"foreign\"}\n", "'a.yaml': ")]
    [InlineData("gitopsbumper.io/image-list: {{ x }} # {{ y }}\n", null)]
    [InlineData("{{ bumper }}: {{ $imagepolicy }} # none\n", null)]
    public void Templates_are_no_trouble_unless_they_have_markers_of_ours(string text, string? expected)
    {
        var isOpen = MarkersTarget.TryOpen(Policy("markers"), RepositoryPath.Root, Files(("a.yaml", text), ("b.yaml", "v: 1.0.0 # {\"bumper\": \"web:tag\"}\n")), out _, out var problem);
        Assert.Equal(expected is null, isOpen);
        Assert.StartsWith(expected ?? "", problem ?? "", StringComparison.Ordinal);
    }

    private static void Says((ApplicationPolicy Policy, IWriteBackTarget Target) opened, params string[] parts) =>
        Assert.All(parts, part => Assert.Contains(part, opened.Target.Check(opened.Policy.Images[0]), StringComparison.Ordinal));

    private static void Becomes((ApplicationPolicy Policy, IWriteBackTarget Target) opened, string expected)
    {
        Assert.Null(opened.Target.Check(opened.Policy.Images[0]));
        var edit = opened.Target.Write(new TargetWrites([new ImageWrite(opened.Policy.Images[0], WriteBackImage.Version("1.5.0"))]));
        Assert.Equal(expected, Assert.Single(edit.Changes).NewText);
    }

    private static ApplicationSource Plugin => Reading.HelmSource with { Kind = SourceKind.Plugin };

    private static (ApplicationPolicy Policy, IWriteBackTarget Target) Override(ApplicationSource source, string annotation, string? text)
    {
        var policy = Reading.Of(source, "image-list: web=ghcr.io/team/web", "write-back-target: argocd-source", annotation);
        Assert.Empty(policy.AllProblems);
        Assert.True(TargetPlace.TryFind(policy.Application, policy.WriteBack!, inArgoCdNamespace: true, out var place, out var problem), problem);
        Assert.True(place.TryOpen(Reading.App([source]), policy, place.Files.ToDictionary(file => file, file => new FileText(text, null)), out var target, out problem), problem);
        return (policy, target);
    }

    private static (ApplicationPolicy Policy, IWriteBackTarget Target) One(string kind, string text, params string[] more)
    {
        var policy = Policy(kind, more);
        Assert.True(TargetPlace.TryFind(policy.Application, policy.WriteBack!, inArgoCdNamespace: true, out var place, out var problem), problem);
        Assert.True(place.TryOpen(Reading.App([policy.WriteBack!.Source]), policy, Files(("apps/web/values.yaml", text)), out var target, out problem), problem);
        return (policy, target);
    }

    private static ApplicationPolicy Policy(string kind, params string[] more)
    {
        string[] list = more.Any(line => line.StartsWith("image-list", StringComparison.Ordinal)) ? [] : ["image-list: web=ghcr.io/team/web"];
        var policy = Reading.Of(Reading.HelmSource, [.. list, $"write-back-target: {kind}", .. more]);
        Assert.Empty(policy.AllProblems);
        return policy;
    }

    private static Dictionary<RepositoryPath, FileText> Files(params (string Path, string Text)[] files) => files.ToDictionary(
        file =>
        {
            Assert.True(RepositoryPath.TryParse(file.Path, out var path, out var problem), problem);
            return path!;
        },
        file => new FileText(file.Text, null));
}
