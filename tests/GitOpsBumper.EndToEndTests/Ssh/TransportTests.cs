using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers.Ssh;

namespace GitOpsBumper.EndToEndTests.Ssh;

/// <summary>Repositories behind an ssh server, with the keys of Argo CD's secrets.</summary>
public sealed class TransportTests(World world)
{
    [Theory]
    [InlineData("ed25519", false)]
    [InlineData("ecdsa", true)]
    [InlineData("rsa", true)]
    public async Task An_update_is_committed_and_pushed_with_the_key_of_Argo_CDs_secret(string type, bool pem)
    {
        using var stage = (await SshStage.SetAsync(world, await SshKey.CreateAsync(Stage.Token, type, pem: pem))).Equip();

        await stage.SucceedsAsync();

        Assert.Contains("1.1.0", await stage.Stage.ReadAsync("apps/web/.argocd-source-web.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_credential_template_opens_what_lies_below_it_in_either_form_of_ssh()
    {
        using var stage = (await SshStage.SetAsync(world)).Equip();
        stage.Secret(("url", stage.Url), ("type", "git"));
        stage.NamedSecret("template", "repo-creds", ("url", $"{stage.Url[..stage.Url.LastIndexOf('/')]}/"), ("sshPrivateKey", stage.Key.Private.Trim().Replace("\n", "\r\n", StringComparison.Ordinal)));

        await stage.SucceedsAsync();
    }

    [Fact]
    public async Task The_key_of_the_secret_that_the_annotation_names_opens_the_repository()
    {
        using var stage = (await SshStage.SetAsync(world, null, ("write-back-method", "git:secret:argocd/robot"))).Equip();
        stage.Secret(("url", stage.Url), ("sshPrivateKey", (await SshKey.CreateAsync(Stage.Token)).Private));
        stage.NamedSecret("robot", "none", ("sshPrivateKey", stage.Key.Private));

        await stage.SucceedsAsync();
    }

    [Fact]
    public async Task Two_repositories_with_keys_of_their_own_are_done_in_one_cycle()
    {
        using var stage = (await SshStage.SetAsync(world)).Equip();
        using var other = await SshStage.SetAsync(world);
        stage.NamedSecret("other", "repository", ("url", other.Url), ("sshPrivateKey", other.Key.Private));
        stage.Stage.Announce(other.Deployment("other") with { Path = "apps/web" });

        await stage.SucceedsAsync();

        Assert.Equal(2, await other.Stage.CountCommitsAsync());
    }

    [Fact]
    public async Task A_cold_cycle_of_many_applications_is_five_connections_and_a_quiet_one_is_one()
    {
        using var stage = (await SshStage.SetAsync(world)).Equip();
        for (var number = 0; number < 20; number++)
            stage.Stage.Deploy(stage.Deployment($"web{number}"));
        await stage.Stage.PublishAsync();

        (await stage.Stage.RunAsync()).MustExit(0);
        Assert.Equal(["git-upload-pack", "git-upload-pack", "git-upload-pack", "git-upload-pack", "git-receive-pack"], stage.Server.Requests(stage.Stage.Repository));
        (await stage.Stage.RunAsync()).MustExit(0);
        Assert.Equal(6, stage.Server.Requests(stage.Stage.Repository).Count);
    }

    [Fact]
    public async Task A_key_that_the_server_does_not_know_is_said_to_be_refused()
    {
        using var stage = (await SshStage.SetAsync(world)).Equip();
        var stranger = await SshKey.CreateAsync(Stage.Token);
        stage.Secret(("url", stage.Url), ("sshPrivateKey", stranger.Private));

        Assert.Contains("the server does not accept the key", await stage.FailsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_that_the_key_does_not_open_is_said_not_to_be_visible()
    {
        using var stage = (await SshStage.SetAsync(world)).Equip();
        using var other = await SshStage.SetAsync(world);
        stage.Secret(("url", stage.Url), ("sshPrivateKey", other.Key.Private));

        Assert.Contains("the repository does not exist, or is not visible with this key", await stage.FailsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_with_a_passphrase_is_refused_before_the_server_is_asked()
    {
        using var stage = (await SshStage.SetAsync(world)).Equip();
        var locked = await SshKey.CreateAsync(Stage.Token, passphrase: "correct-horse");
        stage.Secret(("url", stage.Url), ("sshPrivateKey", locked.Private));

        Assert.StartsWith("the sshPrivateKey of secret argocd/repository has a passphrase", await stage.FailsAsync(), StringComparison.Ordinal);
        Assert.Empty(stage.Server.Requests(stage.Stage.Repository));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_worth_another_try()
    {
        using var stage = (await SshStage.SetAsync(world)).Equip();
        var nowhere = "ssh://git@127.0.0.1:1/team/config";
        stage.Secret(("url", nowhere), ("sshPrivateKey", stage.Key.Private));
        stage.Stage.Announce(stage.Deployment("web") with { RepositoryUrl = nowhere });

        Assert.Contains("the server could not be reached (ssh: connect to host 127.0.0.1 port 1: Connection refused", await stage.FailsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_project_and_the_setting_limit_repositories_of_ssh_too()
    {
        using var stage = (await SshStage.SetAsync(world)).Equip();

        Assert.Contains("allowed-repositories", await stage.FailsAsync("--allowed-repositories", "https://**"), StringComparison.Ordinal);
        Assert.Empty(stage.Server.Requests(stage.Stage.Repository));
        await stage.SucceedsAsync("--allowed-repositories", $"ssh://*@{stage.Server.Host}/**");
    }
}
