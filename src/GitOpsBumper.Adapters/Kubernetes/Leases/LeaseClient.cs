using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Adapters.Kubernetes.Leases;

/// <summary>
/// Reads and writes one lease. It is written as a whole and not patched: the version in it is the precondition, so of two writers one loses,
/// and the rights that are needed are those that leader election needs everywhere: get, create, update.
/// </summary>
/// <param name="send">Answers with the body.</param>
internal sealed class LeaseClient(NamespacedName name, Func<KubernetesCall, CancellationToken, Task<byte[]>> send)
{
    private const int MaxBytes = 1024 * 1024;

    private readonly string _collection = $"/apis/coordination.k8s.io/v1/namespaces/{Uri.EscapeDataString(name.Namespace)}/leases";

    public LeaseClient(NamespacedName name, KubernetesConnection connection)
        : this(name, (call, cancellationToken) => SendAsync(connection, call, cancellationToken))
    {
    }

    public NamespacedName Name => name;

    private string Path => $"{_collection}/{Uri.EscapeDataString(name.Name)}";

    /// <summary>Null when there is none.</summary>
    /// <exception cref="KubernetesException">Refused, or no answer.</exception>
    public async Task<Lease?> GetAsync(CancellationToken cancellationToken)
    {
        try
        {
            return Lease.Read(await send(new KubernetesCall(HttpMethod.Get, Path), cancellationToken));
        }
        catch (KubernetesException failure) when (failure.IsNotFound)
        {
            return null;
        }
    }

    /// <param name="lease">Of <see cref="Lease.New"/>.</param>
    /// <exception cref="KubernetesException">There is one already (<see cref="KubernetesException.IsConflict"/>), or refused, or no answer.</exception>
    public async Task<Lease> CreateAsync(byte[] lease, CancellationToken cancellationToken) =>
        Lease.Read(await send(new KubernetesCall(HttpMethod.Post, _collection) { Body = lease }, cancellationToken));

    /// <param name="lease">Made from one that was read.</param>
    /// <exception cref="KubernetesException">
    /// It was changed (<see cref="KubernetesException.IsConflict"/>) or removed (<see cref="KubernetesException.IsNotFound"/>) since, or refused, or no answer.
    /// </exception>
    public async Task<Lease> UpdateAsync(byte[] lease, CancellationToken cancellationToken) =>
        Lease.Read(await send(new KubernetesCall(HttpMethod.Put, Path) { Body = lease }, cancellationToken));

    private static async Task<byte[]> SendAsync(KubernetesConnection connection, KubernetesCall call, CancellationToken cancellationToken)
    {
        await using var reply = await connection.SendAsync(call, cancellationToken);
        return await reply.ReadAllAsync(MaxBytes, cancellationToken);
    }
}
