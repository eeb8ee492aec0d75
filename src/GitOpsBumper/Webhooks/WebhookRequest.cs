using Microsoft.Extensions.Primitives;

namespace GitOpsBumper.Webhooks;

/// <summary>A request as it came in: nothing in it is to be believed before its proof has been checked.</summary>
/// <param name="Headers">By name, without regard to case.</param>
/// <param name="Query">By name, the case counts.</param>
/// <param name="Body">All of it, at most a MiB.</param>
internal sealed record WebhookRequest(IReadOnlyDictionary<string, StringValues> Headers, IReadOnlyDictionary<string, StringValues> Query, ReadOnlyMemory<byte> Body)
{
    /// <summary>The header's only value; null when it is missing, empty, or there several times.</summary>
    public string? Header(string name) => Single(Headers.TryGetValue(name, out var values) ? values : default);

    /// <summary>The parameter's only value; null when it is missing, empty, or there several times.</summary>
    public string? Parameter(string name) => Single(Query.TryGetValue(name, out var values) ? values : default);

    private static string? Single(StringValues values) => values is [{ Length: > 0 } only] ? only : null;
}
