using System.Net.Http.Headers;

namespace GitOpsBumper.Adapters.Http;

/// <summary>One request, to be sent as often as it takes; counted under its kind. An answer of more than the maximum of bytes fails the call.</summary>
public sealed record HttpCall(HttpMethod Method, Uri Url, string Kind, int MaxBytes)
{
    /// <summary>The media types that are wanted, comma separated; null asks for nothing in particular.</summary>
    public string? Accept { get; init; }

    public AuthenticationHeaderValue? Authorization { get; init; }

    /// <summary>Who asks, as far as hosts keep count of it; null for nobody in particular.</summary>
    public object? Account { get; init; }

    /// <summary>Gets a manifest, which some registries count and limit.</summary>
    public bool IsPull { get; init; }

    /// <summary>An answer to the same question that is still known: 304 says that it holds. Null asks without condition.</summary>
    public string? IfNoneMatch { get; init; }

    /// <summary>Sent as the body of a POST; null sends none.</summary>
    public IReadOnlyDictionary<string, string>? Form { get; init; }

    /// <summary>JSON, likewise; not beside a form.</summary>
    public ReadOnlyMemory<byte>? Json { get; init; }

    /// <summary>What else <see cref="Json"/> is called, or is in fact.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>Further ones of the request; values hold no line ends.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Method and path for a message: without query and user information, where secrets may be.</summary>
    public override string ToString() => $"{Method} {RedactedUrl.PathOf(Url)}";
}
