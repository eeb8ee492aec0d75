using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Controller.Triggers;

/// <summary>What somebody wants looked at. A hint: what becomes of it is decided by registries and policies alone.</summary>
internal sealed record TriggerAsk
{
    /// <summary>Of which everything is looked at that lists it; null: an application is asked for as a whole.</summary>
    public RepositoryName? Image { get; init; }

    /// <summary>What was pushed; null: not said.</summary>
    public Tag? Tag { get; init; }

    /// <summary>What was pushed; null: not said.</summary>
    public Digest? Digest { get; init; }

    /// <summary>The only one; null: all that list the image.</summary>
    public NamespacedName? Application { get; init; }

    /// <summary>Whether what comes of it passes update windows.</summary>
    public bool IsUrgent { get; init; }
}
