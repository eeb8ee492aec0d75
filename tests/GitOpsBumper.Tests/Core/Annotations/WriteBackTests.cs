using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Tests.Core.Annotations;

public sealed class WriteBackTests
{
    private const string List = "image-list: web=nginx";

    [Fact]
    public void Without_annotations_it_is_git_beside_the_source_with_repository_secrets()
    {
        var writeBack = Reading.Of(List).WriteBack;
        Assert.NotNull(writeBack);
        Assert.Equal(WriteBackMethod.Git, writeBack.Method);
        Assert.IsType<GitCredentialSource.RepositorySecrets>(writeBack.Credentials);
        Assert.IsType<WriteBackTarget.ArgoCdSource>(writeBack.Target);
        Assert.Equal(CarryParameters.Safe, writeBack.Carry);
        Assert.Null(writeBack.BaseBranch);
        Assert.Null(writeBack.WriteBranchTemplate);
        Assert.Equal("https://git.example.com/team/deploy.git", writeBack.RepositoryUrl);
        Assert.Equal("apps/web", writeBack.Source.Path);
    }

    [Theory]
    [InlineData("git", "repocreds")]
    [InlineData(" git:repocreds ", "repocreds")]
    [InlineData("git:secret:argocd/git-creds", "secret:argocd/git-creds")]
    public void Git_has_two_kinds_of_credentials(string method, string expected)
    {
        var policy = Reading.Of(List, $"write-back-method: {method}");
        Assert.Empty(policy.AllProblems);
        Assert.Equal(expected, policy.WriteBack?.Credentials.ToString());
    }

    [Fact]
    public void Branch_repository_and_carrying_are_taken_over()
    {
        var writeBack = Reading.Of(List, "git-branch: release/1.x", "git-repository: https://git.example.com/other", "carry-parameters: all").WriteBack;
        Assert.Equal("release/1.x", writeBack?.BaseBranch);
        Assert.Equal("https://git.example.com/other", writeBack?.RepositoryUrl);
        Assert.Equal(CarryParameters.All, writeBack?.Carry);
    }

    [Theory]
    [InlineData("write-back-method: svn", "'svn' is not known")]
    [InlineData("write-back-method: git:token", "names no credentials")]
    [InlineData("write-back-method: git:secret:creds", "names no credentials")]
    [InlineData("write-back-method: git:secret:other/creds", "another namespace")]
    [InlineData("write-back-target: helmvalues:", "no path behind the ':'")]
    [InlineData("write-back-target: helmvalues:$values/web.yaml", "no source of the Application has ref 'values'; there is no ref at all")]
    [InlineData("write-back-target: helmvalues:$values", "as $<ref>/<path of the file>")]
    [InlineData("write-back-target: kustomization:$values/base", "allowed for helmvalues alone")]
    [InlineData("write-back-target: helmvalues:a\\b", "a control character or a backslash")]
    [InlineData("write-back-target: marker", "did you mean 'markers'?")]
    [InlineData("write-back-target: argocd-source:x.yaml", "has a path")]
    [InlineData("write-back-target: argocd-sources", "did you mean 'argocd-source'?")]
    [InlineData("git-branch: main:bump-{{ .Sha256 }}", "Sha256")]
    [InlineData("git-branch: main:bump {{ .AppName }}", "is not the name of a branch")]
    [InlineData("git-branch: main:", "no branch behind the ':'")]
    [InlineData("git-branch: a b", "not the name of a branch")]
    [InlineData("git-branch: --upload-pack=x", "not the name of a branch")]
    [InlineData("git-branch: a..b", "not the name of a branch")]
    [InlineData("git-branch: refs/x.lock", "not the name of a branch")]
    [InlineData("git-repository: --help", "not the address of a git repository")]
    [InlineData("git-repository: robot:hunter2@git.example.com:team/deploy", "has a password in it")]
    [InlineData("git-repository: ssh://robot:hunter2@git.example.com/team/deploy", "has a password in it")]
    [InlineData("carry-parameters: some", "safe, all and none")]
    public void A_bad_value_stops_the_application(string line, string part)
    {
        var policy = Reading.Of(List, line);
        Assert.Null(policy.WriteBack);
        var problem = Assert.Single(policy.Problems);
        Assert.Contains(part, problem.Message, StringComparison.Ordinal);
        Assert.EndsWith(line.Split(": ")[0], problem.Key, StringComparison.Ordinal);
        Assert.Empty(Assert.Single(policy.Images).Problems);
    }

