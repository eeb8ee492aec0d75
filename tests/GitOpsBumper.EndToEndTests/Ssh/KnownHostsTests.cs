using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers;
using GitOpsBumper.EndToEndTests.Servers.Ssh;

namespace GitOpsBumper.EndToEndTests.Ssh;

/// <summary>Nobody but the server that is known gets to see a key, or gives us files.</summary>
public sealed class KnownHostsTests(World world)
{
    [Fact]
    public async Task Without_any_known_host_ssh_is_not_started_and_both_places_are_named()
    {
        using var stage = (await SshStage.SetAsync(world)).Equip();
        stage.KnownHosts("# nothing yet\n\n");

        Assert.Equal(
            $"the host key of {stage.Server.Host} is not known: there is no host key under ssh_known_hosts in config map argocd/argocd-ssh-known-hosts-cm, nor in a file that --ssh-known-hosts-path names",
            await stage.FailsAsync());
        Assert.Empty(stage.Server.Requests(stage.Stage.Repository));
    }

    [Fact]
    public async Task A_server_that_is_not_listed_is_refused()
    {
        using var stage = (await SshStage.SetAsync(world)).Equip();
        stage.KnownHosts(stage.Server.KnownHosts.Replace("127.0.0.1", "127.0.0.2", StringComparison.Ordinal));

        var reason = await stage.FailsAsync();

        Assert.Contains("the host key of the server is not known; put it into the known hosts", reason, StringComparison.Ordinal);
        Assert.Contains($"[127.0.0.1]:{stage.Server.Host.Split(':')[1]}", reason, StringComparison.Ordinal);
        Assert.Empty(stage.Server.Requests(stage.Stage.Repository));
    }

    [Fact]
    public async Task A_server_with_another_key_than_the_known_one_is_refused()
    {
        using var stage = (await SshStage.SetAsync(world)).Equip();
        stage.KnownHosts(stage.Server.KnownHostsWith(await SshKey.CreateAsync(Stage.Token)));

        var reason = await stage.FailsAsync();

        Assert.Contains("the host key of the server is not the one that is known", reason, StringComparison.Ordinal);
        Assert.Contains($"[127.0.0.1]:{stage.Server.Host.Split(':')[1]}", reason, StringComparison.Ordinal);
        Assert.Empty(stage.Server.Requests(stage.Stage.Repository));
    }

    [Fact]
    public async Task A_revoked_key_is_refused_though_it_is_listed()
    {
        using var stage = (await SshStage.SetAsync(world)).Equip();
        stage.KnownHosts($"{stage.Server.KnownHosts}@revoked {stage.Server.KnownHosts}");

        Assert.Contains("the host key of the server is revoked", await stage.FailsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hashed_names_count_as_OpenSSH_writes_them()
    {
        using var stage = (await SshStage.SetAsync(world)).Equip();
        using var folder = new ScratchFolder("gob-hosts-");
        var file = folder.Write("known_hosts", stage.Server.KnownHosts);
        await ChildProcess.RunAsync(Executable.Require("ssh-keygen", "openssh-client"), ["-H", "-f", file], new RunOptions(), Stage.Token);
        var hashed = await File.ReadAllTextAsync(file, Stage.Token);
        Assert.DoesNotContain("127.0.0.1", hashed, StringComparison.Ordinal);
        stage.KnownHosts(hashed);

        await stage.SucceedsAsync();
    }

    [Fact]
    public async Task The_file_of_the_setting_counts_instead_of_the_config_map()
    {
        using var stage = (await SshStage.SetAsync(world)).Equip();
        using var folder = new ScratchFolder("gob-hosts-");
        var file = folder.Write("known_hosts", stage.Server.KnownHostsWith(await SshKey.CreateAsync(Stage.Token)));
        Assert.Contains("is not the one that is known", await stage.FailsAsync("--ssh-known-hosts-path", file), StringComparison.Ordinal);

        stage.KnownHosts("");
        folder.Write("known_hosts", stage.Server.KnownHosts);
        await stage.SucceedsAsync("--ssh-known-hosts-path", file);
    }

    [Fact]
    public async Task Insecure_in_the_secret_takes_any_host_key_for_that_repository()
    {
        using var stage = await SshStage.SetAsync(world);
        stage.Secret(("url", stage.Url), ("sshPrivateKey", stage.Key.Private), ("insecure", "true"));

        var outcome = await stage.SucceedsAsync();
        Assert.Single(outcome.Errors.Split('\n'), line => line.Contains($"The server of {stage.Url} is not verified, because its secret says 'insecure", StringComparison.Ordinal));
    }
}
