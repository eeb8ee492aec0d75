using System.Text.Json.Nodes;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Controller;

/// <summary>How a replica ends, in order or not, and how another one takes over.</summary>
public sealed class EndingTests(World world)
{
    /// <summary>What a pod is given before it is killed, and what this program promises.</summary>
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(10);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SIGTERM_lets_the_push_under_way_end_and_gives_the_lease_back()
    {
        using var stage = await ClusterStage.SetAsync(world);
        using var folder = new ScratchFolder("gob-ending-");
        var web = await PrepareAsync(stage);
        await using var replica = Start(stage, "first", folder);
        await ArmAsync(stage, replica, "pre-receive", "kill -TERM $(cat victim.$$); sleep 3");

        await stage.Stage.PushTagsAsync("web", "1.1.0");

        await Eventually.HoldsAsync("the end", () => replica.HasExited, () => replica.Log);
        Assert.Equal(0, replica.ExitCode);
        Assert.Equal("1.1.0", await stage.TagAsync(web));
        // What was pushed in the last moment is told like everything else.
        Assert.Contains("updated web", replica.Log, StringComparison.Ordinal);
        Assert.Contains("Stopped", replica.Log, StringComparison.Ordinal);
        Assert.Equal("", await HolderAsync(stage));
    }

    [Fact]
    public async Task A_push_that_hangs_does_not_keep_a_process_that_has_to_end_and_is_made_once_all_the_same()
    {
        using var stage = await ClusterStage.SetAsync(world);
        using var folder = new ScratchFolder("gob-ending-");
        var web = await PrepareAsync(stage);
        await using var replica = Start(stage, "first", folder);
        await ArmAsync(stage, replica, "pre-receive", "kill -TERM $(cat victim.$$); echo > told; sleep 15");

        await stage.Stage.PushTagsAsync("web", "1.1.0");
        await Eventually.HoldsAsync("the push", () => File.Exists(Path.Combine(stage.Stage.Repository.Folder, "told")), () => replica.Log);
        var told = TimeProvider.System.GetTimestamp();
        await Eventually.HoldsAsync("the end", () => replica.HasExited, () => replica.Log);
        Assert.InRange(TimeProvider.System.GetElapsedTime(told), TimeSpan.Zero, Promised);

        await using var next = Start(stage, "second", folder);
        await Eventually.HoldsAsync("the commit", async () => await stage.TagAsync(web) == "1.1.0", () => next.Log);
        await Eventually.HoldsAsync("a quiet cycle", async () => (await next.StatusAsync())?["applications"]?.AsArray().FirstOrDefault()?["images"]?[0]?["decision"]?.ToString() == "up-to-date", () => next.Log);
        // Also after the server has done with the push that was given up.
        await Task.Delay(TimeSpan.FromSeconds(8), TimeProvider.System, Token);
        Assert.Single(await stage.OurCommitsAsync());
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("QUIT")]
    public async Task A_signal_from_the_keyboard_ends_it_in_order(string signal)
    {
        using var stage = await ClusterStage.SetAsync(world);
        using var folder = new ScratchFolder("gob-ending-");
        await PrepareAsync(stage);
        await using var replica = Start(stage, "first", folder);
        await Eventually.HoldsAsync("it leads", replica.LeadsAsync, () => replica.Log);

        await replica.SignalAsync(signal);

        await Eventually.HoldsAsync("the end", () => replica.HasExited, () => replica.Log);
        Assert.Equal(0, replica.ExitCode);
        Assert.Contains("Stopped", replica.Log, StringComparison.Ordinal);
        Assert.Equal("", await HolderAsync(stage));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("QUIT")]
    public async Task A_second_signal_from_the_keyboard_ends_it_at_once(string signal)
    {
        using var stage = await ClusterStage.SetAsync(world);
        using var folder = new ScratchFolder("gob-ending-");
        await PrepareAsync(stage);
        await using var replica = Start(stage, "first", folder);
        await ArmAsync(stage, replica, "pre-receive", "echo > told; sleep 15");
        await stage.Stage.PushTagsAsync("web", "1.1.0");
        await Eventually.HoldsAsync("the push", () => File.Exists(Path.Combine(stage.Stage.Repository.Folder, "told")), () => replica.Log);

        await replica.SignalAsync("INT");
        // More than one, as signals that come too close to each other are one.
        await Eventually.HoldsAsync(
            "the end",
            async () =>
            {
                await replica.SignalAsync(signal);
                return replica.HasExited;
            },
            () => replica.Log);
        Assert.InRange(replica.ExitCode, 130, 131);
        Assert.DoesNotContain("Stopped", replica.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_leader_that_stood_still_knows_that_it_is_none_any_more()
    {
        using var stage = await ClusterStage.SetAsync(world);
        using var folder = new ScratchFolder("gob-ending-");
        var web = await PrepareAsync(stage);
        await using var first = Start(stage, "first", folder);
        await Eventually.HoldsAsync("the first one leads", first.LeadsAsync, () => first.Log);
        await using var second = Start(stage, "second", folder);
        // Somebody else's commit, so that there is something to fetch.
        stage.Stage.File("notes.txt", "news\n");
        await ArmAsync(stage, first, "on-fetch", "kill -STOP $(cat victim.$$)");
        await stage.Stage.PublishAsync();
        await stage.Stage.PushTagsAsync("web", "1.1.0");

        await Eventually.HoldsAsync("the commit of the second one", async () => await stage.TagAsync(web) == "1.1.0", () => second.Log);
        await first.SignalAsync("CONT");
        await Eventually.HoldsAsync("the first one knows", () => first.Log.Contains("Lost leadership", StringComparison.Ordinal), () => first.Log);
        await Eventually.HoldsAsync("one leader", async () => !await first.LeadsAsync() && await second.LeadsAsync(), () => first.Log + second.Log);
        Assert.Single(await stage.OurCommitsAsync());
    }

    [Fact]
    public async Task Another_replica_takes_over_within_twenty_seconds_when_nobody_says_goodbye()
    {
        using var stage = await ClusterStage.SetAsync(world);
        using var folder = new ScratchFolder("gob-ending-");
        await PrepareAsync(stage);
        await using var first = ReplicaProcess.Start(stage, "first", folder, "--interval", "1s");
        await Eventually.HoldsAsync("the first one leads", first.LeadsAsync, () => first.Log);
        await using var second = ReplicaProcess.Start(stage, "second", folder, "--interval", "1s");
        await Eventually.HoldsAsync(
            "the second one waits and says for whom",
            async () => await second.StatusAsync() is { } status && !(bool)status["leader"]! && status["leaderName"]?.ToString().StartsWith("first_", StringComparison.Ordinal) == true,
            () => second.Log);

        await first.SignalAsync("KILL");
        var killed = TimeProvider.System.GetTimestamp();
        await Eventually.HoldsAsync("the second one leads", second.LeadsAsync, () => second.Log);
        Assert.InRange(TimeProvider.System.GetElapsedTime(killed), TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    private static ReplicaProcess Start(ClusterStage stage, string pod, ScratchFolder folder) =>
        ReplicaProcess.Start(stage, pod, folder, "--interval", "1s", "--lease-duration", "2s");

    private static async Task<Deployment> PrepareAsync(ClusterStage stage)
    {
        var web = await stage.DeployAsync("1.0.0");
        return web;
    }

    /// <summary>Waits until the replica leads, and installs a hook that does something to it, once.</summary>
    private static async Task ArmAsync(ClusterStage stage, ReplicaProcess replica, string hook, string script)
    {
        await Eventually.HoldsAsync("it leads", replica.LeadsAsync, () => replica.Log);
        await File.WriteAllTextAsync(Path.Combine(stage.Stage.Repository.Folder, "victim"), $"{await replica.PidAsync()}\n", Token);
        stage.Stage.Repository.Hook(hook, $"mv victim victim.$$ 2>/dev/null || exit 0\n{script}");
    }

    private static async Task<string> HolderAsync(ClusterStage stage)
    {
        var lease = JsonNode.Parse(await stage.Cluster.GetAsync($"/apis/coordination.k8s.io/v1/namespaces/{stage.Namespace}/leases/gitops-bumper", Token))!;
        return (string?)lease["spec"]!["holderIdentity"] ?? "";
    }
}
