namespace GitOpsBumper.Adapters.Credentials.Clouds;

/// <summary>What this process is in one cloud, and how that becomes a credential for its registries. Packages of the cloud are loaded when there is an identity, not before.</summary>
internal abstract class CloudIdentity
{
    /// <param name="account">The registry.</param>
    /// <param name="patience">How long an answer of the machine's metadata server is waited for, where there may be none.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="CloudException">There is no identity, or the cloud gives it nothing.</exception>
    public abstract Task<FetchedCredential> FetchAsync(CloudAccount account, TimeSpan patience, CancellationToken cancellationToken);

    /// <summary>Whether it is what an SDK threw, whatever that is: answers of servers may confuse it.</summary>
    public static bool IsOfWork(Exception failure, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested && failure is not (CloudException or OutOfMemoryException);
}
