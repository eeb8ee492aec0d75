using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.Api;

/// <summary>Reads bodies of which nobody knows how long they are, nor how long they take.</summary>
internal static class RequestBody
{
    /// <summary>For the whole of it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Read at once in the whole process, so that strangers cannot fill its memory.</summary>
    private static readonly SemaphoreSlim Places = new(64);

    /// <returns>The body, or why it was not taken.</returns>
    public static async Task<(ReadOnlyMemory<byte> Body, ApiReply? Refusal)> ReadAsync(HttpContext context, int maxBytes, TimeProvider time)
    {
        if (context.Request.ContentLength > maxBytes)
            return (default, TooLarge(maxBytes));
        if (!await Places.WaitAsync(TimeSpan.FromSeconds(2), context.RequestAborted))
            return (default, ApiReply.Error(StatusCodes.Status503ServiceUnavailable, "too many requests are being read at the moment", TimeSpan.FromSeconds(2)));
        try
        {
            return await ReadBodyAsync(context, maxBytes, time);
        }
        finally
        {
            Places.Release();
        }
    }

    private static async Task<(ReadOnlyMemory<byte> Body, ApiReply? Refusal)> ReadBodyAsync(HttpContext context, int maxBytes, TimeProvider time)
    {
        using var late = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, context.RequestAborted);
        using var read = new MemoryStream();
        var buffer = new byte[Math.Min(maxBytes + 1, 16 * 1024)];
        try
        {
            for (int count; (count = await context.Request.Body.ReadAsync(buffer, either.Token)) > 0;)
            {
                if (read.Length + count > maxBytes)
                    return (default, TooLarge(maxBytes));
                await read.WriteAsync(buffer.AsMemory(0, count), either.Token);
            }
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return (default, ApiReply.Error(StatusCodes.Status408RequestTimeout, $"the body did not come within {Patience.TotalSeconds:0} s"));
        }
        catch (BadHttpRequestException failure)
        {
            return (default, ApiReply.Error(failure.StatusCode, "the body cannot be read"));
        }

        return (read.ToArray(), null);
    }

    private static ApiReply TooLarge(int maxBytes) => ApiReply.Error(StatusCodes.Status413PayloadTooLarge, $"the body has more than {maxBytes} bytes");
}
