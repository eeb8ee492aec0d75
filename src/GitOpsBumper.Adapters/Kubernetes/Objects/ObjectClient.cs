using GitOpsBumper.Adapters.Kubernetes.Objects.Json;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Adapters.Kubernetes.Objects;

/// <summary>Reads single objects of a kind.</summary>
public sealed class ObjectClient<T>(KubernetesConnection connection, ObjectKind<T> kind)
{
    /// <summary>The object as it is now; null when there is none.</summary>
    /// <exception cref="KubernetesException">The API server refused or did not answer, or the object says something of the wrong kind.</exception>
    public async Task<Watched<T>?> GetAsync(NamespacedName name, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(new KubernetesCall(HttpMethod.Get, kind.Path(name)), cancellationToken);
        }
        catch (KubernetesException failure) when (failure.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>Sends a call that is answered with one object of the kind.</summary>
    internal async Task<Watched<T>> SendAsync(KubernetesCall call, CancellationToken cancellationToken)
    {
        await using var reply = await connection.SendAsync(call, cancellationToken);
        return await reply.ReadAsync(ReadAsync, cancellationToken);
    }

    /// <summary>Reads one object of the kind.</summary>
    internal async Task<Watched<T>> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        var bounds = new JsonBounds($"the answer about one of {kind.Plural}", JsonBounds.DefaultMaxItemBytes);
        using var nodes = new JsonNodeReader(body, kind.Wanted, new StringTable(), bounds, many: false);
        var node = await nodes.NextAsync(cancellationToken);
        var problem = nodes.Problem;
        if (node is null || await nodes.NextAsync(cancellationToken) is not null)
            throw MalformedAnswer.Because($"the API server answered with something that is no {kind.Name}", isTransient: false);
        return kind.Read(node, problem) switch
        {
            ObjectReading<T>.Good(var watched) => watched,
            ObjectReading<T>.Bad(var unreadable, _) => throw MalformedAnswer.Because(unreadable.Reason, isTransient: false),
            _ => throw new InvalidOperationException("A reading is good or bad."),
        };
    }
}
