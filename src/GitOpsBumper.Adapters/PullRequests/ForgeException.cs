namespace GitOpsBumper.Adapters.PullRequests;

/// <summary>What kind of trouble a forge makes.</summary>
public enum ForgeFailure
{
    /// <summary>The credential is none, or no longer one.</summary>
    Unauthorized,

    /// <summary>The credential does not allow it, or a rule of the repository forbids it.</summary>
    Forbidden,

    /// <summary>There is no such repository or request, or the credential may not see it.</summary>
    NotFound,

    /// <summary>There is an open request for this branch.</summary>
    AlreadyExists,

    /// <summary>The forge understands, and does not want it so.</summary>
    Invalid,

    /// <summary>Too many requests.</summary>
    RateLimited,

    /// <summary>No answer, or none that could be understood; it may pass.</summary>
    Unavailable,
}

/// <summary>A forge did not do what it was asked. The message is a sentence with host, method, path and the forge's own words; no secret is in it.</summary>
public sealed class ForgeException(ForgeFailure failure, string message, Exception? cause = null) : Exception(message, cause)
{
    public ForgeFailure Failure { get; } = failure;

    /// <summary>It may succeed later, without anybody's doing.</summary>
    public bool IsTransient => Failure is ForgeFailure.RateLimited or ForgeFailure.Unavailable;
}
