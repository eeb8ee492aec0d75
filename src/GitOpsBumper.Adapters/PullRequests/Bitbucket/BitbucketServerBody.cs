using System.Text.Json.Serialization;

namespace GitOpsBumper.Adapters.PullRequests.Bitbucket;

/// <param name="NextPageStart">Null on the last page.</param>
internal sealed record ServerRequests(IReadOnlyList<ServerRequest?> Values, bool IsLastPage, long? NextPageStart = null);

/// <summary>A pull request as Bitbucket Server shows it.</summary>
/// <param name="UpdatedDate">In milliseconds.</param>
/// <param name="Draft">Null before 8.18, which knows no drafts.</param>
internal sealed record ServerRequest(
    long Id,
    int Version,
    string Title,
    ServerRef FromRef,
    ServerRef ToRef,
    long UpdatedDate,
    ServerLinks Links,
    string? Description = null,
    bool? Draft = null,
    IReadOnlyList<ServerReviewer?>? Reviewers = null);

internal sealed record ServerRef(string Id, ServerRepository? Repository = null);

internal sealed record ServerRepository(long? Id = null, string? Slug = null, ServerProject? Project = null);

internal sealed record ServerProject(string? Key = null);

internal sealed record ServerLinks(IReadOnlyList<ServerLink?> Self);

internal sealed record ServerLink(string? Href = null);

internal sealed record ServerReviewer(ServerUser User);

internal sealed record ServerUser(string Name);

internal sealed record NewServerRequest(string Title, string Description, ServerRef FromRef, ServerRef ToRef, IReadOnlyList<ServerReviewer> Reviewers, bool? Draft);

/// <summary>Reviewers that are not in it are taken off the request.</summary>
internal sealed record ServerChange(int Version, string Title, string Description, IReadOnlyList<ServerReviewer> Reviewers, bool? Draft);

/// <param name="Outcome"><c>CLEAN</c>, <c>CONFLICTED</c> or <c>UNKNOWN</c>.</param>
internal sealed record ServerMergeability(bool? Conflicted = null, string? Outcome = null);

internal sealed record ServerRole(ServerUser User, string Role);

/// <param name="AutoMerge">Once all checks have passed, and not before.</param>
internal sealed record ServerMerge(bool AutoMerge, string StrategyId, int Version);

/// <summary>What the server says of itself.</summary>
internal sealed record ServerProperties(string? Version = null);

/// <summary>What has happened to a request, the newest first; comments among it.</summary>
internal sealed record ServerActivities(IReadOnlyList<ServerActivity?> Values, bool IsLastPage, long? NextPageStart = null);

internal sealed record ServerActivity(ServerComment? Comment = null);

internal sealed record ServerComment(string? Text = null);

/// <summary>Nothing more to say.</summary>
internal sealed record ServerNothing;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ServerRequests))]
[JsonSerializable(typeof(ServerRequest))]
[JsonSerializable(typeof(NewServerRequest))]
[JsonSerializable(typeof(ServerChange))]
[JsonSerializable(typeof(ServerMergeability))]
[JsonSerializable(typeof(ServerRole))]
[JsonSerializable(typeof(ServerMerge))]
[JsonSerializable(typeof(ServerProperties))]
[JsonSerializable(typeof(ServerActivities))]
[JsonSerializable(typeof(ServerComment))]
[JsonSerializable(typeof(ServerNothing))]
internal sealed partial class ServerJson : JsonSerializerContext;
