using System.Text.Json.Serialization;

namespace GitOpsBumper.Adapters.Kubernetes.Objects;

/// <summary>An Event of the core group as it is posted.</summary>
/// <seealso href="https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/"/>
internal sealed record EventBody(
    string ApiVersion,
    string Kind,
    EventMetadata Metadata,
    EventSubject InvolvedObject,
    string Type,
    string Reason,
    string Message,
    EventSource Source,
    string FirstTimestamp,
    string LastTimestamp,
    int Count,
    string ReportingComponent,
    string ReportingInstance);

internal sealed record EventMetadata(string Name, string Namespace);

internal sealed record EventSubject(string ApiVersion, string Kind, string Namespace, string Name, string Uid, string ResourceVersion);

internal sealed record EventSource(string Component);

/// <summary>What changes when the same thing happens again.</summary>
/// <param name="Metadata">Of the event that is counted: it is refused when somebody else has changed it.</param>
internal sealed record EventPatch(EventVersion Metadata, int Count, string LastTimestamp);

internal sealed record EventVersion(string? ResourceVersion);

/// <summary>Of an event that is there, what decides whether it is counted.</summary>
internal sealed record EventThere(EventVersion? Metadata, int? Count, DateTimeOffset? LastTimestamp);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EventBody))]
[JsonSerializable(typeof(EventPatch))]
[JsonSerializable(typeof(EventThere))]
internal sealed partial class EventJson : JsonSerializerContext;
