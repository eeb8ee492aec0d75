using System.Text.Json.Serialization;

namespace GitOpsBumper.Adapters.PullRequests.Gitea;

/// <summary>What the API says of a pull request, as far as it matters. Any of it may be missing.</summary>
/// <seealso href="https://docs.gitea.com/api/#tag/repository/operation/repoListPullRequests"/>
/// <seealso href="https://codeberg.org/api/swagger#/repository/repoListPullRequests"/>
internal sealed record PullBody
{
    public long? Number { get; init; }

    public string? HtmlUrl { get; init; }

    public string? Title { get; init; }

    public string? Body { get; init; }

    /// <summary><c>open</c> or <c>closed</c>.</summary>
    public string? State { get; init; }

    /// <summary>Null before 1.21.</summary>
    public bool? Draft { get; init; }

    public bool? Merged { get; init; }

    public bool? Mergeable { get; init; }

    public DateTimeOffset? UpdatedAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    public BranchBody? Head { get; init; }

    public BranchBody? Base { get; init; }

    public IReadOnlyList<LabelBody?>? Labels { get; init; }

    public IReadOnlyList<LoginBody?>? Assignees { get; init; }
}

/// <param name="Label">The branch; of a request that was pushed to <c>refs/for</c> it is empty.</param>
/// <param name="Ref">The branch as well, while it is there.</param>
/// <param name="RepoId">Where it lies; less than one: nowhere any more.</param>
internal sealed record BranchBody(string? Label, string? Ref, long? RepoId);

internal sealed record LabelBody(long? Id, string? Name);

internal sealed record LoginBody(string? Login);

internal sealed record CommentBody(string? Body);

internal sealed record NewPullBody(string Head, string Base, string Title, string Body, IReadOnlyList<long>? Labels);

/// <summary>What is null stays as it is.</summary>
internal sealed record PullChange
{
    public string? Title { get; init; }

    public string? Body { get; init; }

    public string? State { get; init; }

    /// <summary>All of them.</summary>
    public IReadOnlyList<string>? Assignees { get; init; }
}

internal sealed record LabelsChange(IReadOnlyList<long> Labels);

internal sealed record ReviewersChange(IReadOnlyList<string>? Reviewers, IReadOnlyList<string>? TeamReviewers);

/// <param name="Do">How; the one field with a capital letter.</param>
/// <param name="MergeWhenChecksSucceed">And not before.</param>
/// <param name="DeleteBranchAfterMerge">As on other forges.</param>
internal sealed record PullMerge([property: JsonPropertyName("Do")] string Do, bool MergeWhenChecksSucceed, bool DeleteBranchAfterMerge);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(List<PullBody>))]
[JsonSerializable(typeof(List<LabelBody>))]
[JsonSerializable(typeof(List<LoginBody>))]
[JsonSerializable(typeof(List<CommentBody>))]
[JsonSerializable(typeof(NewPullBody))]
[JsonSerializable(typeof(PullChange))]
[JsonSerializable(typeof(LabelsChange))]
[JsonSerializable(typeof(ReviewersChange))]
[JsonSerializable(typeof(PullMerge))]
internal sealed partial class GiteaJson : JsonSerializerContext;
