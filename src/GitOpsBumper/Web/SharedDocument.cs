using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.Web;

/// <summary>
/// A large answer that all readers share, so that many of them, and slow ones, cost no more than one: it is rendered once a second at most,
/// sent from the same bytes to everybody, and to some readers at once alone.
/// </summary>
internal sealed class SharedDocument(string contentType, Func<byte[]> render, TimeProvider time)
{
    /// <summary>Who reads slowly keeps the bytes of a moment ago from being freed.</summary>
    public const int MaxReaders = 20;

    /// <summary>Less than what a connection buffers until its reader has taken something.</summary>
    private const int PieceBytes = 16 * 1024;

    /// <summary>How long one reader may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private byte[]? _bytes;
    private long _rendered;
    private int _readers;

    /// <returns>False when there are too many readers; nothing has been answered then.</returns>
    public async Task<bool> TryAnswerAsync(HttpContext context)
    {
        if (!TryOpen(out var bytes))
            return false;
        try
        {
            context.Response.ContentType = contentType;
            context.Response.ContentLength = bytes.Length;
            if (!HttpMethods.IsHead(context.Request.Method))
                await SendAsync(context, bytes);
        }
        finally
        {
            Close();
        }

        return true;
    }

    /// <summary>Piece by piece, as what is handed over at once is copied at once.</summary>
    private async Task SendAsync(HttpContext context, ReadOnlyMemory<byte> bytes)
    {
        using var late = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, context.RequestAborted);
        try
        {
            for (; bytes.Length > 0; bytes = bytes[Math.Min(PieceBytes, bytes.Length)..])
                await context.Response.Body.WriteAsync(bytes[..Math.Min(PieceBytes, bytes.Length)], either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            context.Abort();
        }
    }

    private bool TryOpen(out byte[] bytes)
    {
        lock (_gate)
        {
            bytes = _bytes ?? [];
            if (_readers == MaxReaders)
                return false;
            if (_bytes is null || time.GetElapsedTime(_rendered) >= Fresh)
            {
                var now = render();
                // The same again: whoever still reads the older ones shares them.
                _bytes = bytes = _bytes is not null && now.AsSpan().SequenceEqual(_bytes) ? _bytes : now;
                _rendered = time.GetTimestamp();
            }

            _readers++;
            return true;
        }
    }

    private void Close()
    {
        lock (_gate)
            _readers--;
    }
}
