using System.Text.Json.Serialization;

namespace GitOpsBumper.Adapters.PullRequests.GitLab;

/// <summary>What the API says of a merge request, as far as it matters. Any of it may be missing.</summary>
/// <seealso href="https://docs.gitlab.com/api/merge_requests/"/>
internal sealed record MergeRequestBody
{
    public long? Iid { get; init; }

    public string? WebUrl { get; init; }

    public string? Title { get; init; }

    public string? Description { get; init; }

    /// <summary><c>opened</c>, <c>closed</c>, <c>merged</c> or <c>locked</c>.</summary>
    public string? State { get; init; }

    public string? SourceBranch { get; init; }

    public string? TargetBranch { get; init; }

    /// <summary>Null: the fork is gone.</summary>
    public long? SourceProjectId { get; init; }

    public long? TargetProjectId { get; init; }

    public DateTimeOffset? UpdatedAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    public bool? Draft { get; init; }

    /// <summary>As <see cref="Draft"/>, of old ones.</summary>
    public bool? WorkInProgress { get; init; }

    public bool? HasConflicts { get; init; }

    public string? MergeStatus { get; init; }

    /// <summary>Since 15.6, more exactly.</summary>
    public string? DetailedMergeStatus { get; init; }

    /// <summary>It is set to be merged by itself, whatever it waits for.</summary>
    public bool? MergeWhenPipelineSucceeds { get; init; }

    /// <summary>The commit at its head.</summary>
    public string? Sha { get; init; }

    public PipelineBody? HeadPipeline { get; init; }

    public IReadOnlyList<UserBody?>? Reviewers { get; init; }

    public IReadOnlyList<UserBody?>? Assignees { get; init; }
}

internal sealed record PipelineBody(long? Id);

internal sealed record UserBody(long? Id, string? Username);

internal sealed record NoteBody(string? Body);

/// <summary>Opens, changes or closes a merge request; what is null stays as it is.</summary>
internal sealed record MergeRequestChange
{
    public string? SourceBranch { get; init; }

    public string? TargetBranch { get; init; }

    public string? Title { get; init; }

    public string? Description { get; init; }

    /// <summary>With commas between them.</summary>
    public string? Labels { get; init; }

    public IReadOnlyList<long>? ReviewerIds { get; init; }

    public IReadOnlyList<long>? AssigneeIds { get; init; }

    public bool? RemoveSourceBranch { get; init; }

    public bool? Squash { get; init; }

    public string? StateEvent { get; init; }
}

/// <summary>Merges.</summary>
internal sealed record MergeBody
{
    /// <summary>As soon as it may be.</summary>
    public bool? AutoMerge { get; init; }

    /// <summary>As <see cref="AutoMerge"/>, before 17.11.</summary>
    public bool? MergeWhenPipelineSucceeds { get; init; }

    public bool? ShouldRemoveSourceBranch { get; init; }

    public bool? Squash { get; init; }

    /// <summary>Only when this is the head.</summary>
    public string? Sha { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(List<MergeRequestBody>))]
[JsonSerializable(typeof(List<UserBody>))]
[JsonSerializable(typeof(List<NoteBody>))]
[JsonSerializable(typeof(MergeRequestChange))]
[JsonSerializable(typeof(MergeBody))]
[JsonSerializable(typeof(NoteBody))]
internal sealed partial class GitLabJson : JsonSerializerContext;
