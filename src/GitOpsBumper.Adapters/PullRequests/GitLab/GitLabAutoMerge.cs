using System.Text.Json;
using GitOpsBumper.Core.PullRequests;

namespace GitOpsBumper.Adapters.PullRequests.GitLab;

/// <summary>
/// Sets a merge request to be merged by itself. Whether by a merge commit is the project's to say, whether squashed is the request's. GitLab takes nothing while it still looks at a
/// request that was just opened, and nothing where there is nothing to wait for.
/// </summary>
/// <seealso href="https://docs.gitlab.com/api/merge_requests/#merge-a-merge-request"/>
/// <seealso href="https://gitlab.com/gitlab-org/gitlab/-/issues/353984"/>
/// <seealso href="https://gitlab.com/gitlab-org/gitlab/-/issues/355455"/>
internal sealed class GitLabAutoMerge(ForgeApi api, string path)
{
    /// <summary>Whether it still has to find out what can be done with a request.</summary>
    public static bool IsLooking(MergeRequestBody request) =>
        (request.DetailedMergeStatus ?? request.MergeStatus) is "preparing" or "unchecked" or "checking" or "cannot_be_merged_recheck" or "cannot_be_merged_rechecking" or "approvals_syncing";

    /// <param name="request">To be merged.</param>
    /// <param name="now">What was said of it last.</param>
    /// <param name="method">How.</param>
    /// <param name="said">Gets a sentence when it cannot be.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <exception cref="ForgeException">Among others a transient one: GitLab is not ready to take it.</exception>
    public async Task SetAsync(PullRequest request, MergeRequestBody now, MergeMethod method, List<string> said, CancellationToken cancellationToken)
    {
        var merge = new MergeBody { ShouldRemoveSourceBranch = true, Squash = method == MergeMethod.Squash };
        if (await TryAsync(merge with { AutoMerge = true, MergeWhenPipelineSucceeds = true }, cancellationToken) is not { } refusal)
            return;
        if (refusal.Failure == ForgeFailure.Invalid && IsLooking(now))
            throw new ForgeException(ForgeFailure.Unavailable, $"{refusal.Message}; it is still looking at !{request.Number} ({now.DetailedMergeStatus ?? now.MergeStatus})", refusal);
        // All that it wants is there, and no pipeline will come that could end.
        if (refusal.Failure == ForgeFailure.Invalid && now is { DetailedMergeStatus: "mergeable", HeadPipeline: null, Sha: { } sha })
            refusal = await TryAsync(merge with { Sha = sha }, cancellationToken);
        if (refusal is not null)
            said.Add(Sentence(request, now, refusal));
    }

    private async Task<ForgeException?> TryAsync(MergeBody merge, CancellationToken cancellationToken)
    {
        try
        {
            await api.SendAsync(HttpMethod.Put, $"{path}/merge", JsonSerializer.SerializeToUtf8Bytes(merge, GitLabJson.Default.MergeBody), cancellationToken);
            return null;
        }
        catch (ForgeException failure) when (!failure.IsTransient)
        {
            return failure;
        }
    }

    /// <summary>Of a user who may not merge GitLab says what it says of a token that is none.</summary>
    private static string Sentence(PullRequest request, MergeRequestBody now, ForgeException refusal) => refusal.Failure == ForgeFailure.Unauthorized
        ? $"!{request.Number} is not merged by itself: GitLab does not let the user of the token merge into {request.TargetBranch}"
        : $"!{request.Number} is not merged by itself: {refusal.Message}{((now.DetailedMergeStatus ?? now.MergeStatus) is { } status ? $" ({status})" : "")}";
}
