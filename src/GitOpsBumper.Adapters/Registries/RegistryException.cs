using System.Net;

namespace GitOpsBumper.Adapters.Registries;

/// <summary>A registry, or its token server, did not give what was asked for. The message is a finished sentence without secrets.</summary>
public sealed class RegistryException : Exception
{
    public RegistryException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }

    /// <summary>Null when there was no answer, or when the answer could not be used in spite of its status.</summary>
    public HttpStatusCode? Status { get; init; }

    public required string Method { get; init; }

    /// <summary>Without query and user information.</summary>
    public required string Url { get; init; }

    /// <summary>The same question may be answered later; nothing needs to be changed for it.</summary>
    public bool IsTransient { get; init; }

    /// <summary>The registry answered, and does not know what was asked for.</summary>
    public bool IsNotFound => Status == HttpStatusCode.NotFound;
}
