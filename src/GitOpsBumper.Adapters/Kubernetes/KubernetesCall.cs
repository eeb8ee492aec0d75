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

    /// <summary>Until the answer begins. Null: 30 seconds; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>: for ever.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>For messages: without the query.</summary>
    internal string Path => PathAndQuery.Split('?')[0];
}

/// <summary>A successful answer, of which the body is still to be read.</summary>
public sealed class KubernetesReply : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;

    internal KubernetesReply(HttpResponseMessage response, Stream body)
    {
        _response = response;
        Body = body;
    }

    public HttpStatusCode Status => _response.StatusCode;

    /// <summary>As long as the server likes: whoever reads it sets the bounds.</summary>
    public Stream Body { get; }

    /// <summary>The whole body.</summary>
    /// <exception cref="KubernetesException">It is longer than <paramref name="maxBytes"/>, or breaks off.</exception>
    public async Task<byte[]> ReadAllAsync(int maxBytes, CancellationToken cancellationToken)
    {
        using var read = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            for (int count; (count = await Body.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                if (read.Length + count > maxBytes)
                    throw new KubernetesException($"the API server sent more than {maxBytes} bytes where a short answer was due", isTransient: false);
                await read.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            }
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException)
        {
            throw new KubernetesException($"the API server broke its answer off: {failure.Message}", isTransient: true, failure);
        }

        return read.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        await Body.DisposeAsync();
        _response.Dispose();
    }
}
