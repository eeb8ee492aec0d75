using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.ImageUpdaters;
using GitOpsBumper.Core.Selection;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Core.ImageUpdaters;

/// <summary>What comes of a resource for an Application that it selects, read from files as people write them.</summary>
public sealed class GovernedApplicationTests : IDisposable
{
    private const string Settings = "commonUpdateSettings: ";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Settings_of_all_levels_come_together_and_the_nearest_to_the_image_counts()
    {
        var policy = Read("""
            commonUpdateSettings: {updateStrategy: newest-build, allowTags: "regexp:^a", ignoreTags: [x-*, "y,[z]"], platforms: [linux/arm64], pullSecret: "env:SPEC", forceUpdate: true}
            writeBackConfig: {method: "git:secret:argocd/git", gitConfig: {branch: main, repository: "https://git.example.com/other.git"}}
            applicationRefs:
            - namePattern: web*
              commonUpdateSettings: {updateStrategy: alphabetical, pullSecret: "env:REF", ignoreTags: []}
              writeBackConfig: {gitConfig: {branch: staging}}
              images:
              - alias: web
                imageName: ghcr.io/team/web:>=1.2, <2
                commonUpdateSettings: {updateStrategy: semver, forceUpdate: false, platforms: []}
                manifestTargets: {helm: {name: web.repo, tag: web.tag}}
              - alias: job
                imageName: ghcr.io/team/job
                commonUpdateSettings: {allowTags: any}
                manifestTargets: {helm: {spec: job.image}}
            """);

        Assert.Empty(policy.AllProblems);
        var (web, job) = (policy.Images[0], policy.Images[1]);
        Assert.IsType<SemVerStrategy>(web.Strategy);
        Assert.Equal(">=1.2, <2", web.ConstraintText);
        Assert.Empty(web.Platforms);
        Assert.False(web.ForceUpdate);
        Assert.Equal(new HelmParameterNames("web.repo", "web.tag", null), web.HelmParameters);
        Assert.IsType<AlphabeticalStrategy>(job.Strategy);
        Assert.Equal("linux/arm64", Assert.Single(job.Platforms).ToString());
        Assert.True(job.ForceUpdate);
        Assert.Equal("job.image", job.HelmParameters.Spec);
        Assert.Equal("env:REF", job.PullSecret!.ToString());
        Assert.Same(AllowPattern.Any, job.Filter.Allow);
        Assert.Empty(job.Filter.Ignore);
        Assert.Equal("regexp:^a", web.Filter.Allow.Text);
        Assert.Equal("secret:argocd/git", policy.WriteBack!.Credentials.ToString());
        Assert.Equal("staging", policy.WriteBack.BaseBranch);
        Assert.Equal("https://git.example.com/other.git", policy.WriteBack.RepositoryUrl);
    }

    [Fact]
    public void Without_a_method_that_of_the_bot_holds_and_argocd_can_be_asked_for()
    {
        Assert.Equal(WriteBackMethod.Git, Read(One("")).WriteBack!.Method);
        Assert.Equal(WriteBackMethod.ArgoCd, Read("writeBackConfig: {method: argocd}\n" + One("")).WriteBack!.Method);
        Assert.Equal("other", Read(One("manifestTargets: {kustomize: {name: other}}")).Images[0].KustomizeImageName);
    }

    /// <summary>Image Updater asks for a tag in every imageName.</summary>
    [Theory]
    [InlineData("newest-build")]
    [InlineData("alphabetical")]
    public void A_tag_in_the_name_is_no_mistake_where_the_strategy_takes_none(string strategy)
    {
        var policy = Read($"applicationRefs: [{{namePattern: web, images: [{{alias: web, imageName: 'nginx:1.20', commonUpdateSettings: {{updateStrategy: {strategy}}}}}]}}]");
        Assert.Empty(policy.AllProblems);
        Assert.Empty(Assert.Single(policy.Images).ConstraintText);
    }

