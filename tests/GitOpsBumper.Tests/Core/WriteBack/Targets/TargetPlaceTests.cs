using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.WriteBack;
using GitOpsBumper.Core.WriteBack.Targets;
using GitOpsBumper.Tests.Core.Annotations;

namespace GitOpsBumper.Tests.Core.WriteBack.Targets;

/// <summary>From annotations to the file, and from its text to what it says.</summary>
public sealed class TargetPlaceTests
{
    private static readonly string[] List = ["image-list: web=ghcr.io/team/web, api=ghcr.io/team/api"];

    [Theory]
    [InlineData("helmvalues", "apps/web/values.yaml")]
    [InlineData("helmvalues:../env/prod.yaml", "apps/env/prod.yaml")]
    [InlineData("helmvalues:/prod.yaml", "prod.yaml")]
    [InlineData("kustomization", "apps/web")]
    [InlineData("kustomization:../base", "apps/base")]
    [InlineData("kustomization:overlays/kustomization.yaml", "apps/web/overlays/kustomization.yaml")]
    [InlineData("kustomization:/k/Kustomization", "k/Kustomization")]
    [InlineData("kustomization:/k/my-kustomization.d", "k/my-kustomization.d")]
    [InlineData("markers", "apps/web")]
    [InlineData("markers:/", "")]
    [InlineData("argocd-source", "apps/web/.argocd-source-web.yaml")]
    public void A_place_begins_at_the_source_or_at_the_top(string target, string path) => Assert.Equal(path, Place(Policy(target)).Path.Text);

