using System.Runtime.CompilerServices;
using GitOpsBumper.Adapters.Kubernetes.Objects.Json;
using GitOpsBumper.Adapters.Manifests;

namespace GitOpsBumper.Adapters.Kubernetes.Objects;

/// <summary>Reads the answer to a list request, object by object. The objects count only when the reading has come to its end.</summary>
/// <seealso href="https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks"/>
internal sealed class ObjectListReader<T>(ObjectKind<T> kind, StringTable strings)
{
    private readonly WantedFields _wanted = new WantedFields
    {
        ["kind"] = WantedFields.Everything,
        ["metadata"] = WantedFields.Of("continue", "resourceVersion"),
        ["items"] = new WantedFields { HandsOutItems = true }.And(kind.Wanted),
    };

    /// <summary>Asks for the next page; null when this was the last, or the answer has not been read to its end.</summary>
    public string? Continue { get; private set; }

    /// <summary>Where a watch begins; empty before the end of the answer.</summary>
    public string ResourceVersion { get; private set; } = "";

    /// <summary>Of the answer, as far as it has been read.</summary>
    public long Bytes { get; private set; }

    /// <param name="body">Is read to its end, not disposed.</param>
    /// <param name="maxBytes">Larger answers are refused.</param>
    /// <exception cref="KubernetesException">The answer is no list, was cut off or is larger than any list.</exception>
    public async IAsyncEnumerable<ObjectReading<T>> ReadAsync(Stream body, long maxBytes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Continue = null;
        Bytes = 0;
        ResourceVersion = "";
        var bounds = new JsonBounds($"the list of {kind.Plural}", maxBytes);
        using var nodes = new JsonNodeReader(body, _wanted, strings, bounds, many: false);
        ManifestNode? list = null;
        while (true)
        {
            ManifestNode? node;
            try
            {
                node = await nodes.NextAsync(cancellationToken);
            }
            finally
            {
                Bytes = nodes.Bytes;
            }

            if (node is null)
                break;
            if (!nodes.IsWhole)
                yield return kind.Read(node, nodes.Problem);
            else if (nodes.Problem is { } problem)
                throw MalformedAnswer.Because($"{bounds.Subject} {problem}", isTransient: false);
            else
                list = node;
        }

        Finish(list);
    }

    private void Finish(ManifestNode? list)
    {
        var kindName = list?["kind"]?.Text;
        // Items that were handed out leave an empty list behind; Go writes a list without items as null.
        var hasItems = list?.Map?.TryGetValue("items", out var items) == true && (items.Items is not null || items.IsNull);
        if (kindName?.EndsWith("List", StringComparison.Ordinal) != true || !hasItems)
            throw MalformedAnswer.Because($"the API server answered with {(kindName is null ? "something without a kind" : $"a {kindName}")} where a list of {kind.Plural} was asked for", isTransient: false);
        ResourceVersion = list!["metadata"]?["resourceVersion"]?.Text ?? "";
        if (ResourceVersion.Length == 0)
            throw MalformedAnswer.Because($"the list of {kind.Plural} has no resourceVersion", isTransient: false);
        Continue = list["metadata"]?["continue"]?.Text is { Length: > 0 } token ? token : null;
    }
}
