using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers;
using GitOpsBumper.EndToEndTests.Servers.Network;

namespace GitOpsBumper.EndToEndTests.Controller;

/// <summary>The way to the API server is cut, or swallows everything: the controller catches up by itself.</summary>
public sealed class CutTests(World world)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_happens_while_nothing_can_be_heard_is_caught_up_with(bool deaf)
    {
        using var stage = await ClusterStage.SetAsync(world);
        await stage.Stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        Deployment[] all = [stage.Prepare("web", "web"), stage.Prepare("gone", "web"), stage.Prepare("late", "web")];
        await stage.Stage.PublishAsync();
        await stage.ApplyAsync(all[0]);
        await stage.ApplyAsync(all[1]);
        await using var cable = Cable.To(stage.Cluster.Url.Port);
        using var folder = new ScratchFolder("gob-cable-");
        stage.Kubeconfig = stage.Cluster.WriteKubeConfig(folder, port: cable.Port);
        await using var controller = await RunningController.StartAsync(stage, "--interval", "0");
        Assert.Equal(2, (await stage.OurCommitsAsync()).Count);

        if (deaf)
            cable.Deafen();
        else
            cable.Cut();
        await stage.ApplyAsync(all[2]);
        await stage.Cluster.DeleteAsync(stage.Argo("applications/gone"), Token);
        cable.Mend();

        await controller.DecidesAsync("late", "updated");
        Assert.Equal("1.1.0", await stage.TagAsync(all[2]));
        Assert.Equal(3, (await stage.OurCommitsAsync()).Count);
        Assert.False(controller.Ended.IsCompleted);
        // Whoever is gone is not asked for any more.
        await stage.AnnotateAsync("web", "gitopsbumper.io/web.allow-tags", "regexp:^1");
        await controller.SeesAsync("web again", status => status["applications"]!.AsArray().Any(report => (string?)report!["name"] == "web" && (string?)report["images"]![0]!["decision"] == "up-to-date"));
        Assert.Equal(3, (await stage.OurCommitsAsync()).Count);
    }
}
