using System.Text;
using System.Text.Json;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;
using GitOpsBumper.EndToEndTests.Servers.Ssh;

namespace GitOpsBumper.EndToEndTests.Ssh;

/// <summary>A stage whose repository is reached over ssh with a key of its own, and on which one update is due.</summary>
internal sealed class SshStage : IDisposable
{
    private SshStage(SshServer server, Stage stage, SshKey key) => (Server, Stage, Key) = (server, stage, key);

    public SshServer Server { get; }

    public Stage Stage { get; }

    /// <summary>That opens the repository.</summary>
    public SshKey Key { get; }

    public string Url => Server.UrlOf(Stage.Repository);

    public static async Task<SshStage> SetAsync(World world, SshKey? key = null, params (string Key, string Value)[] annotations)
    {
        var server = await world.SshAsync();
        var stage = new SshStage(server, await Stage.SetAsync(world), key ?? await SshKey.CreateAsync(Stage.Token));
        server.Allow(stage.Key, stage.Stage.Repository);
        await stage.Stage.PushTagsAsync("web", "1.0.0", "1.1.0");
        stage.Stage.Deploy(stage.Deployment("web") with { Annotations = annotations.ToDictionary(annotation => annotation.Key, annotation => annotation.Value, StringComparer.Ordinal) });
        await stage.Stage.PublishAsync();
        return stage;
    }

    public Deployment Deployment(string name) => new(name, Stage.Image("web")) { RepositoryUrl = Url };

    /// <summary>The repository secret of Argo CD, and its config map of known hosts.</summary>
    public SshStage Equip()
    {
        Secret(("url", Url), ("sshPrivateKey", Key.Private));
        KnownHosts(Server.KnownHosts);
        return this;
    }

    public void Secret(params (string Key, string Value)[] fields) => NamedSecret("repository", "repository", fields);

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

    public void KnownHosts(string text) => Stage.Manifest(
        "known-hosts.yaml",
        $"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: argocd-ssh-known-hosts-cm\n  namespace: argocd\ndata:\n  ssh_known_hosts: {JsonSerializer.Serialize(text)}\n");

    /// <summary>Runs a cycle in which nothing is written, and gives the reason.</summary>
    public async Task<string> FailsAsync(params string[] more)
    {
        var outcome = (await Stage.RunAsync(more)).MustExit(1);
        Assert.Equal("failed", outcome.Image("web").Decision);
        Assert.Equal(1, await Stage.CountCommitsAsync());
        Assert.DoesNotContain(Key.Secrets, secret => (outcome.Output + outcome.Errors).Contains(secret, StringComparison.Ordinal));
        return outcome.Image("web").Reason;
    }

    public async Task<Outcome> SucceedsAsync(params string[] more)
    {
        var outcome = (await Stage.RunAsync(more)).MustExit(0);
        Assert.Equal(2, await Stage.CountCommitsAsync());
        return outcome;
    }

    public void Dispose() => Stage.Dispose();
}
