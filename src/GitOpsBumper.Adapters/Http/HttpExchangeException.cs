namespace GitOpsBumper.Adapters.Http;

/// <summary>There is no answer to speak of. The message is the second half of a sentence: <c>did not answer within 30 s</c>.</summary>
public sealed class HttpExchangeException : Exception
{
    public HttpExchangeException(string message, bool isTransient, Exception? cause = null)
        : base(message, cause)
    {
        IsTransient = isTransient;
        MayRetryNow = isTransient;
    }

    /// <summary>The same request may succeed later.</summary>
    public bool IsTransient { get; }

    /// <summary>Something answered, and not as expected: it may speak another protocol.</summary>
    public bool IsGarbled { get; init; }

    /// <summary>Trying again at once makes sense; not when the host asked to be left alone.</summary>
    internal bool MayRetryNow { get; init; }
}