    /// <summary>Whoever may write the Application is closest to it; Image Updater's annotations are those of another way to say the same.</summary>
    [Fact]
    public void Our_own_annotations_win_key_by_key_and_those_of_Image_Updater_do_not_count()
    {
        var policy = Read(
            One("""commonUpdateSettings: {allowTags: "regexp:^1"}"""),
            """gitopsbumper.io/web.pin: 1.2.3, gitopsbumper.io/update-strategy: numerical, argocd-image-updater.argoproj.io/web.update-strategy: digest, argocd-image-updater.argoproj.io/x: "y" """);
        var image = Assert.Single(policy.Images);
        Assert.Empty(policy.AllProblems);
        Assert.Equal("1.2.3", image.Pin!.Text);
        Assert.IsType<NumericalStrategy>(image.Strategy);

        var listed = Read(One(""), "gitopsbumper.io/image-list: redis");
        Assert.Equal("redis", Assert.Single(listed.Images).Image.Name);
        Assert.Equal("gitopsbumper.io/web.update-stratgy", Assert.Single(Read(One(""), "gitopsbumper.io/web.update-stratgy: digest").AllProblems).Key);
    }

    [Fact]
    public void Who_is_not_selected_or_is_to_use_annotations_does_so()
    {
        const string List = "argocd-image-updater.argoproj.io/image-list: redis";
        Assert.Equal("redis", Assert.Single(Read("applicationRefs: [{namePattern: web, useAnnotations: true}]", List).Images).Image.Name);
        Assert.Equal("redis", Assert.Single(Read("applicationRefs: [{namePattern: other, images: [{alias: a, imageName: nginx}]}]", List).Images).Image.Name);
        Assert.Equal("nginx", Assert.Single(Read(One(""), List).Images).Image.Name);
    }

    [Theory]
    [InlineData(Settings + "{updateStrategy: semvr}", "commonUpdateSettings.updateStrategy", "strategy 'semvr' is not known")]
    [InlineData(Settings + "{allowTags: 'regexp:('}", "commonUpdateSettings.allowTags", "(")]
    [InlineData(Settings + "{allowTags: 1.2}", "commonUpdateSettings.allowTags", "write it in quotes")]
    [InlineData(Settings + "{ignoreTags: [a, '[']}", "commonUpdateSettings.ignoreTags[1]", "'[' is not closed")]
    [InlineData(Settings + "{ignoreTags: a}", "commonUpdateSettings.ignoreTags", "it has to be a list")]
    [InlineData(Settings + "{platforms: [linux/amd64, plan9]}", "commonUpdateSettings.platforms[1]", "plan9")]
    [InlineData(Settings + "{platforms: [\"a\\nb\"]}", "commonUpdateSettings.platforms[0]", "one line")]
    [InlineData(Settings + "{forceUpdate: 'true'}", "commonUpdateSettings.forceUpdate", "without quotes")]
    [InlineData(Settings + "{pullSecret: 'pullsecret:other/x'}", "commonUpdateSettings.pullSecret", "other")]
    [InlineData(Settings + "[]", "commonUpdateSettings", "it has to be a mapping")]
    [InlineData("manifestTargets: {plugin: {name: X}}", "manifestTargets.plugin", "not supported by this version")]
    [InlineData("manifestTargets: {kustomize: {}}", "manifestTargets.kustomize.name", "'name' is missing")]
    [InlineData("manifestTargets: {helm: {tag: 'a b'}}", "manifestTargets.helm.tag", "not the name of a Helm parameter")]
    [InlineData("manifestTargets: {helm: {tag: a}, kustomize: {name: x}}", "manifestTargets", "one of them")]
    [InlineData("imagesVerification: {cosignKey: {secretName: a, key: b}}", "imagesVerification", "nothing is written unverified")]
    public void A_mistake_of_an_image_names_its_field_and_stops_the_image(string image, string field, string message)
    {
        var policy = Read(One(image));
        var problem = Assert.Single(policy.AllProblems);
        Assert.Equal($"ImageUpdater argocd/all: spec.applicationRefs[0].images[0].{field}", problem.Key);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.NotEmpty(Assert.Single(policy.Images).Problems);
        Assert.NotNull(policy.WriteBack);
    }

