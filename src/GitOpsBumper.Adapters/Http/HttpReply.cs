using System.Net;
using System.Net.Http.Headers;

namespace GitOpsBumper.Adapters.Http;

/// <summary>A whole answer to the request of a URL, whatever its status. The content type has no parameters, and is null when the server gave none.</summary>
public sealed record HttpReply(HttpStatusCode Status, Uri Url, HttpResponseHeaders Headers, string? ContentType, ReadOnlyMemory<byte> Body)
{
    /// <summary>What it says of how much is still allowed; null when nothing.</summary>
    public RateLimit? RateLimit { get; init; }

    public bool IsSuccess => (int)Status is >= 200 and < 300;

    public bool IsRedirect => Status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
        or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    /// <summary>The same request may succeed later.</summary>
    public bool IsTransient => Status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError
        or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <summary>The whole host has trouble, not only what was asked for.</summary>
    public bool IsOutage => Status is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <summary>The value of a header that occurs at most once; null when it is missing.</summary>
    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
