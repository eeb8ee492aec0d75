using System.Text.Json.Serialization;

namespace GitOpsBumper.Adapters.PullRequests.Azure;

internal sealed record AzureRequests(IReadOnlyList<AzureRequest?> Value);

/// <summary>A pull request as Azure DevOps shows it. Lists cut the description at 400 characters.</summary>
/// <param name="ForkSource">Null when the source branch lies in the repository itself.</param>
internal sealed record AzureRequest(
    long PullRequestId,
    string Title,
    string SourceRefName,
    string TargetRefName,
    DateTimeOffset CreationDate,
    string? Description = null,
    DateTimeOffset? ClosedDate = null,
    string? MergeStatus = null,
    AzureIdentity? CreatedBy = null,
    AzureFork? ForkSource = null,
    IReadOnlyList<AzureIdentity?>? Reviewers = null);

internal sealed record AzureFork(string? Name = null);

/// <param name="UniqueName">An e-mail address, or a domain and a name.</param>
internal sealed record AzureIdentity(string? Id = null, string? UniqueName = null);

internal sealed record NewAzureRequest(string SourceRefName, string TargetRefName, string Title, string Description, IReadOnlyList<AzureLabel> Labels, bool IsDraft);

internal sealed record AzureLabel(string Name);

internal sealed record AzureChange(string Title, string Description, string? Status);

/// <param name="AutoCompleteSetBy">Who wants it: whom the token belongs to.</param>
internal sealed record AzureCompletion(AzureIdentity AutoCompleteSetBy, AzureCompletionOptions CompletionOptions);

internal sealed record AzureCompletionOptions(string MergeStrategy, bool DeleteSourceBranch);

internal sealed record AzureVote(string Id, int Vote);

internal sealed record AzureThreads(IReadOnlyList<AzureThread?> Value);

internal sealed record AzureThread(IReadOnlyList<AzureComment?>? Comments = null);

internal sealed record AzureComment(string? Content = null);

internal sealed record NewAzureThread(IReadOnlyList<NewAzureComment> Comments, string Status);

internal sealed record NewAzureComment(int ParentCommentId, string Content, string CommentType);

internal sealed record AzureTeams(IReadOnlyList<AzureTeam?> Value);

internal sealed record AzureTeam(string Id, string Name);

internal sealed record AzureMembers(IReadOnlyList<AzureMember?> Value);

internal sealed record AzureMember(AzureIdentity Identity);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(AzureRequests))]
[JsonSerializable(typeof(AzureRequest))]
[JsonSerializable(typeof(NewAzureRequest))]
[JsonSerializable(typeof(AzureChange))]
[JsonSerializable(typeof(AzureCompletion))]
[JsonSerializable(typeof(AzureVote))]
[JsonSerializable(typeof(AzureThreads))]
[JsonSerializable(typeof(NewAzureThread))]
[JsonSerializable(typeof(AzureTeams))]
[JsonSerializable(typeof(AzureMembers))]
internal sealed partial class AzureJson : JsonSerializerContext;
