using System.Collections.Concurrent;

namespace GitOpsBumper.Adapters.Http;

/// <summary>Counts what really went out, retries and tokens included, by host and by kind.</summary>
public sealed class RequestCounter
{
    private readonly ConcurrentDictionary<RequestSort, long> _counts = new();

    public long Total => _counts.Values.Sum();

    /// <summary>Ordered by host and kind.</summary>
    public IReadOnlyList<RequestCount> Counts =>
        [.. _counts.Select(pair => new RequestCount(pair.Key.Host, pair.Key.Kind, pair.Value)).OrderBy(count => count.Host, StringComparer.Ordinal).ThenBy(count => count.Kind, StringComparer.Ordinal)];

    public long OfKind(string kind) => _counts.Where(pair => pair.Key.Kind == kind).Sum(pair => pair.Value);

    public void Add(string host, string kind) => _counts.AddOrUpdate(new RequestSort(host, kind), 1, static (_, count) => count + 1);

    private readonly record struct RequestSort(string Host, string Kind);
}

/// <summary>How often a host was asked something of one kind.</summary>
public sealed record RequestCount(string Host, string Kind, long Requests);
