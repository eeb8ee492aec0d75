using System.Net;

namespace GitOpsBumper.Adapters.Kubernetes;

/// <summary>One request to the API server.</summary>
/// <param name="PathAndQuery">From the server's root, escaped: <c>/api/v1/namespaces/argocd/secrets?limit=500</c>.</param>
public sealed record KubernetesCall(HttpMethod Method, string PathAndQuery)
{
    /// <summary>Empty: none.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Null: JSON.</summary>
    public string? ContentType { get; init; }

    /// <summary>Until the answer begins, and until a single object has been read. Null: 30 seconds; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>: for ever.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>For messages: without the query.</summary>
    internal string Path => PathAndQuery.Split('?')[0];
}

/// <summary>A successful answer, of which the body is still to be read.</summary>
public sealed class KubernetesReply : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly CancellationTokenSource? _late;

    /// <param name="response">Disposed of with this.</param>
    /// <param name="body">Of it.</param>
    /// <param name="late">Ends the patience with a body that does not come; disposed of with this. Null: whoever reads it sees to that.</param>
    internal KubernetesReply(HttpResponseMessage response, Stream body, CancellationTokenSource? late = null)
    {
        (_response, _late) = (response, late);
        Body = body;
    }

    public HttpStatusCode Status => _response.StatusCode;

    /// <summary>As long as the server likes: whoever reads it sets the bounds.</summary>
    public Stream Body { get; }

    /// <summary>Reads the body in the time that the call has.</summary>
    /// <param name="read">Gets the body, and what ends the wait for it.</param>
    /// <exception cref="KubernetesException">It did not come in time, or broke off.</exception>
    public async Task<T> ReadAsync<T>(Func<Stream, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(read);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _late?.Token ?? CancellationToken.None);
        try
        {
            return await read(Body, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new KubernetesException("the API server began an answer and did not end it in time", isTransient: true);
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException)
        {
            throw new KubernetesException($"the API server broke its answer off: {failure.Message}", isTransient: true, failure);
        }
    }

    /// <summary>The whole body.</summary>
    /// <exception cref="KubernetesException">It is longer than <paramref name="maxBytes"/>, did not come in time, or broke off.</exception>
    public Task<byte[]> ReadAllAsync(int maxBytes, CancellationToken cancellationToken) => ReadAsync(
        async (body, token) =>
        {
            using var read = new MemoryStream();
            var buffer = new byte[16 * 1024];
            for (int count; (count = await body.ReadAsync(buffer, token)) > 0;)
            {
                if (read.Length + count > maxBytes)
                    throw new KubernetesException($"the API server sent more than {maxBytes} bytes where a short answer was due", isTransient: false);
                await read.WriteAsync(buffer.AsMemory(0, count), token);
            }

            return read.ToArray();
        },
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Body.DisposeAsync();
        _response.Dispose();
        _late?.Dispose();
    }
}
