using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Adapters.Manifests;

public sealed class ManifestSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_application_is_read_with_its_sources_and_status()
    {
        var set = Load("""
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata:
              name: web
              namespace: team
              labels: {app: web}
              annotations: {gitopsbumper.io/image-list: "web=nginx"}
            spec:
              project: shop
              sources:
              - {repoURL: "https://a/b.git", ref: values}
              - repoURL: https://a/c.git
                path: charts/web
                targetRevision: main
                helm: {releaseName: r, valueFiles: [a.yaml], parameters: [{name: x, value: "1", forceString: true}]}
              - {repoURL: "https://charts", chart: redis, targetRevision: 1.2.3}
              - {repoURL: "https://a/d.git", path: k, kustomize: {images: ["a:b"]}}
              - {repoURL: "https://a/e.git", path: e}
              - {repoURL: "https://a/f.git", path: f, plugin: {name: p, env: [{name: TAG, value: "1"}, {name: EMPTY}]}}
            status:
              sourceTypes: ["", Helm, Helm, Kustomize, Directory]
              summary: {images: ["nginx:1.27", "not an image!", "ghcr.io/a/b@sha256:0"]}
            """);

        Assert.Empty(set.Problems);
        var application = Assert.Single(set.Applications);
        Assert.Equal("team/web", application.Name.ToString());
        Assert.Equal("shop", application.Project);
        Assert.True(application.HasMultipleSources);
        Assert.Equal("web=nginx", application.Annotations["gitopsbumper.io/image-list"]);
        Assert.Equal([SourceKind.Unknown, SourceKind.Helm, SourceKind.Helm, SourceKind.Kustomize, SourceKind.Directory, SourceKind.Plugin], application.Sources.Select(source => source.Kind));
        Assert.Equal(new HelmParameter("x", "1", true), Assert.Single(application.Sources[1].HelmParameters));
        Assert.Equal(["a:b"], application.Sources[3].KustomizeImages);
        Assert.Equal([new PluginVariable("TAG", "1"), new PluginVariable("EMPTY", "")], application.Sources[5].PluginEnv);
        Assert.Equal("values", application.Sources[0].Ref);
        Assert.Equal("redis", application.Sources[2].Chart);
        Assert.Equal(["nginx:1.27"], application.RunningImages!.Select(image => image.ToString()));
    }

    [Fact]
    public void Of_an_Application_with_a_hydrator_the_dry_source_counts_whatever_the_status_says_of_the_hydrated_one()
    {
        var application = Assert.Single(Load("""
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: web}
            spec:
              source: {repoURL: https://a/old.git, path: old}
              sourceHydrator:
                drySource: {repoURL: https://a/dry.git, path: charts/web, targetRevision: HEAD}
                syncSource: {targetBranch: environments/prod, path: web}
            status: {sourceType: Directory}
            """).Applications);
        var source = Assert.Single(application.Sources);
        Assert.Equal((true, false, "https://a/dry.git", "charts/web", SourceKind.Unknown), (application.IsHydrated, application.HasMultipleSources, source.RepositoryUrl, source.Path, source.Kind));
    }

    [Fact]
    public void An_empty_list_of_sources_is_none()
    {
        var application = Assert.Single(Load("apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\nspec: {source: {repoURL: https://a, path: x}, sources: []}\n").Applications);
        Assert.False(application.HasMultipleSources);
        Assert.Equal("x", Assert.Single(application.Sources).Path);
    }

    [Fact]
    public void Without_a_status_nothing_is_known_to_run_and_an_empty_helm_makes_a_chart()
    {
        var application = Assert.Single(Load("apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\nspec: {source: {repoURL: https://a, path: x, helm: {}}}\n").Applications);
        Assert.Null(application.RunningImages);
        Assert.Equal("argocd/web", application.Name.ToString());
        Assert.Equal(SourceKind.Helm, Assert.Single(application.Sources).Kind);
    }

    [Fact]
    public void Documents_lists_and_json_are_all_read()
    {
        _folder.Write("a/many.yaml", $"{Application("one")}---\n{Application("two")}");
        _folder.Write("b.yml", "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: argoproj.io/v1alpha1, kind: Application, metadata: {name: three}}\n");
        _folder.Write("c.json", """{"apiVersion": "argoproj.io/v1alpha1", "kind": "ApplicationList", "items": [{"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": {"name": "four"}}]}""");
        _folder.Write(".hidden/x.yaml", Application("hidden"));
        _folder.Write("notes.txt", Application("text"));
        _folder.Write("deployment.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\n");

        var set = ManifestSource.Load([_folder.Path, _folder.Path]);

        Assert.Empty(set.Problems);
        Assert.Equal(["one", "two", "three", "four"], set.Applications.Select(application => application.Name.Name));
    }

    [Theory]
    [InlineData("metadata: {name: bad, annotations: {a/b: true}}", ":8: Application argocd/bad: annotations: the value of 'a/b' is true")]
    [InlineData("metadata: {name: bad, annotations: {a/b: 1e3}}", "write it in quotes")]
    [InlineData("metadata: {name: bad, annotations: [x]}", "annotations is a list, it has to be a mapping")]
    [InlineData("metadata: {name: Bad_Name}", "has no usable name")]
    [InlineData("metadata: {name: bad}\nspec: {source: {helm: {parameters: x}}}", "'parameters' is a text, it has to be a list")]
    [InlineData("metadata: {name: bad}\nspec: {source: {repoURL: [x]}}", "'repoURL' is a list, it has to be a text")]
    [InlineData("metadata: {name: good}", "is defined a second time")]
    [InlineData("metadata: {name: bad, name: worse}", "the key 'name' stands here a second time")]
    [InlineData("metadata: [", "not YAML")]
    public void A_bad_document_is_named_and_spoils_no_neighbour(string text, string part)
    {
        var file = _folder.Write("apps.yaml", $"{Application("good")}---\napiVersion: argoproj.io/v1alpha1\nkind: Application\n{text}\n");
        var set = ManifestSource.Load([file]);
        Assert.Equal("good", Assert.Single(set.Applications).Name.Name);
        var problem = Assert.Single(set.Problems);
        Assert.False(problem.IsNote);
        Assert.Contains(part, problem.ToString(), StringComparison.Ordinal);
        Assert.StartsWith(file, problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_holds_no_application_is_only_noted()
    {
        _folder.Write("templates/deployment.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Values.name }}\n{{- if .x }}\n");
        _folder.Write("set.yaml", "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: many}\n");
        var set = ManifestSource.Load([_folder.Path]);
        Assert.Equal(2, set.Problems.Count);
        Assert.All(set.Problems, problem => Assert.True(problem.IsNote));
    }

    [Fact]
    public void Secrets_are_decoded_and_never_shown()
    {
        var set = Load("apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: n, labels: {a: b}}\ndata: {x: aHVzaA==, y: b2xk}\nstringData: {y: very-new}\n");
        var secret = Assert.Single(set.Secrets);
        Assert.Equal("hush", secret.Field("x"));
        Assert.Equal("very-new", secret.Field("y"));
        Assert.DoesNotContain("hush", secret.ToString(), StringComparison.Ordinal);

        var broken = Assert.Single(Load("apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {x: hush-hush}\n").Problems);
        Assert.Contains("'x' in data is not base64", broken.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush", broken.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Aliases_of_aliases_cost_nothing_and_depth_is_bounded()
    {
        var laughs = "a0: &a0 [x]\n" + string.Concat(Enumerable.Range(1, 60).Select(index => $"a{index}: &a{index} [*a{index - 1}, *a{index - 1}, *a{index - 1}]\n"));
        Assert.Empty(Load(laughs).Problems);
        Assert.Contains("nested deeper", Assert.Single(Load("kind: Application\nx: " + new string('[', 200) + new string(']', 200) + "\n").Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Merge_keys_are_followed() => Assert.Equal(
        "x",
        Assert.Single(Load("base: &b {annotations: {k: x}}\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  <<: *b\n  name: web\n").Applications).Annotations["k"]);

    private static string Application(string name) => $"apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: {name}\n";

    private ManifestSet Load(string text) => ManifestSource.Load([_folder.Write($"{Guid.NewGuid():N}.yaml", text)]);
}
