using System.Net;

namespace GitOpsBumper.Adapters.Http.Headers;

/// <summary>How long a server asks to be left alone, in seconds or as a date.</summary>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc9110#field.retry-after"/>
internal static class RetryAfter
{
    /// <summary>Null when the answer asks for nothing; a date in the past is zero.</summary>
    public static TimeSpan? Read(HttpReply reply, TimeProvider time)
    {
        // GitHub's secondary limits are 403.
        if (reply.Status is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable or HttpStatusCode.Forbidden))
            return null;
        var wanted = reply.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return wanted < TimeSpan.Zero ? TimeSpan.Zero : wanted;
    }
}
