using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Servers;
using GitOpsBumper.EndToEndTests.Servers.Kubernetes;
using GitOpsBumper.EndToEndTests.Servers.Network;

namespace GitOpsBumper.EndToEndTests.Controller;

/// <summary>The API server itself fails: these tests have one of their own.</summary>
public sealed class OutageTests(World world, OutageTests.OwnServer own) : IClassFixture<OutageTests.OwnServer>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_API_server_that_is_started_anew_is_listened_to_again()
    {
        var cluster = await own.GetAsync();
        using var stage = await ClusterStage.SetAsync(world, cluster);
        var web = await stage.DeployAsync("1.0.0", "1.1.0");
        await using var controller = await RunningController.StartAsync(stage, "--interval", "1s");
        Assert.Equal("1.1.0", await stage.TagAsync(web));

        await cluster.StopApiServerAsync();
        // Git and registries are still there, and what is known of the cluster still holds.
        await stage.Stage.PushTagsAsync("web", "1.2.0");
        await Eventually.HoldsAsync("the commit without a cluster", async () => await stage.TagAsync(web) == "1.2.0", () => controller.Log);
        await controller.SeesAsync("the trouble", status => status["problems"]!.AsArray().Count > 0);
        await cluster.RestartApiServerAsync(Token);

        await stage.AnnotateAsync("web", "gitopsbumper.io/image-list", $"web={web.Image}:~1.2.0");
        await controller.SeesAsync("the new constraint and no trouble", status =>
            status["problems"]!.AsArray().Count == 0 && (string?)status["applications"]![0]!["images"]![0]!["constraint"] == "~1.2.0");
        await stage.Stage.PushTagsAsync("web", "1.3.0", "1.2.5");
        await Eventually.HoldsAsync("the commit", async () => await stage.TagAsync(web) == "1.2.5", () => controller.Log);
    }

    [Fact]
    public async Task A_version_that_is_no_longer_kept_costs_a_list_and_loses_nothing()
    {
        var cluster = await own.GetAsync();
        using var stage = await ClusterStage.SetAsync(world, cluster);
        var web = await stage.DeployAsync("1.0.0", "1.1.0");
        var gone = stage.Prepare("gone", "web");
        await stage.Stage.PublishAsync();
        await stage.ApplyAsync(gone);
        await using var cable = Cable.To(cluster.Url.Port);
        using var folder = new ScratchFolder("gob-gone-");
        stage.Kubeconfig = cluster.WriteKubeConfig(folder, port: cable.Port);
        await using var controller = await RunningController.StartAsync(stage, "--interval", "0");
        Assert.Equal(2, (await stage.OurCommitsAsync()).Count);

        // A server that starts anew keeps no older versions, and much happens before we are back.
        cable.Cut();
        await cluster.StopApiServerAsync();
        await cluster.RestartApiServerAsync(Token);
        await stage.Cluster.DeleteAsync(stage.Argo("applications/gone"), Token);
        await stage.Stage.PushTagsAsync("web", "1.2.0");
        await stage.AnnotateAsync("web", "gitopsbumper.io/web.allow-tags", "regexp:^1");
        cable.Mend();

        await Eventually.HoldsAsync("the commit", async () => await stage.TagAsync(web) == "1.2.0", () => controller.Log);
        Assert.Equal("1.1.0", await stage.TagAsync(gone));
    }

    [Fact]
    public async Task A_database_that_stands_still_for_half_a_minute_ends_leadership_and_nothing_else()
    {
        var cluster = await own.GetAsync();
        using var stage = await ClusterStage.SetAsync(world, cluster);
        var web = await stage.DeployAsync("1.0.0", "1.1.0");
        await using var controller = await RunningController.StartAsync(stage, "--interval", "1s", "--leader-election", "true");
        Assert.Equal("1.1.0", await stage.TagAsync(web));

        await cluster.FreezeEtcdAsync(freeze: true, Token);
        try
        {
            await controller.SeesAsync("the end of the term", status => !(bool)status["leader"]!);
            await stage.Stage.PushTagsAsync("web", "1.2.0");
            await Task.Delay(TimeSpan.FromSeconds(20), TimeProvider.System, Token);
            // Nobody knows who leads, so nobody pushes.
            Assert.Equal("1.1.0", await stage.TagAsync(web));
        }
        finally
        {
            await cluster.FreezeEtcdAsync(freeze: false, Token);
        }

        await Eventually.HoldsAsync("the commit", async () => await stage.TagAsync(web) == "1.2.0", () => controller.Log);
        await controller.SeesAsync("no trouble", status => (bool)status["leader"]! && status["problems"]!.AsArray().Count == 0);
        await stage.AnnotateAsync("web", "gitopsbumper.io/web.pin", "1.1.0");
        await Eventually.HoldsAsync("the pinned version", async () => await stage.TagAsync(web) == "1.1.0", () => controller.Log);
        Assert.Equal(3, (await stage.OurCommitsAsync()).Count);
    }

    /// <summary>An API server that may be stopped without stopping the tests of others.</summary>
    public sealed class OwnServer : IAsyncDisposable
    {
        private KubernetesServer? _server;

        public async Task<KubernetesServer> GetAsync()
        {
            try
            {
                return _server ??= await KubernetesServer.StartAsync(TimeProvider.System, Token);
            }
            catch (ServerMissingException missing)
            {
                Assert.Skip(missing.Message);
                throw;
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (_server is not null)
                await _server.DisposeAsync();
        }
    }
}
