using GitOpsBumper.EndToEndTests.Fixtures;

namespace GitOpsBumper.EndToEndTests.Scenarios;

/// <summary>The override file replaces the parameters of the Application, so what it does not say would be lost.</summary>
public sealed class ParameterTests(World world)
{
    private const string Mark = "# carried over from the Application by GitOpsBumper";

    [Fact]
    public async Task Parameters_of_the_Application_are_carried_into_a_new_file_and_follow_it()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        var web = stage.Deploy(new Deployment("web", stage.Image("web")) { Tag = null, Parameters = Say(("replicas", "3"), ("mode", "quiet")) });
        await stage.PublishAsync();

        (await stage.RunAsync()).MustExit(0);
        var written = await stage.ReadAsync(web.OverrideFile);
        Assert.Contains($"name: replicas {Mark}", Normal(written), StringComparison.Ordinal);
        Assert.Contains($"name: mode {Mark}", Normal(written), StringComparison.Ordinal);
        Assert.Contains("value: 1.1.0", written, StringComparison.Ordinal);

        stage.Announce(web with { Parameters = Say(("replicas", "5")) });
        (await stage.RunAsync()).MustExit(0);
        var followed = await stage.ReadAsync(web.OverrideFile);
        Assert.Contains("\"5\"", followed, StringComparison.Ordinal);
        Assert.DoesNotContain("quiet", followed, StringComparison.Ordinal);
        Assert.Contains("value: 1.1.0", followed, StringComparison.Ordinal);

        var commits = await stage.CountCommitsAsync();
        (await stage.RunAsync()).MustExit(0);
        Assert.Equal(commits, await stage.CountCommitsAsync());
    }

    [Fact]
    public async Task What_people_wrote_into_the_file_stays_theirs()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        var web = stage.Deploy(new Deployment("web", stage.Image("web")) { Parameters = Say(("replicas", "3")) });
        stage.File(web.OverrideFile, web.OverrideText("1.0.0") + "  - name: replicas\n    value: \"7\"\n");
        await stage.PublishAsync();

        (await stage.RunAsync()).MustExit(0);
        Assert.Equal(web.OverrideText("1.1.0") + "  - name: replicas\n    value: \"7\"\n", await stage.ReadAsync(web.OverrideFile));
    }

    [Fact]
    public async Task A_parameter_that_sounds_secret_stops_the_first_write()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        var web = stage.Deploy(new Deployment("web", stage.Image("web")) { Tag = null, Parameters = Say(("db.Password", "hunter2-of-the-database")) });
        await stage.PublishAsync();

        var outcome = (await stage.RunAsync()).MustExit(1);
        Assert.Equal("failed", outcome.Image("web").Decision);
        Assert.Contains("db.Password", outcome.Image("web").Reason, StringComparison.Ordinal);
        Assert.Contains("carry-parameters", outcome.Image("web").Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", outcome.Output + outcome.Errors, StringComparison.Ordinal);
        Assert.Null(await stage.ReadAsync(web.OverrideFile));
    }

    [Theory]
    [InlineData("none", false)]
    [InlineData("all", true)]
    public async Task Carry_parameters_decides_about_secrets(string carry, bool copied)
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        var web = stage.Deploy(new Deployment("web", stage.Image("web"))
        {
            Tag = null,
            Parameters = Say(("db.password", "hunter2")),
            Annotations = Say(("carry-parameters", carry)),
        });
        await stage.PublishAsync();

        (await stage.RunAsync()).MustExit(0);
        var written = await stage.ReadAsync(web.OverrideFile);
        Assert.Contains("value: 1.1.0", written, StringComparison.Ordinal);
        Assert.Equal(copied, written!.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_overrideTag_in_the_file_pins_the_image()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        var web = stage.Deploy(new Deployment("web", stage.Image("web")));
        stage.File(web.OverrideFile, web.OverrideText("1.0.0") + "  - name: image.overrideTag\n    value: 0.9.0\n");
        await stage.PublishAsync();

        var outcome = (await stage.RunAsync()).MustExit(0);
        Assert.Equal("pinned", outcome.Image("web").Decision);
        Assert.Contains("0.9.0", outcome.Image("web").Reason, StringComparison.Ordinal);
        Assert.Equal(1, await stage.CountCommitsAsync());
    }

    [Fact]
    public async Task An_overrideTag_of_the_Application_reaches_the_file_that_would_hide_it()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        var web = stage.Deploy(new Deployment("web", stage.Image("web")) { Parameters = Say(("image.overrideTag", "0.9.0")) });
        await stage.PublishAsync();

        Assert.Equal("pinned", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        Assert.Equal($"{web.OverrideText("1.0.0")}  - name: image.overrideTag {Mark}\n    value: 0.9.0\n", await stage.ReadAsync(web.OverrideFile));

        (await stage.RunAsync()).MustExit(0);
        Assert.Equal(2, await stage.CountCommitsAsync());

        stage.Announce(web with { Parameters = Say() });
        (await stage.RunAsync()).MustExit(0);
        Assert.Equal(web.OverrideText("1.1.0"), await stage.ReadAsync(web.OverrideFile));
    }

    [Fact]
    public async Task What_cannot_be_carried_over_is_told_even_when_no_image_is_due()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        var web = stage.Deploy(new Deployment("web", stage.Image("web")) { Parameters = Say(("image.overrideTag", "0.9.0")) });
        stage.File(web.OverrideFile, "helm: {parameters: [{name: image.tag, value: 1.1.0}]}\n");
        await stage.PublishAsync();

        var outcome = (await stage.RunAsync()).MustExit(1);
        Assert.Equal("pinned", outcome.Image("web").Decision);
        Assert.Contains("image.overrideTag", (string?)outcome.Application("web")["failure"], StringComparison.Ordinal);
        Assert.Equal(1, await stage.CountCommitsAsync());
    }

    [Fact]
    public async Task An_application_outside_of_Argo_CDs_namespace_has_it_in_the_name_of_its_file()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        stage.Deploy(new Deployment("web", stage.Image("web")) { Namespace = "team-a", Tag = null });
        await stage.PublishAsync();

        (await stage.RunAsync()).MustExit(0);
        Assert.Contains("value: 1.1.0", await stage.ReadAsync("apps/web/.argocd-source-team-a_web.yaml"), StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Say(params (string Key, string Value)[] entries) =>
        entries.ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);

    /// <summary>However many blanks stand before a comment.</summary>
    private static string Normal(string? text) => string.Join(' ', (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
