using GitOpsBumper.Adapters.Kubernetes.Objects;

namespace GitOpsBumper.Adapters.Kubernetes.Watching;

/// <summary>Which objects of a kind are watched.</summary>
public sealed record ObjectScope
{
    /// <summary>Empty: all namespaces of the cluster, which needs a ClusterRole.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>As <c>kubectl --selector</c> takes it; null for all.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>As <c>kubectl --field-selector</c> takes it; null for all.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Objects are no longer known when the API server refuses to list them, as in a namespace that is gone. Else they stay what they were.</summary>
    public bool ForgetsWhatIsRefused { get; init; }

    /// <summary>
    /// The API server may not know the kind, or nobody may have given the right to list it: then there are no objects, and that is enough to go on. It is asked
    /// for again all the same.
    /// </summary>
    public bool IsOptional { get; init; }

    /// <summary>Of the collections that have the objects: one per namespace, or that of the whole cluster.</summary>
    internal IEnumerable<string> Paths<T>(ObjectKind<T> kind) =>
        Namespaces.Count == 0 ? [kind.Path((string?)null)] : Namespaces.Distinct(StringComparer.Ordinal).Select(kind.Path);
}

/// <summary>Writes the paths of list and watch requests.</summary>
/// <param name="Collection">Its path.</param>
internal sealed record ObjectQuery(string Collection, string? LabelSelector, string? FieldSelector)
{
    public const int PageSize = 500;

    /// <param name="limit">How many objects the server may send before a token for the rest; null: all.</param>
    /// <param name="continueToken">Of the page before; null for the first.</param>
    public string List(int? limit, string? continueToken) => Path(
        ("limit", limit is null ? null : $"{limit}"),
        ("continue", continueToken));

    public string Watch(string resourceVersion, int timeoutSeconds) => Path(
        ("watch", "true"),
        ("allowWatchBookmarks", "true"),
        ("resourceVersion", resourceVersion),
        ("timeoutSeconds", $"{timeoutSeconds}"));

    private string Path(params (string Name, string? Value)[] parameters)
    {
        var query = parameters.Append(("labelSelector", LabelSelector)).Append(("fieldSelector", FieldSelector))
            .Where(parameter => parameter.Item2 is not null)
            .Select(parameter => $"{parameter.Item1}={Uri.EscapeDataString(parameter.Item2!)}");
        return $"{Collection}?{string.Join('&', query)}".TrimEnd('?');
    }
}
