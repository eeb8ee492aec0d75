using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using YamlDotNet.RepresentationModel;

namespace GitOpsBumper.EndToEndTests.Helm;

/// <summary>From a new tag to the Deployment: the charts of examples/helm rendered with what was pushed, as Argo CD gives it to Helm.</summary>
public sealed class DeployedTests(World world)
{
    private const string TheirTeam = "registry.example.com/team/";

    [Fact]
    public async Task Of_an_umbrella_each_image_is_deployed_as_written_and_an_override_holds_one_of_them()
    {
        using var stage = await SetAsync();
        await stage.PushTagsAsync("web", "1.4.0", "1.4.1");
        await stage.PushTagsAsync("admin", "2.0.0", "2.0.1");
        stage.Manifest("umbrella.yaml", Examples.Read("applications/umbrella.yaml", (TheirTeam, stage.Image("")), ("https://git.example.com/team/apps.git", stage.Repository.Url)));
        await stage.PublishAsync();
        const string Name = "shop-umbrella";
        const string File = $"charts/shop/.argocd-source-{Name}.yaml";
        Assert.Equal((stage.Image("web") + ":1.4.0", stage.Image("admin") + ":2.0.0"), await DeployedAsync());

        var first = (await stage.RunAsync()).MustExit(0);
        Assert.Equal(("updated", "updated"), (first.Image(Name).Decision, first.Image(Name, "admin").Decision));
        var admin = $"{stage.Image("admin")}@{first.Image(Name, "admin").Digest}";
        Assert.Equal((stage.Image("web") + ":1.4.1", admin), await DeployedAsync());

        var text = await stage.ReadAsync(File);
        stage.File(File, text + "  - name: web.image.overrideTag\n    value: 1.4.0\n    forcestring: true\n");
        await stage.PublishAsync();
        await stage.PushTagsAsync("web", "1.4.2");
        var held = (await stage.RunAsync()).MustExit(0);
        Assert.Equal(("pinned", "up-to-date"), (held.Image(Name).Decision, held.Image(Name, "admin").Decision));
        Assert.Equal((stage.Image("web") + ":1.4.0", admin), await DeployedAsync());

        stage.File(File, text);
        await stage.PublishAsync();
        Assert.Equal("updated", (await stage.RunAsync()).MustExit(0).Image(Name).Decision);
        Assert.Equal((stage.Image("web") + ":1.4.2", admin), await DeployedAsync());

        async Task<(string Web, string Admin)> DeployedAsync()
        {
            var rendering = await RenderAsync(stage, Name, "charts/shop");
            return (rendering.Image($"{Name}-web"), rendering.Image($"{Name}-admin"));
        }
    }

    [Theory]
    [InlineData("image.tag", null, ":1.1.0")]
    [InlineData("image.tag", "tag@digest", ":1.1.0@DIGEST")]
    [InlineData("image.tag", "digest", "@DIGEST")]
    [InlineData("image.shasum", "digest", "@DIGEST")]
    public async Task Every_form_in_which_a_version_is_written_is_deployed(string parameter, string? format, string expected)
    {
        using var stage = await SetAsync();
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["web.helm.image-tag"] = parameter };
        if (format is not null)
            (annotations["web.pin-digest"], annotations["web.digest-format"]) = ("true", format);
        stage.Announce(new Deployment("web", stage.Image("web")) { Path = "charts/web", Annotations = annotations });
        await stage.PublishAsync();

        var image = (await stage.RunAsync()).MustExit(0).Image("web");
        Assert.Equal("updated", image.Decision);
        Assert.Equal(stage.Image("web") + expected.Replace("DIGEST", image.Digest, StringComparison.Ordinal), (await RenderAsync(stage, "web", "charts/web")).Image("web"));
    }

    /// <summary>The charts lie in charts/ of the repository, with the images of the stage.</summary>
    private async Task<Stage> SetAsync()
    {
        var stage = await Stage.SetAsync(world);
        var folder = Path.Combine(Examples.Folder, "helm");
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)))
            stage.File($"charts/{file}", Examples.Read($"helm/{file}").Replace(TheirTeam, stage.Image(""), StringComparison.Ordinal));
        return stage;
    }

    /// <summary>What Argo CD deploys of what is on the branch.</summary>
    private async Task<Rendering> RenderAsync(Stage stage, string application, string chart)
    {
        await stage.Ada.PullAsync(Stage.Token);
        var file = Path.Combine(stage.Ada.Folder, chart, $".argocd-source-{application}.yaml");
        var parameters = File.Exists(file) ? Parameters(await File.ReadAllTextAsync(file, Stage.Token)) : [];
        return await (await world.HelmAsync()).RenderAsync(application, Path.Combine(stage.Ada.Folder, chart), parameters, Stage.Token);
    }

    /// <summary>The arguments that Argo CD makes of an override file.</summary>
    private static IEnumerable<string> Parameters(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return ((YamlSequenceNode)stream.Documents[0].RootNode["helm"]["parameters"]).Cast<YamlMappingNode>().SelectMany(parameter => new[]
        {
            parameter.Children.TryGetValue("forcestring", out var isText) && isText.ToString() == "true" ? "--set-string" : "--set",
            $"{parameter["name"]}={parameter["value"]}",
        });
    }
}
