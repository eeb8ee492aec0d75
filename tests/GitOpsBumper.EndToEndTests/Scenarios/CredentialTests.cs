using System.Text;
using System.Text.Json;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Scenarios;

/// <summary>Credentials come from secrets in the manifests; where they are wrong, that is what the report says.</summary>
[Collection(PasswordsInSight)]
public sealed class CredentialTests(World world)
{
    /// <summary>Tests that use passwords where others could see them do not run beside the one that looks for them.</summary>
    internal const string PasswordsInSight = "passwords in sight";

    [Fact]
    public async Task Argo_CDs_own_repository_secret_opens_the_repository()
    {
        using var stage = await PrepareAsync("private");
        stage.Manifest("secret.yaml", RepositorySecret("repository", stage.Repository.Url, GitHttpServer.Account));
        (await stage.RunAsync()).MustExit(0);
        Assert.Equal(2, await stage.CountCommitsAsync());
    }

    [Fact]
    public async Task A_credential_template_opens_every_repository_below_its_prefix()
    {
        using var stage = await PrepareAsync("private");
        var prefix = stage.Repository.Url[..stage.Repository.Url.LastIndexOf('/')];
        stage.Manifest("short.yaml", RepositorySecret("repo-creds", prefix[..prefix.LastIndexOf('/')], new BasicAccount("other", "wrong"), "short"));
        stage.Manifest("long.yaml", RepositorySecret("repo-creds", prefix, GitHttpServer.Account, "long"));
        (await stage.RunAsync()).MustExit(0);
        Assert.Equal(2, await stage.CountCommitsAsync());
    }

    [Fact]
    public async Task A_bearer_token_opens_the_repository()
    {
        using var stage = await PrepareAsync("bearer");
        stage.Manifest("secret.yaml", Secret("token", [("argocd.argoproj.io/secret-type", "repository")],
            ("url", stage.Repository.Url), ("bearerToken", GitHttpServer.BearerToken)));
        (await stage.RunAsync()).MustExit(0);
        Assert.Equal(2, await stage.CountCommitsAsync());
    }

    [Fact]
    public async Task The_secret_that_the_annotation_names_opens_the_repository()
    {
        using var stage = await PrepareAsync("private", ("write-back-method", "git:secret:argocd/robot"));
        stage.Manifest("secret.yaml", Secret("robot", [], ("username", GitHttpServer.Account.User), ("password", GitHttpServer.Account.Password)));
        (await stage.RunAsync()).MustExit(0);
        Assert.Equal(2, await stage.CountCommitsAsync());
    }

