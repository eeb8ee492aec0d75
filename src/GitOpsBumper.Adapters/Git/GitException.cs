namespace GitOpsBumper.Adapters.Git;

public enum GitFailure
{
    Other,
    AuthenticationFailed,
    RepositoryNotFound,
    Network,
    Timeout,

    /// <summary>The clone on disk is damaged; the server's repository is not.</summary>
    CorruptClone,

    /// <summary>The disk with the clone is full, or cannot be written to.</summary>
    Disk,

    /// <summary>The key of an ssh server is not known, or is another one than is known: whoever answers may be somebody else.</summary>
    HostKey,

    /// <summary>The proxy that is named for the repository, not the server behind it.</summary>
    Proxy,

    /// <summary>git or ssh is missing or too old.</summary>
    Unsupported,
}

/// <summary>Git, or the server it talked to, failed. The message is a sentence that names the repository and holds no secret.</summary>
public sealed class GitException(GitFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    public GitFailure Failure => failure;

    /// <summary>Trying again later may help without anybody changing anything.</summary>
    public bool IsTransient => failure is GitFailure.Network or GitFailure.Proxy or GitFailure.Timeout or GitFailure.CorruptClone;
}
