using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using GitOpsBumper.EndToEndTests.Controller;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.EndToEndTests.Notifications;

/// <summary>From an image that is pushed to a message that arrives: API server, registry and git server are real.</summary>
public sealed class WebhookChannelTests(World world)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_image_is_pushed_and_one_message_names_the_commit_while_other_services_hang_or_are_gone()
    {
        using var stage = await ClusterStage.SetAsync(world);
        var web = await stage.DeployAsync("1.0.0");
        await using var hook = await Hook.StartAsync();
        using var hanging = new TcpListener(IPAddress.Loopback, 0);
        hanging.Start();
        await stage.Cluster.ApplyAsync(stage.Core("secrets/gitops-bumper-secret"), stage.Yaml("v1", "Secret", "gitops-bumper-secret", $"""
            stringData:
              notify.good: generic+http://127.0.0.1:{hook.Port}/s3cretPath?secret=s3cretKey
              notify.gone: generic+http://127.0.0.1:{Startup.FreePort()}/s3cretPath
              notify.hanging: generic+http://127.0.0.1:{((IPEndPoint)hanging.LocalEndpoint).Port}/s3cretPath
              notify.wrong: gotify://push.example.com?token=s3cretToken
            """), Token);
        await using var controller = await RunningController.StartAsync(stage, "--interval", "1s");
        await controller.SaysAsync("'notify.wrong' of secret");

        await stage.Stage.PushTagsAsync("web", "1.1.0");
        await Eventually.HoldsAsync("a message", () => !hook.Bodies.IsEmpty, () => controller.Log);
        await stage.Stage.PushTagsAsync("web", "1.2.0");
        await Eventually.HoldsAsync("the next commit", async () => await stage.TagAsync(web) == "1.2.0", () => controller.Log);
        await Eventually.HoldsAsync("the next message", () => hook.Bodies.Count == 2, () => controller.Log);
        await controller.SaysAsync("Channel gone: notifications do not arrive");
        Assert.Equal(0, await controller.StopAsync());

        Assert.Equal(2, hook.Bodies.Count);
        var body = JsonNode.Parse(hook.Bodies.First())!;
        var told = Assert.Single(body["notifications"]!.AsArray())!;
        Assert.Equal(("updated", "updated", "web", "default"), ((string?)body["event"], (string?)told["type"], (string?)told["application"], (string?)told["project"]));
        Assert.Equal(("1.0.0", "1.1.0"), ((string?)told["changes"]![0]!["oldTag"], (string?)told["changes"]![0]!["newTag"]));
        Assert.Equal((await stage.Stage.Repository.GitAsync(["rev-parse", "refs/heads/main~1"], Token)).Trim(), (string?)told["commit"]!["sha"]);
        Assert.DoesNotContain("s3cret", controller.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_single_run_tells_what_it_wrote_and_a_channel_that_is_gone_changes_no_exit_code()
    {
        using var stage = await ClusterStage.SetAsync(world);
        await stage.DeployAsync("1.0.0", "1.1.0");
        await using var hook = await Hook.StartAsync();
        await stage.Cluster.ApplyAsync(stage.Core("secrets/gitops-bumper-secret"), stage.Yaml("v1", "Secret", "gitops-bumper-secret", $"""
            stringData:
              notify.good: generic+http://127.0.0.1:{hook.Port}/s3cretPath
              notify.gone: generic+http://127.0.0.1:{Startup.FreePort()}/s3cretPath
            """), Token);

        var outcome = await Stage.ExecuteAsync("run", "--once", "--kubeconfig", stage.Kubeconfig, "--argocd-namespace", stage.Namespace, "--output", "json");

        outcome.MustExit(0);
        var told = Assert.Single(JsonNode.Parse(Assert.Single(hook.Bodies))!["notifications"]!.AsArray())!;
        Assert.Equal((string?)outcome.Application("web")["commit"], (string?)told["commit"]!["sha"]);
        Assert.Contains("Channel gone: a notification did not arrive", outcome.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", outcome.Errors, StringComparison.Ordinal);
    }

    /// <summary>A webhook of somebody's.</summary>
    private sealed class Hook : IAsyncDisposable
    {
        private readonly WebApplication _web;

        private Hook(WebApplication web) => _web = web;

        public ConcurrentQueue<string> Bodies { get; } = new();

        public int Port => new Uri(_web.Urls.First()).Port;

        public static async Task<Hook> StartAsync()
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.Logging.ClearProviders();
            builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
            var hook = new Hook(builder.Build());
            hook._web.Run(async context =>
            {
                using var body = new StreamReader(context.Request.Body);
                hook.Bodies.Enqueue(await body.ReadToEndAsync(context.RequestAborted));
                context.Response.StatusCode = 204;
            });
            await hook._web.StartAsync(Token);
            return hook;
        }

        public ValueTask DisposeAsync() => _web.DisposeAsync();
    }
}
