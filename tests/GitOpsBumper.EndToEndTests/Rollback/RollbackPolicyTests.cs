using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;

namespace GitOpsBumper.EndToEndTests.Rollback;

/// <summary>What annotations say about versions that people take back: on-rollback, rollback-memory and reject-scope.</summary>
public sealed class RollbackPolicyTests(World world)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task With_hold_nothing_is_written_until_a_person_goes_on(bool bySetting)
    {
        using var stage = await SetAsync(bySetting ? [] : [("web.on-rollback", "hold")]);
        string[] flags = bySetting ? ["--on-rollback", "hold"] : [];
        (await stage.RunAsync(flags)).MustExit(0);
        await RevertAsync(stage, "apps/web");
        await stage.PushTagsAsync("web", "1.3.0");
        var held = (await stage.RunAsync(flags)).MustExit(0).Image("web");
        Assert.Equal(("rejected", "1.3.0", "1.0.0"), (held.Decision, held.Candidate, held.Current));
        Assert.Matches("^1.3.0 is not written: 1.2.0 was written on .* taken back since, and on-rollback is hold; write a newer version into git, or let go of the image with 'bumper unpin'$", held.Reason);

        // A person writes one above what was taken back.
        await stage.Ada.PullAsync(Stage.Token);
        await stage.Ada.CommitAsync("Try it", "apps/web/.argocd-source-web.yaml", new Deployment("web", stage.Image("web")).OverrideText("1.2.1"), Stage.Token);
        await stage.Ada.PushAsync(Stage.Token);
        Assert.Equal("updated", (await stage.RunAsync(flags)).MustExit(0).Image("web").Decision);
    }

    [Fact]
    public async Task A_hold_ends_with_unpin_and_what_was_taken_back_stays_away()
    {
        using var stage = await SetAsync([("web.on-rollback", "hold")]);
        (await stage.RunAsync()).MustExit(0);
        await RevertAsync(stage, "apps/web");
        Assert.Equal("rejected", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        (await stage.CallAsync("unpin", "web", "--by", "Ada")).MustExit(0);
        Assert.Equal("rejected", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        await stage.PushTagsAsync("web", "1.3.0");
        Assert.Equal("updated", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
    }

    [Fact]
    public async Task A_bad_release_is_bad_everywhere_for_those_who_say_so()
    {
        using var stage = await SetAsync([]);
        stage.Deploy(new Deployment("stage", stage.Image("web")) { Annotations = Of(("reject-scope", "repository")) });
        stage.Deploy(new Deployment("test", stage.Image("web")));
        await stage.PublishAsync();
        // The bot comes to one of them first.
        (await stage.RunAsync("--app", "web")).MustExit(0);
        await RevertAsync(stage, "apps/web");

        // Also in a cycle that is not about the other one.
        var outcome = (await stage.RunAsync("--app", "stage")).MustExit(0).Image("stage");
        Assert.Equal(("rejected", "1.2.0"), (outcome.Decision, outcome.Candidate));
        Assert.Matches("^1.2.0 was written on .* and taken back since in argocd/web: it is not written again, a newer version will be$", outcome.Reason);
        var all = (await stage.RunAsync()).MustExit(0);
        Assert.Equal(("rejected", "rejected", "updated"), (all.Image("stage").Decision, all.Image("web").Decision, all.Image("test").Decision));
        await stage.PushTagsAsync("web", "1.2.1");
        all = (await stage.RunAsync()).MustExit(0);
        Assert.Equal(("updated", "updated", "updated"), (all.Image("stage").Decision, all.Image("web").Decision, all.Image("test").Decision));
    }

    [Fact]
    public async Task It_reaches_over_branches_and_not_over_images()
    {
        using var stage = await SetAsync([]);
        await stage.PushTagsAsync("api", "1.0.0", "1.2.0");
        stage.Deploy(new Deployment("other", stage.Image("api")) { Alias = "web", Annotations = Of(("reject-scope", "repository")) });
        await stage.PublishAsync();
        await stage.Ada.GitAsync(["push", "--quiet", "origin", "main:staging"], Stage.Token);
        stage.Announce(new Deployment("stage", stage.Image("web")) { TargetRevision = "staging", Path = "apps/web", Annotations = Of(("web.reject-scope", "repository")) });
        (await stage.RunAsync("--app", "web")).MustExit(0);
        await RevertAsync(stage, "apps/web");

        var outcome = (await stage.RunAsync()).MustExit(0);
        Assert.Equal(("rejected", "updated"), (outcome.Image("stage").Decision, outcome.Image("other").Decision));
    }

    [Fact]
    public async Task What_is_longer_ago_than_the_memory_and_not_among_the_newest_may_be_written_again()
    {
        using var stage = await SetAsync([("rollback-memory", "0")]);
        (await stage.RunAsync()).MustExit(0);
        await RevertAsync(stage, "apps/web");
        // Among the ten newest it is.
        Assert.Equal("rejected", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        for (var patch = 1; patch <= 10; patch++)
        {
            await stage.PushTagsAsync("web", $"1.3.{patch}");
            Assert.Equal("updated", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
        }

        stage.Announce(new Deployment("web", stage.Image("web")) { Annotations = Of(("rollback-memory", "0"), ("ignore-tags", "1.3.*")) });
        await stage.Ada.PullAsync(Stage.Token);
        await stage.Ada.CommitAsync("All over", "apps/web/.argocd-source-web.yaml", new Deployment("web", stage.Image("web")).OverrideText("1.1.0"), Stage.Token);
        await stage.Ada.PushAsync(Stage.Token);
        Assert.Equal("updated", (await stage.RunAsync()).MustExit(0).Image("web").Decision);
    }

    private static Dictionary<string, string> Of(params (string Key, string Value)[] annotations) => annotations.ToDictionary(one => one.Key, one => one.Value, StringComparer.Ordinal);

    private static async Task RevertAsync(Stage stage, string folder)
    {
        await stage.Ada.PullAsync(Stage.Token);
        var commit = await stage.Ada.GitAsync(["log", "-1", "--format=%H", "--", folder], Stage.Token);
        await stage.Ada.GitAsync(["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "revert", "--no-edit", commit], Stage.Token);
        await stage.Ada.PushAsync(Stage.Token, "main");
    }

    private async Task<Stage> SetAsync(params (string Key, string Value)[] annotations)
    {
        var stage = await Stage.SetAsync(world);
        await stage.PushTagsAsync("web", "1.0.0", "1.2.0");
        stage.Deploy(new Deployment("web", stage.Image("web")) { Annotations = Of(annotations) });
        await stage.PublishAsync();
        return stage;
    }
}
