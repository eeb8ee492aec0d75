using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Adapters.Kubernetes.Objects;

/// <summary>Changes Applications.</summary>
public sealed class ApplicationClient(KubernetesConnection connection)
{
    /// <summary>Of one that is patched, of which all is held.</summary>
    private const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>Argo CD writes the status of an Application as often as it likes.</summary>
    private const int MaxAttempts = 8;

    private readonly ObjectClient<ApplicationSnapshot> _objects = new(connection, ObjectKinds.Application);

    /// <summary>The Application as it is now, with what the bot does not read of its sources, for a patch of these; null when there is none.</summary>
    /// <exception cref="KubernetesException">The API server refused or did not answer.</exception>
    public async Task<LiveApplication?> ReadAsync(NamespacedName name, CancellationToken cancellationToken)
    {
        byte[] body;
        try
        {
            await using var reply = await connection.SendAsync(new KubernetesCall(HttpMethod.Get, ObjectKinds.Application.Path(name)), cancellationToken);
            body = await reply.ReadAllAsync(MaxBytes, cancellationToken);
        }
        catch (KubernetesException failure) when (failure.IsNotFound)
        {
            return null;
        }

        using var stream = new MemoryStream(body, writable: false);
        return LiveApplication.Read(await _objects.ReadAsync(stream, cancellationToken), body);
    }

    /// <summary>Changes annotations of an Application as it is, and starts again when somebody else was first.</summary>
    /// <param name="name">Of the Application.</param>
    /// <param name="change">What becomes of annotations, by their names; null takes one away. Nothing is sent when there is nothing to change.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The Application as it is then; null when there is none.</returns>
    /// <exception cref="KubernetesException">The API server refused or did not answer, or others were first every time (<see cref="KubernetesException.IsConflict"/>).</exception>
    public async Task<Watched<ApplicationSnapshot>?> AnnotateAsync(NamespacedName name, Func<ApplicationSnapshot, IReadOnlyDictionary<string, string?>> change, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await _objects.GetAsync(name, cancellationToken) is not { } seen)
                return null;
            if (change(seen.Value) is not { Count: > 0 } annotations)
                return seen;
            try
            {
                return await _objects.SendAsync(
                    new KubernetesCall(HttpMethod.Patch, ObjectKinds.Application.Path(name)) { Body = AnnotationPatch.Of(seen, annotations), ContentType = "application/merge-patch+json" }, cancellationToken);
            }
            catch (KubernetesException failure) when (failure.IsNotFound)
            {
                return null;
            }
            catch (KubernetesException failure) when (failure.IsConflict && attempt < MaxAttempts)
            {
                // Whatever it is now, the next attempt starts from it.
            }
        }
    }

    /// <summary>Applies a patch whose tests make sure that it is still the Application that was seen.</summary>
    /// <exception cref="KubernetesException">
    /// A test failed, or what would come of it is not valid (<see cref="KubernetesException.IsUnprocessable"/>), it changed at the very moment
    /// (<see cref="KubernetesException.IsConflict"/>), it is gone (<see cref="KubernetesException.IsNotFound"/>), or the API server refused or did not answer.
    /// </exception>
    /// <seealso href="https://www.rfc-editor.org/rfc/rfc6902"/>
    public async Task PatchAsync(ApplicationPatch patch, CancellationToken cancellationToken)
    {
        var call = new KubernetesCall(HttpMethod.Patch, ObjectKinds.Application.Path(patch.Name)) { Body = patch.Body, ContentType = "application/json-patch+json" };
        // The status says that it is done; an answer that breaks off behind it changes nothing about that.
        await using var reply = await connection.SendAsync(call, cancellationToken);
    }
}
