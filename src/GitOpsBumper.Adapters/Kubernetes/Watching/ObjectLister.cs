using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Adapters.Kubernetes.Objects.Json;

namespace GitOpsBumper.Adapters.Kubernetes.Watching;

/// <summary>Lists a collection page by page, in pages that suit the size of its objects.</summary>
internal sealed class ObjectLister<T>(KubernetesConnection connection, ObjectKind<T> kind, ObjectQuery query, TimeProvider time)
{
    /// <summary>The last attempt asks for everything at once: there is no token in it that could expire.</summary>
    private const int Attempts = 4;

    private const int MaxPages = 2000;

    private const int MinPageSize = 10;

    /// <summary>Of one answer: it is streamed, so this only ends what never ends.</summary>
    private const long MaxListBytes = 4L * 1024 * 1024 * 1024;

    /// <summary>Beyond it a page asks much of the server's memory and of its time limit, which is a minute: the next one has fewer objects.</summary>
    private const long LargePage = 32 * 1024 * 1024;

    /// <summary>For one page, from the question to its last byte.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan LongPatience = TimeSpan.FromMinutes(10);

    private int _pageSize = ObjectQuery.PageSize;

    /// <summary>For this lister, and for whoever reads the same objects when it does not.</summary>
    public StringTable Strings { get; } = new();

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
        var reader = new ObjectListReader<T>(kind, Strings);
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
            var call = new KubernetesCall(HttpMethod.Get, query.List(paged ? _pageSize : null, token)) { Timeout = patience };
            await using var reply = await connection.SendAsync(call, either.Token);
            await foreach (var reading in reader.ReadAsync(reply.Body, MaxListBytes, either.Token))
                take(reading);
            if (reader.Bytes > LargePage)
                Shrink();
            else if (reader.Bytes < LargePage / 4)
                _pageSize = Math.Min(_pageSize * 2, ObjectQuery.PageSize);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            Shrink();
            throw MalformedAnswer.Because($"the list of {kind.Plural} was not there after {patience.TotalSeconds:0} s", isTransient: true);
        }
        catch (KubernetesException) when (reader.Bytes > LargePage)
        {
            Shrink();
            throw;
        }
    }

    private void Shrink() => _pageSize = Math.Max(_pageSize / 2, MinPageSize);
}
