using System.Text.Json.Serialization;

namespace GitOpsBumper.Adapters.Kubernetes.Objects;

/// <summary>A patch of a resource's status, and what is read of the answer.</summary>
/// <param name="Metadata">The patch is refused when this is another one.</param>
/// <param name="Status">Null: nothing is changed.</param>
internal sealed record ImageUpdaterStatusPatch(ImageUpdaterIdentity? Metadata, ImageUpdaterStatusBody? Status);

internal sealed record ImageUpdaterIdentity(string? Uid);

/// <summary>Fields that are null are left as they are.</summary>
internal sealed record ImageUpdaterStatusBody(
    long? ObservedGeneration,
    int? ApplicationsMatched,
    int? ImagesManaged,
    string? LastCheckedAt,
    string? LastUpdatedAt,
    IReadOnlyList<RecentUpdateBody>? RecentUpdates,
    IReadOnlyList<ConditionBody>? Conditions);

internal sealed record RecentUpdateBody(string Alias, string Image, string NewVersion, int ApplicationsUpdated, string UpdatedAt, string? Message);

/// <seealso href="https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties"/>
internal sealed record ConditionBody(string Type, string Status, long? ObservedGeneration, string? LastTransitionTime, string Reason, string Message);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ImageUpdaterStatusPatch))]
internal sealed partial class ImageUpdaterStatusJson : JsonSerializerContext;
