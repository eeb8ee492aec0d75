using GitOpsBumper.EndToEndTests.Controller;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Triggers;

/// <summary>A push, and what it sets off.</summary>
public sealed class RegistryPushTests(World world)
{
    private const string Secret = "known-to-the-registry-and-to-the-bot";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_push_to_docker_registry_becomes_a_commit_and_a_revert_is_seen_at_once()
    {
        await world.RegistryAsync();
        var (port, metrics) = (Startup.FreePort(), Startup.FreePort());
        await using var registry = await DockerRegistry.StartAsync(
            new DockerRegistryOptions { Notification = new RegistryNotification(new Uri($"http://127.0.0.1:{port}/webhook?type=distribution"), $"Bearer {Secret}") }, TimeProvider.System, Token);
        Deployment web = null!;
        await using var stage = await TriggerStage.SetAsync(
            world,
            async cluster =>
            {
                await cluster.ConfideAsync(("webhook.distribution-secret", Secret), ("webhook.gitea-secret", "of-the-forge"));
                web = await cluster.DeployAsync("1.0.0");
            },
            port, registry, "--metrics-port", $"{metrics}");
        // The registry has told of 1.0.0 already, perhaps before anybody listened: it tells again until somebody does.
        await stage.Cluster.Stage.PushTagsAsync("web", "1.1.0");
        await Eventually.HoldsAsync("the commit", async () => await stage.Cluster.TagAsync(web) == "1.1.0", () => stage.Controller.Log);
        await Eventually.HoldsAsync("its time", async () => await CountAsync(metrics) == 1, () => stage.Controller.Log);

        await stage.Cluster.Stage.Ada.PullAsync(Token);
        await stage.Cluster.Stage.Ada.GitAsync(["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "revert", "--no-edit", "HEAD"], Token);
        await stage.Cluster.Stage.Ada.PushAsync(Token, "main");
        var body = $$"""{"ref": "refs/heads/main", "after": "{{new string('a', 40)}}", "repository": {"clone_url": "{{stage.Cluster.Stage.Repository.Url}}", "ssh_url": ""} }""";
        var signature = Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256.HashData("of-the-forge"u8, System.Text.Encoding.UTF8.GetBytes(body)));
        var told = await stage.PostAsync("/webhook/gitea", body, null, ("X-Gitea-Event", "push"), ("X-Gitea-Delivery", "1"), ("X-Gitea-Signature", signature));
        Assert.Equal(202, told.Status);
        Assert.Equal(1, (int)told.Body["applications"]!);
        await stage.Controller.DecidesAsync("web", "rejected");

        Assert.Equal(200, (await stage.PostAsync("/webhook/gitea", body, null, ("X-Gitea-Event", "push"), ("X-Gitea-Delivery", "1"), ("X-Gitea-Signature", signature))).Status);
        Assert.Equal(401, (await stage.PostAsync("/webhook/gitea", body + " ", null, ("X-Gitea-Event", "push"), ("X-Gitea-Signature", signature))).Status);
        Assert.Equal(401, (await stage.PostAsync("/webhook?type=harbor", "{}")).Status);
        Assert.Equal(404, (await stage.PostAsync("/webhook?type=habor", "{}")).Status);
        Assert.Equal(413, (await stage.PostAsync("/webhook?type=distribution", new string(' ', 1024 * 1024 + 1), Secret)).Status);
    }

    private static async Task<int> CountAsync(int port)
    {
        using var http = new HttpClient();
        var text = await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"), Token);
        var line = text.Split('\n').FirstOrDefault(line => line.StartsWith("gitopsbumper_push_to_commit_seconds_count ", StringComparison.Ordinal));
        return line is null ? 0 : int.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