    [Fact]
    public void A_password_in_an_address_is_refused_and_not_repeated()
    {
        var problem = Reading.Problem(List, "git-repository: https://me:hun@ter2@git.example.com/x");
        Assert.Contains("password", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("ter2", problem.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef01234567", "a commit")]
    [InlineData("1.*", "a range of versions")]
    [InlineData(">=1", "a range of versions")]
    [InlineData("^1.2", "a range of versions")]
    [InlineData("refs/tags/v1", "a tag")]
    public void What_can_not_be_committed_to_needs_a_branch(string revision, string kind)
    {
        var source = Reading.HelmSource with { TargetRevision = revision };
        var policy = Reading.Of(source, List);
        Assert.Null(policy.WriteBack);
        var problem = Assert.Single(policy.Problems);
        Assert.Contains(kind, problem.Message, StringComparison.Ordinal);
        Assert.Equal("spec.source.targetRevision", problem.Key);
        Assert.Equal("main", Reading.Of(source, List, "git-branch: main").WriteBack?.BaseBranch);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("HEAD")]
    [InlineData("1.x")]
    [InlineData("v1.2.3")]
    public void What_may_be_a_branch_is_left_to_the_repository(string? revision) =>
        Assert.Null(Reading.Of(Reading.HelmSource with { TargetRevision = revision }, List).WriteBack?.BaseBranch);

    [Theory]
    [InlineData(SourceKind.Helm, true)]
    [InlineData(SourceKind.Unknown, true)]
    [InlineData(SourceKind.Kustomize, true)]
    [InlineData(SourceKind.Directory, false)]
    [InlineData(SourceKind.Plugin, true)]
    public void What_has_overrides_is_written_and_that_whose_files_decide(SourceKind kind, bool isWritten)
    {
        var policy = Reading.Of(Reading.HelmSource with { Kind = kind }, List);
        Assert.Equal(isWritten, policy.WriteBack is not null);
        Assert.Equal(isWritten ? 0 : 1, policy.Problems.Count);
    }

    [Theory]
    [InlineData("argocd-source", null)]
    [InlineData("helmvalues", null)]
    [InlineData("helmvalues:/env/prod.yaml", "/env/prod.yaml")]
    [InlineData("kustomization:../base", "../base")]
    [InlineData("markers:apps", "apps")]
    public void A_target_is_a_kind_and_a_place(string text, string? place)
    {
        var target = Reading.Of(List, $"write-back-target: {text}").WriteBack?.Target;
        Assert.Equal((text, place), (target?.ToString(), target?.PlaceText));
    }

    [Theory]
    [InlineData("main:bump", "main", "bump")]
    [InlineData(":bump-{{ .AppName }}-{{ .SHA256 }}", null, "bump-{{ .AppName }}-{{ .SHA256 }}")]
    [InlineData("main:{{ range .Images }}{{ .Name }}-{{ .NewTag }}{{ end }}", "main", "{{ range .Images }}{{ .Name }}-{{ .NewTag }}{{ end }}")]
    public void A_branch_to_write_to_stands_behind_a_colon(string text, string? from, string template)
    {
        var writeBack = Reading.Of(List, $"git-branch: {text}").WriteBack;
        Assert.Equal((from, template), (writeBack?.BaseBranch, writeBack?.WriteBranchTemplate));
    }

    [Fact]
    public void A_chart_is_written_to_the_values_of_another_source_or_repository()
    {
        var chart = new ApplicationSource { RepositoryUrl = "https://charts.example.com", Chart = "web", TargetRevision = "1.*", Kind = SourceKind.Helm };
        var values = new ApplicationSource { RepositoryUrl = "https://git.example.com/values", Ref = "values", TargetRevision = "prod" };
        var annotations = Reading.App([chart, values], List, "write-back-target: helmvalues:$values/web.yaml");
        var writeBack = AnnotationReader.Read(annotations, new AnnotationDefaults())?.WriteBack;
        Assert.Equal(("web", "https://git.example.com/values", "prod"), (writeBack?.Source.Chart, writeBack?.RepositoryUrl, writeBack?.TargetRevision));

        writeBack = Reading.Of(chart, List, "write-back-target: helmvalues:/web.yaml", "git-repository: https://git.example.com/other").WriteBack;
        Assert.Equal(("web", "https://git.example.com/other", null), (writeBack?.Source.Chart, writeBack?.RepositoryUrl, writeBack?.TargetRevision));
    }

    [Fact]
    public void A_chart_from_a_helm_repository_has_no_place_for_overrides()
    {
        var chart = new ApplicationSource { RepositoryUrl = "https://charts.example.com", Chart = "web", Kind = SourceKind.Helm };
        Assert.Contains("chart 'web'", Assert.Single(Reading.Of(chart, List).Problems).Message, StringComparison.Ordinal);
        var none = AnnotationReader.Read(Reading.App([], List), new AnnotationDefaults());
        Assert.Contains("no source", Assert.Single(none!.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_sources_the_first_helm_source_in_git_is_written()
    {
        var chart = new ApplicationSource { RepositoryUrl = "https://charts.example.com", Chart = "web", Kind = SourceKind.Helm };
        var values = new ApplicationSource { RepositoryUrl = "https://git.example.com/values", Ref = "values" };
        var plain = new ApplicationSource { RepositoryUrl = "https://git.example.com/plain", Path = "a", Kind = SourceKind.Directory };
        var second = Reading.HelmSource with { Path = "second", RepositoryUrl = "https://Git.example.com/second.git" };
        ApplicationSource[] sources = [chart, values, plain, Reading.HelmSource, second];
        Assert.Equal("apps/web", AnnotationReader.Read(Reading.App(sources, List), new AnnotationDefaults())?.WriteBack?.Source.Path);
        var named = AnnotationReader.Read(Reading.App(sources, List, "git-repository: https://git.example.com/second"), new AnnotationDefaults());
        Assert.Equal("second", named?.WriteBack?.Source.Path);
        var wrong = AnnotationReader.Read(Reading.App(sources, List, "git-repository: https://git.example.com/plain"), new AnnotationDefaults());
        Assert.Equal("spec.sources[2].path", Assert.Single(wrong!.Problems).Key);
    }
}
