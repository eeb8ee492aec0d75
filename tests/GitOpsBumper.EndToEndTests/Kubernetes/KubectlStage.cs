using GitOpsBumper.EndToEndTests.Controller;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Servers;
using GitOpsBumper.EndToEndTests.Servers.Kubernetes;

namespace GitOpsBumper.EndToEndTests.Kubernetes;

/// <summary>A namespace that plays Argo CD's, and somebody with <c>kubectl</c> and the right to do everything in it, in the folder examples/.</summary>
internal sealed class KubectlStage : IDisposable
{
    private readonly ScratchFolder _folder = new("gob-kubectl-");
    private readonly Kubectl _kubectl;

    private KubectlStage(ClusterStage stage)
    {
        Cluster = stage;
        _kubectl = new Kubectl(stage.Cluster.WriteKubeConfig(_folder, space: stage.Namespace), _folder.Folder("home"), Examples.Folder);
    }

    public ClusterStage Cluster { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<KubectlStage> SetAsync(World world)
    {
        var stage = await ClusterStage.SetAsync(world);
        try
        {
            return new KubectlStage(stage);
        }
        catch (ServerMissingException missing)
        {
            stage.Dispose();
            Assert.Skip(missing.Message);
            throw;
        }
    }

    /// <summary>See <see cref="Kubectl.RunAsync"/>.</summary>
    public Task<string> RunAsync(string line) => _kubectl.RunAsync(line, Token);

    public Task<RunResult> TryAsync(string line) => _kubectl.TryAsync(line, Token);

    /// <summary>
    /// Whether kubectl reads kustomizations as they are written today, with components and patches that name a file: since 1.21.
    /// </summary>
    public async Task<bool> KnowsKustomizeAsync() => await _kubectl.MinorVersionAsync(Token) >= 21;

    /// <summary>A file of examples/ after somebody put in what is theirs.</summary>
    /// <returns>Where it is.</returns>
    public string Adapt(string example, params (string Theirs, string Ours)[] changes) =>
        _folder.Write(Guid.NewGuid().ToString("N") + ".yaml", Examples.Read(example, changes));

    public void Dispose()
    {
        Cluster.Dispose();
        _folder.Dispose();
    }
}
