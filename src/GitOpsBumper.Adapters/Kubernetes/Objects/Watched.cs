using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Adapters.Kubernetes.Objects;

/// <summary>An object of the cluster at one moment.</summary>
/// <param name="Value">What the bot reads of it.</param>
/// <param name="Uid">Of this very object: one that was deleted and made again has another.</param>
/// <param name="ResourceVersion">The precondition of a patch; an opaque text.</param>
public sealed record Watched<T>(T Value, NamespacedName Name, string Uid, string ResourceVersion)
{
    /// <summary>Somebody has deleted it, and finalizers still hold it.</summary>
    public bool IsBeingDeleted { get; init; }
}

/// <summary>An object that is there and says something of the wrong kind.</summary>
/// <param name="Name">Of the object.</param>
/// <param name="Reason">A sentence; never holds the value of a secret.</param>
public sealed record UnreadableObject(NamespacedName Name, string Reason);

/// <summary>One object of an answer: read, or the reason why it could not be.</summary>
public abstract record ObjectReading<T>
{
    private ObjectReading()
    {
    }

    public sealed record Good(Watched<T> Watched) : ObjectReading<T>;

    public sealed record Bad(UnreadableObject Unreadable, string ResourceVersion) : ObjectReading<T>;
}
