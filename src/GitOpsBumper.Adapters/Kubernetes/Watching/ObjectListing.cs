using GitOpsBumper.Adapters.Kubernetes.Objects;

namespace GitOpsBumper.Adapters.Kubernetes.Watching;

/// <summary>The objects of a scope at one moment.</summary>
public sealed record ObjectList<T>(IReadOnlyList<Watched<T>> Objects, IReadOnlyList<UnreadableObject> Unreadable);

/// <summary>Lists objects once, for who does not stay to watch them.</summary>
public static class ObjectListing
{
    /// <exception cref="KubernetesException">A list could not be had: then there is none of the others either.</exception>
    public static async Task<ObjectList<T>> ListAsync<T>(
        KubernetesConnection connection, ObjectKind<T> kind, ObjectScope scope, TimeProvider time, CancellationToken cancellationToken)
    {
        var objects = new List<Watched<T>>();
        var unreadable = new List<UnreadableObject>();
        foreach (var path in scope.Paths(kind))
        {
            var (read, bad) = (new List<Watched<T>>(), new List<UnreadableObject>());
            var lister = new ObjectLister<T>(connection, kind, new ObjectQuery(path, scope.LabelSelector, scope.FieldSelector), time);
            await lister.ListAsync(
                () =>
                {
                    read.Clear();
                    bad.Clear();
                },
                reading =>
                {
                    if (reading is ObjectReading<T>.Good(var watched))
                        read.Add(watched);
                    else if (reading is ObjectReading<T>.Bad(var item, _))
                        bad.Add(item);
                },
                cancellationToken);
            objects.AddRange(read);
            unreadable.AddRange(bad);
        }

        return new ObjectList<T>(objects, unreadable);
    }
}
