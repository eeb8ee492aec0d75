using System.Text.Json.Serialization;

namespace GitOpsBumper.Adapters.PullRequests.Bitbucket;

/// <param name="Values">Of one page.</param>
/// <param name="Next">The whole address of the next page; null: this is the last.</param>
internal sealed record CloudRequests(IReadOnlyList<CloudRequest?> Values, string? Next = null);

/// <summary>A pull request as Bitbucket Cloud shows it. Lists leave the reviewers out.</summary>
internal sealed record CloudRequest(
    long Id,
    string Title,
    string State,
    CloudEnd Source,
    CloudEnd Destination,
    DateTimeOffset UpdatedOn,
    CloudLinks Links,
    string? Description = null,
    CloudText? Summary = null,
    IReadOnlyList<CloudAccount?>? Reviewers = null);

/// <param name="Repository">Null when it is gone.</param>
internal sealed record CloudEnd(CloudBranch Branch, CloudRepository? Repository = null);

internal sealed record CloudBranch(string Name);

internal sealed record CloudRepository(string? FullName = null);

internal sealed record CloudLinks(CloudLink Html);

internal sealed record CloudLink(string Href);

internal sealed record CloudText(string? Raw = null);

internal sealed record CloudAccount(string? Uuid = null, string? AccountId = null, string? DisplayName = null);

internal sealed record NewCloudRequest(
    string Title,
    string Description,
    CloudEnd Source,
    CloudEnd Destination,
    IReadOnlyList<CloudAccount> Reviewers,
    bool CloseSourceBranch,
    bool? Draft);

/// <summary>Reviewers that are not in it are taken off the request.</summary>
internal sealed record CloudChange(string Title, string Description, IReadOnlyList<CloudAccount> Reviewers);

internal sealed record CloudComments(IReadOnlyList<CloudComment?> Values);

internal sealed record CloudComment(CloudText? Content = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CloudRequests))]
[JsonSerializable(typeof(CloudRequest))]
[JsonSerializable(typeof(NewCloudRequest))]
[JsonSerializable(typeof(CloudChange))]
[JsonSerializable(typeof(CloudComments))]
[JsonSerializable(typeof(CloudComment))]
internal sealed partial class CloudJson : JsonSerializerContext;
