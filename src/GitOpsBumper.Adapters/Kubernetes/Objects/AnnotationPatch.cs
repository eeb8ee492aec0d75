using System.Text.Json;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Adapters.Kubernetes.Objects;

/// <summary>Changes of annotations of an object that was seen, as a merge patch: the API server refuses it when the object has changed since.</summary>
/// <seealso href="https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-apply"/>
internal static class AnnotationPatch
{
    /// <param name="seen">That the changes are made from.</param>
    /// <param name="annotations">By their names; null takes one away.</param>
    public static ReadOnlyMemory<byte> Of(Watched<ApplicationSnapshot> seen, IReadOnlyDictionary<string, string?> annotations) => JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>(StringComparer.Ordinal)
    {
        ["metadata"] = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["uid"] = seen.Uid,
            ["resourceVersion"] = seen.ResourceVersion,
            ["annotations"] = annotations,
        },
    });
}
