using GitOpsBumper.Core.Annotations.Requests;
using GitOpsBumper.Core.Annotations.Rollbacks;
using GitOpsBumper.Core.Schedules;

namespace GitOpsBumper.Core.Annotations;

/// <summary>What holds where annotations are silent, and what the operator lets them name.</summary>
public sealed record AnnotationDefaults
{
    public WriteBackMethod DefaultMethod { get; init; } = WriteBackMethod.Git;

    /// <summary>Namespaces whose secrets every Application may name; the Application's own is always allowed. A <c>*</c> alone allows all.</summary>
    public IReadOnlyList<string> AllowedSecretNamespaces { get; init; } = [];

    /// <summary>What becomes of versions that people take back.</summary>
    public RollbackPolicy Rollbacks { get; init; } = new();

    /// <summary>Whether and how changes are proposed.</summary>
    public PullRequestDefaults PullRequests { get; init; } = new();

    /// <summary>When something may be written; null: always.</summary>
    public UpdateWindows? UpdateWindows { get; init; }
}