    [Fact]
    public async Task Wrong_git_credentials_are_named_and_the_neighbour_is_done()
    {
        using var stage = await PrepareAsync("private");
        stage.Manifest("secret.yaml", RepositorySecret("repository", stage.Repository.Url, GitHttpServer.Account with { Password = "no-longer-valid" }));
        using var neighbour = await PrepareAsync("open");
        stage.Announce(new Deployment("neighbour", neighbour.Image("web")) { RepositoryUrl = neighbour.Repository.Url, Path = "apps/web" });

        var outcome = (await stage.RunAsync()).MustExit(1);
        Assert.Equal("failed", outcome.Image("web").Decision);
        Assert.Contains("credentials", outcome.Image("web").Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("no-longer-valid", outcome.Output + outcome.Errors, StringComparison.Ordinal);
        Assert.Equal("updated", outcome.Image("neighbour").Decision);
        Assert.Equal(1, await stage.CountCommitsAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pull_secret_opens_the_registry(bool tokens)
    {
        using var stage = await PrepareAsync("open", tokens ? await world.TokenRegistryAsync() : await world.BasicRegistryAsync(), ("web.pull-secret", "pullsecret:argocd/pull"));
        stage.Manifest("secret.yaml", PullSecret(stage.Registry.Host, World.RegistryAccount));
        (await stage.RunAsync()).MustExit(0);
        Assert.Equal(2, await stage.CountCommitsAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Wrong_registry_credentials_are_named(bool tokens)
    {
        using var stage = await PrepareAsync("open", tokens ? await world.TokenRegistryAsync() : await world.BasicRegistryAsync(), ("web.pull-secret", "pullsecret:argocd/pull"));
        stage.Manifest("secret.yaml", PullSecret(stage.Registry.Host, World.RegistryAccount with { Password = "no-longer-valid" }));
        var outcome = (await stage.RunAsync()).MustExit(1);
        Assert.Equal("failed", outcome.Image("web").Decision);
        Assert.Contains("credential", outcome.Image("web").Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("no-longer-valid", outcome.Output + outcome.Errors, StringComparison.Ordinal);
        Assert.Equal(1, await stage.CountCommitsAsync());
    }

    [Fact]
    public async Task A_pull_secret_that_is_not_there_is_named()
    {
        using var stage = await PrepareAsync("open", await world.BasicRegistryAsync(), ("web.pull-secret", "pullsecret:argocd/pull"));
        var outcome = (await stage.RunAsync()).MustExit(1);
        Assert.Contains("argocd/pull", outcome.Image("web").Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_of_another_namespace_is_not_used()
    {
        using var stage = await PrepareAsync("open", await world.BasicRegistryAsync(), ("web.pull-secret", "pullsecret:kube-system/pull"));
        stage.Manifest("secret.yaml", PullSecret(stage.Registry.Host, World.RegistryAccount).Replace("namespace: argocd", "namespace: kube-system", StringComparison.Ordinal));
        var outcome = (await stage.RunAsync()).MustExit(1);
        Assert.Contains("kube-system/pull", outcome.Image("web").Reason, StringComparison.Ordinal);
        (await stage.RunAsync("--allowed-secret-namespaces", "kube-system")).MustExit(0);
    }

    [Fact]
    public async Task A_password_is_seen_nowhere()
    {
        using var stage = await PrepareAsync("private", await world.TokenRegistryAsync(), ("web.pull-secret", "pullsecret:argocd/pull"));
        stage.Manifest("git.yaml", RepositorySecret("repository", stage.Repository.Url, GitHttpServer.Account));
        stage.Manifest("pull.yaml", PullSecret(stage.Registry.Host, World.RegistryAccount));
        string[] secrets =
        [
            GitHttpServer.Account.Password, GitHttpServer.Account.Header.Parameter!, World.RegistryAccount.Password, World.RegistryAccount.Header.Parameter!,
        ];

        using var watch = new ProcessWatch(secrets);
        var outcome = (await stage.RunAsync("--log-level", "trace")).MustExit(0);
        await watch.StopAsync();

        Assert.Equal(2, await stage.CountCommitsAsync());
        Assert.True(watch.SawGit, "the watch saw no git process");
        Assert.Empty(watch.Found);
        Assert.DoesNotContain(secrets, secret => (outcome.Output + outcome.Errors).Contains(secret, StringComparison.Ordinal));
        foreach (var file in Directory.EnumerateFiles(stage.CacheFolder, "*", SearchOption.AllDirectories))
        {
            var text = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, Stage.Token));
            Assert.DoesNotContain(secrets, secret => text.Contains(secret, StringComparison.Ordinal));
        }
    }

    private Task<Stage> PrepareAsync(string access, params (string Key, string Value)[] annotations) => PrepareAsync(access, null, annotations);

    private async Task<Stage> PrepareAsync(string access, DockerRegistry? registry, params (string Key, string Value)[] annotations)
    {
        var stage = await Stage.SetAsync(world, access, registry);
        await stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        stage.Deploy(new Deployment("web", stage.Image("web"))
        {
            Annotations = annotations.ToDictionary(annotation => annotation.Key, annotation => annotation.Value, StringComparer.Ordinal),
        });
        await stage.PublishAsync();
        return stage;
    }

    private static string RepositorySecret(string type, string url, BasicAccount account, string name = "config") => Secret(
        name, [("argocd.argoproj.io/secret-type", type)], ("url", url), ("username", account.User), ("password", account.Password));

    private static string PullSecret(string host, BasicAccount account)
    {
        var config = $"{{\"auths\":{{\"http://{host}\":{{\"auth\":\"{account.Header.Parameter}\"}}}}}}";
        return $"""
            apiVersion: v1
            kind: Secret
            type: kubernetes.io/dockerconfigjson
            metadata:
              name: pull
              namespace: argocd
            data:
              .dockerconfigjson: {Convert.ToBase64String(Encoding.UTF8.GetBytes(config))}

            """;
    }

    private static string Secret(string name, (string Key, string Value)[] labels, params (string Key, string Value)[] fields)
    {
        var text = new StringBuilder($"apiVersion: v1\nkind: Secret\nmetadata:\n  name: {name}\n  namespace: argocd\n  labels:\n    kept: here\n");
        foreach (var (key, value) in labels)
            text.Append("    ").Append(key).Append(": ").Append(value).Append('\n');
        text.Append("stringData:\n");
        foreach (var (key, value) in fields)
            text.Append("  ").Append(key).Append(": ").Append(JsonSerializer.Serialize(value)).Append('\n');
        return text.ToString();
    }
}