    [Theory]
    [InlineData("helmvalues:../../../x.yaml", "leaves the repository")]
    [InlineData("markers:.git", "belongs to git")]
    [InlineData("kustomization:/a/../..", "leaves the repository")]
    [InlineData("helmvalues:/.github/workflows/x.yaml", "path '.github/workflows/x.yaml' is, or lies in, a hidden file or folder")]
    [InlineData("helmvalues:/.gitlab-ci.yml", "allowed are paths no part of which begins with '.'")]
    [InlineData("helmvalues:.gitmodules", "hidden")]
    [InlineData("kustomization:/.argo/base", "hidden")]
    [InlineData("markers:/.github", "hidden")]
    public void A_place_stays_in_the_repository(string target, string problem)
    {
        Assert.False(TargetPlace.TryFind(new NamespacedName("argocd", "web"), Policy(target).WriteBack!, inArgoCdNamespace: true, out _, out var told));
        Assert.Contains(problem, told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Chart.yaml", "web.image.tag")]
    [InlineData("kustomization.yaml", "images:")]
    [InlineData("Kustomization", "images:")]
    public void The_files_tell_what_an_Application_does_not(string file, string part)
    {
        var policy = Policy("argocd-source", SourceKind.Unknown, "web.helm.image-tag: web.image.tag", "web.helm.image-name: web.image.name", "web.kustomize.image-name: web");
        var target = Open(policy, (file, "x: 1\n"));
        Assert.Contains(part, Assert.Single(target.Write(new TargetWrites([new ImageWrite(policy.Images[0], Version("1.1.0"))])).Changes).NewText, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_that_collide_in_what_the_files_turn_out_to_be_are_stopped_and_those_that_do_not_are_not()
    {
        var policy = Policy("argocd-source", SourceKind.Unknown);
        Assert.All(policy.Images, image => Assert.Empty(image.Problems));
        var chart = Open(policy, ("Chart.yaml", "name: web\n"));
        Assert.All(policy.Images, image => Assert.Contains("Helm parameter 'image.tag' is written by several images", chart.Check(image), StringComparison.Ordinal));
        var kustomization = Open(policy, ("kustomization.yml", "resources: []\n"));
        Assert.All(policy.Images, image => Assert.Null(kustomization.Check(image)));
    }

    [Fact]
    public void A_folder_that_is_neither_or_has_two_kustomizations_is_a_problem()
    {
        Assert.Contains("has neither a Chart.yaml nor a kustomization.yaml or", Refusal(Policy("argocd-source", SourceKind.Unknown)), StringComparison.Ordinal);
        Assert.Contains("has both kustomization.yaml and Kustomization", Refusal(Policy("kustomization"), ("kustomization.yaml", "a: 1\n"), ("Kustomization", "a: 1\n")), StringComparison.Ordinal);
        Assert.Contains("there is no kustomization", Refusal(Policy("kustomization")), StringComparison.Ordinal);
    }

    [Fact]
    public void Values_hold_by_their_override_and_by_parameters_that_win_over_them()
    {
        var policy = Policy("helmvalues", SourceKind.Helm, "web.helm.image-tag: web.image.tag", "api.helm.image-tag: api.image.tag");
        var parameters = policy with { WriteBack = policy.WriteBack! with { Source = policy.WriteBack.Source with { HelmParameters = [new HelmParameter("api.image.tag", "3", false)] } } };
        var target = Open(parameters, ("values.yaml", "web: {image: {tag: 1.0.0, overrideTag: 0.9.0}}\napi: {image: {tag: 2.0.0}}\n"));
        Assert.Equal(("0.9.0", "web.image.overrideTag in apps/web/values.yaml"), (target.FindOverride(policy.Images[0])?.Value, target.FindOverride(policy.Images[0])?.Where));
        Assert.Equal("3", target.FindOverride(policy.Images[1])?.Value);
        Assert.Contains("which win over values files", target.FindOverride(policy.Images[1])?.Where, StringComparison.Ordinal);
        Assert.Null(Open(policy, ("values.yaml", "web: {image: {overrideTag: ''}}\n")).FindOverride(policy.Images[0]));
    }

    [Theory]
    [InlineData("team/web", "team/web")]
    [InlineData("ghcr.io/team/web", "ghcr.io/team/web")]
    [InlineData("docker.io/old/web", "ghcr.io/team/web")]
    [InlineData("old/web", "team/web")]
    public void A_name_without_registry_stays_without(string written, string expected)
    {
        var policy = Policy("helmvalues", SourceKind.Helm, "web.helm.image-name: repository", "web.helm.image-tag: tag");
        var edit = Open(policy, ("values.yaml", $"repository: {written}\ntag: 1.0.0\n")).Write(new TargetWrites([new ImageWrite(policy.Images[0], Version("1.1.0"))]));
        Assert.Equal($"repository: {expected}\ntag: 1.1.0\n", Assert.Single(edit.Changes).NewText);
    }

    [Fact]
    public void A_name_that_nobody_asked_for_is_neither_written_nor_in_the_way()
    {
        var policy = Policy("helmvalues", SourceKind.Helm, "web.helm.image-tag: image.tag");
        ImageWrite[] writes = [new(policy.Images[0], Version("1.1.0"))];
        Assert.Equal("image:\n  tag: 1.1.0\n", Assert.Single(Open(policy, ("values.yaml", "image:\n  tag: 1.0.0\n")).Write(new TargetWrites(writes)).Changes).NewText);
        Assert.Equal("image: {name: docker.io/web, tag: 1.1.0}\n", Assert.Single(Open(policy, ("values.yaml", "image: {name: docker.io/web, tag: 1.0.0}\n")).Write(new TargetWrites(writes)).Changes).NewText);
        var other = Policy("helmvalues", SourceKind.Helm, "web.helm.image-tag: web.tag");
        var target = Open(other, ("values.yaml", "image: web\nweb: {tag: 1.0.0}\n"));
        Assert.Null(target.Check(other.Images[0]));
        Assert.Equal("image: web\nweb: {tag: 1.1.0}\n", Assert.Single(target.Write(new TargetWrites([new ImageWrite(other.Images[0], Version("1.1.0"))])).Changes).NewText);
    }

    [Fact]
    public void Images_of_an_umbrella_chart_need_nothing_but_their_tags()
    {
        Assert.Empty(Policy("helmvalues", SourceKind.Helm, "web.helm.image-tag: web.tag", "api.helm.image-tag: api.tag").AllProblems);
        var collide = Policy("helmvalues", SourceKind.Helm, "web.helm.image-tag: web.tag", "api.helm.image-tag: api.tag", "web.helm.image-name: name", "api.helm.image-name: name");
        Assert.All(collide.Images, image => Assert.Contains("Helm value 'name' is written by several images", Assert.Single(image.Problems).Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("helmvalues", "web.helm.image-tag: web.tag", "web.tag", "apps/web/values.yaml", "v: 1\n")]
    [InlineData("helmvalues", "web.helm.image-spec: web", "web", "apps/web/values.yaml", "v: 1\n")]
    [InlineData("kustomization", "web.kustomize.image-name: www", "www", "apps/web/kustomization.yaml", "v: 1\n")]
    [InlineData("kustomization", "web.update-strategy: semver", "ghcr.io/team/web", "apps/web/kustomization.yaml", "v: 1\n")]
    [InlineData("markers", "web.update-strategy: semver", "web", "apps/web/a.yaml", "v: 1 # {\"bumper\": \"web:tag\"}\n")]
    [InlineData("markers", "web.update-strategy: semver", "argocd:web", "apps/web/a.yaml", "v: 1 # {\"bumper\": \"argocd:web:tag\"}\n")]
    [InlineData("argocd-source", "web.helm.image-tag: web.tag", null, "apps/web/.argocd-source-web.yaml", "")]
    public void A_target_names_the_place_of_an_image_and_the_files_it_goes_by(string kind, string more, string? slot, string file, string text)
    {
        var policy = Policy(kind, SourceKind.Helm, more, "api.helm.image-tag: api.tag");
        var target = Open(policy, (file["apps/web/".Length..], text), ("other.yaml", "v: 1 # {\"bumper\": \"foreign:tag\"}\n"));
        Assert.Equal(slot, target.Slot(policy.Images[0]));
        Assert.True(RepositoryPath.TryParse(file, out var own, out _) && target.DependsOn(own));
        Assert.True(RepositoryPath.TryParse("apps/web/other.yaml", out var other, out _) && !target.DependsOn(other));
    }

    [Fact]
    public void Marks_in_hidden_files_are_not_written()
    {
        var policy = Policy("markers");
        Assert.Contains("nothing is marked in the 1 YAML files", Refusal(policy, ("a.yaml", "v: 1\n"), (".ci/b.yaml", "v: 1.0.0 # {\"bumper\": \"web:tag\"}\n")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_is_read_for_markers_once_however_many_applications_share_it()
    {
        var text = new FileText("v: 1.0.0 # {\"bumper\": \"web:tag\"}\n", null);
        var files = new Dictionary<RepositoryPath, FileText> { [RepositoryPath.Root] = text };
        Assert.True(MarkersTarget.TryOpen(Policy("markers"), RepositoryPath.Root, files, out var target, out var problem), problem);
        var marks = text.Marks;
        Assert.NotNull(marks);
        Assert.True(MarkersTarget.TryOpen(Policy("markers"), RepositoryPath.Root, files, out var again, out problem), problem);
        Assert.NotSame(target, again);
        Assert.Same(marks, text.Marks);
    }

    [Fact]
    public void One_image_that_cannot_be_written_does_not_stop_the_other()
    {
        var policy = Policy("helmvalues", SourceKind.Helm, "web.helm.image-spec: list[3]", "api.helm.image-tag: api.tag");
        var target = Open(policy, ("values.yaml", "list: [a]\napi: {tag: 1.0.0}\n"));
        Assert.Contains("'apps/web/values.yaml': line 1", target.Check(policy.Images[0]), StringComparison.Ordinal);
        Assert.Null(target.Check(policy.Images[1]));
        var edit = target.Write(new TargetWrites([.. policy.Images.Select(image => new ImageWrite(image, Version("1.1.0")))]));
        Assert.Equal("list: [a]\napi: {tag: 1.1.0}\n", Assert.Single(edit.Changes).NewText);
        Assert.Equal([policy.Images[0]], edit.Failures.Keys);
    }

    [Fact]
    public void Marks_of_an_alias_are_written_all_or_none_and_a_missing_one_is_told()
    {
        var policy = Policy("markers");
        var digest = $"sha256:{new string('a', 64)}";
        var target = Open(policy, ("a.yaml", "v: 1.0.0 # {\"bumper\": \"web:tag\"}\n"), ("b.yaml", $"v: {digest} # {{\"bumper\": \"web:digest\"}}\n"));
        Assert.Null(target.Check(policy.Images[0]));
        Assert.Contains("nothing is marked for 'api' in 'apps/web'", target.Check(policy.Images[1]), StringComparison.Ordinal);
        var edit = target.Write(new TargetWrites([new ImageWrite(policy.Images[0], Version("1.1.0"))]));
        Assert.Empty(edit.Changes);
        Assert.Contains("'apps/web/b.yaml': line 1: the digest of 'web' is marked", Assert.Single(edit.Failures).Value, StringComparison.Ordinal);
        Assert.Equal(2, target.Write(new TargetWrites([new ImageWrite(policy.Images[0], Version($"1.1.0@sha256:{new string('b', 64)}"))])).Changes.Count);
    }

    [Fact]
    public void Folders_of_markers_are_bounded_and_say_so()
    {
        var files = Enumerable.Range(0, MarkersTarget.MaxFiles + 1).Select(number => ($"{number}.yaml", "a: 1\n")).ToArray();
        Assert.Contains("has more than 2000 YAML files", Refusal(Policy("markers"), files), StringComparison.Ordinal);
        Assert.Contains("nothing is marked in the 2 YAML files of 'apps/web'", Refusal(Policy("markers"), files[..2]), StringComparison.Ordinal);
        Assert.Contains("has no YAML files", Refusal(Policy("markers")), StringComparison.Ordinal);
    }

    private static ApplicationPolicy Policy(string target, SourceKind kind = SourceKind.Helm, params string[] more) =>
        Reading.Of(Reading.HelmSource with { Kind = kind }, [.. List, $"write-back-target: {target}", .. more]);

    private static TargetPlace Place(ApplicationPolicy policy)
    {
        Assert.True(TargetPlace.TryFind(new NamespacedName("argocd", "web"), policy.WriteBack!, inArgoCdNamespace: true, out var place, out var problem), problem);
        return place;
    }

    private static IWriteBackTarget Open(ApplicationPolicy policy, params (string Name, string Text)[] files)
    {
        Assert.True(TryOpen(policy, files, out var target, out var problem), problem);
        return target!;
    }

    private static string Refusal(ApplicationPolicy policy, params (string Name, string Text)[] files)
    {
        Assert.False(TryOpen(policy, files, out _, out var problem));
        return problem!;
    }

    private static bool TryOpen(ApplicationPolicy policy, (string Name, string Text)[] files, out IWriteBackTarget? target, out string? problem)
    {
        var place = Place(policy);
        var texts = place.Files.ToDictionary(path => path, _ => FileText.Absent);
        foreach (var (name, text) in files)
        {
            Assert.True(RepositoryPath.TryParse($"apps/web/{name}", out var path, out problem), problem);
            texts[path] = new FileText(text, null);
        }

        return place.TryOpen(Reading.App([policy.WriteBack!.Source]), policy, texts, out target, out problem);
    }

    private static ImageVersion Version(string text)
    {
        Assert.True(ImageVersion.TryParse(text, out var version, out var problem), problem);
        return version;
    }
}
