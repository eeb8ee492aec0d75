using GitOpsBumper.EndToEndTests.Controller;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Triggers;

/// <summary>A pipeline that asks, against an API server that knows who may.</summary>
public sealed class TriggerTests(World world)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_may_patch_an_Application_gets_its_commit_and_nobody_else_does()
    {
        await using var stage = await TriggerStage.SetAsync(world, async cluster =>
        {
            await cluster.DeployAsync("1.0.0");
            var other = cluster.Prepare("other", "web");
            await cluster.Stage.PublishAsync();
            await cluster.ApplyAsync(other);
        });
        var image = stage.Cluster.Stage.Image("web");
        await stage.AllowAsync("user-1", "web");
        await stage.Cluster.Stage.PushTagsAsync("web", "1.1.0");

        var refused = await stage.TriggerAsync(stage.TokenOf("user-2"), "--image", image, "--tag", "1.1.0");
        Assert.Contains("user user-2 may not trigger", refused.MustExit(2).Errors, StringComparison.Ordinal);
        Assert.Empty(await stage.Cluster.OurCommitsAsync());
        Assert.Contains("nobody vouches for the token", (await stage.TriggerAsync("not-a-token-of-anybody", "--image", image)).MustExit(2).Errors, StringComparison.Ordinal);

        var written = await stage.TriggerAsync(stage.TokenOf("user-1"), "--image", image, "--tag", "1.1.0");
        Assert.Contains($"{stage.Cluster.Namespace}/web  web  written in commit", written.MustExit(0).Output, StringComparison.Ordinal);
        Assert.Equal(1, written.Output.Split('\n').Count(line => line.Contains("written", StringComparison.Ordinal)));
        Assert.Single(await stage.Cluster.OurCommitsAsync());
        Assert.Contains($"user user-1 asked for image {image}:1.1.0: 1 Applications are looked at", stage.Controller.Log, StringComparison.Ordinal);
        Assert.Contains($"user user-2 asked for image {image}:1.1.0 and may not", stage.Controller.Log, StringComparison.Ordinal);

        Assert.Contains("already-there", (await stage.TriggerAsync(stage.TokenOf("user-1"), "--image", image, "--tag", "1.1.0")).MustExit(0).Output, StringComparison.Ordinal);
        // The tag is a hint: the policy decides, and the pipeline hears that its own tag was not it.
        Assert.Contains("1.0.0 was asked for, 1.1.0 stands there", (await stage.TriggerAsync(stage.TokenOf("user-1"), "--image", image, "--tag", "1.0.0")).MustExit(1).Output, StringComparison.Ordinal);
        // Whether there is such an Application is not said to who may not trigger it.
        Assert.Contains("may not trigger", (await stage.TriggerAsync(stage.TokenOf("user-1"), "--application", "nothing")).MustExit(2).Errors, StringComparison.Ordinal);
        Assert.Contains("no Application that is looked at lists image", (await stage.TriggerAsync(stage.TokenOf("user-1"), "--image", "ghcr.io/nobody/uses")).MustExit(1).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replica_that_stands_by_hands_a_trigger_to_the_one_that_leads()
    {
        using var cluster = await ClusterStage.SetAsync(world);
        using var folder = new ScratchFolder("gob-relay-");
        var web = await cluster.DeployAsync("1.0.0");
        var (first, second) = (Startup.FreePort(), Startup.FreePort());
        await using var leader = ReplicaProcess.Start(cluster, "pod-a", folder, "--interval", "0", "--enable-webhook", "--webhook-port", $"{first}", "--tls-min-version", "1.2");
        await Eventually.HoldsAsync("the first replica to lead", leader.LeadsAsync, () => leader.Log);
        await using var follower = ReplicaProcess.Start(cluster, "pod-b", folder, "--interval", "0", "--enable-webhook", "--webhook-port", $"{second}", "--disable-tls");
        await Eventually.HoldsAsync("the second replica to know who leads", async () => (string?)(await follower.StatusAsync())?["leaderName"] is { } name && name.StartsWith("pod-a", StringComparison.Ordinal), () => follower.Log);
        await cluster.Stage.PushTagsAsync("web", "1.1.0");

        // The leader speaks TLS with a certificate that it made up: the lease says which.
        var written = await Scenarios.Stage.ExecuteAsync(
            "trigger", "--server", $"http://127.0.0.1:{second}", "--token-file", folder.Write("token", cluster.Cluster.TokenOf("admin")), "--application", $"{cluster.Namespace}/web", "--wait", "60s");
        Assert.True(written.ExitCode == 0, $"{written.Output}{written.Errors}\n{leader.Log}\n{follower.Log}");
        Assert.Equal("1.1.0", await cluster.TagAsync(web));
    }
}
