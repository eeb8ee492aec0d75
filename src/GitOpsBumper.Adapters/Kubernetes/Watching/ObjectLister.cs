using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Adapters.Kubernetes.Objects.Json;

namespace GitOpsBumper.Adapters.Kubernetes.Watching;

/// <summary>Lists a collection page by page.</summary>
internal sealed class ObjectLister<T>(KubernetesConnection connection, ObjectKind<T> kind, ObjectQuery query, StringTable strings, TimeProvider time)
{
    /// <summary>The last attempt asks for everything at once: there is no token in it that could expire.</summary>
    private const int Attempts = 4;

    private const int MaxPages = 2000;

    /// <summary>Of a list without pages: it is streamed, so this only ends what never ends.</summary>
    private const long MaxListBytes = 4L * 1024 * 1024 * 1024;

    /// <summary>For one page, from the question to its last byte.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan LongPatience = TimeSpan.FromMinutes(10);

    /// <summary>Hands every object to <paramref name="take"/>, in an attempt that <paramref name="begin"/> announced; only the last attempt counts.</summary>
    /// <returns>The version of the list, from which a watch goes on.</returns>
    /// <exception cref="KubernetesException">The list could not be had.</exception>
    public async Task<string> ListAsync(Action begin, Action<ObjectReading<T>> take, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            begin();
            if (await PagesAsync(paged: attempt < Attempts, take, cancellationToken) is { } version)
                return version;
        }
    }

    /// <returns>Null when a token has expired: the list it belonged to is no longer kept.</returns>
    private async Task<string?> PagesAsync(bool paged, Action<ObjectReading<T>> take, CancellationToken cancellationToken)
    {
        var reader = new ObjectListReader<T>(kind, strings);
        await PageAsync(reader, paged, null, take, cancellationToken);
        for (var pages = 1; reader.Continue is { } token; pages++)
        {
            if (pages == MaxPages)
                throw MalformedAnswer.Because($"the list of {kind.Plural} has more than {MaxPages} pages", isTransient: false);
            try
            {
                await PageAsync(reader, paged, token, take, cancellationToken);
            }
            catch (KubernetesException failure) when (failure.IsGone && paged)
            {
                return null;
            }
        }

        return reader.ResourceVersion;
    }

    private async Task PageAsync(ObjectListReader<T> reader, bool paged, string? token, Action<ObjectReading<T>> take, CancellationToken cancellationToken)
    {
        var patience = paged ? Patience : LongPatience;
        using var late = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            var call = new KubernetesCall(HttpMethod.Get, query.List(paged, token)) { Timeout = patience };
            await using var reply = await connection.SendAsync(call, either.Token);
            await foreach (var reading in reader.ReadAsync(reply.Body, paged ? JsonBounds.DefaultMaxPageBytes : MaxListBytes, either.Token))
                take(reading);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw MalformedAnswer.Because($"the list of {kind.Plural} was not there after {patience.TotalSeconds:0} s", isTransient: true);
        }
    }
}
