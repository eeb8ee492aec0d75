using GitOpsBumper.EndToEndTests.Fixtures;

namespace GitOpsBumper.EndToEndTests.Scenarios;

/// <summary>The command line around the cycle.</summary>
public sealed class CommandTests(World world)
{
    [Theory]
    [InlineData("run", "--once", "--no-such-flag")]
    [InlineData("run", "--once")]
    [InlineData("run", "--once", "--manifests", "/nowhere/at/all")]
    [InlineData("run", "--once", "--manifests", "/dev/null", "--output", "xml")]
    [InlineData("run", "--once", "--manifests", "/dev/null", "--registries-conf-path", "/nowhere/registries.conf")]
    [InlineData("frobnicate")]
    public async Task A_wrong_command_line_is_exit_code_2_and_says_why(params string[] args)
    {
        var outcome = await Stage.ExecuteAsync(args);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Empty(outcome.Output);
        Assert.NotEmpty(outcome.Errors);
    }

    [Fact]
    public async Task A_wrong_registries_conf_is_exit_code_2_and_nothing_is_done()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        stage.Deploy(new Deployment("web", stage.Image("web")));
        await stage.PublishAsync();
        stage.ConfigureRegistries("- name: broken\n  limit: many\n");

        var outcome = await stage.RunAsync();
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("many", outcome.Errors, StringComparison.Ordinal);
        Assert.Equal(1, await stage.CountCommitsAsync());
    }

    [Theory]
    [InlineData("plan")]
    [InlineData("run", "--once", "--dry-run")]
    public async Task A_plan_shows_the_diff_and_writes_nothing(params string[] command)
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        var web = stage.Deploy(new Deployment("web", stage.Image("web")));
        await stage.PublishAsync();

        var text = (await stage.CallAsync(command)).MustExit(0).Output;
        Assert.Contains($"--- a/{web.OverrideFile}", text, StringComparison.Ordinal);
        Assert.Contains("-    value: 1.0.0", text, StringComparison.Ordinal);
        Assert.Contains("+    value: 1.1.0", text, StringComparison.Ordinal);
        Assert.Contains("would-update", text, StringComparison.Ordinal);
        Assert.Equal("would-update", (await stage.CallAsync([.. command, "--output", "json"])).MustExit(0).Image("web").Decision);
        Assert.Equal(1, await stage.CountCommitsAsync());
        Assert.DoesNotContain(
            await stage.Repository.RequestsAsync(Stage.Token), request => (request.Path + request.Query).Contains("receive-pack", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_report_has_the_form_that_is_promised()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        stage.Deploy(new Deployment("web", stage.Image("web")));
        await stage.PublishAsync();

        var report = (await stage.RunAsync()).MustExit(0).Report;
        Assert.Equal(["applications", "totals", "requests", "seconds"], report.AsObject().Select(field => field.Key));
        Assert.Equal(
            ["namespace", "name", "repository", "branch", "commit", "pullRequest", "failure", "problems", "changes", "images"],
            report["applications"]![0]!.AsObject().Select(field => field.Key));
        Assert.Equal(
            ["alias", "image", "strategy", "constraint", "current", "candidate", "digest", "decision", "due", "approval", "reason"],
            report["applications"]![0]!["images"]![0]!.AsObject().Select(field => field.Key));
        Assert.Equal("""{"applications":1,"images":1,"updated":1,"failed":0}""", report["totals"]!.ToJsonString());
        Assert.Equal(stage.Repository.Url, (string?)report["applications"]![0]!["repository"]);
        Assert.Equal("main", (string?)report["applications"]![0]!["branch"]);
        Assert.Equal("""["apps/web/.argocd-source-web.yaml"]""", report["applications"]![0]!["changes"]!.ToJsonString());
        Assert.Equal("~1", (string?)report["applications"]![0]!["images"]![0]!["constraint"]);
        Assert.Equal(1, (int)report["requests"]!["registry"]!);
    }

    [Fact]
    public async Task Only_the_applications_that_are_asked_for_are_looked_at()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        stage.Deploy(new Deployment("web-a", stage.Image("web")));
        stage.Deploy(new Deployment("api", stage.Image("web")));
        await stage.PublishAsync();

        var outcome = (await stage.RunAsync("--app", "web-*")).MustExit(0);
        Assert.Equal(1, (int)outcome.Report["totals"]!["applications"]!);
        Assert.Equal("updated", outcome.Image("web-a").Decision);
    }

    [Fact]
    public async Task The_author_is_configured_by_flags()
    {
        using var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        stage.Deploy(new Deployment("web", stage.Image("web")));
        await stage.PublishAsync();

        (await stage.RunAsync("--git-commit-user", "Release Robot", "--git-commit-email", "robot@example.com")).MustExit(0);
        Assert.Equal(
            "Release Robot <robot@example.com> Release Robot <robot@example.com>",
            await stage.Repository.GitAsync(["log", "-1", "--format=%an <%ae> %cn <%ce>", "main"], Stage.Token));
    }
}
