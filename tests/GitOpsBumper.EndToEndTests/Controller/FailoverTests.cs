using System.Globalization;
using GitOpsBumper.EndToEndTests.Faults;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Controller;

/// <summary>Two replicas, and the one that works is killed where it hurts. Each version of each application is committed once, neither lost nor doubled.</summary>
public abstract class FailoverTests(World world)
{
    private const int UsualRounds = 6;

    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable(KillRoundsTests.RoundsVariable) ?? $"{UsualRounds}", CultureInfo.InvariantCulture);
    private static readonly string[] Names = ["api", "web", "worker"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The hook that kills in a round, and its script, which finds the process to kill in the file <c>victim</c>.</summary>
    private protected async Task KillAgainAndAgainAsync(Func<int, (string Hook, string Script)> weapon)
    {
        using var stage = await ClusterStage.SetAsync(world);
        using var folder = new ScratchFolder("gob-failover-");
        await stage.Stage.PushTagsAsync("web", "1.0.0");
        var all = Names.Select(name => stage.Prepare(name, "web")).ToList();
        await stage.Stage.PublishAsync();
        foreach (var deployment in all)
            await stage.ApplyAsync(deployment);
        var replicas = new ReplicaProcess?[] { Start(0), Start(1) };
        try
        {
            for (var round = 1; round <= Rounds; round++)
            {
                var leader = await LeaderAsync(replicas!);
                var (hook, script) = weapon(round);
                foreach (var old in Directory.EnumerateFiles(Path.Combine(stage.Stage.Repository.Folder, "hooks")))
                    File.Delete(old);
                // Somebody else's commit, so that there is something to fetch.
                stage.Stage.File("notes.txt", $"{round}\n");
                await stage.Stage.PublishAsync();
                await File.WriteAllTextAsync(Path.Combine(stage.Stage.Repository.Folder, "victim"), $"{await replicas[leader]!.PidAsync()}\n", Token);
                stage.Stage.Repository.Hook(hook, $"mv victim victim.$$ 2>/dev/null || exit 0\n{script}");
                var version = $"1.{round}.0";
                await stage.Stage.PushTagsAsync("web", version);

                await Eventually.HoldsAsync($"the end of the leader in round {round}", () => replicas[leader]!.HasExited, Logs);
                await replicas[leader]!.DisposeAsync();
                replicas[leader] = null;
                replicas[leader] = Start(leader);
                await Eventually.HoldsAsync(
                    $"version {version} everywhere",
                    async () => (await Task.WhenAll(all.Select(stage.TagAsync))).All(tag => tag == version),
                    Logs);
            }
        }
        finally
        {
            foreach (var replica in replicas.OfType<ReplicaProcess>())
                await replica.DisposeAsync();
        }

        var expected = Names.SelectMany(_ => Enumerable.Range(1, Rounds), (name, round) => $"{name} 1.{round}.0").Order(StringComparer.Ordinal);
        Assert.Equal(expected, (await CommitsAsync(stage)).Order(StringComparer.Ordinal));
        await stage.Stage.Repository.GitAsync(["fsck", "--full"], Token);

        ReplicaProcess Start(int index) => ReplicaProcess.Start(stage, $"bumper-{index}", folder, "--interval", "1s", "--lease-duration", "2s");

        string Logs() => string.Join("\n\n", replicas.Select(replica => replica?.Log));
    }

    /// <summary>The index of the replica that works; waits until there is one.</summary>
    private static async Task<int> LeaderAsync(IReadOnlyList<ReplicaProcess> replicas)
    {
        var found = -1;
        await Eventually.HoldsAsync(
            "a leader",
            async () =>
            {
                var leads = await Task.WhenAll(replicas.Select(replica => replica.LeadsAsync()));
                found = Array.IndexOf(leads, true);
                return leads.Count(leader => leader) == 1;
            },
            () => string.Join("\n\n", replicas.Select(replica => replica.Log)));
        return found;
    }

    /// <summary>Application and version of each of our commits, from their trailers.</summary>
    private static async Task<IReadOnlyList<string>> CommitsAsync(ClusterStage stage)
    {
        var lines = (await stage.Stage.Repository.GitAsync(["log", "--author=GitOpsBumper", "--format=%(trailers:key=Bumper-Update,valueonly,separator=|)", "refs/heads/main"], Token)).Split('\n');
        return [.. lines.Select(line => line.Split(' ')).Select(words => $"{words[0].Split('/')[1]} {words[^1]}")];
    }
}

/// <summary>Killed while it pushes: the server has taken the push, or is about to, or refuses it.</summary>
public sealed class KilledMidPushTests(World world) : FailoverTests(world)
{
    [Fact]
    public Task A_leader_that_is_killed_while_it_pushes_loses_and_doubles_nothing() => KillAgainAndAgainAsync(round => (round % 3) switch
    {
        // Everything was sent, and is taken after the sender's death.
        0 => ("pre-receive", "kill -9 $(cat victim.$$)"),
        // Everything was sent, and is refused.
        1 => ("pre-receive", "kill -9 $(cat victim.$$); exit 1"),
        // Everything was taken, and nobody is there to hear of it.
        _ => ("post-receive", "kill -9 $(cat victim.$$)"),
    });
}

/// <summary>Killed while it finds out what is due.</summary>
public sealed class KilledWhilePlanningTests(World world) : FailoverTests(world)
{
    [Fact]
    public Task A_leader_that_is_killed_while_it_plans_loses_and_doubles_nothing() =>
        KillAgainAndAgainAsync(round => ("on-fetch", $"sleep 0.0{round % 10}; kill -9 $(cat victim.$$)"));
}
