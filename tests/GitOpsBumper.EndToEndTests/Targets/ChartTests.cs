using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;

namespace GitOpsBumper.EndToEndTests.Targets;

/// <summary>Charts from a Helm repository, whose values lie elsewhere, and sources with a hydrator.</summary>
public sealed class ChartTests(World world)
{
    private const string Chart = "{repoURL: https://charts.example.com, chart: shop, targetRevision: 4.*, helm: {valueFiles: [$values/shop/prod.yaml]}}";

    [Theory]
    [InlineData("helmvalues:$values/shop/prod.yaml", false)]
    [InlineData("helmvalues:/shop/prod.yaml", true)]
    public async Task Values_of_a_chart_are_written_where_they_lie(string target, bool byAnnotation)
    {
        using var stage = await SetAsync();
        var source = byAnnotation ? $"source: {Chart}" : $"sources: [{Chart}, {{repoURL: '{stage.Repository.Url}', targetRevision: main, ref: values}}]";
        Announce(stage, source, $"gitopsbumper.io/write-back-target: {target}", byAnnotation ? $"gitopsbumper.io/git-repository: {stage.Repository.Url}" : "gitopsbumper.io/carry-parameters: safe");
        Assert.Equal("updated", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        Assert.Equal("web: {tag: 1.1.0} # ours\n", await stage.ReadAsync("shop/prod.yaml"));
        Assert.Equal("up-to-date", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
    }

    [Fact]
    public async Task Of_a_hydrated_Application_the_dry_source_is_written()
    {
        using var stage = await SetAsync();
        Announce(
            stage, $"sourceHydrator: {{drySource: {{repoURL: '{stage.Repository.Url}', targetRevision: main, path: shop}}, syncSource: {{targetBranch: env/prod, path: shop}} }}",
            "gitopsbumper.io/write-back-target: helmvalues:prod.yaml", "gitopsbumper.io/carry-parameters: safe");
        Assert.Equal("updated", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        Assert.Equal("web: {tag: 1.1.0} # ours\n", await stage.ReadAsync("shop/prod.yaml"));
    }

    private async Task<Stage> SetAsync()
    {
        var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        stage.File("shop/prod.yaml", "web: {tag: 1.0.0} # ours\n");
        await stage.PublishAsync();
        return stage;
    }

    private static void Announce(Stage stage, string source, params string[] annotations) => stage.Manifest("web.yaml", $"""
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata:
          name: web
          namespace: argocd
          annotations:
            gitopsbumper.io/image-list: web={stage.Image("web")}:~1
            gitopsbumper.io/web.helm.image-tag: web.tag
            {string.Join("\n    ", annotations)}
        spec:
          project: default
          {source}

        """);
}
