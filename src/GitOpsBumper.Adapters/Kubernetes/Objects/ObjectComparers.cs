using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.ImageUpdaters;

namespace GitOpsBumper.Adapters.Kubernetes.Objects;

internal sealed class SecretComparer : IEqualityComparer<KubernetesSecret>
{
    public bool Equals(KubernetesSecret? x, KubernetesSecret? y) => ReferenceEquals(x, y)
        || (x is not null && y is not null && x.Name == y.Name && x.Type == y.Type
            && ApplicationSnapshotComparer.SameTexts(x.Labels, y.Labels) && ApplicationSnapshotComparer.SameTexts(x.Data, y.Data));

    public int GetHashCode(KubernetesSecret obj) => obj.Name.GetHashCode();
}

internal sealed class ConfigMapComparer : IEqualityComparer<KubernetesConfigMap>
{
    public bool Equals(KubernetesConfigMap? x, KubernetesConfigMap? y) =>
        ReferenceEquals(x, y) || (x is not null && y is not null && x.Name == y.Name && ApplicationSnapshotComparer.SameTexts(x.Data, y.Data));

    public int GetHashCode(KubernetesConfigMap obj) => obj.Name.GetHashCode();
}

internal sealed class AppProjectComparer : IEqualityComparer<AppProject>
{
    public bool Equals(AppProject? x, AppProject? y) => ReferenceEquals(x, y)
        || (x is not null && y is not null && x.Name == y.Name && x.SourceRepositories.SequenceEqual(y.SourceRepositories, StringComparer.Ordinal)
            && x.SourceNamespaces.SequenceEqual(y.SourceNamespaces, StringComparer.Ordinal)
            && SyncWindow.Same(x.SyncWindows, y.SyncWindows));

    public int GetHashCode(AppProject obj) => obj.Name.GetHashCode();
}

/// <summary>The API server counts the changes of what a resource asks for.</summary>
internal sealed class ImageUpdaterComparer : IEqualityComparer<ImageUpdaterResource>
{
    public bool Equals(ImageUpdaterResource? x, ImageUpdaterResource? y) =>
        ReferenceEquals(x, y) || (x is not null && y is not null && x.Generation > 0 && x.Uid.Length > 0 && (x.Name, x.Uid, x.Generation) == (y.Name, y.Uid, y.Generation));

    public int GetHashCode(ImageUpdaterResource obj) => obj.Name.GetHashCode();
}
