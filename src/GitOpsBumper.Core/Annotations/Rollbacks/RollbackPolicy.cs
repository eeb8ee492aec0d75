namespace GitOpsBumper.Core.Annotations.Rollbacks;

/// <summary>What becomes of versions that people take back.</summary>
public sealed record RollbackPolicy
{
    public static readonly TimeSpan DefaultMemory = TimeSpan.FromDays(90);

    /// <summary>A version can be taken back as long as somebody remembers it.</summary>
    public static readonly TimeSpan LongestMemory = TimeSpan.FromDays(3650);

    /// <summary>What becomes of newer versions.</summary>
    public OnRollback OnRollback { get; init; } = OnRollback.Skip;

    /// <summary>How long what was written is remembered, so that it can be known as taken back; of each image its newest updates are remembered however old they are. From zero to <see cref="LongestMemory"/>.</summary>
    public TimeSpan Memory { get; init; } = DefaultMemory;

    /// <summary>Whose rollbacks count.</summary>
    public RejectScope Scope { get; init; } = RejectScope.Application;
}

/// <summary>What becomes of newer versions when a person took one back.</summary>
public enum OnRollback
{
    /// <summary>The next newer version is written.</summary>
    Skip,

    /// <summary>Nothing is written until a person writes a newer version, or lets go of the image.</summary>
    Hold,
}

/// <summary>Whose rollbacks hold a version back.</summary>
public enum RejectScope
{
    /// <summary>Those of the application, and of others that write to the same place.</summary>
    Application,

    /// <summary>Those of all applications that are written to the same git repository.</summary>
    Repository,
}
