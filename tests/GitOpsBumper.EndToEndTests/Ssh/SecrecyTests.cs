using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;

namespace GitOpsBumper.EndToEndTests.Ssh;

/// <summary>A private key is for ssh alone.</summary>
public sealed class SecrecyTests(World world)
{
    [Fact]
    public async Task A_key_is_on_no_command_line_in_no_message_and_gone_from_disk_afterwards()
    {
        using var stage = (await SshStage.SetAsync(world)).Equip();
        Assert.NotEmpty(stage.Key.Secrets);

        using var watch = new ProcessWatch(stage.Key.Secrets);
        var outcome = (await stage.Stage.RunAsync("--log-level", "trace")).MustExit(0);
        await watch.StopAsync();

        Assert.Equal(2, await stage.Stage.CountCommitsAsync());
        Assert.True(watch.SawGit, "the watch saw no git process");
        Assert.Empty(watch.Found);
        Assert.DoesNotContain(stage.Key.Secrets, secret => (outcome.Output + outcome.Errors).Contains(secret, StringComparison.Ordinal));
        Assert.DoesNotContain(Left(), text => text.Contains(stage.Key.Secrets[0], StringComparison.Ordinal));
        foreach (var file in Directory.EnumerateFiles(stage.Stage.CacheFolder, "*", SearchOption.AllDirectories))
            Assert.DoesNotContain(stage.Key.Secrets[0], await File.ReadAllTextAsync(file, Stage.Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_gone_from_disk_also_where_the_server_refused_it()
    {
        using var stage = (await SshStage.SetAsync(world)).Equip();
        stage.KnownHosts(stage.Server.KnownHosts.Replace("127.0.0.1", "127.0.0.2", StringComparison.Ordinal));
        await stage.FailsAsync();

        Assert.DoesNotContain(Left(), text => text.Contains(stage.Key.Secrets[0], StringComparison.Ordinal));
    }

    /// <summary>Other tests have keys in use meanwhile, which may go while they are looked at.</summary>
    private static IEnumerable<string> Left()
    {
        foreach (var folder in new[] { "/dev/shm", Path.GetTempPath() }.Where(Directory.Exists).SelectMany(parent => Directory.EnumerateDirectories(parent, "bumper-*")))
        {
            foreach (var name in new[] { "key", "known_hosts" })
            {
                string text;
                try
                {
                    text = File.ReadAllText(Path.Combine(folder, name));
                }
                catch (IOException)
                {
                    continue;
                }

                yield return text;
            }
        }
    }
}
