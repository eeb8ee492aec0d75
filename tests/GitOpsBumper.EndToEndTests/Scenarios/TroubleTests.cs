using GitOpsBumper.EndToEndTests.Fixtures;

namespace GitOpsBumper.EndToEndTests.Scenarios;

/// <summary>One thing is wrong: it is named in the report, its neighbour is updated, the exit code is 1.</summary>
public sealed class TroubleTests(World world)
{
    [Theory]
    [InlineData(SecondPage.IsRefused)]
    [InlineData(SecondPage.IsCutOff)]
    [InlineData(SecondPage.IsNoList)]
    [InlineData(SecondPage.IsElsewhere)]
    public async Task Half_a_tag_list_decides_nothing(SecondPage second)
    {
        await using var broken = await BrokenRegistry.StartAsync(second, Stage.Token);
        using var stage = await PrepareAsync();
        stage.ConfigureRegistries(broken.Entry);
        var web = stage.Deploy(new Deployment("web", $"{broken.Host}/team/web"));
        await stage.PublishAsync();

        var reason = await MustFailAloneAsync(stage);
        Assert.Contains("tag", reason, StringComparison.Ordinal);
        Assert.Equal(web.OverrideText("1.0.0"), await stage.ReadAsync(web.OverrideFile));
        Assert.Equal(second == SecondPage.IsElsewhere, broken.SecondPages == 0);
    }

    [Fact]
    public async Task An_unknown_image_is_named()
    {
        using var stage = await PrepareAsync();
        stage.Deploy(new Deployment("web", stage.Image("nowhere")));
        await stage.PublishAsync();
        Assert.Contains("nowhere", await MustFailAloneAsync(stage), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_that_is_not_there_is_named()
    {
        using var stage = await PrepareAsync();
        stage.ConfigureRegistries("- name: gone\n  prefix: 127.0.0.1:9\n  api_url: http://127.0.0.1:9\n  insecure: true\n");
        stage.Deploy(new Deployment("web", "127.0.0.1:9/team/web"));
        await stage.PublishAsync();
        Assert.Contains("127.0.0.1:9", await MustFailAloneAsync(stage), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_branch_is_named()
    {
        using var stage = await PrepareAsync();
        stage.Deploy(new Deployment("web", stage.Image("api")) { TargetRevision = "relaese" });
        await stage.PublishAsync();
        Assert.Contains("'relaese'", await MustFailAloneAsync(stage), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tag_as_revision_is_no_branch()
    {
        using var stage = await PrepareAsync();
        stage.Deploy(new Deployment("web", stage.Image("api")) { TargetRevision = "v1" });
        await stage.PublishAsync();
        await stage.Repository.GitAsync(["tag", "v1", "main"], Stage.Token);
        Assert.Contains("v1", await MustFailAloneAsync(stage), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_path_is_named()
    {
        using var stage = await PrepareAsync();
        stage.Announce(new Deployment("web", stage.Image("api")) { Path = "apps/typo" });
        await stage.PublishAsync();
        Assert.Contains("'apps/typo'", await MustFailAloneAsync(stage), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("helm: [\n")]
    [InlineData("helm:\n  parameters: 3\n")]
    [InlineData("helm:\n  parameters:\n  - name: image.tag\n    value: {}\n")]
    [InlineData("just text\n")]
    public async Task A_malformed_override_file_is_named_and_left_alone(string text)
    {
        using var stage = await PrepareAsync();
        var web = stage.Deploy(new Deployment("web", stage.Image("api")));
        stage.File(web.OverrideFile, text);
        await stage.PublishAsync();
        Assert.Contains(".argocd-source-web.yaml", await MustFailAloneAsync(stage), StringComparison.Ordinal);
        Assert.Equal(text, await stage.ReadAsync(web.OverrideFile));
    }

    [Fact]
    public async Task A_repository_that_is_not_there_is_named()
    {
        using var stage = await PrepareAsync();
        stage.Announce(new Deployment("web", stage.Image("api")) { RepositoryUrl = stage.Repository.Url.Replace("/config", "/gone", StringComparison.Ordinal) });
        await stage.PublishAsync();
        Assert.Contains("/gone.git", await MustFailAloneAsync(stage), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_repository_is_named()
    {
        using var stage = await PrepareAsync();
        var git = await world.GitAsync();
        var empty = await git.CreateRepositoryAsync($"open/{stage.RepositoryPath("empty")}", Stage.Token);
        stage.Announce(new Deployment("web", stage.Image("api")) { RepositoryUrl = empty.Url, TargetRevision = "HEAD" });
        await stage.PublishAsync();
        Assert.Contains("empty", await MustFailAloneAsync(stage), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_annotation_stops_its_image_and_names_the_key()
    {
        using var stage = await PrepareAsync();
        stage.Deploy(new Deployment("web", stage.Image("api"))
        {
            Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["web.update-strategy"] = "newst-build" },
        });
        await stage.PublishAsync();
        await MustFailAloneAsync(stage);
        var problem = Assert.Single((await stage.RunAsync()).Application("web")["problems"]!.AsArray());
        Assert.Equal("gitopsbumper.io/web.update-strategy", (string?)problem!["key"]);
        Assert.Equal("newst-build", (string?)problem["value"]);
        Assert.Contains("newest-build", (string?)problem["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_does_not_leave_the_repository()
    {
        using var stage = await PrepareAsync();
        stage.Announce(new Deployment("web", stage.Image("api")) { Path = "../../etc" });
        await stage.PublishAsync();
        Assert.Contains("..", await MustFailAloneAsync(stage), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_manifest_that_is_no_YAML_is_named_and_the_others_are_done()
    {
        using var stage = await PrepareAsync();
        stage.Manifest("broken.yaml", "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: [\n");
        await stage.PublishAsync();
        var outcome = (await stage.RunAsync()).MustExit(1);
        Assert.Equal("updated", outcome.Image("api").Decision);
        Assert.Contains("broken.yaml", outcome.Errors, StringComparison.Ordinal);
    }

    /// <summary>A stage with a neighbour that is due and well.</summary>
    private async Task<Stage> PrepareAsync()
    {
        var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("api", "1.0.0", "1.1.0");
        stage.Deploy(new Deployment("api", stage.Image("api")));
        return stage;
    }

    /// <returns>Why application web failed.</returns>
    private static async Task<string> MustFailAloneAsync(Stage stage)
    {
        var outcome = (await stage.RunAsync()).MustExit(1);
        Assert.Equal("failed", outcome.Image("web").Decision);
        Assert.Equal("updated", outcome.Image("api").Decision);
        Assert.Equal((1, 1), ((int)outcome.Report["totals"]!["updated"]!, (int)outcome.Report["totals"]!["failed"]!));
        Assert.Contains("value: 1.1.0", await stage.ReadAsync("apps/api/.argocd-source-api.yaml"), StringComparison.Ordinal);
        return outcome.Image("web").Reason;
    }
}
