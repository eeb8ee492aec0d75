using System.Text;
using System.Text.Json;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers;
using GitOpsBumper.EndToEndTests.Servers.Network;

namespace GitOpsBumper.EndToEndTests.Transports;

/// <summary>A stage on which one update is due, in a repository that is reached at some URL with what some secret says.</summary>
internal sealed class TransportStage : IDisposable
{
    private TransportStage(Stage stage, GitHttpServer server) => (Stage, Server) = (stage, server);

    public Stage Stage { get; }

    public GitHttpServer Server { get; }

    /// <summary>Of the Application.</summary>
    public string Url { get; private set; } = "";

    public static CancellationToken Token => Stage.Token;

    /// <param name="world">Has the servers.</param>
    /// <param name="access">Where the repository lies on the git server.</param>
    /// <param name="url">Where the Application says that it is; null: as the server is asked over http.</param>
    /// <param name="annotations">Of the Application.</param>
    public static async Task<TransportStage> SetAsync(World world, string access, Func<HostedRepository, string>? url = null, params (string Key, string Value)[] annotations)
    {
        var stage = new TransportStage(await Stage.SetAsync(world, access), await world.GitAsync());
        stage.Url = url?.Invoke(stage.Stage.Repository) ?? stage.Stage.Repository.Url;
        await stage.Stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        stage.Stage.Deploy(stage.Deployment("web") with { Annotations = annotations.ToDictionary(annotation => annotation.Key, annotation => annotation.Value, StringComparer.Ordinal) });
        stage.Stage.Manifest(
            "authorities.yaml",
            $"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: argocd-tls-certs-cm\n  namespace: argocd\ndata:\n  127.0.0.1: {JsonSerializer.Serialize(stage.Server.AuthorityPem)}\n");
        await stage.Stage.PublishAsync();
        return stage;
    }

    /// <summary>A proxy of the test's own.</summary>
    public static async Task<TinyProxy> ProxyAsync(BasicAccount? account = null)
    {
        try
        {
            return await TinyProxy.StartAsync(account, Token);
        }
        catch (ServerMissingException missing)
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }

    public Deployment Deployment(string name) => new(name, Stage.Image("web")) { RepositoryUrl = Url };

    /// <summary>The repository secret of Argo CD.</summary>
    public void Secret(params (string Key, string Value)[] fields) => NamedSecret("repository", "repository", [("url", Url), .. fields]);

    /// <param name="name">In Argo CD's namespace.</param>
    /// <param name="type">As Argo CD labels its own.</param>
    /// <param name="fields">As text.</param>
    public void NamedSecret(string name, string type, params (string Key, string Value)[] fields)
    {
        var text = new StringBuilder($"apiVersion: v1\nkind: Secret\nmetadata:\n  name: {name}\n  namespace: argocd\n  labels:\n    argocd.argoproj.io/secret-type: {type}\nstringData:\n");
        foreach (var (key, value) in fields)
            text.Append("  ").Append(key).Append(": ").Append(JsonSerializer.Serialize(value)).Append('\n');
        Stage.Manifest($"secret-{name}.yaml", text.ToString());
    }

    /// <summary>Runs a cycle in which nothing is written, and gives the reason.</summary>
    public async Task<string> FailsAsync(params string[] secrets)
    {
        var outcome = (await Stage.RunAsync()).MustExit(1);
        Assert.Equal("failed", outcome.Image("web").Decision);
        Assert.Equal(1, await Stage.CountCommitsAsync());
        Assert.DoesNotContain(secrets, secret => (outcome.Output + outcome.Errors).Contains(secret, StringComparison.Ordinal));
        return outcome.Image("web").Reason;
    }

    public async Task<Outcome> SucceedsAsync(params string[] secrets)
    {
        var outcome = (await Stage.RunAsync("--log-level", "trace")).MustExit(0);
        Assert.Equal("updated", outcome.Image("web").Decision);
        Assert.Equal(2, await Stage.CountCommitsAsync());
        Assert.DoesNotContain(secrets, secret => (outcome.Output + outcome.Errors).Contains(secret, StringComparison.Ordinal));
        foreach (var file in Directory.EnumerateFiles(Stage.CacheFolder, "*", SearchOption.AllDirectories))
        {
            var text = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, Token));
            Assert.DoesNotContain(secrets, secret => text.Contains(secret, StringComparison.Ordinal));
        }

        return outcome;
    }

    public void Dispose() => Stage.Dispose();
}
