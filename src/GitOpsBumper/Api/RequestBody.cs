using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.Api;

/// <summary>Reads bodies of which nobody knows how long they are, nor how long they take.</summary>
internal static class RequestBody
{
    /// <summary>For the whole of it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Read so far of all bodies that are being read in the whole process, so that strangers cannot fill its memory. What does not come takes nothing.</summary>
    internal const int MaxBytesAtOnce = 32 * 1024 * 1024;

    private const int Piece = 4 * 1024;

    private static int _held;

    /// <returns>The body, or why it was not taken.</returns>
    public static async Task<(ReadOnlyMemory<byte> Body, ApiReply? Refusal)> ReadAsync(HttpContext context, int maxBytes, TimeProvider time)
    {
        if (context.Request.ContentLength > maxBytes)
            return (default, TooLarge(maxBytes));
        using var late = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, context.RequestAborted);
        using var read = new MemoryStream();
        var held = 0;
        try
        {
            var buffer = new byte[Math.Min(maxBytes + 1, Piece)];
            for (int count; (count = await context.Request.Body.ReadAsync(buffer, either.Token)) > 0;)
            {
                if (read.Length + count > maxBytes)
                    return (default, TooLarge(maxBytes));
                held += count;
                if (Interlocked.Add(ref _held, count) > MaxBytesAtOnce)
                    return (default, ApiReply.Error(StatusCodes.Status503ServiceUnavailable, "too many requests are being read at the moment", TimeSpan.FromSeconds(2)));
                await read.WriteAsync(buffer.AsMemory(0, count), either.Token);
            }

            return (read.ToArray(), null);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return (default, ApiReply.Error(StatusCodes.Status408RequestTimeout, $"the body did not come within {Patience.TotalSeconds:0} s"));
        }
        catch (BadHttpRequestException failure)
        {
            return (default, ApiReply.Error(failure.StatusCode, "the body cannot be read"));
        }
        finally
        {
            Interlocked.Add(ref _held, -held);
        }
    }

    private static ApiReply TooLarge(int maxBytes) => ApiReply.Error(StatusCodes.Status413PayloadTooLarge, $"the body has more than {maxBytes} bytes");
}
