using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Cluster;
using GitOpsBumper.Configuration;

namespace GitOpsBumper.Hosting.Approvals;

/// <summary>The Applications of a cluster, one by one, with the rights of whoever asks: nothing else of it is looked at, so nothing else has to be permitted.</summary>
internal sealed class ClusterApplications : IDisposable
{
    private readonly ClusterLink _link;

    /// <exception cref="UsageException">A setting is wrong, or no cluster is named.</exception>
    public ClusterApplications(Surroundings surroundings, SettingsLoader loader)
    {
        _link = ClusterConnector.Connect(loader.Load(), surroundings.Environment, new RequestCounter(), "Applications in files are annotated there");
        Settings = loader.Load(podNamespace: _link.PodNamespace);
        Client = new ApplicationClient(_link.Connection);
    }

    /// <summary>Without what the config maps of the cluster say.</summary>
    public BumperSettings Settings { get; }

    public ApplicationClient Client { get; }

    public void Dispose() => _link.Dispose();
}
