using System.Text.Json.Nodes;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Scenarios;

/// <summary>Credentials that programs give, and those that the machine's docker client is logged in with.</summary>
[Collection(CredentialTests.PasswordsInSight)]
public sealed class CredentialSourceTests(World world)
{
    private static readonly BasicAccount Account = World.RegistryAccount;

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task A_program_whose_password_has_changed_is_run_once_more(bool tokens, bool isAnnotated)
    {
        using var stage = await StageAsync(tokens);
        // What it prints first is no longer true.
        var program = await stage.ProgramAsync("scripts/login", $"cd {stage.Scripts}; echo run >> count; test -e rotated && exec echo '{Account.User}:{Account.Password}'; touch rotated; echo '{Account.User}:no-longer-valid'");
        if (!isAnnotated)
            stage.ConfigureRegistries($"  credentials: ext:{program}\n  credsexpire: 5h\n");
        await DeployAsync(stage, isAnnotated ? $"ext:{program}" : null);

        var outcome = (await stage.RunAsync("--scripts-dir", stage.Scripts)).MustExit(0);

        Assert.All(["web", "api", "db"], name => Assert.Equal("updated", outcome.Image(name).Decision));
        Assert.Equal(2, CountRuns(stage));
        Assert.DoesNotContain(Account.Password, outcome.Output + outcome.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_program_whose_passwords_are_always_refused_is_run_twice_and_no_account_is_locked(bool tokens)
    {
        using var stage = await StageAsync(tokens);
        var program = await stage.ProgramAsync("scripts/login", $"cd {stage.Scripts}; echo run >> count; echo \"{Account.User}:wrong-$(wc -l < count)\"");
        await DeployAsync(stage, $"ext:{program}");

        var outcome = (await stage.RunAsync("--scripts-dir", stage.Scripts)).MustExit(1);

        Assert.Equal("failed", outcome.Image("web").Decision);
        Assert.Contains("refused the", outcome.Image("web").Reason, StringComparison.Ordinal);
        Assert.Contains("credentials", outcome.Image("web").Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-", outcome.Output + outcome.Errors, StringComparison.Ordinal);
        Assert.Equal(2, CountRuns(stage));
    }

    [Fact]
    public async Task A_program_outside_the_folder_is_not_run()
    {
        using var stage = await StageAsync(tokens: false);
        var outside = await stage.ProgramAsync("elsewhere/login", $"echo run >> {stage.Scripts}/count; echo '{Account.User}:{Account.Password}'");
        File.CreateSymbolicLink(Path.Combine(stage.Scripts, "login"), outside);
        await DeployAsync(stage, $"ext:{stage.Scripts}/login");

        var link = (await stage.RunAsync("--scripts-dir", stage.Scripts)).MustExit(1);
        Assert.Equal($"credential ext:{stage.Scripts}/login does not lie in '{stage.Scripts}', and programs are run only from the folder that --scripts-dir names", link.Image("web").Reason);
        var unset = (await stage.RunAsync()).MustExit(1);
        Assert.Contains("programs are run only from the folder that --scripts-dir names; it is not set", unset.Image("web").Reason, StringComparison.Ordinal);
        Assert.Equal(0, CountRuns(stage));
    }

    [Fact]
    public async Task A_program_that_prints_without_end_fails_its_images_alone()
    {
        using var stage = await StageAsync(tokens: false);
        var program = await stage.ProgramAsync("scripts/login", "while true; do echo 'endless-s3cret:endless-s3cret'; done");
        await DeployAsync(stage, $"ext:{program}");
        using var neighbour = await Stage.SetAsync(world);
        await neighbour.PushTagsAsync("web", "1.0.0", "1.1.0");
        neighbour.Deploy(new Deployment("open", neighbour.Image("web")));
        await neighbour.PublishAsync();
        stage.Announce(new Deployment("open", neighbour.Image("web")) { RepositoryUrl = neighbour.Repository.Url });

        var outcome = (await stage.RunAsync("--scripts-dir", stage.Scripts)).MustExit(1);

        Assert.EndsWith("printed more than 65536 bytes", outcome.Image("web").Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("endless-s3cret", outcome.Output + outcome.Errors, StringComparison.Ordinal);
        Assert.Equal("updated", outcome.Image("open").Decision);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_credential_helper_of_the_docker_config_opens_the_registry(bool tokens)
    {
        using var stage = await StageAsync(tokens);
        var name = await HelperAsync(stage, Account.User, Account.Password);
        var config = stage.Note("docker/config.json", $$$"""{"credHelpers":{"{{{stage.Registry.Host}}}":"{{{name}}}"} }""");
        await DeployAsync(stage, null);

        (await stage.RunAsync()).MustExit(1);
        (await stage.RunAsync("--docker-config", Path.GetDirectoryName(config)!)).MustExit(0);
        Assert.Equal(1, CountRuns(stage));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_identity_token_is_exchanged_for_tokens_of_the_registry(bool isInFile)
    {
        using var stage = await StageAsync(tokens: true);
        var config = isInFile
            ? stage.Note("docker/config.json", $$$"""{"auths":{"http://{{{stage.Registry.Host}}}/v2/":{"auth":"","identitytoken":"{{{World.IdentityToken}}}"} } }""")
            : stage.Note("docker/config.json", $$$"""{"credsStore":"{{{await HelperAsync(stage, "<token>", World.IdentityToken)}}}"}""");
        await DeployAsync(stage, null);

        var outcome = (await stage.RunAsync("--docker-config", config)).MustExit(0);

        Assert.Equal("updated", outcome.Image("web").Decision);
        Assert.Contains((await world.TokensAsync()).Requests, request => request.Method == "POST" && request.Status == 200);
    }

    [Fact]
    public async Task Test_and_explain_say_whom_they_ask_and_with_what()
    {
        using var stage = await StageAsync(tokens: false);
        var program = await stage.ProgramAsync("scripts/login", $"echo '{Account.User}:{Account.Password}'");
        var config = stage.Note("docker/config.json", $$$"""{"auths":{"{{{stage.Registry.Host}}}":{"username":"{{{Account.User}}}","password":"{{{Account.Password}}}"} } }""");
        await DeployAsync(stage, $"ext:{program}");

        var explained = (await stage.CallAsync("explain", "web", "--output", "json", "--scripts-dir", stage.Scripts)).MustExit(0);
        Assert.Equal(stage.Registry.Url.ToString(), (string?)explained.Report["registry"]);
        Assert.Equal($"ext:{program}", (string?)explained.Report["credentials"]);
        Assert.Contains($"asked with none (credential ext:{program} is a program", (await stage.CallAsync("explain", "web")).MustExit(1).Output, StringComparison.Ordinal);

        string[] test = ["test", stage.Image("web") + ":~1", "--registries-conf-path", stage.Note("none.conf", stage.RegistriesConf), "--output", "json", "--docker-config"];
        var tested = (await Stage.ExecuteAsync([.. test, config])).MustExit(0);
        Assert.Equal(stage.Registry.Url.ToString(), (string?)tested.Report["registry"]);
        Assert.Equal($"docker config {config}", (string?)tested.Report["credentials"]);
        Assert.Equal("anonymous", (string?)(await Stage.ExecuteAsync([.. test, "none"])).MustExit(1).Report["credentials"]);
        var broken = (await Stage.ExecuteAsync([.. test, stage.Note("docker/broken.json", "s3cret")])).MustExit(1);
        Assert.Contains("broken.json is not used: it is not JSON", broken.Errors, StringComparison.Ordinal);
        Assert.Contains("broken.json is not used: it is not JSON", (string?)JsonNode.Parse(broken.Output)!["reason"], StringComparison.Ordinal);
        Assert.DoesNotContain(Account.Password, explained.Output + tested.Output + tested.Errors, StringComparison.Ordinal);
    }

    private async Task<Stage> StageAsync(bool tokens) => await Stage.SetAsync(world, "open", tokens ? await world.TokenRegistryAsync() : await world.BasicRegistryAsync());

    /// <param name="stage">With its own registry.</param>
    /// <param name="pullSecret">Of each of three images; null: none.</param>
    private static async Task DeployAsync(Stage stage, string? pullSecret)
    {
        foreach (var name in new[] { "web", "api", "db" })
        {
            await stage.PushTagsAsync(name, "1.0.0", "1.1.0");
            stage.Deploy(new Deployment(name, stage.Image(name))
            {
                Annotations = pullSecret is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["web.pull-secret"] = pullSecret },
            });
        }

        await stage.PublishAsync();
    }

    /// <summary>A helper on the path; its name is nobody else's.</summary>
    private static async Task<string> HelperAsync(Stage stage, string user, string secret)
    {
        var name = "test-" + Guid.NewGuid().ToString("N");
        var program = await stage.ProgramAsync(
            $"bin/docker-credential-{name}",
            $"read server; echo run >> {stage.Scripts}/count; test \"$1 $server\" = 'get {stage.Registry.Host}' || exit 3; echo '{{\"ServerURL\":\"x\",\"Username\":\"{user}\",\"Secret\":\"{secret}\"}}'");
        Environment.SetEnvironmentVariable("PATH", $"{Environment.GetEnvironmentVariable("PATH")}:{Path.GetDirectoryName(program)}");
        return name;
    }

    private static int CountRuns(Stage stage) => File.Exists(Path.Combine(stage.Scripts, "count")) ? File.ReadAllLines(Path.Combine(stage.Scripts, "count")).Length : 0;
}
