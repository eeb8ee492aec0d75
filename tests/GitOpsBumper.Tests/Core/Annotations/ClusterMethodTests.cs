using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Tests.Core.Annotations;

/// <summary>What annotations mean beside <c>write-back-method: argocd</c>.</summary>
public sealed class ClusterMethodTests
{
    private const string List = "image-list: web=nginx";
    private const string Method = "write-back-method: argocd";

    [Theory]
    [InlineData(SourceKind.Helm, true)]
    [InlineData(SourceKind.Kustomize, true)]
    [InlineData(SourceKind.Unknown, true)]
    [InlineData(SourceKind.Directory, false)]
    [InlineData(SourceKind.Plugin, false)]
    public void Helm_and_Kustomize_sources_are_written_and_those_of_which_the_status_tells_later(SourceKind kind, bool isWritten)
    {
        var policy = Reading.Of(Reading.HelmSource with { Kind = kind }, List, Method);
        Assert.Equal(isWritten, policy.WriteBack is { Method: WriteBackMethod.ArgoCd });
        Assert.Equal(isWritten ? 0 : 1, policy.Problems.Count);
    }

    [Fact]
    public void The_operator_can_make_it_the_default()
    {
        var defaults = new AnnotationDefaults { DefaultMethod = WriteBackMethod.ArgoCd };
        Assert.Equal(WriteBackMethod.ArgoCd, AnnotationReader.Read(Reading.App([Reading.HelmSource], List), defaults)?.WriteBack?.Method);
        Assert.Equal(WriteBackMethod.Git, AnnotationReader.Read(Reading.App([Reading.HelmSource], List, "write-back-method: git"), defaults)?.WriteBack?.Method);
    }

    [Theory]
    [InlineData("git-branch: main")]
    [InlineData("git-branch: a b:c d")]
    [InlineData("git-repository: https://git.example.com/other")]
    [InlineData("git-repository: git@git.example.com:team/deploy")]
    [InlineData("write-back-target: kustomization:../base")]
    [InlineData("write-back-target: helmvalues")]
    [InlineData("carry-parameters: all")]
    public void What_only_means_something_to_git_is_told_to_have_no_effect(string line)
    {
        var policy = Reading.Of(List, Method, line);
        Assert.NotNull(policy.WriteBack);
        var problem = Assert.Single(policy.Problems);
        Assert.EndsWith(line.Split(": ")[0], problem.Key, StringComparison.Ordinal);
        Assert.Contains("has no effect: write-back method argocd changes the Application itself", problem.Message, StringComparison.Ordinal);
        Assert.Empty(Assert.Single(policy.Images).Problems);
    }

    [Fact]
    public void A_password_in_an_address_without_effect_is_not_repeated()
    {
        var problem = Reading.Problem(List, Method, "git-repository: https://me:hunter2@git.example.com/x");
        Assert.DoesNotContain("hunter2", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_target_that_is_the_default_anyway_is_nothing_to_tell() => Assert.Empty(Reading.Of(List, Method, "write-back-target: argocd-source").Problems);

    [Theory]
    [InlineData("write-back-method: argocd:x")]
    [InlineData("write-back-method: Argocd")]
    public void Another_spelling_is_not_known(string line) => Assert.Contains("is not known; allowed are git, ", Assert.Single(Reading.Of(List, line).Problems).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef01234567", "https://git.example.com/x")]
    [InlineData("1.*", "git@git.example.com:team/deploy")]
    public void What_can_not_be_committed_to_does_not_matter(string revision, string url) =>
        Assert.NotNull(Reading.Of(Reading.HelmSource with { TargetRevision = revision, RepositoryUrl = url }, List, Method).WriteBack);

    [Fact]
    public void A_chart_from_a_helm_repository_has_parameters_too()
    {
        var chart = new ApplicationSource { RepositoryUrl = "https://charts.example.com", Chart = "web", Kind = SourceKind.Helm };
        Assert.Equal("web", Reading.Of(chart, List, Method).WriteBack?.Source.Chart);
        Assert.Contains("no source", Assert.Single(AnnotationReader.Read(Reading.App([], List, Method), new AnnotationDefaults())!.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_sources_the_first_that_can_be_written_is_or_the_one_of_the_repository()
    {
        var values = new ApplicationSource { RepositoryUrl = "https://git.example.com/values", Ref = "values" };
        var plain = new ApplicationSource { RepositoryUrl = "https://git.example.com/plain", Path = "a", Kind = SourceKind.Directory };
        var kustomize = new ApplicationSource { RepositoryUrl = "https://git.example.com/k", Path = "k", Kind = SourceKind.Kustomize };
        ApplicationSource[] sources = [values, plain, kustomize, Reading.HelmSource];
        Assert.Equal(2, Read(sources).WriteBack?.SourceIndex);
        Assert.Equal(3, Read(sources, "git-repository: https://GIT.example.com/team/deploy").WriteBack?.SourceIndex);
        Assert.Empty(Read(sources, "git-repository: https://GIT.example.com/team/deploy").Problems);
        var none = Read(sources, "git-repository: https://git.example.com/none");
        Assert.Equal(2, none.WriteBack?.SourceIndex);
        Assert.Contains("none has this repository", Assert.Single(none.Problems).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a=nginx, b=docker.io/library/nginx", "")]
    [InlineData("a=nginx, b=docker.io/library/nginx", "a")]
    [InlineData("a=nginx, b=redis", "a b")]
    public void Two_images_may_not_write_one_entry_of_a_kustomization(string list, string named)
    {
        var policy = Kustomize(list, [.. named.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(alias => $"{alias}.kustomize.image-name: app")]);
        Assert.All(policy.Images, image => Assert.Contains("is written by several images", Assert.Single(image.Problems).Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a=nginx, b=redis", "")]
    [InlineData("a=nginx, b=nginx", "a b")]
    public void Images_with_entries_of_their_own_do_not_collide_whatever_their_Helm_parameters(string list, string named) =>
        Assert.Empty(Kustomize(list, [.. named.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(alias => $"{alias}.kustomize.image-name: app-{alias}")]).AllProblems);

    /// <summary>Manifests from a folder do not tell the kind; two images of a kustomization without parameters of their own are no mistake.</summary>
    [Fact]
    public void Whether_images_collide_is_open_until_it_is_known_what_renders_them()
    {
        Assert.Empty(Reading.Of(Reading.HelmSource with { Kind = SourceKind.Unknown }, "image-list: a=nginx, b=redis", Method).AllProblems);
        Assert.NotEmpty(Reading.Of("image-list: a=nginx, b=redis", Method).AllProblems);
    }

    private static ApplicationPolicy Kustomize(string list, string[] more) => Reading.Of(Reading.HelmSource with { Kind = SourceKind.Kustomize }, [$"image-list: {list}", Method, .. more]);

    private static ApplicationPolicy Read(ApplicationSource[] sources, params string[] more) =>
        AnnotationReader.Read(Reading.App(sources, [List, Method, .. more]), new AnnotationDefaults())!;
}
