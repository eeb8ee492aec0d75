using System.Text.Json.Nodes;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Controller;

/// <summary>What is configured in the cluster takes effect while the controller runs; what is wrong there takes none.</summary>
public sealed class ConfigurationTests(World world)
{
    private static readonly string[] OnChange = ["--interval", "0"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_config_map_is_used_and_a_wrong_one_leaves_the_last_good_one_in_use()
    {
        using var stage = await ClusterStage.SetAsync(world);
        var web = await stage.DeployAsync("1.0.0", "1.1.0");
        await stage.ConfigureAsync(("git.user", "Robin"));
        await using var controller = await RunningController.StartAsync(stage, OnChange);
        Assert.Equal("Robin", await AuthorAsync(stage));

        await stage.ConfigureAsync(("git.user", "Kim"), ("kube.events", "sometimes"));
        await controller.SeesAsync("the mistake", status => status["problems"]!.ToJsonString().Contains("kube.events", StringComparison.Ordinal));
        await stage.Stage.PushTagsAsync("web", "1.2.0");
        await stage.AnnotateAsync("web", "gitopsbumper.io/web.allow-tags", "regexp:^1");
        await Eventually.HoldsAsync("the commit", async () => await stage.TagAsync(web) == "1.2.0", () => controller.Log);
        Assert.Equal("Robin", await AuthorAsync(stage));

        await stage.ConfigureAsync(("git.user", "Kim"));
        await controller.SeesAsync("no mistake", status => status["problems"]!.AsArray().Count == 0);
        await stage.Stage.PushTagsAsync("web", "1.3.0");
        await stage.AnnotateAsync("web", "gitopsbumper.io/web.allow-tags", "regexp:^1[.]");
        await Eventually.HoldsAsync("the commit", async () => await stage.TagAsync(web) == "1.3.0", () => controller.Log);
        Assert.Equal("Kim", await AuthorAsync(stage));
    }

    [Fact]
    public async Task A_registry_that_is_moved_in_the_config_map_is_found_without_a_restart()
    {
        using var stage = await ClusterStage.SetAsync(world);
        var web = await stage.DeployAsync("1.0.0", "1.1.0");
        var right = stage.Stage.RegistriesConf;
        await stage.ConfigureAsync(("registries.conf", right.Replace(stage.Stage.Registry.Url.ToString().TrimEnd('/'), "http://127.0.0.1:1", StringComparison.Ordinal)));
        await using var controller = await RunningController.StartAsync(stage, OnChange);
        await controller.DecidesAsync("web", "failed");

        await stage.ConfigureAsync();

        // The config map alone begins the cycle.
        await controller.DecidesAsync("web", "updated");
        Assert.Equal("1.1.0", await stage.TagAsync(web));
    }

    [Fact]
    public async Task The_password_of_a_repository_is_used_as_soon_as_its_secret_is_there()
    {
        using var stage = await ClusterStage.SetAsync(world, access: "private");
        var web = await stage.DeployAsync("1.0.0", "1.1.0");
        await using var controller = await RunningController.StartAsync(stage, OnChange);
        await controller.DecidesAsync("web", "failed");

        await stage.Cluster.ApplyAsync(stage.Core("secrets/repository"), RepositorySecret(stage, GitHttpServer.Account), Token);

        await controller.DecidesAsync("web", "updated");
        Assert.Equal("1.1.0", await stage.TagAsync(web));
        Assert.DoesNotContain(GitHttpServer.Account.Password, controller.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_project_that_no_longer_allows_the_repository_is_heard_of()
    {
        using var stage = await ClusterStage.SetAsync(world);
        await stage.DeployAsync("1.0.0");
        await using var controller = await RunningController.StartAsync(stage, OnChange);
        await controller.DecidesAsync("web", "up-to-date");

        await stage.Cluster.MergeAsync(stage.Argo("appprojects/default"), """{"spec":{"sourceRepos":["https://git.example.com/*"]} }""", Token);

        await controller.DecidesAsync("web", "failed", "project");
    }

    [Fact]
    public async Task What_the_configuration_lacks_at_the_start_ends_the_process_with_a_sentence()
    {
        using var stage = await ClusterStage.SetAsync(world);
        await stage.ConfigureAsync(("interval", "soon"));
        await using var controller = RunningController.Launch(stage);
        Assert.Equal(2, await controller.Ended.WaitAsync(TimeSpan.FromSeconds(60), Token));
        Assert.Contains("soon", controller.Log, StringComparison.Ordinal);
        Assert.Contains("argocd-image-updater-config", controller.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Our_config_map_goes_before_that_of_Image_Updater_and_a_flag_before_both()
    {
        using var stage = await ClusterStage.SetAsync(world);
        var web = await stage.DeployAsync("1.0.0", "1.1.0");
        await stage.ConfigureAsync(("git.user", "Robin"), ("git.email", "robin@example.com"));
        await stage.Cluster.ApplyAsync(
            stage.Core("configmaps/gitops-bumper-config"),
            stage.Yaml("v1", "ConfigMap", "gitops-bumper-config", """data: {git.user: Kim, git.email: kim@example.com}"""),
            Token);
        await using var controller = await RunningController.StartAsync(stage, [.. OnChange, "--git-commit-email", "flag@example.com"]);
        Assert.Equal("1.1.0", await stage.TagAsync(web));
        Assert.Equal("Kim flag@example.com", await stage.Stage.Repository.GitAsync(["log", "-1", "--format=%an %ae", "refs/heads/main"], Token));
    }

    [Fact]
    public async Task A_git_server_with_an_authority_of_its_own_is_trusted_as_Argo_CD_trusts_it()
    {
        using var stage = await ClusterStage.SetAsync(world);
        var web = await stage.DeployAsync(it => it with { RepositoryUrl = stage.Stage.Repository.TlsUrl }, "1.0.0", "1.1.0");
        await using var controller = await RunningController.StartAsync(stage, OnChange);
        await controller.DecidesAsync("web", "failed", "certificate");

        await stage.Cluster.ApplyAsync(
            stage.Core("configmaps/argocd-tls-certs-cm"),
            stage.Yaml("v1", "ConfigMap", "argocd-tls-certs-cm", $"data: {new JsonObject { ["127.0.0.1"] = stage.Stage.Repository.AuthorityPem }.ToJsonString()}"),
            Token);

        await controller.DecidesAsync("web", "updated");
        Assert.Equal("1.1.0", await stage.TagAsync(web));
    }

    private static Task<string> AuthorAsync(ClusterStage stage) => stage.Stage.Repository.GitAsync(["log", "-1", "--format=%an", "refs/heads/main"], Token);

    private static string RepositorySecret(ClusterStage stage, BasicAccount account)
    {
        var data = new JsonObject { ["type"] = "git", ["url"] = stage.Stage.Repository.Url, ["username"] = account.User, ["password"] = account.Password };
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Secret",
            ["metadata"] = new JsonObject
            {
                ["name"] = "repository",
                ["namespace"] = stage.Namespace,
                ["labels"] = new JsonObject { ["argocd.argoproj.io/secret-type"] = "repository" },
            },
            ["stringData"] = data,
        }.ToJsonString();
    }
}
