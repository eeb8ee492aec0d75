using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using GitOpsBumper.Adapters.Kubernetes.Objects.Json;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Adapters.Kubernetes.Objects;

/// <summary>Changes Applications.</summary>
public sealed class ApplicationClient(KubernetesConnection connection)
{
    private readonly ObjectClient<ApplicationSnapshot> _objects = new(connection, ObjectKinds.Application);

    /// <summary>The Application as it is now; null when there is none.</summary>
    /// <exception cref="KubernetesException">The API server refused or did not answer.</exception>
    public Task<Watched<ApplicationSnapshot>?> GetAsync(NamespacedName name, CancellationToken cancellationToken) => _objects.GetAsync(name, cancellationToken);

    /// <summary>The Application as it is now, with what the bot does not read of its sources, for a patch of these; null when there is none.</summary>
    /// <exception cref="KubernetesException">The API server refused or did not answer.</exception>
    public async Task<LiveApplication?> ReadAsync(NamespacedName name, CancellationToken cancellationToken)
    {
        byte[] body;
        try
        {
            await using var reply = await connection.SendAsync(new KubernetesCall(HttpMethod.Get, ObjectKinds.Application.Path(name)), cancellationToken);
            body = await reply.ReadAllAsync(JsonBounds.DefaultMaxItemBytes, cancellationToken);
        }
        catch (KubernetesException failure) when (failure.IsNotFound)
        {
            return null;
        }

        using var stream = new MemoryStream(body, writable: false);
        return LiveApplication.Read(await _objects.ReadAsync(stream, cancellationToken), body);
    }

    /// <summary>Applies a patch whose tests make sure that it is still the Application that was seen.</summary>
    /// <returns>The Application with the patch in it.</returns>
    /// <exception cref="KubernetesException">
    /// A test failed, or what would come of it is not valid (<see cref="KubernetesException.IsUnprocessable"/>), it changed at the very moment
    /// (<see cref="KubernetesException.IsConflict"/>), or the API server refused or did not answer.
    /// </exception>
    /// <seealso href="https://www.rfc-editor.org/rfc/rfc6902"/>
    public Task<Watched<ApplicationSnapshot>> PatchAsync(ApplicationPatch patch, CancellationToken cancellationToken) => _objects.SendAsync(
        new KubernetesCall(HttpMethod.Patch, ObjectKinds.Application.Path(patch.Name)) { Body = patch.Body, ContentType = "application/json-patch+json" }, cancellationToken);

    /// <summary>
    /// Merges a patch into the Application, if it is still the one that was seen: lists are replaced as a whole, so a patch made from an
    /// older one would undo what somebody else did.
    /// </summary>
    /// <param name="seen">What the patch was made from; its version is the precondition.</param>
    /// <param name="patch">A merge patch; is not changed.</param>
    /// <returns>The Application with the patch in it.</returns>
    /// <exception cref="KubernetesException">
    /// The Application has changed since (<see cref="KubernetesException.IsConflict"/>) or is gone (<see cref="KubernetesException.IsNotFound"/>),
    /// or the API server refused or did not answer.
    /// </exception>
    /// <seealso href="https://www.rfc-editor.org/rfc/rfc7396"/>
    public Task<Watched<ApplicationSnapshot>> PatchAsync(Watched<ApplicationSnapshot> seen, JsonObject patch, CancellationToken cancellationToken)
    {
        var body = patch.DeepClone().AsObject();
        if (body["metadata"] is not JsonObject metadata)
            body["metadata"] = metadata = [];
        metadata["resourceVersion"] = seen.ResourceVersion;
        metadata["uid"] = seen.Uid;
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            body.WriteTo(writer);
        var call = new KubernetesCall(HttpMethod.Patch, ObjectKinds.Application.Path(seen.Name))
        {
            Body = buffer.WrittenMemory,
            ContentType = "application/merge-patch+json",
        };
        return _objects.SendAsync(call, cancellationToken);
    }
}
