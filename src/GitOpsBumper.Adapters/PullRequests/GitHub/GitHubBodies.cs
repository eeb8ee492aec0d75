using System.Text.Json.Serialization;

namespace GitOpsBumper.Adapters.PullRequests.GitHub;

/// <summary>A pull request, of which there is more in answers.</summary>
/// <param name="Number">In the repository.</param>
/// <param name="NodeId">By which the GraphQL API knows it.</param>
/// <param name="HtmlUrl">For people.</param>
/// <param name="Title">One line.</param>
/// <param name="Body">Null: there is none.</param>
/// <param name="UpdatedAt">The last change; a comment is one.</param>
/// <param name="MergedAt">Null: it was not merged.</param>
/// <param name="Head">Where it comes from.</param>
/// <param name="Base">Where it goes to.</param>
/// <seealso href="https://docs.github.com/en/rest/pulls/pulls?apiVersion=2022-11-28"/>
internal sealed record GitHubPull(
    long Number, string NodeId, string HtmlUrl, string Title, string? Body, DateTimeOffset UpdatedAt, DateTimeOffset? MergedAt, GitHubSide Head, GitHubSide Base)
{
    /// <summary>Null: it is open.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Whether its commits can be merged; null as long as GitHub computes it, and in lists.</summary>
    public bool? Mergeable { get; init; }

    /// <summary><c>dirty</c> is a conflict; the others speak of checks and rules.</summary>
    public string? MergeableState { get; init; }
}

/// <param name="Ref">The branch, without <c>refs/heads/</c>.</param>
/// <param name="Repo">Null: a fork that was deleted since.</param>
internal sealed record GitHubSide(string Ref, GitHubRepository? Repo);

internal sealed record GitHubRepository(long Id);

internal sealed record GitHubNewPull(string Title, string Body, string Head, string Base, bool Draft);

/// <param name="Title">One line.</param>
/// <param name="Body">Markdown.</param>
/// <param name="State">Null: stays as it is.</param>
internal sealed record GitHubPullChange(string Title, string Body, string? State);

/// <param name="Body">Null: there is none.</param>
/// <seealso href="https://docs.github.com/en/rest/issues/comments?apiVersion=2022-11-28"/>
internal sealed record GitHubComment(string? Body);

internal sealed record GitHubLabels(IReadOnlyList<string> Labels);

internal sealed record GitHubAssignees(IReadOnlyList<string> Assignees);

/// <summary>What adding assignees answers with: those that the request has then.</summary>
internal sealed record GitHubIssue(IReadOnlyList<GitHubUser?>? Assignees);

internal sealed record GitHubUser(string Login);

/// <seealso href="https://docs.github.com/en/rest/pulls/review-requests?apiVersion=2022-11-28"/>
internal sealed record GitHubReviewers(IReadOnlyList<string> Reviewers, IReadOnlyList<string> TeamReviewers);

/// <param name="MergeMethod"><c>merge</c>, <c>squash</c> or <c>rebase</c>.</param>
internal sealed record GitHubMerge(string MergeMethod);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(IReadOnlyList<GitHubPull?>), TypeInfoPropertyName = "Pulls")]
[JsonSerializable(typeof(IReadOnlyList<GitHubComment?>), TypeInfoPropertyName = "Comments")]
[JsonSerializable(typeof(GitHubNewPull))]
[JsonSerializable(typeof(GitHubPullChange))]
[JsonSerializable(typeof(GitHubLabels))]
[JsonSerializable(typeof(GitHubAssignees))]
[JsonSerializable(typeof(GitHubIssue))]
[JsonSerializable(typeof(GitHubReviewers))]
[JsonSerializable(typeof(GitHubMerge))]
internal sealed partial class GitHubJson : JsonSerializerContext;

/// <summary>A mutation of the GraphQL API.</summary>
internal sealed record GitHubMutation(string Query, GitHubVariables Variables);

internal sealed record GitHubVariables(GitHubAutoMergeInput Input);

/// <seealso href="https://docs.github.com/en/graphql/reference/pulls#input-object-enablepullrequestautomergeinput"/>
internal sealed record GitHubAutoMergeInput(string PullRequestId, string MergeMethod);

/// <summary>The GraphQL API says 200 to almost everything; what went wrong stands inside.</summary>
internal sealed record GitHubMutationAnswer
{
    public IReadOnlyList<GitHubMutationError?>? Errors { get; init; }
}

internal sealed record GitHubMutationError(string? Message, string? Type);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(GitHubMutation))]
[JsonSerializable(typeof(GitHubMutationAnswer))]
internal sealed partial class GitHubGraphQlJson : JsonSerializerContext;
