using System.Net;
using System.Text.Json;

namespace GitOpsBumper.Adapters.PullRequests;

/// <summary>How a forge words what it does not do.</summary>
internal sealed record ForgeDialect
{
    /// <summary>For messages: <c>GitHub</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The media type that is asked for.</summary>
    public string Accept { get; init; } = "application/json";

    /// <summary>Sent with every request.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The forge's own words in the body of an answer that is no success; empty when it has none. The body may be anything.</summary>
    public required Func<JsonElement, string> Words { get; init; }

    /// <summary>What an answer means where its status does not tell; null: the status does.</summary>
    public Func<HttpStatusCode, string, ForgeFailure?> Classify { get; init; } = static (_, _) => null;

    /// <summary>What the credential has to allow, to follow <c>the token needs</c>.</summary>
    public required string Permission { get; init; }
}
