namespace GitOpsBumper.Adapters.Git.Apps;

/// <summary>Why there is no token; the message stands behind the name of the app and holds no secret.</summary>
internal sealed class AppException(GitFailure failure, string message) : Exception(message)
{
    public GitFailure Failure => failure;
}
