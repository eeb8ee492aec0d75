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

    /// <summary>git is missing or too old.</summary>
    Unsupported,
}

/// <summary>Git, or the server it talked to, failed. The message is a sentence that names the repository and holds no secret.</summary>
public sealed class GitException(GitFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    public GitFailure Failure => failure;

    /// <summary>Trying again later may help without anybody changing anything.</summary>
    public bool IsTransient => failure is GitFailure.Network or GitFailure.Timeout or GitFailure.CorruptClone;
}