    [Theory]
    [InlineData("writeBackConfig: {method: svn}", "spec.writeBackConfig.method", "'svn' is not known")]
    [InlineData("writeBackConfig: {method: 'git:secret:other/x'}", "spec.writeBackConfig.method", "other")]
    [InlineData("writeBackConfig: {gitConfig: {branch: 1.0}}", "spec.writeBackConfig.gitConfig.branch", "write it in quotes")]
    [InlineData("writeBackConfig: {gitConfig: {branch: 'a b'}}", "spec.writeBackConfig.gitConfig.branch", "not the name of a branch")]
    [InlineData("writeBackConfig: {gitConfig: {writeBackTarget: there}}", "spec.writeBackConfig.gitConfig.writeBackTarget", "'there' is not known")]
    [InlineData("writeBackConfig: {gitConfig: {pullRequest: {}}}", "spec.writeBackConfig.gitConfig.pullRequest", "none of github and gitlab is there; allowed is one of them")]
    [InlineData("writeBackConfig: {gitConfig: {pullRequest: {labels: [a]}}}", "spec.writeBackConfig.gitConfig.pullRequest", "none of github and gitlab is there; allowed is one of them")]
    [InlineData("writeBackConfig: {gitConfig: {pullRequest: {github: {}, gitlab: {}}}}", "spec.writeBackConfig.gitConfig.pullRequest", "both of github and gitlab are there; allowed is one of them")]
    [InlineData("writeBackConfig: {gitConfig: {pullRequest: {github: {}, labels: a}}}", "spec.writeBackConfig.gitConfig.pullRequest.labels", "it has to be a list")]
    [InlineData("commonUpdateSettings: {forceUpdate: [x]}", "spec.commonUpdateSettings.forceUpdate", "the field is a list")]
    public void A_mistake_of_a_whole_level_stops_the_Application(string level, string field, string message)
    {
        var policy = Read($"{level}\n{One("")}");
        var problem = Assert.Single(policy.AllProblems);
        Assert.Equal($"ImageUpdater argocd/all: {field}", problem.Key);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.Null(policy.WriteBack);
    }

    [Theory]
    [InlineData("{github: {}}", "github", "")]
    [InlineData("{gitlab: {}, labels: [dependencies, \"a,b\"]}", "gitlab", "dependencies|a,b")]
    public void A_resource_can_have_changes_proposed(string pullRequest, string forge, string labels)
    {
        var policy = Read($"writeBackConfig: {{gitConfig: {{pullRequest: {pullRequest}}}}}\n{One("")}");
        Assert.Empty(policy.AllProblems);
        Assert.Equal((forge, labels), (policy.WriteBack!.Proposal!.Forge, string.Join('|', policy.WriteBack.Proposal.Options.Labels)));
    }

    [Fact]
    public void Annotations_add_to_a_request_of_a_resource_and_win_over_it()
    {
        var spec = $"writeBackConfig: {{gitConfig: {{pullRequest: {{github: {{}}, labels: [a]}}}}}}\n{One("")}";
        var policy = Read(spec, "gitopsbumper.io/group: backend, gitopsbumper.io/request-labels: b, argocd-image-updater.argoproj.io/pull-request: 'false'");
        Assert.Equal(("backend", "b"), (policy.WriteBack!.Proposal!.Group, Assert.Single(policy.WriteBack.Proposal.Options.Labels)));
        Assert.Null(Read(spec, "gitopsbumper.io/pull-request: 'false'").WriteBack!.Proposal);
    }

    [Theory]
    [InlineData("applicationRefs: [{namePattern: web}]", "spec.applicationRefs[0].images", "has no images")]
    [InlineData("applicationRefs: [{namePattern: web, images: nginx}]", "spec.applicationRefs[0].images", "it has to be a list")]
    public void A_reference_that_says_nothing_stops_the_Application(string spec, string field, string message)
    {
        var policy = Read(spec);
        Assert.Equal($"ImageUpdater argocd/all: {field}", Assert.Single(policy.AllProblems).Key);
        Assert.Contains(message, policy.Problems[0].Message, StringComparison.Ordinal);
        Assert.Null(policy.WriteBack);
    }

    [Theory]
    [InlineData("{alias: web, imageName: 'a b'}", "imageName")]
    [InlineData("{alias: '-x', imageName: nginx}", "imageName")]
    [InlineData("{alias: web}", "imageName")]
    [InlineData("{imageName: nginx}", "alias")]
    [InlineData("[x]", "")]
    public void What_is_no_image_is_named_and_does_not_hide_its_neighbour(string item, string field)
    {
        var policy = Read($"applicationRefs: [{{namePattern: web, images: [{item}, {{alias: good, imageName: redis}}]}}]");
        Assert.Equal("good", Assert.Single(policy.Images).Alias);
        Assert.Contains(policy.Problems, problem => problem.Key == $"ImageUpdater argocd/all: spec.applicationRefs[0].images[0]{(field.Length > 0 ? "." : "")}{field}");
    }

