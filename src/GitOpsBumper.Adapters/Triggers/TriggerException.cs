using System.Net;

namespace GitOpsBumper.Adapters.Triggers;

/// <summary>A bot did not take a request. The message names the server and what it said.</summary>
public sealed class TriggerException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What it answered; null: nothing.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>When it wants to be asked again; null: it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>There was no connection, or it broke off.</summary>
    public bool IsUnreachable { get; init; }

    /// <summary>It may be different in a moment.</summary>
    public bool IsTransient => IsUnreachable || Status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout;
}
