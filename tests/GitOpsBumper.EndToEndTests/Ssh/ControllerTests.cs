using System.Text.Json.Nodes;
using GitOpsBumper.EndToEndTests.Controller;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Servers.Ssh;

namespace GitOpsBumper.EndToEndTests.Ssh;

/// <summary>A controller that runs hears of keys and hosts as they come.</summary>
public sealed class ControllerTests(World world)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_and_a_known_host_are_used_as_soon_as_they_are_in_the_cluster()
    {
        var server = await world.SshAsync();
        var key = await SshKey.CreateAsync(Token);
        using var stage = await ClusterStage.SetAsync(world);
        server.Allow(key, stage.Stage.Repository);
        await stage.Stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        var web = stage.Prepare("web", "web") with { RepositoryUrl = server.UrlOf(stage.Stage.Repository) };
        await stage.Stage.PublishAsync();
        await stage.ApplyAsync(web);
        await using var controller = await RunningController.StartAsync(stage, "--interval", "0");
        await controller.DecidesAsync("web", "failed", "no repository secret or credential template of Argo CD holds an sshPrivateKey for it");

        await stage.Cluster.ApplyAsync(stage.Core("secrets/repository"), RepositorySecret(stage, web.RepositoryUrl, key), Token);
        await controller.DecidesAsync("web", "failed", $"config map {stage.Namespace}/argocd-ssh-known-hosts-cm");

        await KnowAsync(stage, server.KnownHostsWith(await SshKey.CreateAsync(Token)));
        await controller.DecidesAsync("web", "failed", "is not the one that is known");

        await KnowAsync(stage, server.KnownHosts);
        await controller.DecidesAsync("web", "updated");
        Assert.Equal("1.1.0", await stage.TagAsync(web));
        Assert.DoesNotContain(key.Secrets, secret => controller.Log.Contains(secret, StringComparison.Ordinal));
    }

    private static Task KnowAsync(ClusterStage stage, string hosts) => stage.Cluster.ApplyAsync(
        stage.Core("configmaps/argocd-ssh-known-hosts-cm"),
        stage.Yaml("v1", "ConfigMap", "argocd-ssh-known-hosts-cm", $"data: {new JsonObject { ["ssh_known_hosts"] = hosts }.ToJsonString()}"),
        Token);

    private static string RepositorySecret(ClusterStage stage, string url, SshKey key) => new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Secret",
        ["metadata"] = new JsonObject
        {
            ["name"] = "repository",
            ["namespace"] = stage.Namespace,
            ["labels"] = new JsonObject { ["argocd.argoproj.io/secret-type"] = "repository" },
        },
        ["stringData"] = new JsonObject { ["type"] = "git", ["url"] = url, ["sshPrivateKey"] = key.Private },
    }.ToJsonString();
}