    [Theory]
    [InlineData("{}", "spec.applicationRefs", "at least one reference")]
    [InlineData("{applicationRefs: {}}", "spec.applicationRefs", "it has to be a list")]
    [InlineData("{applicationRefs: [{images: []}]}", "spec.applicationRefs[0].namePattern", "is missing")]
    [InlineData("{applicationRefs: [{namePattern: '['}]}", "spec.applicationRefs[0].namePattern", "cannot be read")]
    [InlineData("{applicationRefs: [{namePattern: ''}]}", "spec.applicationRefs[0].namePattern", "empty")]
    [InlineData("{applicationRefs: [x]}", "spec.applicationRefs[0]", "it has to be a mapping")]
    [InlineData("{applicationRefs: [{namePattern: w, labelSelectors: {matchLabel: {a: b}}}]}", "spec.applicationRefs[0].labelSelectors.matchLabel", "is not known")]
    [InlineData("{applicationRefs: [{namePattern: w, labelSelectors: {matchExpressions: [{key: a, operator: Is}]}}]}", "spec.applicationRefs[0].labelSelectors", "allowed are In, NotIn")]
    [InlineData("{applicationRefs: [{namePattern: w, labelSelectors: {matchLabels: {a: 'b,c=d'}}}]}", "spec.applicationRefs[0].labelSelectors", "is not the value of a label")]
    public void Where_nobody_knows_what_is_selected_the_file_is_named_and_nothing_is(string spec, string field, string message)
    {
        var set = Load(spec, "gitopsbumper.io/x: y");
        var problem = Assert.Single(set.Problems, problem => problem.Message.Contains(field, StringComparison.Ordinal));
        Assert.StartsWith("ImageUpdater argocd/all: ", problem.Message, StringComparison.Ordinal);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.Null(Assert.Single(set.Applications).Governor);
    }

    [Fact]
    public void Mistakes_are_found_without_an_Application_and_behind_what_hides_them()
    {
        var set = Load("""
            unknown: 1
            commonUpdateSettings: {updateStrategy: spec-wrong}
            applicationRefs:
            - namePattern: nobody
              commonUpdateSettings: {updateStrategy: ref-wrong, unknown: 1}
              images:
              - {alias: a, imageName: nginx, commonUpdateSettings: {updateStrategy: image-wrong}}
            """, "gitopsbumper.io/x: y");
        Assert.Contains("field 'unknown' is not known", Assert.Single(set.Problems).Message, StringComparison.Ordinal);
        Assert.Equal(
            [
                "spec.applicationRefs[0].commonUpdateSettings.unknown", "spec.applicationRefs[0].commonUpdateSettings.updateStrategy",
                "spec.applicationRefs[0].images[0].commonUpdateSettings.updateStrategy", "spec.commonUpdateSettings.updateStrategy",
            ],
            ImageUpdaterCheck.Problems(Assert.Single(set.ImageUpdaters), new AnnotationDefaults()).Select(problem => problem.Key).Order(StringComparer.Ordinal));
    }

    private static string One(string image) => $"applicationRefs:\n- namePattern: web\n  images:\n  - alias: web\n    imageName: nginx\n    {image}\n";

    private ApplicationPolicy Read(string spec, string annotations = "a: b") =>
        AnnotationReader.Read(Assert.Single(Load(spec, annotations).Applications), new AnnotationDefaults()) ?? throw new InvalidOperationException("it asks for nothing");

    private ManifestSet Load(string spec, string annotations)
    {
        var body = spec.StartsWith('{') ? $"spec: {spec}\n" : $"spec:\n  {spec.ReplaceLineEndings("\n").Replace("\n", "\n  ", StringComparison.Ordinal)}\n";
        _folder.Write("updater.yaml", $"apiVersion: argocd-image-updater.argoproj.io/v1alpha1\nkind: ImageUpdater\nmetadata: {{name: all, namespace: argocd}}\n{body}");
        _folder.Write("web.yaml", $$"""
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: web, annotations: { {{annotations}} } }
            spec: {source: {repoURL: "https://git.example.com/deploy.git", path: apps/web, targetRevision: main, helm: {} } }
            """);
        return ManifestSource.Load([_folder.Path]);
    }
}
